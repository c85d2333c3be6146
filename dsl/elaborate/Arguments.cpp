// Arguments to parameters, sizes of a signature to sizes of the arguments, the conditions of a signature.
#include "dsl/ForeignWords.h"
#include "dsl/Multiples.h"
#include "dsl/elaborate/Comparisons.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/layers/ByPlace.h"
#include "support/Suggest.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

bool Elaborator::place(const std::vector<ast::Param> &params, const std::vector<Given> &given,
                       const std::string &callee, SourceRange range, Frame &frame, std::vector<const Given *> &placed,
                       bool quiet) {
  placed.assign(params.size(), nullptr);
  size_t next = 0;
  for (const Given &one : given) {
    size_t at = next;
    if (one.name.empty()) {
      ++next;
    } else {
      for (at = 0; at < params.size() && params[at].name.text != one.name; ++at)
        ;
    }
    if (at >= params.size()) {
      if (quiet)
        return false;
      std::vector<std::string> names;
      for (const ast::Param &param : params)
        names.push_back(param.name.text);
      if (one.name.empty()) {
        error(diag::WrongArgumentCount, frame, one.range, callee, std::to_string(params.size()),
              std::to_string(given.size()))
            .cause(range);
        return false;
      }
      auto builder = error(diag::UnknownArgument, frame, one.nameRange, callee, one.name);
      if (auto foreign = foreignWord(callee, one.name)) {
        builder.fact(*foreign);
        auto here = nameIn(*foreign);
        auto param = std::ranges::find_if(params, [&](const ast::Param &param) { return param.name.text == here; });
        std::string axis = "axis(" + text(one.range) + ")";
        if (param != params.end() && param->type.name.text == "Axes" && wholeOf(one.value, frame))
          builder.help("write `" + *here + " = " + axis + "`", {{one.nameRange, *here}, {one.range, axis}});
        else if (param != params.end())
          builder.help("write `" + *here + "`", {{one.nameRange, *here}});
      } else if (auto near = support::nearestName(one.name, names))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{one.nameRange, *near}});
      std::string list;
      for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + name;
      builder.fact("arguments: " + list).cause(range);
      return false;
    }
    if (placed[at]) {
      if (quiet)
        return false;
      auto builder = error(diag::ArgumentTwice, frame, one.range, params[at].name.text, callee);
      if (one.name.empty())
        builder.fact("arguments by place stand in front of those by name");
      builder.cause(range);
      return false;
    }
    placed[at] = &one;
  }
  for (size_t i = 0; i < params.size(); ++i)
    if (!placed[i] && !params[i].defaultValue) {
      if (!quiet)
        error(diag::MissingArgument, frame, range, callee, params[i].name.text, showType(params[i].type)).cause(range);
      return false;
    }
  return true;
}

