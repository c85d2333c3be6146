// Whether the loss reaches every trained parameter: by derivatives, or only by values (rule err-1, family E05).
#include "dsl/elaborate/Builder.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

/// Ops whose result does not change, or jumps, when their operand changes a little.
bool cutsGradient(const Node &node) {
  static const std::set<std::string> cuts = {"arg_max", "arg_min", "compare", "floor", "ceil", "round",
                                             "sign",    "step",    "and",     "or",    "not"};
  if (node.op == "cast")
    return node.results[0].elem != Elem::F32 && node.results[0].elem != Elem::F64;
  return cuts.count(node.op);
}

struct Reach {
  std::vector<bool> byValue, byGradient; // values on which the loss depends
  std::vector<size_t> firstCut;          // of each value: the first op that cuts, on its ways to the loss
  const Entry &entry;

  explicit Reach(const Entry &entry, size_t values)
      : byValue(values), byGradient(values), firstCut(values, entry.nodes.size()), entry(entry) {
    byValue[entry.outputs[0].value] = byGradient[entry.outputs[0].value] = true;
    ValueId first = values;
    for (auto node = entry.nodes.rbegin(); node != entry.nodes.rend(); ++node) {
      first -= node->results.size();
      bool value = false, gradient = false;
      size_t cut = entry.nodes.size();
      for (size_t i = 0; i < node->results.size(); ++i) {
        value |= byValue[first + i];
        gradient |= byGradient[first + i];
        cut = std::min(cut, firstCut[first + i]);
      }
      if (value && cutsGradient(*node))
        cut = entry.nodes.rend() - node - 1;
      for (ValueId operand : node->operands) {
        byValue[operand] = byValue[operand] || value;
        // A stopped gradient is what the program asked for.
        byGradient[operand] = byGradient[operand] || (gradient && !cutsGradient(*node));
        firstCut[operand] = std::min(firstCut[operand], cut);
      }
    }
  }

  /// The values that lie between `from` and the loss, in the order of the program.
  std::vector<ValueId> way(ValueId from) const {
    std::vector<ValueId> result;
    std::set<ValueId> reached{from};
    ValueId next = entry.inputs.size();
    for (const Node &node : entry.nodes) {
      bool uses =
          std::any_of(node.operands.begin(), node.operands.end(), [&](ValueId id) { return reached.count(id); });
      for (size_t i = 0; i < node.results.size(); ++i, ++next)
        if (uses && byValue[next]) {
          result.push_back(next);
          reached.insert(next);
        }
    }
    return result;
  }

  /// The first op, in the order of the program, that keeps the gradient from `from`.
  const Node *culprit(ValueId from) const {
    return firstCut[from] < entry.nodes.size() ? &entry.nodes[firstCut[from]] : nullptr;
  }
};

} // namespace

/// A loss whose data terms see no data, or no parameter, cannot train anything.
bool ProgramBuilder::lossSees(const Entry &entry, const std::vector<Term> &terms) {
  std::set<ValueId> seen;
  for (const Term &term : terms)
    seen.insert(term.sum.id);
  bool data = false, parameter = false;
  ValueId first = entry.inputs.size();
  for (const Node &node : entry.nodes)
    first += node.results.size();
  for (auto node = entry.nodes.rbegin(); node != entry.nodes.rend(); ++node) {
    first -= node->results.size();
    bool used = false;
    for (size_t i = 0; i < node->results.size(); ++i)
      used |= seen.count(first + i) > 0;
    if (!used)
      continue;
    parameter |= node->op == "get";
    seen.insert(node->operands.begin(), node->operands.end());
  }
  for (ValueId input = 0; input < entry.inputs.size(); ++input)
    data |= seen.count(input) > 0;
  if (data && parameter)
    return true;
  SourceRange at = settings.loss->range;
  if (data)
    sink.report(diag::NoGradient, at, "any parameter").label("no term depends on one").cause(at);
  else
    sink.report(diag::LossWithoutData, at).cause(at);
  return false;
}

