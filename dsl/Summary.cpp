#include "dsl/Summary.h"

#include "dsl/Paths.h"
#include "dsl/Receptive.h"
#include "dsl/SummarySizes.h"
#include "support/Diagnostics.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace nnc::dsl {

namespace {

int64_t capped(__int128 value) { return value > INT64_MAX ? INT64_MAX : int64_t(value); }

int64_t numberAt(const Size &size, const SizeMap &at) {
  SizeMap all = at;
  for (const std::string &name : size.symbols())
    all.try_emplace(name, Size(1));
  return substitute(size, all).constant().value_or(0);
}

int64_t elements(const Type &type, const SizeMap &at) {
  __int128 count = 1;
  for (const Size &axis : type.shape)
    count = capped(count * numberAt(axis, at));
  return capped(count);
}

/// Multiply-adds of a product: the extents of all letters of its spec.
int64_t contraction(const std::string &spec, const std::vector<const Type *> &operands, const SizeMap &at) {
  std::map<char, int64_t> extents;
  size_t operand = 0, axis = 0;
  for (char c : spec.substr(0, spec.find('-'))) {
    if (c == ',') {
      ++operand;
      axis = 0;
    } else if (operand < operands.size() && axis < operands[operand]->shape.size()) {
      extents[c] = numberAt(operands[operand]->shape[axis++], at);
    }
  }
  __int128 count = 1;
  for (auto [letter, extent] : extents)
    count = capped(count * extent);
  return capped(count);
}

int64_t multiplyAdds(const Node &node, const std::vector<Type> &types, const SizeMap &at);

/// Adds the work of a node to that of its layer; the body of a scan is done once a step.
void addWork(const Node &node, const std::vector<Type> &types, const SizeMap &at, int64_t times,
             std::map<std::string, int64_t> &work) {
  int64_t count = capped(__int128(multiplyAdds(node, types, at)) * times);
  work[node.path] = capped(__int128(work[node.path]) + count);
  if (!node.scan)
    return;
  std::vector<Type> inner = node.scan->arguments;
  for (const Node &one : node.scan->body)
    inner.insert(inner.end(), one.results.begin(), one.results.end());
  int64_t steps = capped(__int128(numberAt(node.scan->steps, at)) * times);
  for (const Node &one : node.scan->body)
    addWork(one, inner, at, steps, work);
}

int64_t multiplyAdds(const Node &node, const std::vector<Type> &types, const SizeMap &at) {
  if (node.op == "contract") {
    std::vector<const Type *> operands;
    for (ValueId id : node.operands)
      operands.push_back(&types[id]);
    const std::string *spec = node.attr<std::string>("spec");
    return spec ? contraction(*spec, operands, at) : 0;
  }
  if (node.op == "conv" || node.op == "conv_input_grad") {
    // each element of the result of a convolution, of the operand of a transposed one, meets one filter
    const Type &many = node.op == "conv" ? node.results[0] : types[node.operands[0]];
    __int128 count = elements(many, at);
    const Type &filter = types[node.operands[1]];
    for (size_t axis = 1; axis < filter.shape.size(); ++axis)
      count = capped(count * numberAt(filter.shape[axis], at));
    return capped(count);
  }
  if (node.op == "attention") {
    const Type &q = types[node.operands[0]], &k = types[node.operands[1]], &v = types[node.operands[2]];
    __int128 scores = capped(__int128(elements(q, at)) * numberAt(k.shape[k.shape.size() - 2], at));
    __int128 reads = capped(scores / std::max<int64_t>(1, numberAt(q.shape.back(), at)) * numberAt(v.shape.back(), at));
    return capped(scores + reads);
  }
  if (!node.generic || node.generic->reduce != "add")
    return 0;
  bool multiplies = std::any_of(node.generic->body.begin(), node.generic->body.end(),
                                [](const Node &inner) { return inner.op == "mul"; });
  __int128 count = multiplies;
  for (const Size &range : node.generic->domain)
    count = capped(count * numberAt(range, at));
  return capped(count);
}

SizeMap sizesOf(const std::map<std::string, int64_t> &at) {
  SizeMap sizes;
  for (const auto &[name, value] : at)
    sizes[name] = Size(value);
  return sizes;
}

/// What stands at one path.
struct Share {
  int64_t parameters = 0, trained = 0, multiplyAdds = 0;
  ValueId last = 0; ///< value that is made there; 0 (an input, or nothing): none
};

using Shares = std::map<std::string, Share>;

void addParameters(const Program &program, const SizeMap &at, Summary &summary, Shares &shares) {
  for (const Param &param : program.params) {
    int64_t count = elements(param.type, at);
    ++summary.tensors;
    summary.parameters = capped(__int128(summary.parameters) + count);
    shares[param.name].parameters = count;
    if (!param.trainable)
      continue;
    summary.trained = capped(__int128(summary.trained) + count);
    shares[param.name].trained = count;
  }
}

void addNodes(const Entry &entry, const std::vector<Type> &types, const SizeMap &at, Summary &summary, Shares &shares) {
  std::map<std::string, int64_t> work;
  ValueId value = entry.inputs.size();
  for (const Node &node : entry.nodes) {
    addWork(node, types, at, 1, work);
    if (!node.results.empty())
      shares[node.path].last = value;
    value += node.results.size();
  }
  for (const auto &[path, count] : work) {
    shares[path].multiplyAdds = count;
    summary.multiplyAdds = capped(__int128(summary.multiplyAdds) + count);
  }
}

/// The layer that `path` belongs to: the innermost of `layers`, or the model, "".
std::string innermost(const std::set<std::string> &layers, std::string path) {
  while (!path.empty() && !layers.count(path))
    path.resize(path.find('.') == std::string::npos ? 0 : path.rfind('.'));
  return path;
}

/// What each layer has itself, without its inner layers; that of the model stands at "".
Shares ownShares(const std::set<std::string> &layers, const Shares &shares) {
  Shares own;
  for (const auto &[path, share] : shares) {
    Share &sum = own[innermost(layers, path)];
    sum.parameters = capped(__int128(sum.parameters) + share.parameters);
    sum.trained = capped(__int128(sum.trained) + share.trained);
    sum.multiplyAdds = capped(__int128(sum.multiplyAdds) + share.multiplyAdds);
    sum.last = std::max(sum.last, share.last);
  }
  return own;
}

/// The layers with a row: those that hold no others, and those with parameters or work of their own; each path once.
std::vector<const LayerInstance *> shownLayers(const std::vector<LayerInstance> &layers,
                                               const std::set<std::string> &paths, Shares &own) {
  std::set<std::string> seen;
  std::vector<const LayerInstance *> found;
  for (const LayerInstance &layer : layers) {
    if (layer.path.empty())
      continue;
    const Share &share = own[layer.path];
    bool isShown = share.parameters || share.multiplyAdds || !hasInner(paths, layer.path);
    if (isShown && seen.insert(layer.path).second)
      found.push_back(&layer);
  }
  return found;
}

} // namespace