/// Matches one written shape against that of an argument; binds sizes and packs of `inner`.
bool Elaborator::matchShape(const ast::Type &pattern, const TensorType &actual, Frame &inner, Frame &frame,
                            const std::vector<std::string> &unknowns, std::string &why) {
  size_t fixed = 0, packs = 0;
  for (const ast::Axis &axis : pattern.shape)
    ++(axis.ellipsis ? packs : fixed);
  size_t rank = actual.shape.size();
  if (packs > 1 || rank < fixed || (!packs && rank != fixed)) {
    why = "it has " + std::to_string(rank) + (rank == 1 ? " axis" : " axes") + ", and " + std::to_string(fixed) +
          (packs ? " or more" : "") + " are expected";
    return false;
  }
  size_t at = 0;
  for (const ast::Axis &axis : pattern.shape) {
    if (axis.ellipsis) {
      const auto *named = axis.size ? axis.size->as<ast::NameExpr>() : nullptr;
      std::string name = named ? named->name : "...";
      size_t count = rank - fixed;
      auto known = inner.packs.find(name);
      if (known != inner.packs.end()) {
        bool same = known->second.size() == count;
        for (size_t i = 0; same && i < count; ++i)
          same = frame.facts.proveEqual(substitute(known->second[i], inner.toCaller), actual.shape[at + i]);
        if (!same) {
          why = "`" + text(axis.range) + "` stands for other axes in an argument before it";
          return false;
        }
      } else {
        std::vector<Size> &axes = inner.packs[name];
        for (size_t i = 0; i < count; ++i) {
          std::string local = (named ? name + "." : name) + std::to_string(i);
          inner.toCaller[local] = actual.shape[at + i];
          inner.toRoot[local] = frame.rootSize(actual.shape[at + i]);
          inner.origins[local] = actual.origin(at + i);
          axes.push_back(Size::symbol(local));
        }
      }
      at += count;
      continue;
    }
    auto size = evalSize(*axis.size, inner);
    if (!size)
      return false;
    const Size &given = actual.shape[at];
    Unified result = unify(*size, given, unknowns, inner.toCaller, frame.facts);
    if (result != Unified::Yes) {
      Size wanted = substitute(*size, inner.toCaller);
      std::string written = text(axis.size->range), shown = wanted.str();
      why = "axis " + std::to_string(at) + " is " + given.str() + ", ";
      if (result == Unified::NotWhole)
        why += "which " + written + " cannot be";
      else if (result == Unified::Undetermined)
        why += "and `" + written + "` cannot be solved for one size";
      else
        why += "and must be " + shown + (written == shown ? "" : " (`" + written + "`)");
      return false;
    }
    for (const std::string &name : size->symbols())
      if (auto bound = inner.toCaller.find(name); bound != inner.toCaller.end())
        inner.toRoot[name] = frame.rootSize(bound->second);
    if (auto name = size->symbolName(); name && actual.origin(at).valid())
      inner.origins.try_emplace(*name, actual.origin(at));
    ++at;
  }
  return true;
}

/// `length: int[B] = none`: data that may be missing.
static bool isNone(const ast::Param &param) {
  const auto *name = param.defaultValue ? param.defaultValue->as<ast::NameExpr>() : nullptr;
  return name && name->name == "none";
}

/// `Padding`, `int[2]`: numbers known while compiling, one for each axis that windows slide along.
static bool isNumbersKind(const ast::Type &type) {
  const auto *count =
      type.shape.size() == 1 && type.shape[0].size ? type.shape[0].size->as<ast::NumberExpr>() : nullptr;
  return type.name.text == "Padding" || (type.name.text == "int" && count);
}

/// `dropout: float` of an op: an attribute, not data.
static bool mustBeKnown(const Definition &definition, const ast::Param &param) {
  return definition.isLibrary && definition.function && definition.function->isBuiltin && !param.type.hasShape &&
         param.type.name.text == "float";
}

/// The axes that the caller names, as places: in the body sizes have other names. What is an op resolves them itself.
std::optional<AxesValue> Elaborator::ownAxes(const Definition &definition, const AxesValue &over,
                                             const std::vector<const Given *> &placed, SourceRange range,
                                             Frame &frame) {
  if (definition.function && definition.function->isBuiltin)
    return over;
  for (const Given *given : placed)
    if (const auto *tensor = given ? given->value.as<TensorValue>() : nullptr) {
      auto places = axesOf(over, tensor->type, range, frame);
      return places ? std::optional(AxesValue{false, {}, *places}) : std::nullopt;
    }
  return over;
}

