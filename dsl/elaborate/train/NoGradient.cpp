// What is said of parameters that no gradient reaches: what cuts it off, the way to the loss, what helps.
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/train/GradientPath.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// `encoder`, if these are all the trained parameters of that layer; else "".
static std::string wholeLayer(const std::vector<std::string> &names, const std::vector<Param> &params) {
  std::string layer = names.size() > 1 ? names[0] : "";
  while (!layer.empty()) {
    size_t dot = layer.find_last_of('.');
    layer.resize(dot == std::string::npos ? 0 : dot);
    auto isInside = [&](const std::string &name) { return name.starts_with(layer + "."); };
    if (layer.empty() || !std::ranges::all_of(names, isInside))
      continue;
    auto isTrained = [&](const Param &param) { return param.trainable && isInside(param.name); };
    return size_t(std::ranges::count_if(params, isTrained)) == names.size() ? layer : "";
  }
  return "";
}

/// "the 12 parameters of `encoder`", "`fc.weight` and 1 other parameter"
static std::string counted(const std::vector<std::string> &names, const std::string &layer) {
  if (!layer.empty())
    return "the " + support::formatNumber(int64_t(names.size())) + " parameters of `" + layer + "`";
  std::string text = "`" + names[0] + "`";
  if (names.size() > 1)
    text += " and " + std::to_string(names.size() - 1) + (names.size() == 2 ? " other parameter" : " other parameters");
  return text;
}

/// What the language calls the op.
static std::string spoken(const std::string &op) {
  if (op == "arg_max")
    return "argmax";
  if (op == "arg_min")
    return "argmin";
  return op == "compare" ? "a comparison" : op;
}

/// "its result is an index, Code[B]", of argmax and argmin; else "".
static std::string indexText(const Node &node, const std::vector<Type> &types) {
  const int64_t *axis = node.attr<int64_t>("axis");
  if (!axis || (node.op != "arg_max" && node.op != "arg_min"))
    return "";
  const Type &from = types[node.operands[0]];
  std::string elem = "int", rest;
  for (size_t i = 0; i < from.shape.size(); ++i) {
    bool hasDim = i < from.dims.size() && !from.dims[i].empty();
    if (int64_t(i) != *axis)
      rest += (rest.empty() ? "" : ", ") + (hasDim ? from.dims[i] : from.shape[i].str());
    else if (hasDim)
      elem = from.dims[i];
  }
  return ": its result is an index, " + elem + (rest.empty() ? "" : "[" + rest + "]");
}

/// "the only path: encoder (14) -> z (15) -> code (18) -> loss (31)"; "" without names.
std::string ProgramBuilder::pathText(const std::string &param, const Entry &entry, const Node &culprit,
                                     const std::vector<ValueId> &way) const {
  ValueId from = entry.inputs.size();
  for (const Node &node : entry.nodes) {
    const std::string *symbol = node.op == "get" ? node.attr<std::string>("symbol") : nullptr;
    if (symbol && *symbol == param)
      break;
    from += node.results.size();
  }
  auto maker = elaborator->made.find(param);
  const Instance *layer = maker == elaborator->made.end() ? nullptr : outermost(maker->second);
  std::string name = layer ? param.substr(0, param.find('.')) : "";
  return GradientPath(entry, elaborator->namedValues, sources)
      .text(from, way, culprit, name, layer ? layer->made : SourceRange(), settings.loss->range);
}

/// `straight_through(codebook.weight[code], z)`, where what is read at an index has the shape of what the index is of.
bool ProgramBuilder::helpWithStraightThrough(support::DiagnosticBuilder &builder, const Entry &entry,
                                             const Node &culprit, const std::vector<ValueId> &way,
                                             const std::string &otherwise) const {
  std::vector<Type> types = entry.valueTypes();
  const NamedValue *before = nullptr;
  Type shape;
  size_t step = 0; // along the way
  ValueId next = entry.inputs.size();
  bool isCut = false;
  for (const Node &node : entry.nodes) {
    isCut |= &node == &culprit;
    ValueId id = next;
    next += node.results.size();
    while (step < way.size() && way[step] < id)
      ++step;
    if (step == way.size() || way[step] != id)
      continue;
    auto named = elaborator->namedValues.find(id);
    if (named == elaborator->namedValues.end())
      continue;
    const NamedValue &value = named->second;
    bool isRead = isCut && before && node.op == "gather" && value.value.valid() && sameType(types[id], shape);
    if (isRead) {
      builder.edit(around(value.value, "straight_through(", ", " + before->name + ")"), otherwise);
      return true;
    }
    // The first value of the way that has a name: what the layers give.
    if (!isCut && !before) {
      before = &value;
      shape = types[id];
    }
  }
  return false;
}

void ProgramBuilder::reportNoGradient(const Entry &entry, const Node &culprit, const std::vector<std::string> &names,
                                      const std::vector<ValueId> &way) {
  std::string layer = wholeLayer(names, program.params);
  SourceRange at = rangeOf(culprit.place.front());
  std::string word(sources.text(at)), op = spoken(culprit.op);
  bool isInside = culprit.place.size() > 1 && word != op; // of what the program calls
  auto builder = sink.report(diag::NoGradient, at, counted(names, layer));
  builder.label("cannot differentiate through " + (culprit.op == "compare" ? op : "`" + op + "`") +
                (isInside ? ", which stands in `" + word + "`" : indexText(culprit, entry.valueTypes())));
  if (std::string path = pathText(names[0], entry, culprit, way); !path.empty())
    builder.fact(path);
  const std::string &kept = layer.empty() ? names[0] : layer;
  std::string spokenOf = kept.find('.') == std::string::npos ? "the " + kept : "`" + kept + "`";
  std::string freeze = "in `train`: freeze = [" + kept + "]";
  if (isInside && word == "accuracy")
    builder.help("train with `cross_entropy`, and write `metrics = [accuracy(…)]` to see the accuracy");
  else if (!helpWithStraightThrough(builder, entry, culprit, way, "or, to keep " + spokenOf + " fixed, " + freeze))
    builder.help("to keep these parameters as they are, write " + freeze);
  builder.cause(at);
}

} // namespace nnc::dsl
