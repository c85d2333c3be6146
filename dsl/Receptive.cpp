#include "dsl/Receptive.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {
namespace {

/// One axis of a value: which axis of an input it goes along, how many places of that one place sees, how far apart
/// neighbours look.
struct Seen {
  int from = -1; ///< numbers all axes of all inputs; -1: of none
  double field = 1, jump = 1;
};

struct Sight {
  std::vector<Seen> axes;
  std::set<int> whole; ///< axes of inputs that every element sees from end to end
};

using Ints = std::vector<int64_t>;

class Tracer {
public:
  explicit Tracer(const Entry &entry) : entry(entry), types(entry.valueTypes()) {}

  std::vector<std::string> run() {
    int number = 0;
    for (const Input &input : entry.inputs) {
      Sight sight;
      for (size_t i = 0; i < input.type.shape.size(); ++i)
        sight.axes.push_back({number++, 1, 1});
      values.push_back(std::move(sight));
    }
    for (const Node &node : entry.nodes)
      visit(node);
    std::vector<std::string> texts;
    for (const Sight &sight : values)
      texts.push_back(textOf(sight));
    return texts;
  }

private:
  const Sight &operand(const Node &node, size_t i) const { return values[node.operands[i]]; }
  static const Ints &ints(const Node &node, const char *name) {
    static const Ints none;
    const Ints *found = node.attr<Ints>(name);
    return found ? *found : none;
  }
  static int64_t number(const Node &node, const char *name) {
    const int64_t *found = node.attr<int64_t>(name);
    return found ? *found : 0;
  }

  void visit(const Node &node) {
    Sight sight = node.operands.empty() ? Sight() : of(node);
    for (const Type &result : node.results) {
      Sight one = sight;
      one.axes.resize(result.shape.size());
      values.push_back(std::move(one));
    }
  }

  Sight of(const Node &node) {
    if (node.op == "conv" || node.op == "max_pool" || node.op == "avg_pool")
      return window(node);
    if (node.op == "conv_input_grad")
      return upward(node);
    if (node.op == "generic")
      return generic(node);
    if (node.op == "contract")
      return contract(node);
    if (node.op == "broadcast" || node.op == "transpose" || node.op == "reduce" || node.op == "reshape")
      return moved(node);
    if (node.op == "scan" || node.op == "attention" || node.op == "gather" || node.op == "scatter")
      return everything(node);
    Sight sight = merged(node);
    bool removesAxis = node.op == "logsumexp" || node.op == "arg_max" || node.op == "arg_min";
    if (removesAxis || node.op == "cumsum" || node.op.find("softmax") != std::string::npos)
      seeWhole(sight, size_t(number(node, "axis")), removesAxis);
    return sight;
  }

  static void seeWhole(Sight &sight, size_t axis, bool removesAxis) {
    if (axis >= sight.axes.size())
      return;
    if (sight.axes[axis].from >= 0)
      sight.whole.insert(sight.axes[axis].from);
    if (removesAxis)
      sight.axes.erase(sight.axes.begin() + std::ptrdiff_t(axis));
  }

  static void widen(Seen &seen, const Seen &other) {
    seen.from = seen.from < 0 ? other.from : seen.from;
    seen.field = std::max(seen.field, other.field);
    seen.jump = std::max(seen.jump, other.jump);
  }

  /// Element by element: what any operand of the largest rank sees.
  Sight merged(const Node &node) const {
    Sight sight;
    for (size_t i = 0; i < node.operands.size(); ++i) {
      const Sight &one = operand(node, i);
      sight.whole.insert(one.whole.begin(), one.whole.end());
      if (one.axes.size() > sight.axes.size())
        sight.axes.resize(one.axes.size());
    }
    for (size_t i = 0; i < node.operands.size(); ++i)
      for (size_t axis = 0; axis < operand(node, i).axes.size() && operand(node, i).axes.size() == sight.axes.size();
           ++axis)
        widen(sight.axes[axis], operand(node, i).axes[axis]);
    return sight;
  }

  Sight everything(const Node &node) const {
    Sight sight;
    for (ValueId id : node.operands) {
      sight.whole.insert(values[id].whole.begin(), values[id].whole.end());
      for (size_t axis = 1; axis < values[id].axes.size(); ++axis)
        if (values[id].axes[axis].from >= 0)
          sight.whole.insert(values[id].axes[axis].from);
    }
    return sight;
  }

  /// A window slides over the axes behind the channels.
  Sight window(const Node &node) {
    Sight sight = operand(node, 0);
    const Ints &kernel = ints(node, "kernel"), &stride = ints(node, "stride"), &dilation = ints(node, "dilation");
    for (size_t axis = 2; axis < sight.axes.size(); ++axis) {
      Seen &seen = sight.axes[axis];
      double size = kernel.empty() ? extent(node.operands[1], axis) : double(at(kernel, axis - 2, 1));
      seen.field += (size - 1) * double(at(dilation, axis - 2, 1)) * seen.jump;
      seen.jump *= double(at(stride, axis - 2, 1));
      if (seen.from >= 0 && size > 1)
        slid.insert(seen.from);
    }
    if (node.op == "conv" && sight.axes.size() > 1)
      sight.axes[1] = Seen();
    return sight;
  }

  /// A transposed convolution: a place sees the places whose windows reach it.
  Sight upward(const Node &node) {
    Sight sight = operand(node, 0);
    const Ints &stride = ints(node, "stride"), &dilation = ints(node, "dilation");
    for (size_t axis = 2; axis < sight.axes.size(); ++axis) {
      Seen &seen = sight.axes[axis];
      double step = double(at(stride, axis - 2, 1));
      double reach = (extent(node.operands[1], axis) - 1) * double(at(dilation, axis - 2, 1));
      seen.field += double(int64_t(reach / step)) * seen.jump;
      seen.jump /= step;
      if (seen.from >= 0)
        slid.insert(seen.from);
    }
    if (sight.axes.size() > 1)
      sight.axes[1] = Seen();
    return sight;
  }