/// `2 * T`, `(T - 4)`: as one factor of a product of axes.
static std::string axisText(const Size &axis) {
  std::string text = axis.str();
  int depth = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    depth += (text[i] == '(') - (text[i] == ')');
    if (depth == 0 && text[i] == ' ' && (text[i + 1] == '+' || text[i + 1] == '-'))
      return "(" + text + ")";
  }
  return text;
}

std::string shapeText(const Type &type, const SizeMap &at) {
  std::string text;
  for (size_t i = 0; i < type.shape.size(); ++i) {
    if (i == 0 && type.shape.size() > 1 && type.shape[i].symbolName())
      continue; // the batch
    Size axis = substitute(type.shape[i], at);
    text += (text.empty() ? "" : " x ") + (type.shape.size() > 2 ? axisText(axis) : axis.str());
  }
  return text;
}

std::string typeText(const Type &type, Elem precision) {
  bool isInt = type.elem == Elem::I32 || type.elem == Elem::I64;
  std::string text = !type.members.empty()    ? type.members
                     : type.elem == precision ? "float"
                     : isInt                  ? "int"
                                              : spell(type.elem);
  for (size_t i = 0; i < type.shape.size(); ++i) {
    bool hasDim = i < type.dims.size() && !type.dims[i].empty();
    text += (i ? ", " : "[") + (hasDim ? type.dims[i] : type.shape[i].str());
  }
  return text + (type.shape.empty() ? "" : "]");
}

int64_t countOf(const Param &param) { return elements(param.type, {}); }

Summary summarize(const Program &program, const std::map<std::string, int64_t> &at) {
  Summary summary;
  const SizeMap given = sizesOf(at);
  const Entry *forward = program.entry(EntryKind::Forward);
  ChosenSizes chosen = forward ? chooseSizes(*forward, at) : ChosenSizes();
  summary.smallest = chosen.smallest;
  const SizeMap &sizes = chosen.sizes;
  summary.header = program.model + "(";
  for (size_t i = 0; forward && i < forward->inputs.size(); ++i)
    summary.header +=
        (i ? ", " : "") + forward->inputs[i].name + ": " + typeText(forward->inputs[i].type, program.precision);
  summary.header += ")";
  Shares shares;
  addParameters(program, sizes, summary, shares);
  std::vector<Type> types;
  std::vector<std::string> sights;
  if (forward) {
    types = forward->valueTypes();
    sights = receptiveFields(*forward);
    addNodes(*forward, types, sizes, summary, shares);
  }
  std::set<std::string> paths;
  for (const LayerInstance &layer : program.layers)
    paths.insert(layer.path);
  Shares own = ownShares(paths, shares);
  auto addRow = [&](const std::string &path, const std::string &layer, const std::string &result) {
    const Share &share = own[path];
    summary.rows.push_back({path, layer, result, share.parameters, share.trained, share.multiplyAdds,
                            share.last ? sights[share.last] : ""});
  };
  if (own[""].parameters || own[""].multiplyAdds)
    addRow("", program.model,
           forward && forward->outputs.size() == 1 ? shapeText(types[forward->outputs[0].value], given) : "");
  for (const LayerInstance *layer : shownLayers(program.layers, paths, own))
    addRow(layer->path, layer->layer, shapeText(layer->result, given));
  return summary;
}