/// What an argument that does not fit may lack: an axis of size 1 too many, labels that are plain numbers, the wrong
/// one of several layers.
void Elaborator::helpWithArgument(support::DiagnosticBuilder &builder, const Definition &definition,
                                  const std::vector<const Given *> &placed, size_t place, const Frame &inner,
                                  const Frame &frame) {
  const Given &given = *placed[place];
  const auto *tensor = given.value.as<TensorValue>();
  if (!tensor)
    return;
  for (size_t i = 0; i < place && !tensor->type.shape.empty(); ++i)
    if (const auto *other = placed[i] ? placed[i]->value.as<TensorValue>() : nullptr) {
      builder.fact("`" + definition.data().params[i].name.text + "` is " + show(other->type));
      hintUnitAxis(builder, {other->type, placed[i]->range}, {tensor->type, given.range}, true, frame.facts, sources);
      break;
    }
  const std::string &wanted = definition.data().params[place].type.name.text;
  bool isMember = isSizeName(wanted) || module.dims.count(wanted);
  if (isMember && tensor->type.elem.kind == ElemType::Int) {
    if (tensor->type.origin(0).valid())
      builder.note(tensor->type.origin(0), "these whole numbers come from here");
    builder.help("labels are members of a dim: `dim Class = 10`, and `Class` instead of `int` where they come from");
  }
  ElemType::Kind kind = tensor->type.elem.kind;
  if (wanted == "float" && (kind == ElemType::Int || kind == ElemType::I32))
    builder.help("`float(…)` makes numbers to compute with of them", around(given.range, "float(", ")"));
  if (wanted == "float" && kind == ElemType::Label)
    builder.help("members of a dim are compared by `cross_entropy` and `accuracy`, behind the logits; `one_hot` makes "
                 "numbers of them");
  const Instance *layer = inner.instance;
  SourceRange made = layer ? layer->made : SourceRange();
  bool isElsewhere = made.valid() && (made.file != given.range.file ||
                                      sources.lineColumn(made.file, made.begin).line !=
                                          sources.lineColumn(given.range.file, given.range.begin).line);
  if (isElsewhere && !layer->home->inLibrary())
    builder.note(made, "`" + definition.name + "` is made here");
}

