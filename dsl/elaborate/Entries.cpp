// The entries of a program: `forward`, and those that read a data set: `eval`, `loss`, `grad`, `step`.
#include "dsl/elaborate/Builder.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

void ProgramBuilder::output(Entry &entry, const std::string &name, const TensorValue &value, Finish finish) {
  Output made;
  made.name = name;
  made.value = value.id;
  made.finish = finish;
  entry.outputs.push_back(std::move(made));
}

bool ProgramBuilder::forwardEntry() {
  Frame *settingsFrame = nullptr, *inner = nullptr;
  if (!modelFrame(EntryKind::Forward, settingsFrame, inner) ||
      !bindInputs(EntryKind::Forward, *settingsFrame, *inner) || !bindDefaults(EntryKind::Forward, *inner))
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
      if (found->second.isNamed())
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
  bool isFixed = options.given || std::all_of(general.sizes.begin(), general.sizes.end(),
                                              [&](const FreeSize &size) { return size.name == batchName; });
  if (isFixed && !elaborator->sketched)
    return true;
  program.entries.clear();
  program.layers.clear();
  elaborator->firstEntry = true;
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
  if (settings.watch)
    elaborator->usedNames(*settings.watch, used);
  for (const DatasetFieldInfo &field : dataset->fields) {
    bool isInput = false;
    for (const ast::Param &param : model->data().params)
      isInput |= param.name.text == field.name;
    if (isInput || !std::count(used.begin(), used.end(), field.name)) {
      settingsFrame.offered.push_back(field.name);
      continue;
    }
    bool isResult = false;
    for (const ast::ResultItem &item : model->result().items)
      isResult |= item.name.text == field.name;
    if (isResult) {
      sink.report(diag::ResultAndField, field.nameRange, field.name).cause(field.nameRange);
      return false;
    }
    auto isField = [&](const auto &owned) { return owned.name == field.name; };
    bool isState = std::ranges::any_of(program.states, isField);
    if (isState || std::ranges::any_of(program.params, isField)) {
      sink.report(diag::ParamIsInput, field.nameRange, isState ? "state" : "parameter", field.name,
                  "a field of the dataset")
          .help("give one of them another name")
          .cause(field.nameRange);
      return false;
    }
    TensorType type;
    type.elem.kind = field.isFloat              ? ElemType::Float
                     : field.elem == Elem::I64  ? ElemType::Int
                     : field.elem == Elem::Bool ? ElemType::Bool
                                                : ElemType::I32;
    if (!field.dim.empty() || !field.members.empty())
      type.elem = {ElemType::Label, Size::symbol(field.dim.empty() ? field.members : field.dim)};
    if (!batchName.empty())
      type.shape.push_back(Size::symbol(batchName));
    type.shape.insert(type.shape.end(), field.shape.begin(), field.shape.end());
    type.from.assign(type.shape.size(), field.typeRange);
    Input input;
    input.name = field.name;
    input.type = elaborator->concrete(settingsFrame, type, field.range);
    if (!field.dim.empty()) {
      input.indexBound = module.dims.at(field.dim).size;
      if (module.dims.at(field.dim).isNamed())
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
  // Inputs come before the first node.
  if (!addFields(*frame) || !bindDefaults(kind, *inner))
    return false;
  for (const ast::Param &param : model->data().params)
    frame->scopes[0][param.name.text] = elaborator->translate(inner->scopes[0][param.name.text], *inner);
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
    if (kind == EntryKind::Loss && !watchValues(*frame, shell))
      return false;
  }
  Entry entry = elaborator->finishEntry();
  entry.outputs = std::move(shell.outputs);
  bounds(entry);
  if (kind == EntryKind::Loss) {
    if (!lossSees(entry, terms))
      return false;
    checkGradients(entry);
    warnSoftmaxTwice(entry);
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
