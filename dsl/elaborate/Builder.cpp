#include "dsl/elaborate/Builder.h"

#include "support/Suggest.h"

#include <algorithm>
#include <numeric>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

ProgramBuilder::ProgramBuilder(const Module &module, const CompileOptions &options, support::SourceMap &sources,
                               support::DiagnosticSink &sink)
    : module(module), options(options), sources(sources), sink(sink) {}

/// Which `train` block, which model (rule set-1).
bool ProgramBuilder::choose(std::string &usage) {
  SourceRange top{module.program().file, 0, 0};
  std::vector<std::string> names;
  for (const ast::TrainItem *item : module.trains)
    names.push_back(item->model.text + ":" + item->dataset.text);
  for (size_t i = 0; i < module.trains.size(); ++i) {
    const ast::TrainItem *item = module.trains[i];
    bool wanted = !options.train || *options.train == item->model.text || *options.train == names[i];
    if (wanted && !train)
      train = item;
    else if (wanted && options.train && usage.empty() && *options.train != names[i])
      usage = "several `train` blocks are called `" + *options.train + "`: write --train Model:data";
  }
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ", ") + name;
  if (options.train && !train) {
    usage = names.empty() ? "the program has no `train` block"
                          : "no `train` block is called `" + *options.train + "`; there are: " + list;
    return false;
  }
  if (!options.train && module.trains.size() > 1)
    usage = "the program has several `train` blocks: choose with --train " + list;
  if (!train) {
    if (module.models.empty()) {
      auto builder = sink.report(diag::NoModel, top);
      builder.fact("the smallest program: model Double(x: float[B, 2]) -> float[B, 2] { 2 * x }");
      return false;
    }
    model = module.models.back();
    return true;
  }
  for (const Definition *one : module.models)
    if (one->name == train->model.text)
      model = one;
  if (!model) {
    auto builder = sink.report(diag::NoSuchModel, train->model.range, train->model.text);
    std::vector<std::string> known;
    for (const Definition *one : module.models)
      known.push_back(one->name);
    if (auto near = support::nearestName(train->model.text, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{train->model.range, *near}});
    builder.cause(train->model.range);
    return false;
  }
  auto found = module.datasets.find(train->dataset.text);
  if (found == module.datasets.end()) {
    auto builder = sink.report(diag::NoSuchDataset, train->dataset.range, train->dataset.text);
    std::vector<std::string> known;
    for (const auto &[name, item] : module.datasets)
      known.push_back(name);
    if (auto near = support::nearestName(train->dataset.text, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{train->dataset.range, *near}});
    builder.cause(train->dataset.range);
    return false;
  }
  return true;
}

/// -D name=value: hyperparameters of the model, over what `train` says.
bool ProgramBuilder::setDefines(std::string &usage) {
  for (const auto &[name, text] : options.defines) {
    const ast::Param *param = nullptr;
    std::vector<std::string> known;
    if (model->layer->hyper)
      for (const ast::Param &one : model->layer->hyper->params) {
        known.push_back(one.name.text);
        if (one.name.text == name)
          param = &one;
      }
    if (!param) {
      auto near = support::nearestName(name, known);
      usage = "-D " + name + ": model " + model->name + " has no such hyperparameter" +
              (near ? "; did you mean " + *near + "?" : "");
      return false;
    }
    // Numbers in decimal digits, with a sign: no `nan`, no `inf`, no hexadecimal ones.
    const std::string &kind = param->type.name.text;
    size_t first = text.starts_with("-");
    bool isDecimal = text.size() > first && text[first] >= '0' && text[first] <= '9' &&
                     text.find_first_not_of("0123456789.eE+-", first) == std::string::npos;
    char *end = nullptr;
    errno = 0;
    Value value;
    if (kind == "int" && isDecimal)
      value = number(Size(int64_t(strtoll(text.c_str(), &end, 10))));
    else if (kind == "float" && isDecimal)
      value = real(strtod(text.c_str(), &end));
    else if (kind == "bool" && (text == "true" || text == "false"))
      value = BoolValue{text == "true"};
    bool wrong = value.nothing() || (end && (*end || errno));
    if (wrong || param->type.hasShape || param->type.isList()) {
      usage = "-D " + name + "=" + text + ": " + name + " is of kind " + std::string(sources.text(param->type.range));
      return false;
    }
    defines.emplace_back(name, std::move(value));
  }
  return true;
}