bool Elaborator::bindSignature(const Definition &definition, Frame &inner, Frame &frame,
                               const std::vector<const Given *> &placed, SourceRange range, bool quiet) {
  const std::vector<ast::Param> &params = definition.data().params;
  std::vector<std::string> unknowns = introducedSizes(definition);
  for (const std::string &name : unknowns)
    inner.toRoot.try_emplace(name, Size::symbol(name));
  assumeDivisors(definition, inner);
  for (size_t i = 0; i < params.size(); ++i) {
    const ast::Param &param = params[i];
    const std::string &kind = param.type.name.text;
    if (!placed[i]) {
      auto over = kind == "Axes" ? evalAxes(*param.defaultValue, inner) : std::nullopt;
      Value value = over ? Value(*over) : eval(*param.defaultValue, inner);
      if (auto mask = kind == "Mask" ? asMask(value) : nullptr)
        value = MaskValue{mask};
      if (value.nothing())
        return false;
      if (isNumbersKind(param.type))
        defineNumbers(param, value, inner, inner, frame);
      else
        inner.scopes[0][param.name.text] = std::move(value);
      continue;
    }
    const Value &value = placed[i]->value;
    SourceRange at = placed[i]->range;
    // What may be missing may also be handed on as missing: `length = none`.
    if (const auto *word = value.as<TextValue>(); word && word->word && word->text == "none" && isNone(param)) {
      inner.scopes[0][param.name.text] = value;
      continue;
    }
    auto refuse = [&](const std::string &why) {
      if (!quiet) {
        auto builder = error(diag::ArgumentMismatch, frame, at, definition.name, show(value), param.name.text,
                             showType(param.type));
        if (!why.empty())
          builder.fact(why);
        builder.note(param.type.range, "`" + param.name.text + "` of `" + definition.name + "` is declared here")
            .cause(at);
        helpWithArgument(builder, definition, placed, i, inner, frame);
      }
      return false;
    };
    if (kind == "Axes") {
      const auto *over = value.as<AxesValue>();
      auto places = over && !quiet ? ownAxes(definition, *over, placed, at, frame) : std::optional(AxesValue());
      if (!over)
        return refuse("");
      if (!places)
        return false;
      inner.scopes[0][param.name.text] = *places;
      continue;
    }
    if (definition.isLibrary && isNumbersKind(param.type)) {
      if (!fitsKind(param.type, value, frame))
        return refuse("");
      defineNumbers(param, value, frame, inner, frame);
      continue;
    }
    if (kind == "Mask") {
      auto mask = asMask(value);
      if (!mask)
        return refuse("");
      inner.scopes[0][param.name.text] = MaskValue{mask};
      continue;
    }
    if (param.type.isList() || kind == "Layer")
      return quiet ? false : (later(frame, param.range, "`" + showType(param.type) + "` as data"), false);
    if (!param.type.hasShape && (value.as<NumberValue>() || value.as<BoolValue>())) {
      // One number: a constant stays one.
      const NumberValue *n = value.as<NumberValue>();
      bool fits = n ? (kind == "float" || (kind == "int" && n->whole)) : kind == "bool";
      if (!fits)
        return refuse("");
      if (n && n->whole && kind == "float") {
        auto known = realOf(value, frame);
        if (!known)
          return refuse("it is known only at run time");
        inner.scopes[0][param.name.text] = real(*known);
      } else if (n && n->whole) {
        inner.toCaller[param.name.text] = n->size;
        inner.toRoot[param.name.text] = frame.rootSize(n->size);
        inner.scopes[0][param.name.text] = number(Size::symbol(param.name.text));
      } else {
        inner.scopes[0][param.name.text] = value;
      }
      continue;
    }
    if (mustBeKnown(definition, param)) {
      if (!generic)
        return refuse("it must be a number that is known while compiling");
      inner.scopes[0][param.name.text] = real(0.5);
      continue;
    }
    bool ok = true;
    ElemType wanted = elemFrom(param.type, inner, ok, quiet);
    if (!ok)
      return false;
    const auto *list = value.as<ListValue>();
    bool isList = list && param.type.hasShape && holdsNumbers(*list);
    if (!value.as<TensorValue>() && !value.as<NumberValue>() && !value.as<MemberValue>() && !isList)
      return refuse("");
    if ((value.as<NumberValue>() && !wanted.isFloat()) || (!value.as<TensorValue>() && quiet))
      return refuse("");
    auto tensor = asTensor(value, wanted, at, frame);
    if (!tensor)
      return false;
    bool labels = wanted.kind == ElemType::Label;
    // Where a plain number says how many there are, as in Embedding(256, 32), numbers stand for members.
    bool asNumbers =
        labels && tensor->type.elem.kind == ElemType::Int && inner.rootSize(wanted.members).constant().has_value();
    labels = labels && !asNumbers;
    if (!asNumbers &&
        (elemOf(tensor->type.elem) != elemOf(wanted) || labels != (tensor->type.elem.kind == ElemType::Label)))
      return refuse("its elements are " + show(TensorType{tensor->type.elem, {}}) + ", not " + kind);
    std::string why;
    if (!matchShape(param.type, tensor->type, inner, frame, unknowns, why))
      return refuse(why);
    if (labels &&
        unify(wanted.members, tensor->type.elem.members, unknowns, inner.toCaller, frame.facts) != Unified::Yes)
      return refuse("its elements are members of " + tensor->type.elem.members.str() + ", and must be members of " +
                    substitute(wanted.members, inner.toCaller).str());
    // In the body the value has the sizes of the signature.
    auto type = typeFrom(param.type, inner);
    if (!type)
      return false;
    if (asNumbers)
      type->elem = tensor->type.elem;
    inner.scopes[0][param.name.text] = TensorValue{*type, tensor->id, tensor->level, tensor->kept};
  }
  for (const std::string &name : unknowns)
    if (!inner.toCaller.count(name)) {
      if (!quiet)
        error(diag::SizeUndetermined, frame, range, name, definition.name).cause(range);
      return false;
    }
  return quiet || checkWhere(definition, inner, range);
}

void Elaborator::stateFact(Frame &frame, const Size &left, const std::string &predicate, const Size &right,
                           const std::string &shown, SourceRange at) {
  for (const Fact &fact : entry.facts)
    if (fact.left == left && fact.right == right && fact.predicate == predicate)
      return;
  entry.facts.push_back({left, right, predicate, shown, placeOf(frame, at)});
}

