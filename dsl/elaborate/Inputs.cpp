// The inputs of an entry: the model with its hyperparameters, fields that feed its data, bounds of the free sizes.
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/Comparisons.h"

#include "support/Suggest.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

bool ProgramBuilder::modelFrame(EntryKind kind, Frame *&settingsFrame, Frame *&inner) {
  elaborator->beginEntry(kind);
  settingsFrame = &elaborator->newFrame(nullptr, nullptr, {});
  inner = &elaborator->newFrame(settingsFrame, model, {});
  Instance instance;
  instance.definition = model;
  instance.home = settingsFrame;
  const std::vector<ast::Arg> *args = train ? &train->args : nullptr;
  SourceRange range = train ? train->model.range : model->nameRange;
  // What -D gives need not be given by `train`, and the other way round: missing ones are reported together.
  static const std::vector<ast::Param> none;
  for (const ast::Param &param : model->layer->hyper ? model->layer->hyper->params : none) {
    bool given = param.defaultValue != nullptr;
    for (const ast::Setting &define : defines)
      given |= define.name.text == param.name.text;
    for (size_t i = 0; args && i < args->size(); ++i)
      given |= (*args)[i].name ? (*args)[i].name->text == param.name.text
                               : &param - model->layer->hyper->params.data() == std::ptrdiff_t(i);
    if (!given) {
      sink.report(diag::MissingArgument, range, model->name, param.name.text, sources.text(param.type.range))
          .help("give it in `train " + model->name + "(" + param.name.text + " = …)`, or with -D " + param.name.text +
                "=…")
          .cause(range);
      return false;
    }
  }
  auto given = args ? elaborator->hyperArgs(*model, instance, *args, *settingsFrame) : std::vector<Given>();
  if (!given || !giveDefines(*given, instance, *settingsFrame))
    return false;
  if (!given->empty() && !elaborator->placeHyper(*model, instance, *given, range, *settingsFrame))
    return false;
  return elaborator->setHyper(*model, instance, *inner, *settingsFrame);
}

/// What the data set makes of sizes that the signature leaves free: for the examples of messages.
SizeMap ProgramBuilder::sizesOfData() const {
  SizeMap sizes;
  for (const ast::Param &param : model->data().params) {
    const DatasetFieldInfo *field = dataset ? dataset->field(param.name.text) : nullptr;
    if (!field || field->shape.size() > param.type.shape.size())
      continue;
    size_t batch = param.type.shape.size() - field->shape.size(); // axes in front of the field's own
    for (size_t i = 0; i < field->shape.size(); ++i) {
      const ast::Axis &axis = param.type.shape[batch + i];
      const auto *name = axis.size && !axis.ellipsis ? axis.size->as<ast::NameExpr>() : nullptr;
      if (name && field->shape[i].constant())
        sizes.try_emplace(name->name, field->shape[i]);
    }
  }
  return sizes;
}

/// What `where`, and `assert` of nothing that the body binds, say of the sizes of a signature.
static std::vector<const ast::CompareExpr *> equations(const Elaborator &elaborator, const Definition &model) {
  std::vector<const ast::Expr *> conditions = statedBy(model.where());
  std::map<std::string, SourceRange> bound;
  Elaborator::collectBindings(model.body(), bound);
  for (const ast::Stmt &stmt : model.body().statements) {
    const auto *fact = std::get_if<ast::AssertStmt>(&stmt.node);
    std::vector<std::string> names;
    if (fact)
      elaborator.usedNames(*fact->fact, names);
    if (fact && std::ranges::none_of(names, [&](const std::string &name) { return bound.count(name) != 0; }))
      conditions.push_back(fact->fact.get());
  }
  std::vector<const ast::CompareExpr *> found;
  for (const ast::Expr *condition : conditions)
    if (const auto *compare = condition->as<ast::CompareExpr>(); compare && compare->op == ast::CompareOp::Eq)
      found.push_back(compare);
  return found;
}

/// `where T == S`, `assert T == S, "…"`: a free size is written in those that stand before it in the signature, so that
/// the shapes of the inputs say what is equal (rule size-7).
bool ProgramBuilder::solveSizes(Frame &inner) {
  const std::vector<const ast::CompareExpr *> stated = equations(*elaborator, *model);
  if (stated.empty())
    return true;
  const std::vector<std::string> sizes = elaborator->introducedSizes(*model);
  std::vector<std::string> order;
  std::set<std::string> inside(sizes.begin(), sizes.end());
  for (const ast::Param &param : model->data().params)
    for (const ast::Axis &axis : param.type.shape)
      if (const auto *name = axis.size && !axis.ellipsis ? axis.size->as<ast::NameExpr>() : nullptr)
        if (inside.erase(name->name))
          order.push_back(name->name);
  order.insert(order.begin(), inside.begin(), inside.end()); // those that stand in other sizes only
  size_t before = sink.errorCount();
  for (const ast::CompareExpr *compare : stated) {
    Value a = elaborator->eval(*compare->lhs, inner), b = elaborator->eval(*compare->rhs, inner);
    const NumberValue *x = a.as<NumberValue>(), *y = b.as<NumberValue>();
    if (!x || !y || !x->whole || !y->whole)
      continue;
    Size left = substitute(inner.rootSize(x->size), module.dimSizes);
    Size right = substitute(inner.rootSize(y->size), module.dimSizes);
    if (!elaborator->equatesSizes(*compare, left, right))
      continue;
    for (auto name = order.rbegin(); name != order.rend(); ++name) {
      auto value = inner.toRoot.count(*name) && inner.toRoot.at(*name) == Size::symbol(*name)
                       ? solveFor(left - right, *name)
                       : std::nullopt;
      if (!value)
        continue;
      SizeMap solved{{*name, *value}};
      for (SizeMap *sizes : {&inner.toRoot, &inner.toCaller})
        for (auto &[other, size] : *sizes)
          size = substitute(size, solved);
      break;
    }
  }
  return sink.errorCount() == before;
}