std::optional<Program> ProgramBuilder::run(std::string &usage, std::string &types) {
  size_t before = sink.errorCount();
  bool chosen = choose(usage);
  for (const ast::TrainItem *item : module.trains) {
    TrainSettings own;
    readSettings(*item, sources, sink, own);
    if (item == train)
      settings = own;
  }
  Elem precision = settings.precision.value_or(Elem::F32);
  if (options.dtype)
    precision = *options.dtype == "f64" ? Elem::F64 : Elem::F32;
  for (const auto &[name, item] : module.datasets) {
    datasets.push_back(checkDataset(*item, module, precision, options, sources, sink));
    if (train && name == train->dataset.text)
      dataset = datasets.back();
  }
  if (!chosen || !model || !setDefines(usage))
    return std::nullopt;
  program.files.push_back(std::string(sources.name(module.program().file)));
  program.source = program.files[0];
  program.model = model->name;
  program.precision = precision;
  program.batch = options.batch.value_or(train ? settings.batch : 0);
  elaborator.emplace(module, program, sources, sink, precision);
  bool ok = forwardEntry();
  types = elaborator->types;
  if (ok)
    checkUnusedDefinitions();
  // What follows would only repeat the same errors.
  if (!ok || sink.errorCount() != before)
    return std::nullopt;
  if (train) {
    if (!freeze() || !fixForwardSizes())
      return std::nullopt;
    for (EntryKind kind : {EntryKind::Eval, EntryKind::Loss, EntryKind::Grad, EntryKind::Step})
      if (!dataEntry(kind))
        return std::nullopt;
    program.optimizer = settings.optimizer;
    support::LineColumn at = sources.lineColumn(settings.optimizerRange.file, settings.optimizerRange.begin);
    program.optimizer->place = {0, at.line, at.column};
    program.clip = settings.clip;
    if (settings.stop) {
      auto rises = stopDirection();
      if (!rises)
        return std::nullopt;
      stopRises = *rises;
    }
    program.settings.push_back({"optimizer.lr", settings.optimizer->lr});
    if (settings.optimizer->hasWeightDecay)
      program.settings.push_back({"optimizer.weight_decay", settings.optimizer->weightDecay});
    if (settings.clip)
      program.settings.push_back({"clip", settings.clip->bound});
    if (settings.optimizer->decayAll)
      for (Param &param : program.params)
        param.decay = true;
  }
  if (sink.errorCount() != before)
    return std::nullopt;
  sortParams();
  writeRecipe();
  return std::move(program);
}

/// Parameters are listed in the order of their declarations, however the layers are applied.
void ProgramBuilder::sortParams() {
  std::vector<size_t> order(program.params.size());
  std::iota(order.begin(), order.end(), 0);
  const auto &keys = elaborator->paramOrder;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  std::vector<Param> sorted;
  for (size_t i : order)
    sorted.push_back(std::move(program.params[i]));
  program.params = std::move(sorted);
}