/// One error for each op that keeps gradients away, one warning for parameters that the loss does not see at all.
void ProgramBuilder::checkGradients(const Entry &entry) {
  size_t values = entry.inputs.size();
  for (const Node &node : entry.nodes)
    values += node.results.size();
  Reach reach(entry, values);
  std::map<std::string, ValueId> gets;
  ValueId next = entry.inputs.size();
  for (const Node &node : entry.nodes) {
    if (const std::string *symbol = node.op == "get" ? node.attr<std::string>("symbol") : nullptr)
      gets[*symbol] = next;
    next += node.results.size();
  }
  std::vector<std::pair<const Node *, std::vector<std::string>>> cut;
  for (const Param &param : program.params) {
    auto found = gets.find(param.name);
    if (!param.trainable || found == gets.end() || reach.byGradient[found->second])
      continue;
    const Node *culprit = reach.byValue[found->second] ? reach.culprit(found->second) : nullptr;
    if (!culprit)
      continue;
    auto known = std::find_if(cut.begin(), cut.end(), [&](const auto &one) { return one.first == culprit; });
    if (known == cut.end())
      known = cut.insert(cut.end(), {culprit, {}});
    known->second.push_back(param.name);
  }
  for (const auto &[culprit, names] : cut)
    reportNoGradient(entry, *culprit, names, reach.way(gets.at(names[0])));
}

/// What made a value, or what it is a slice of; null for an input.
static const Node *makerOf(ValueId id, const std::vector<const Node *> &makers) {
  while (makers[id] && makers[id]->op == "slice")
    id = makers[id]->operands[0];
  return makers[id];
}

/// A softmax or sigmoid in front of a loss that applies its own: it trains, slowly and badly.
void ProgramBuilder::warnSoftmaxTwice(const Entry &entry) {
  std::vector<const Node *> makers(entry.inputs.size(), nullptr);
  std::vector<Type> types = entry.valueTypes();
  for (const Node &node : entry.nodes) {
    const Node *maker = node.operands.empty() ? nullptr : makerOf(node.operands[0], makers);
    makers.insert(makers.end(), node.results.size(), &node);
    if (!maker || (maker->op != "softmax" && maker->op != "sigmoid"))
      continue;
    SourceRange at = rangeOf(node.place.front());
    std::string loss(sources.text(at)), help;
    const int64_t *axis = maker->attr<int64_t>("axis");
    if (axis && *axis + 1 == int64_t(types[node.operands[0]].shape.size()) && node.op == "softmax_cross_entropy") {
      help = "leave the softmax out of the model: the largest logit is the most likely class, with or without it";
      loss = module.functions(loss, false) ? loss : "cross_entropy";
    } else if (maker->op == "sigmoid" && node.op == "abs" && loss == "bce_with_logits") { // in the loss's log_sigmoid
      help = "leave the sigmoid out of the model, or write `bce`, which takes probabilities";
    } else {
      continue;
    }
    sink.report(diag::SoftmaxTwice, at, loss, maker->op)
        .note(rangeOf(maker->place.front()), "the " + maker->op)
        .help(help)
        .cause(at);
  }
}

/// A place of the program as a range of the source, one character long.
SourceRange ProgramBuilder::rangeOf(const Place &place) const {
  support::FileId file = module.program().file;
  uint32_t at = sources.lineStart(file, place.line);
  std::string_view line = sources.lineText(file, at);
  // Columns count characters.
  uint32_t offset = 0;
  for (uint32_t column = 1; column < place.column && offset < line.size(); ++column)
    do
      ++offset;
    while (offset < line.size() && (static_cast<unsigned char>(line[offset]) & 0xC0) == 0x80);
  uint32_t end = offset;
  while (end < line.size() && (isalnum(static_cast<unsigned char>(line[end])) || line[end] == '_'))
    ++end;
  return {file, at + offset, at + std::max(end, offset + 1)};
}

} // namespace nnc::dsl