/// A size that no axis of the inputs determines: it would be the one unknown of an axis, in a linear form (rule
/// size-3).
static std::optional<std::string> undetermined(const std::vector<Size> &axes, const SizeFacts &facts) {
  SizeMap known;
  std::vector<std::string> open;
  auto solve = [&](const Size &axis, const std::string &name) {
    if (axis.symbolName()) {
      known[name] = axis;
      return;
    }
    SizeMap bound;
    for (const std::string &other : axis.symbols())
      if (known.count(other) != 0)
        bound[other] = Size::symbol(other);
    if (unify(axis, Size::symbol("extent"), {name}, bound, facts) != Unified::Undetermined)
      known[name] = Size::symbol(name);
  };
  for (size_t before = 0, round = 0; round == 0 || known.size() != before; ++round) {
    before = known.size();
    open.clear();
    for (const Size &axis : axes) {
      std::vector<std::string> names = axis.symbols();
      std::erase_if(names, [&](const std::string &name) { return known.count(name) != 0; });
      if (names.size() == 1)
        solve(axis, names[0]);
      open.insert(open.end(), names.begin(), names.end());
    }
  }
  auto left = std::ranges::find_if(open, [&](const std::string &name) { return known.count(name) == 0; });
  return left == open.end() ? std::nullopt : std::optional(*left);
}

bool ProgramBuilder::bindInputs(EntryKind kind, Frame &settingsFrame, Frame &inner) {
  std::vector<std::string> sizes = elaborator->introducedSizes(*model);
  for (const std::string &name : sizes) {
    if (inner.toRoot.count(name))
      continue;
    inner.toRoot[name] = Size::symbol(name);
    if (!readsFields(kind))
      inner.toCaller[name] = Size::symbol(name);
  }
  elaborator->assumeDivisors(*model, inner);
  for (const ast::Param &param : model->data().params) {
    if (!readsFields(kind))
      continue;
    const DatasetFieldInfo *field = dataset->field(param.name.text);
    if (!field && param.defaultValue)
      continue;
    if (!field) {
      auto builder = sink.report(diag::InputWithoutField, param.name.range, param.name.text, dataset->name);
      std::vector<std::string> known;
      for (const DatasetFieldInfo &one : dataset->fields)
        known.push_back(one.name);
      if (auto near = support::nearestName(param.name.text, known))
        builder.label("did you mean `" + *near + "`?");
      builder.note(dataset->range, "the data set").cause(param.name.range);
      return false;
    }
    if (!feed(param, *field, settingsFrame, inner))
      return false;
  }
  if (!solveSizes(inner))
    return false;
  std::vector<Size> axes;
  for (const ast::Param &param : model->data().params) {
    if (takesDefault(kind, param))
      continue;
    auto type = elaborator->typeFrom(param.type, inner);
    if (!type)
      return false;
    if (!batchName.size() && !type->shape.empty() && hasBatch())
      if (auto name = type->shape[0].symbolName(); name && std::count(sizes.begin(), sizes.end(), *name))
        batchName = *name;
    Input input;
    input.name = param.name.text;
    input.type = elaborator->concrete(inner, *type, param.range);
    axes.insert(axes.end(), input.type.shape.begin(), input.type.shape.end());
    if (type->elem.kind == ElemType::Label) {
      Size bound = substitute(inner.rootSize(type->elem.members), module.dimSizes);
      input.indexBound = bound.constant().value_or(-1);
      if (bound.named())
        input.indexSize = bound;
      if (auto dim = module.dims.find(input.type.members); dim != module.dims.end() && dim->second.isNamed())
        input.labels = dim->second.labels;
    }
    TensorValue value{*type, elaborator->addInput(std::move(input)), 0};
    inner.scopes[0][param.name.text] = value;
  }
  if (auto name = undetermined(axes, inner.facts); name && sink.errorCount() == 0) {
    elaborator->error(diag::SizeUndetermined, inner, model->nameRange, *name, model->name)
        .help("an input that has `" + *name + "` as an axis of its own determines it")
        .cause(model->nameRange);
    return false;
  }
  return sink.errorCount() == 0 && elaborator->checkWhere(*model, inner, model->nameRange);
}

