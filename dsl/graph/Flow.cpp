#include "dsl/graph/Flow.h"

#include "dsl/Paths.h"
#include "dsl/Summary.h"
#include "dsl/graph/Groups.h"
#include "support/Diagnostics.h"
#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace nnc::dsl::graph {
namespace {

using support::formatNumber;

/// What a value is made of: the boxes it comes from, the parameters that went into it on the way.
struct Origin {
  std::vector<uint32_t> boxes;     ///< sorted
  std::vector<std::string> params; ///< sorted
  bool isShared = false;           ///< it is read in several places
};

/// Neighbouring nodes that are one thing to a reader: of one layer, or of one call of a library function.
struct Unit {
  size_t begin = 0, end = 0;        ///< nodes of the entry
  std::optional<std::string> group; ///< the layer
  std::string call;                 ///< identifies the call, "" if it is none of the library
};

template <typename T> void join(std::vector<T> &all, const std::vector<T> &more) {
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

std::string crossed(std::string text) {
  for (size_t at = 0; (at = text.find(" x ", at)) != std::string::npos;)
    text.replace(at, 3, " × ");
  return text;
}

/// How an op outside of layers is written, where several values meet.
std::string symbolOf(const Node &node) {
  static const std::map<std::string, std::string> symbols = {
      {"add", "+"},      {"sub", "-"},          {"mul", "×"},         {"div", "/"},
      {"contract", "@"}, {"pow", "**"},         {"compare", "=="},    {"generic", "index"},
      {"scan", "loop"},  {"arg_max", "argmax"}, {"arg_min", "argmin"}};
  static const std::map<std::string, std::string> reductions = {{"add", "sum"}, {"mul", "prod"}};
  const std::string *kind = node.op == "reduce" ? node.attr<std::string>("kind") : nullptr;
  const auto &words = kind ? reductions : symbols;
  auto found = words.find(kind ? *kind : node.op);
  return found != words.end() ? found->second : kind ? *kind : node.op;
}

/// Ops of one value that a reader looks for; others only change its form.
bool isNotable(const std::string &op) {
  static const std::set<std::string> notable = {
      "relu",    "tanh", "sigmoid", "softmax",   "log_softmax", "gelu",    "softplus", "step", "exp",
      "log",     "sin",  "cos",     "max_pool",  "avg_pool",    "dropout", "cumsum",   "sort", "arg_max",
      "arg_min", "scan", "flip",    "attention", "logsumexp",   "generic", "reduce"};
  return notable.count(op) != 0;
}

class Tracer {
public:
  Tracer(const Program &program, const Entry &entry, const NameAt &nameAt, size_t depth)
      : program(program), entry(entry), nameAt(nameAt), groups(program, depth), types(entry.valueTypes()) {
    for (const Param &param : program.params)
      counts[param.name] = countOf(param);
    for (const LayerInstance &one : program.layers) {
      std::vector<const LayerInstance *> &known = instances[one.path];
      if (known.empty() || known[0]->layer == one.layer)
        known.push_back(&one);
    }
    instances.erase("");
  }

  Flow run() {
    findUnits();
    countReaders();
    for (const Input &input : entry.inputs) {
      origins.push_back({{uint32_t(flow.boxes.size())}, {}, false});
      add({Box::Input, input.name, typeText(input.type, program.precision), "", 0, false});
    }
    origins.resize(types.size());
    for (const Unit &unit : units)
      if (unit.group)
        layer(unit);
      else
        between(unit);
    for (const Output &output : entry.outputs) {
      Origin from = read({output.value});
      uint32_t box = add({Box::Output, output.name, typeText(types[output.value], program.precision), "", 0, false});
      connect(from, box);
    }
    std::sort(flow.arrows.begin(), flow.arrows.end());
    flow.arrows.erase(std::unique(flow.arrows.begin(), flow.arrows.end()), flow.arrows.end());
    return std::move(flow);
  }

private:
  bool isLibrary(const Place &place) const {
    return place.file != 0 && place.file < program.files.size() && program.files[place.file].starts_with("library/");
  }

  /// The place in the library that a node comes from: in the definition that the user's text calls. Its number in the
  /// node's places, 0 if there is none.
  size_t libraryPlace(const Node &node) {
    for (size_t i = 1; i < node.place.size(); ++i)
      if (isLibrary(node.place[i]) && !isLayerAround(node.path, nameOfDefinition(node.place[i])))
        return i;
    return 0;
  }

  /// Whether a layer of this kind is at the path, or around it: what its body does is no call of a function.
  bool isLayerAround(std::string path, const std::string &layer) const {
    for (;; path.resize(path.rfind('.'))) {
      auto found = instances.find(path);
      if (found != instances.end() && found->second[0]->layer == layer)
        return true;
      if (path.find('.') == std::string::npos)
        return false;
    }
  }

  std::string nameOfDefinition(const Place &place) {
    auto [known, isNew] = names.try_emplace({place.file, place.line});
    if (isNew)
      known->second = nameAt(place);
    return known->second;
  }

  /// The name of the library's function or layer that the user's text calls.
  std::string calledBy(const Node &node) {
    size_t i = libraryPlace(node);
    return i == 0 ? "" : nameOfDefinition(node.place[i]);
  }

  /// What the nodes of one call have in common.
  std::string keyOf(const Node &node) {
    std::string key = calledBy(node);
    if (key.empty())
      return "";
    key += ":" + node.path;
    for (size_t i = 0; i < libraryPlace(node); ++i)
      key += ":" + std::to_string(node.place[i].file) + ":" + std::to_string(node.place[i].line) + ":" +
             std::to_string(node.place[i].column);
    return key;
  }

  void findUnits() {
    ValueId next = ValueId(entry.inputs.size());
    for (size_t i = 0; i < entry.nodes.size(); ++i) {
      const Node &node = entry.nodes[i];
      firstResult.push_back(next);
      next += ValueId(node.results.size());
      Unit unit{i, i + 1, groups.of(node.path), ""};
      if (!unit.group)
        unit.call = keyOf(node);
      bool isPlain = node.op == "get";
      bool goesOn = !units.empty() && units.back().end == i && !isPlain && unit.group == units.back().group &&
                    (unit.group || (!unit.call.empty() && unit.call == units.back().call));
      if (goesOn)
        units.back().end = i + 1;
      else
        units.push_back(std::move(unit));
    }
    firstResult.push_back(next);
  }

  bool isInside(const Unit &unit, ValueId id) const {
    return id >= firstResult[unit.begin] && id < firstResult[unit.end];
  }

  /// The values that a unit takes from others, each once.
  std::vector<ValueId> operandsOf(const Unit &unit) const {
    std::vector<ValueId> all;
    for (size_t i = unit.begin; i < unit.end; ++i)
      for (ValueId id : entry.nodes[i].operands)
        if (!isInside(unit, id))
          all.push_back(id);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  void countReaders() {
    readers.resize(types.size());
    for (const Unit &unit : units)
      for (ValueId id : operandsOf(unit))
        ++readers[id];
    for (const Output &output : entry.outputs)
      ++readers[output.value];
  }

  Origin read(const std::vector<ValueId> &values) {
    Origin all;
    for (ValueId id : values) {
      const Origin &one = origins[id];
      join(all.boxes, one.boxes);
      join(all.params, one.params);
      all.isShared |= !one.boxes.empty() && (one.isShared || readers[id] > 1);
      if (one.boxes.size() == 1 && flow.boxes[one.boxes[0]].kind == Box::Layer && made.insert(one.boxes[0]).second)
        flow.boxes[one.boxes[0]].shape = crossed(shapeText(types[id]));
    }
    return all;
  }

  void give(const Unit &unit, const Origin &origin) {
    for (ValueId id = firstResult[unit.begin]; id < firstResult[unit.end]; ++id)
      origins[id] = origin;
  }

  uint32_t add(Box box) {
    flow.boxes.push_back(std::move(box));
    return uint32_t(flow.boxes.size() - 1);
  }

  void connect(const Origin &from, uint32_t to) {
    for (uint32_t box : from.boxes)
      if (box != to)
        flow.arrows.emplace_back(box, to);
  }

  const Node &last(const Unit &unit) const { return entry.nodes[unit.end - 1]; }

  void layer(const Unit &unit) {
    Origin from = read(operandsOf(unit));
    bool goesOn = open && flow.boxes[*open].name == nameOf(*unit.group);
    if (from.boxes.empty() && !goesOn) {
      // Made of parameters alone: it belongs to whoever reads it.
      paramsOf(unit, from);
      give(unit, from);
      return;
    }
    if (goesOn)
      made.erase(*open); // what it reads of itself is not its result
    else
      open = add(layerBox(*unit.group));
    if (goesOn && !resumed.empty())
      flow.boxes[*open].text = resumed; // what seemed to follow it is inside
    resumed.clear();
    connect(from, *open);
    give(unit, {{*open}, {}, false});
  }

  std::string nameOf(const std::string &group) const { return group.empty() ? program.model : group; }

  Box layerBox(const std::string &path) {
    Box box{Box::Layer, nameOf(path), "", "", 0, false};
    size_t use = uses[path]++, inside = groups.countInside(path);
    const LayerInstance *instance = nullptr;
    if (auto found = instances.find(path); found != instances.end())
      instance = found->second[std::min(use, found->second.size() - 1)];
    std::string layers = formatNumber(int64_t(inside)) + (inside == 1 ? " layer" : " layers");
    if (instance) {
      box.text = instance->text + (inside > 1 ? ", " + layers : "");
      box.shape = crossed(shapeText(instance->result));
    } else if (inside > 0) {
      box.text = layers;
    }
    std::string prefix = path.empty() ? "" : path + ".";
    for (auto at = counts.lower_bound(prefix); at != counts.end() && at->first.starts_with(prefix); ++at)
      box.parameters += at->second;
    box.isShared = use > 0 && box.parameters > 0;
    return box;
  }

  /// The parameters that a unit's nodes read, their loops included.
  void paramsOf(const Unit &unit, Origin &origin) const {
    for (size_t i = unit.begin; i < unit.end; ++i)
      if (const std::string *symbol = entry.nodes[i].attr<std::string>("symbol"))
        join(origin.params, {*symbol});
  }

  /// The name of the function that was called, or the op, if it is one that a reader looks for.
  std::string wordOf(const Unit &unit) {
    const Node &node = last(unit);
    std::string name = calledBy(node);
    return !name.empty() ? name : isNotable(node.op) ? symbolOf(node) : "";
  }

  void between(const Unit &unit) {
    Origin from = read(operandsOf(unit));
    paramsOf(unit, from);
    if (from.boxes.empty()) {
      give(unit, from);
      return;
    }
    std::string word = wordOf(unit);
    bool joins = from.boxes.size() > 1 || !from.params.empty();
    if (!joins && word.empty()) {
      give(unit, from);
      return;
    }
    std::string shape = last(unit).results.empty() ? "" : crossed(shapeText(last(unit).results[0]));
    Box &source = flow.boxes[from.boxes[0]];
    if (!joins && !from.isShared && source.kind == Box::Layer && !last(unit).scan) {
      if (!open || *open != from.boxes[0] || groups.isInnermost(source.name))
        open.reset();
      else if (resumed.empty())
        resumed = source.text;
      source.text += (source.text.empty() ? "→ " : " → ") + word;
      source.shape = shape;
      give(unit, {{from.boxes[0]}, {}, false});
      return;
    }
    open.reset();
    resumed.clear();
    uint32_t box = add(stepBox(unit, word.empty() ? symbolOf(last(unit)) : word, from.params, shape));
    connect(from, box);
    give(unit, {{box}, {}, false});
  }

  Box stepBox(const Unit &unit, const std::string &word, const std::vector<std::string> &params,
              const std::string &shape) {
    Box box{Box::Step, word, "", shape, 0, false};
    std::set<std::string> inner;
    for (size_t i = unit.begin; i < unit.end; ++i)
      if (entry.nodes[i].scan)
        collectLayers(*entry.nodes[i].scan, inner);
    for (const std::string &name : inner)
      box.text += (box.text.empty() ? "" : ", ") + name;
    for (const std::string &name : params) {
      bool belongs = std::any_of(inner.begin(), inner.end(), [&](const auto &path) { return isUnder(name, path); });
      if (!belongs)
        box.text += (box.text.empty() ? "" : ", ") + name;
      bool isNew = counted.insert(name).second;
      box.parameters += isNew ? counts[name] : 0;
    }
    return box;
  }

  /// The layers that a loop applies in each step.
  void collectLayers(const Scan &scan, std::set<std::string> &paths) const {
    for (const Node &node : scan.body) {
      if (auto group = groups.of(node.path))
        paths.insert(nameOf(*group));
      if (node.scan)
        collectLayers(*node.scan, paths);
    }
  }

  const Program &program;
  const Entry &entry;
  const NameAt &nameAt;
  Groups groups;
  std::vector<Type> types;
  std::vector<Unit> units;
  std::vector<ValueId> firstResult; ///< of each node; one more behind the last
  std::vector<uint32_t> readers;    ///< of each value: how many units and outputs
  std::vector<Origin> origins;
  std::optional<uint32_t> open; ///< the layer's box that the last unit was in
  std::string resumed;          ///< the text of that box before a function followed it, if layers may go on in it
  std::set<uint32_t> made;      ///< boxes whose result is known
  std::set<std::string> counted;
  std::map<std::string, size_t> uses;
  std::map<std::string, std::vector<const LayerInstance *>> instances; ///< by path, the outermost kind of layer there
  std::map<std::string, int64_t> counts;
  std::map<std::pair<uint32_t, uint32_t>, std::string> names; ///< of the library's definitions, by file and line
  Flow flow;
};

} // namespace

std::vector<std::string> Box::lines() const {
  std::vector<std::string> made{name};
  if (kind == Step && !text.empty())
    made[0] += " " + text;
  else if (!text.empty())
    made.push_back(text);
  std::string last = kind == Step && parameters == 0 ? "" : shape, count;
  if (parameters > 0)
    count = isShared ? "shared" : formatNumber(parameters) + (parameters == 1 ? " parameter" : " parameters");
  constexpr size_t wide = 28; // a shape behind which there is no room
  if (last.size() > wide || last.empty() || count.empty()) {
    for (const std::string &one : {last, count})
      if (!one.empty())
        made.push_back(one);
  } else {
    made.push_back(last + " · " + count);
  }
  return made;
}

Flow flowOf(const Program &program, const NameAt &nameAt, size_t most) {
  Flow flow;
  if (const Entry *entry = program.entry(EntryKind::Forward)) {
    size_t depth = Groups(program).depth();
    flow = Tracer(program, *entry, nameAt, size_t(-1)).run();
    while (flow.boxes.size() > most && depth > 1)
      flow = Tracer(program, *entry, nameAt, --depth).run();
    if (flow.boxes.size() > most)
      flow = foldChains(flow);
    if (flow.boxes.size() > 10 * most)
      flow = Tracer(program, *entry, nameAt, 0).run();
  }
  Summary summary = summarize(program);
  flow.title = program.model;
  flow.total = formatNumber(summary.parameters) + " parameters, " + formatNumber(summary.trained) + " trained";
  // Of one example; with more free sizes than the batch there is no such number.
  if (program.entry(EntryKind::Forward) && program.entry(EntryKind::Forward)->sizes.size() <= 1)
    flow.total += ", " + formatNumber(summary.multiplyAdds) + " multiply-adds";
  return flow;
}

} // namespace nnc::dsl::graph