bool ProgramBuilder::freeze() {
  for (const auto &[path, range] : settings.freeze) {
    bool any = false;
    for (Param &param : program.params)
      if (param.name == path || param.name.rfind(path + ".", 0) == 0) {
        param.trainable = false;
        any = true;
      }
    if (any)
      continue;
    std::vector<std::string> known;
    for (const Param &param : program.params) {
      known.push_back(param.name);
      for (size_t dot = param.name.find('.'); dot != std::string::npos; dot = param.name.find('.', dot + 1))
        known.push_back(param.name.substr(0, dot));
    }
    auto builder = sink.report(diag::NoSuchPath, range, path);
    if (auto near = support::nearestName(path, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
    builder.cause(range);
    return false;
  }
  return true;
}

// ---------------------------------------------------------------------------------------------------------------------
// Entries

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
    for (const auto &[name, value] : defines)
      given |= name == param.name.text;
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
  if (args && !args->empty() && !elaborator->bindHyper(*model, instance, args, range, *settingsFrame))
    return false;
  for (const auto &define : defines) {
    std::erase_if(instance.hyper, [&](const auto &one) { return one.first == define.first; });
    instance.hyper.push_back(define);
  }
  return elaborator->setHyper(*model, instance, *inner, *settingsFrame);
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
  for (const ast::Param &param : model->data().params) {
    if (!readsFields(kind))
      continue;
    const DatasetFieldInfo *field = dataset->field(param.name.text);
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
  for (const ast::Param &param : model->data().params) {
    auto type = elaborator->typeFrom(param.type, inner);
    if (!type)
      return false;
    if (!batchName.size() && !type->shape.empty())
      if (auto name = type->shape[0].symbolName(); name && std::count(sizes.begin(), sizes.end(), *name))
        batchName = *name;
    Input input;
    input.name = param.name.text;
    input.type = elaborator->concrete(inner, *type, param.range);
    if (type->elem.kind == ElemType::Label) {
      Size bound = substitute(inner.rootSize(type->elem.members), module.dimSizes);
      input.indexBound = bound.constant().value_or(-1);
      if (auto dim = module.dims.find(input.type.members); dim != module.dims.end())
        input.labels = dim->second.labels;
    }
    TensorValue value{*type, elaborator->addInput(std::move(input)), 0};
    inner.scopes[0][param.name.text] = value;
  }
  return sink.errorCount() == 0 && elaborator->checkWhere(*model, inner, model->nameRange);
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
  if (pattern->elem.kind == ElemType::Label && pattern->elem.members.symbolName() != std::optional(field.dim))
    return refuse("the input holds members of " + pattern->elem.members.str());
  std::vector<std::string> unknowns = elaborator->introducedSizes(*model);
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

void ProgramBuilder::output(Entry &entry, const std::string &name, const TensorValue &value, Finish finish) {
  Output made;
  made.name = name;
  made.value = value.id;
  made.finish = finish;
  entry.outputs.push_back(std::move(made));
}

bool ProgramBuilder::forwardEntry() {
  Frame *settingsFrame = nullptr, *inner = nullptr;
  if (!modelFrame(EntryKind::Forward, settingsFrame, inner) || !bindInputs(EntryKind::Forward, *settingsFrame, *inner))
    return false;
  Value result = elaborator->runBody(*model, *inner, *settingsFrame, model->nameRange);
  if (result.nothing())
    return false;
  std::vector<std::pair<std::string, Value>> values;
  if (const auto *several = result.as<ResultsValue>())
    values = several->values;
  else
    values.emplace_back(model->result().items[0].name.text, result);
  Entry shell; // outputs are collected while the entry is still open for constants
  for (auto &[name, value] : values) {
    auto tensor = elaborator->asTensor(value, {ElemType::Float, {}}, model->nameRange, *inner);
    if (!tensor)
      return false;
    output(shell, name.empty() ? "result" : name, *tensor);
    Type type = elaborator->concrete(*inner, tensor->type, model->nameRange);
    std::string dim = tensor->type.elem.kind == ElemType::Label ? type.members
                      : type.dims.empty()                       ? ""
                                                                : type.dims.back();
    if (auto found = module.dims.find(dim); found != module.dims.end()) {
      shell.outputs.back().labels = found->second.labels;
      if (tensor->type.elem.kind == ElemType::Label)
        shell.outputs.back().indexBound = found->second.size;
    }
  }
  Entry entry = elaborator->finishEntry();
  entry.outputs = std::move(shell.outputs);
  bounds(entry);
  program.entries.push_back(std::move(entry));
  return sink.errorCount() == 0;
}

/// A model is checked for every size of its inputs. The program predicts from rows of the data set: sizes that its
/// fields fix (the steps of a sequence) are those of `forward` too, so that only the batch is free.
bool ProgramBuilder::fixForwardSizes() {
  Entry &general = program.entries.front();
  bool isFixed = std::all_of(general.sizes.begin(), general.sizes.end(),
                             [&](const FreeSize &size) { return size.name == batchName; });
  if (isFixed)
    return true;
  program.entries.clear();
  forwardReadsFields = true;
  return forwardEntry();
}

/// The fields that losses and metrics name become inputs, in the order of the block.
bool ProgramBuilder::addFields(Frame &settingsFrame) {
  std::vector<std::string> used;
  if (settings.loss)
    elaborator->usedNames(*settings.loss, used);
  if (settings.metrics)
    elaborator->usedNames(*settings.metrics, used);
  for (const DatasetFieldInfo &field : dataset->fields) {
    bool isInput = false;
    for (const ast::Param &param : model->data().params)
      isInput |= param.name.text == field.name;
    if (isInput || !std::count(used.begin(), used.end(), field.name))
      continue;
    bool isResult = false;
    for (const ast::ResultItem &item : model->result().items)
      isResult |= item.name.text == field.name;
    if (isResult) {
      sink.report(diag::ResultAndField, field.nameRange, field.name).cause(field.nameRange);
      return false;
    }
    TensorType type;
    type.elem.kind = field.isFloat              ? ElemType::Float
                     : field.elem == Elem::I64  ? ElemType::Int
                     : field.elem == Elem::Bool ? ElemType::Bool
                                                : ElemType::I32;
    if (!field.dim.empty())
      type.elem = {ElemType::Label, Size::symbol(field.dim)};
    if (!batchName.empty())
      type.shape.push_back(Size::symbol(batchName));
    type.shape.insert(type.shape.end(), field.shape.begin(), field.shape.end());
    Input input;
    input.name = field.name;
    input.type = elaborator->concrete(settingsFrame, type, field.range);
    if (!field.dim.empty()) {
      input.indexBound = module.dims.at(field.dim).size;
      input.labels = module.dims.at(field.dim).labels;
    }
    settingsFrame.scopes[0][field.name] = TensorValue{type, elaborator->addInput(std::move(input)), 0};
  }
  return true;
}

bool ProgramBuilder::dataEntry(EntryKind kind) {
  Frame *frame = nullptr, *inner = nullptr;
  if (!modelFrame(kind, frame, inner) || !bindInputs(kind, *frame, *inner))
    return false;
  for (const ast::Param &param : model->data().params)
    frame->scopes[0][param.name.text] = elaborator->translate(inner->scopes[0][param.name.text], *inner);
  // Inputs come before the first node.
  if (!addFields(*frame))
    return false;
  Value result = elaborator->runBody(*model, *inner, *frame, model->nameRange);
  if (result.nothing())
    return false;
  result = elaborator->translate(result, *inner);
  if (const auto *several = result.as<ResultsValue>()) {
    for (const auto &[name, value] : several->values)
      frame->scopes[0][name] = value;
  } else {
    const std::string &name = model->result().items[0].name.text;
    frame->scopes[0][name.empty() ? "result" : name] = result;
  }
  bool isEval = kind == EntryKind::Eval;
  std::vector<Term> terms, metrics;
  std::vector<TensorValue> penalties;
  if (!lossTerms(*frame, terms, penalties))
    return false;
  SourceRange at = settings.loss->range;
  Entry shell;
  if (isEval) {
    if (!metricTerms(*frame, terms, metrics))
      return false;
    Term total = terms.size() == 1 ? terms[0] : Term();
    if (terms.size() != 1) {
      // Terms may count different elements: their means, weighed with the examples.
      TensorValue sum = mean(terms[0], *frame);
      for (size_t i = 1; i < terms.size(); ++i)
        sum = elaborator->emit(*frame, "add", {sum, mean(terms[i], *frame)}, sum.type, at);
      Size examples = batchName.empty() ? Size(1) : Size::symbol(batchName);
      total.count = elaborator->sizeValue(*frame, examples, sum.type.elem, at);
      total.sum = elaborator->emit(*frame, "mul", {sum, total.count}, sum.type, at);
    }
    outputTerm(shell, "loss", total);
    for (const Term &term : terms)
      if (terms.size() > 1)
        outputTerm(shell, "loss." + term.name, term);
    for (const Term &term : metrics)
      outputTerm(shell, term.name, term);
  } else {
    std::optional<TensorValue> loss;
    auto add = [&](const TensorValue &value) {
      loss = loss ? elaborator->emit(*frame, "add", {*loss, value}, value.type, at) : value;
    };
    for (const Term &term : terms)
      add(mean(term, *frame));
    for (const TensorValue &value : penalties)
      add(value);
    output(shell, "loss", *loss);
    for (const Term &term : terms)
      outputTerm(shell, "loss." + term.name, term);
  }
  Entry entry = elaborator->finishEntry();
  entry.outputs = std::move(shell.outputs);
  bounds(entry);
  if (kind == EntryKind::Loss) {
    if (!lossSees(entry, terms))
      return false;
    checkGradients(entry);
  }
  program.entries.push_back(std::move(entry));
  lossNames.clear();
  for (const Term &term : terms)
    lossNames.push_back(term.name);
  if (isEval)
    evalMetrics = metrics;
  return sink.errorCount() == 0;
}

void ProgramBuilder::outputTerm(Entry &entry, const std::string &name, const Term &term) {
  output(entry, name, term.sum, term.finish);
  output(entry, name + ".count", term.count);
}

} // namespace nnc::dsl