/// An input with a default that neither a field nor the batch before feeds (rules data-4, state-2), nor a caller that
/// says what it has.
bool ProgramBuilder::takesDefault(EntryKind kind, const ast::Param &param) const {
  const std::string &name = param.name.text;
  if (!param.defaultValue || (readsFields(kind) && dataset->field(name)))
    return false;
  if (options.given)
    return !options.given->count(name);
  auto carries = [&](const std::vector<PathUse> &names) {
    return std::any_of(names.begin(), names.end(), [&](const PathUse &one) { return one.path == name; });
  };
  return readsFields(kind) && !carries(settings.carry) && !(generation && carries(generation->carry));
}

/// Whether the inputs have a batch in front of the fields' axes; if none has it the data set is one example.
bool ProgramBuilder::hasBatch() const {
  if (!dataset)
    return true;
  for (const ast::Param &param : model->data().params)
    if (const DatasetFieldInfo *field = dataset->field(param.name.text))
      if (param.type.shape.size() == field->shape.size() + 1)
        return true;
  return false;
}

/// The values of the inputs that nothing feeds. They follow the inputs: no input comes behind a node.
bool ProgramBuilder::bindDefaults(EntryKind kind, Frame &inner) {
  for (const ast::Param &param : model->data().params) {
    if (!takesDefault(kind, param))
      continue;
    auto type = elaborator->typeFrom(param.type, inner);
    Value value = type ? elaborator->eval(*param.defaultValue, inner) : Value();
    if (value.nothing())
      return false;
    auto tensor = elaborator->asTensor(value, type->elem, param.defaultValue->range, inner);
    if (!tensor)
      return false;
    elaborator->checkDeclared(param.type, *tensor, param.defaultValue->range, inner);
    inner.scopes[0][param.name.text] = *tensor;
  }
  return sink.errorCount() == 0;
}

/// A field feeds the input of its name: the same axes, or these behind one leading axis, the batch (rule data-4).
bool ProgramBuilder::feed(const ast::Param &param, const DatasetFieldInfo &field, Frame &settingsFrame, Frame &inner) {
  auto pattern = elaborator->typeFrom(param.type, inner);
  if (!pattern)
    return false;
  std::string fieldText(sources.text(field.typeRange));
  auto refuse = [&](const std::string &why) {
    sink.report(diag::FieldMismatch, param.type.range, param.name.text, sources.text(param.type.range), field.name,
                fieldText)
        .fact(why)
        .note(field.nameRange, "the field")
        .cause(param.type.range);
    return false;
  };
  size_t rank = pattern->shape.size(), own = field.shape.size();
  if (rank != own && rank != own + 1)
    return refuse("the input has " + std::to_string(rank) + " axes; the field has " + std::to_string(own) +
                  " and, in front, the batch");
  if (elaborator->elemOf(pattern->elem) != field.elem)
    return refuse("the elements differ");
  std::vector<std::string> unknowns = elaborator->introducedSizes(*model);
  Size members = field.dim.empty() ? Size::symbol(field.members) : Size::symbol(field.dim);
  bool isLabel = !field.dim.empty() || !field.members.empty();
  if (pattern->elem.kind == ElemType::Label && (!isLabel || unify(pattern->elem.members, members, unknowns,
                                                                  inner.toCaller, settingsFrame.facts) != Unified::Yes))
    return refuse("the input holds members of " + pattern->elem.members.str());
  size_t lead = rank - own;
  if (lead) {
    auto name = pattern->shape[0].symbolName();
    if (!name || !std::count(unknowns.begin(), unknowns.end(), *name))
      return refuse("the first axis is the batch: it must be a size of its own, such as `B`");
    inner.toCaller[*name] = Size::symbol(*name);
  }
  for (size_t axis = 0; axis < own; ++axis) {
    Unified result =
        unify(pattern->shape[lead + axis], field.shape[axis], unknowns, inner.toCaller, settingsFrame.facts);
    if (result != Unified::Yes)
      return refuse("axis " + std::to_string(lead + axis) + " is " + pattern->shape[lead + axis].str() +
                    " in the input and " + field.shape[axis].str() + " in the field");
  }
  for (const auto &[name, size] : inner.toCaller)
    if (std::count(unknowns.begin(), unknowns.end(), name))
      inner.toRoot[name] = settingsFrame.rootSize(size);
  return true;
}

/// Bounds of free sizes: the batch, and what the facts say (`T <= context`).
void ProgramBuilder::bounds(Entry &entry) const {
  for (FreeSize &size : entry.sizes) {
    if (size.name == batchName && program.batch > 0)
      size.max = program.batch;
    for (const Fact &fact : entry.facts) {
      auto limit = fact.right.constant();
      if (fact.left.symbolName() != std::optional(size.name) || !limit)
        continue;
      bool upper = fact.predicate == "le" || fact.predicate == "lt",
           lower = fact.predicate == "ge" || fact.predicate == "gt";
      int64_t value = *limit - (fact.predicate == "lt") + (fact.predicate == "gt");
      if (upper)
        size.max = size.max < 0 ? value : std::min(size.max, value);
      if (lower)
        size.min = std::max(size.min, value);
    }
  }
}

} // namespace nnc::dsl