/// The condition that fails, and the numbers of the sizes in it.
void Elaborator::reportWhere(const Definition &definition, const ast::Expr &condition, const std::string &left,
                             const std::string &right, Frame &inner, SourceRange range) {
  auto builder = error(diag::WhereFails, inner.caller ? *inner.caller : inner, range, definition.name,
                       text(condition.range), left, right);
  std::vector<std::string> names;
  usedNames(condition, names);
  std::string values;
  for (const auto &[name, root] : inner.toRoot) {
    bool occurs = std::find(names.begin(), names.end(), name.substr(0, name.find('['))) != names.end();
    if (auto number = substitute(root, module.dimSizes).constant(); occurs && number)
      values += (values.empty() ? "" : ", ") + name + " is " + std::to_string(*number);
  }
  if (!values.empty())
    builder.fact(values);
  builder.note(condition.range, "the condition").cause(range);
  if (inner.instance)
    helpWithWidth(builder, *inner.instance, names);
}

/// A condition of a definition in the sizes of the model, which uses it: `T / 2 % 2 == 0 (T % 2 == 0 of Half)`.
static std::string conditionOfUse(const Size &left, const Size &right, ast::CompareOp op, const std::string &written,
                                  const std::string &definition) {
  static constexpr const char *signs[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
  std::vector<Divides> divides = dividesBy({Fact{left, right, predicateOf(op), "", {}}});
  std::string size = divides.empty() ? "" : divides[0].size.str();
  bool isSum = size.find_first_of("+-") != std::string::npos;
  std::string own = divides.empty() ? left.str() + signs[int(op)] + right.str()
                                    : (isSum ? "(" + size + ")" : size) + " % " + divides[0].divisor.str() + " == 0";
  return own == written ? written : own + " (" + written + " of " + definition + ")";
}

/// The conditions of `where`: decided with the numbers of this use, else left to the entry as a fact (rule size-7).
bool Elaborator::checkWhere(const Definition &definition, Frame &inner, SourceRange range) {
  const bool isModel = range.file == definition.nameRange.file && range.begin == definition.nameRange.begin;
  inner.facts = SizeFacts(); // of `assumeDivisors`: a condition does not follow from itself
  for (const ast::Expr *condition : statedBy(definition.where())) {
    const auto *compare = condition->as<ast::CompareExpr>();
    if (!compare) {
      later(inner, condition->range, "a condition other than a comparison in `where`");
      return false;
    }
    Value a = eval(*compare->lhs, inner), b = eval(*compare->rhs, inner);
    const NumberValue *x = a.as<NumberValue>(), *y = b.as<NumberValue>();
    if (a.nothing() || b.nothing())
      return false;
    // What a function of the library says of its numbers holds of those that are known now.
    if (definition.isLibrary && (a.as<TensorValue>() || b.as<TensorValue>()))
      continue;
    if (x && y && (!x->whole || !y->whole)) {
      auto l = realOf(a, inner), r = realOf(b, inner);
      if (l && r && holds(compare->op, *l, *r))
        continue;
      if (l && r) {
        reportWhere(definition, *condition, show(a), show(b), inner, range);
        return false;
      }
    }
    if (!x || !y || !x->whole || !y->whole) {
      error(diag::NotASize, inner, condition->range, show(x && x->whole ? b : a)).cause(range);
      return false;
    }
    Size left = substitute(inner.rootSize(x->size), module.dimSizes);
    Size right = substitute(inner.rootSize(y->size), module.dimSizes);
    if (left.constant() && right.constant()) {
      int64_t l = *left.constant(), r = *right.constant();
      if (!holds(compare->op, l, r)) {
        reportWhere(definition, *condition, std::to_string(l), std::to_string(r), inner, range);
        return false;
      }
    } else if (equatesSizes(*compare, left, right)) {
      reportWhere(definition, *condition, left.str(), right.str(), inner, range);
      return false;
    } else if (compare->op != ast::CompareOp::Eq || !(left == right)) {
      stateFact(inner, left, predicateOf(compare->op), right,
                isModel ? text(condition->range)
                        : conditionOfUse(left, right, compare->op, text(condition->range), definition.name),
                condition->range);
    }
    assume(*condition, true, inner);
  }
  return true;
}

} // namespace nnc::dsl