std::string summaryTable(const Summary &summary) {
  using support::formatNumber;
  auto any = [&](auto &&holds) { return std::any_of(summary.rows.begin(), summary.rows.end(), holds); };
  const bool hasSight = any([](const SummaryRow &row) { return !row.sees.empty(); });
  const bool hasFrozen = any([](const SummaryRow &row) { return row.trained != row.parameters; });
  std::vector<std::vector<std::string>> lines{{"path", "layer", "result", "params"}};
  if (hasFrozen)
    lines[0].push_back("trained");
  lines[0].push_back("mul-adds");
  for (const SummaryRow &row : summary.rows) {
    lines.push_back({row.path, row.layer, row.result, formatNumber(row.parameters)});
    if (hasFrozen)
      lines.back().push_back(formatNumber(row.trained));
    lines.back().push_back(formatNumber(row.multiplyAdds));
  }
  std::vector<size_t> widths(lines[0].size());
  for (const auto &line : lines)
    for (size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], line[i].size());
  std::string total = formatNumber(summary.parameters) + " parameters, " + formatNumber(summary.trained) + " trained";
  std::string work = formatNumber(summary.multiplyAdds);
  widths[0] = std::max(widths[0], size_t(5));
  widths.back() = std::max(widths.back(), work.size());
  size_t end = 0;
  for (size_t width : widths)
    end += 2 + width;
  std::string text = summary.header + "\n";
  for (size_t i = 0; i < lines.size(); ++i) {
    for (size_t column = 0; column < lines[i].size(); ++column) {
      const std::string &cell = lines[i][column];
      std::string space(widths[column] - cell.size(), ' ');
      text += "  " + (column < 3 ? cell + space : space + cell);
    }
    std::string sees = i == 0 ? "sees" : summary.rows[i - 1].sees;
    text += (hasSight && !sees.empty() ? "  " + sees : "") + "\n";
  }
  std::string last = "  total" + std::string(widths[0] - 5 + 2, ' ') + total;
  text +=
      last + std::string(last.size() + 2 + work.size() < end ? end - last.size() - work.size() : 2, ' ') + work + "\n";
  std::string at;
  for (const auto &[name, value] : summary.smallest)
    at += (at.empty() ? "  mul-adds at " : ", ") + name + " = " + std::to_string(value);
  return text + (at.empty() ? "" : at + ", the smallest that can be\n");
}

std::string summaryJson(const Program &program, const std::map<std::string, int64_t> &at) {
  using nlohmann::json;
  Summary summary = summarize(program, at);
  json layers = json::array(), parameters = json::array(), states = json::array();
  for (const SummaryRow &row : summary.rows)
    layers.push_back({{"path", row.path},
                      {"layer", row.layer},
                      {"result", row.result},
                      {"params", row.parameters},
                      {"trained", row.trained},
                      {"multiply_adds", row.multiplyAdds},
                      {"sees", row.sees}});
  for (const Param &param : program.params) {
    json shape = json::array();
    for (const Size &axis : param.type.shape)
      shape.push_back(axis.constant().value_or(0));
    bool decays = program.optimizer && program.optimizer->weightDecay > 0 && param.decay && param.trainable;
    parameters.push_back({{"name", param.name}, {"shape", shape}, {"trainable", param.trainable}, {"decay", decays}});
  }
  for (const State &state : program.states) {
    json shape = json::array();
    for (const Size &axis : state.type.shape)
      shape.push_back(axis.constant().value_or(0));
    states.push_back({{"name", state.name}, {"shape", shape}});
  }
  json result = {{"model", program.model},
                 {"layers", layers},
                 {"parameters", parameters},
                 {"states", states},
                 {"parameter_count", summary.parameters},
                 {"multiply_adds", summary.multiplyAdds}};
  return result.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string checkLine(const std::vector<Program> &programs) {
  std::set<std::string> models;
  int64_t tensors = 0, parameters = 0;
  for (const Program &program : programs) {
    if (!models.insert(program.model).second)
      continue;
    Summary summary;
    Shares shares;
    addParameters(program, {}, summary, shares);
    tensors += summary.tensors;
    parameters = capped(__int128(parameters) + summary.parameters);
  }
  auto count = [](int64_t n, const char *what) { return support::formatNumber(n) + " " + what + (n == 1 ? "" : "s"); };
  return "ok: " + count(int64_t(models.size()), "model") + ", " + count(tensors, "tensor") + ", " +
         count(parameters, "parameter") + "\n";
}

} // namespace nnc::dsl