  Sight generic(const Node &node) {
    const Generic &generic = *node.generic;
    Sight sight;
    sight.axes.resize(generic.resultRank);
    for (size_t i = 0; i < generic.maps.size() && i < node.operands.size(); ++i) {
      const Sight &one = operand(node, i);
      sight.whole.insert(one.whole.begin(), one.whole.end());
      for (size_t axis = 0; axis < one.axes.size() && axis < generic.maps[i].size(); ++axis)
        subscript(generic, generic.maps[i][axis], one.axes[axis], sight);
    }
    return sight;
  }

  /// A subscript of index notation: a result's index moves the place, reduced ones make a window of it.
  void subscript(const Generic &generic, const AffineIndex &map, const Seen &seen, Sight &sight) {
    if (seen.from < 0)
      return;
    double reach = 0;
    std::optional<size_t> along;
    for (size_t index = 0; index < map.factors.size(); ++index) {
      if (map.factors[index] == 0)
        continue;
      if (index < generic.resultRank)
        along = index;
      else
        reach += double(std::abs(map.factors[index])) * double(generic.domain[index].constant().value_or(1) - 1);
    }
    if (!along) {
      sight.whole.insert(seen.from);
      return;
    }
    Seen moved = seen;
    moved.field += reach * seen.jump;
    moved.jump *= double(std::abs(map.factors[*along]));
    widen(sight.axes[*along], moved);
    if (reach > 0)
      slid.insert(seen.from);
  }

  Sight contract(const Node &node) {
    const std::string *spec = node.attr<std::string>("spec");
    Sight sight;
    if (!spec)
      return sight;
    const std::string result = spec->substr(spec->find('>') + 1);
    sight.axes.resize(result.size());
    size_t which = 0, axis = 0;
    for (char letter : spec->substr(0, spec->find('-'))) {
      if (letter == ',') {
        ++which;
        axis = 0;
        continue;
      }
      if (which >= node.operands.size() || axis >= operand(node, which).axes.size())
        break;
      const Seen &seen = operand(node, which).axes[axis++];
      size_t place = result.find(letter);
      if (place != std::string::npos)
        widen(sight.axes[place], seen);
      else if (seen.from >= 0)
        sight.whole.insert(seen.from);
    }
    for (size_t i = 0; i < node.operands.size(); ++i)
      sight.whole.insert(operand(node, i).whole.begin(), operand(node, i).whole.end());
    return sight;
  }

  Sight moved(const Node &node) {
    const Sight &x = operand(node, 0);
    Sight sight;
    sight.whole = x.whole;
    if (node.op == "reshape")
      return reshaped(node, x);
    const Ints &dims = ints(node, "dims"), &perm = ints(node, "perm");
    for (size_t axis = 0; axis < perm.size() && node.op == "transpose"; ++axis)
      sight.axes.push_back(x.axes[size_t(perm[axis])]);
    if (node.op == "broadcast") {
      sight.axes.resize(node.results[0].shape.size());
      for (size_t axis = 0; axis < dims.size() && axis < x.axes.size(); ++axis)
        sight.axes[size_t(dims[axis])] = x.axes[axis];
    }
    for (size_t axis = 0; axis < x.axes.size() && node.op == "reduce"; ++axis) {
      if (std::find(dims.begin(), dims.end(), int64_t(axis)) == dims.end())
        sight.axes.push_back(x.axes[axis]);
      else if (x.axes[axis].from >= 0)
        sight.whole.insert(x.axes[axis].from);
    }
    return sight;
  }

  /// Axes that stay at the beginning and the end stay what they are; of the others every place is taken to see all.
  Sight reshaped(const Node &node, const Sight &x) const {
    const std::vector<Size> &before = types[node.operands[0]].shape, &after = node.results[0].shape;
    Sight sight;
    sight.whole = x.whole;
    sight.axes.resize(after.size());
    size_t first = 0, last = 0;
    while (first < std::min(before.size(), after.size()) && before[first] == after[first])
      ++first;
    while (last + first < std::min(before.size(), after.size()) &&
           before[before.size() - 1 - last] == after[after.size() - 1 - last])
      ++last;
    for (size_t axis = 0; axis < before.size(); ++axis) {
      if (axis < first)
        sight.axes[axis] = x.axes[axis];
      else if (axis + last >= before.size())
        sight.axes[axis + after.size() - before.size()] = x.axes[axis];
      else if (x.axes[axis].from >= 0)
        sight.whole.insert(x.axes[axis].from);
    }
    return sight;
  }

  double extent(ValueId id, size_t axis) const {
    return axis < types[id].shape.size() ? double(types[id].shape[axis].constant().value_or(1)) : 1;
  }
  static int64_t at(const Ints &list, size_t i, int64_t otherwise) { return i < list.size() ? list[i] : otherwise; }

  /// Only axes that some window slides over are told.
  std::string textOf(const Sight &sight) const {
    std::string text;
    for (int axis : slid)
      if (sight.whole.count(axis))
        return "all";
    for (const Seen &seen : sight.axes)
      if (slid.count(seen.from))
        text += (text.empty() ? "" : " x ") + std::to_string(int64_t(seen.field));
    return text;
  }

  const Entry &entry;
  std::vector<Type> types;
  std::vector<Sight> values;
  std::set<int> slid; ///< axes of inputs that windows slide over
};

} // namespace

std::vector<std::string> receptiveFields(const Entry &entry) { return Tracer(entry).run(); }

} // namespace nnc::dsl
