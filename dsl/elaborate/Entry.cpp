// The entry under construction: nodes, values, places.
#include "dsl/Multiples.h"
#include "dsl/SizeArithmetic.h"
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;

Elaborator::Elaborator(const Module &module, Program &program, support::SourceMap &sources,
                       support::DiagnosticSink &sink, Elem precision)
    : module(module), program(program), sources(sources), sink(sink), precision(precision) {}

void Elaborator::beginEntry(EntryKind newKind) {
  kind = newKind;
  steps = 0;
  entry = Entry();
  entry.kind = newKind;
  targets.assign(1, Target());
  made.clear();
  namedValues.clear();
  instances.clear();
  gets.clear();
  stateNow.clear();
  sites.clear();
  frames.clear();
}

Entry Elaborator::finishEntry() {
  entry.nodes = std::move(targets[0].nodes);
  std::vector<std::string> used;
  auto collect = [&](const Type &type) {
    for (const Size &size : type.shape)
      for (const std::string &name : size.symbols())
        used.push_back(name);
  };
  for (const Type &type : targets[0].types)
    collect(type);
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  for (const std::string &name : used)
    entry.sizes.push_back({name, 1, -1});
  firstEntry = false;
  entry.updates = updates();
  return std::move(entry);
}

Frame &Elaborator::newFrame(Frame *caller, const Definition *definition, SourceRange call) {
  frames.push_back(std::make_unique<Frame>());
  Frame &frame = *frames.back();
  frame.caller = caller;
  frame.definition = definition;
  frame.call = call;
  frame.depth = caller ? caller->depth + 1 : 0;
  frame.atRest = caller && caller->atRest;
  frame.scopes.emplace_back();
  frame.later.emplace_back();
  return frame;
}

ValueId Elaborator::addInput(Input input) {
  ValueId id = targets[0].types.size();
  targets[0].types.push_back(input.type);
  entry.inputs.push_back(std::move(input));
  return id;
}

void Elaborator::boundInput(const TensorValue &numbers, const Size &bound, const Frame &frame) {
  if (numbers.level != 0 || numbers.id >= entry.inputs.size())
    return;
  Input &input = entry.inputs[numbers.id];
  Size root = substitute(frame.rootSize(bound), module.dimSizes);
  if (auto number = root.constant())
    input.indexBound = input.indexBound < 0 ? *number : std::min(input.indexBound, *number);
  else if (!input.indexSize && root.named())
    input.indexSize = root;
}

Elem Elaborator::elemOf(const ElemType &elem) const {
  switch (elem.kind) {
  case ElemType::Float:
    return precision;
  case ElemType::F32:
    return Elem::F32;
  case ElemType::F64:
    return Elem::F64;
  case ElemType::Int:
    return Elem::I64;
  case ElemType::I32:
  case ElemType::Label:
    return Elem::I32;
  case ElemType::Bool:
    return Elem::Bool;
  }
  return Elem::F32;
}

/// Where the user wrote the number behind a size of a library definition; `name` becomes "`out` of `Linear`".
SourceRange Elaborator::originOf(const Frame &frame, const Size &size, std::string &name) const {
  const Frame *f = &frame;
  std::optional<std::string> symbol = size.symbolName();
  SourceRange result;
  while (f && f->inLibrary() && symbol && f->origins.count(*symbol)) {
    name = "`" + *symbol + "` of `" + f->definition->name + "`";
    result = f->origins.at(*symbol);
    symbol = substitute(Size::symbol(*symbol), f->toCaller).symbolName();
    f = f->caller;
  }
  return f && f->inLibrary() ? SourceRange() : result;
}

/// The axis with the most elements, as far as they are known.
Size Elaborator::largestOf(const TensorType &type, const Frame &frame) const {
  Size largest(1);
  int64_t most = 0;
  for (const Size &axis : type.shape) {
    Size number = substitute(frame.rootSize(axis), module.dimSizes);
    if (number.overflowed())
      return axis;
    if (auto known = number.constant(); known && *known > most) {
      most = *known;
      largest = axis;
    }
  }
  return largest;
}

/// Whether a free size is at least 1, by itself or by what the entry has to check of its sizes.
static bool isPositive(Size size, const std::vector<Fact> &facts) {
  if (size.symbolName() || least(size).value_or(0) >= 1)
    return true;
  if (const std::vector<Size::Term> &terms = size.products();
      terms.size() == 1 && terms[0].factor > 0 && size.number() == 0)
    size = SizeArithmetic::single(1, terms[0].atoms); // 4 * floor(H / 8) is if floor(H / 8) is
  SizeMap bounds;                                     // T >= 3: T is 2 more than a size
  for (const Fact &fact : facts) {
    auto name = fact.left.symbolName();
    auto bound = fact.right.constant();
    if (name && bound && (fact.predicate == "ge" || fact.predicate == "gt"))
      bounds[*name] = Size::symbol(*name) + Size(std::max<int64_t>(*bound - (fact.predicate == "ge"), 0));
  }
  auto isAtLeast0 = [&](const Size &difference) { return least(substitute(difference, bounds)).value_or(-1) >= 0; };
  return isAtLeast0(size - Size(1)) || std::ranges::any_of(facts, [&](const Fact &fact) {
           bool isLess = fact.predicate == "lt" || fact.predicate == "le",
                isStrict = fact.predicate == "lt" || fact.predicate == "gt";
           if (!isLess && fact.predicate != "ge" && fact.predicate != "gt")
             return false;
           Size known = (isLess ? fact.right - fact.left : fact.left - fact.right) - Size(isStrict);
           return isAtLeast0(size - Size(1) - known);
         });
}

/// The type in free sizes and numbers. Checks that every axis and the whole tensor have a size that can exist.
Type Elaborator::concrete(const Frame &frame, const TensorType &type, SourceRange at) {
  Type result;
  result.elem = elemOf(type.elem);
  if (type.elem.kind == ElemType::Label)
    if (auto name = frame.rootSize(type.elem.members).symbolName(); name && module.dims.count(*name))
      result.members = *name;
  int64_t elements = 1;
  bool anyDim = false;
  for (const Size &axis : type.shape) {
    Size root = frame.rootSize(axis);
    std::optional<std::string> name = root.symbolName();
    bool isDim = name && module.dims.count(*name);
    anyDim |= isDim;
    result.dims.push_back(isDim ? *name : "");
    Size number = substitute(root, module.dimSizes);
    std::optional<int64_t> known = number.constant();
    constexpr int64_t maxElements = int64_t(1) << 40;
    auto report = [&](const Size &culprit, auto &&make) {
      std::string name = culprit.str();
      SourceRange origin = originOf(frame, culprit, name);
      Size value = substitute(frame.rootSize(culprit), module.dimSizes);
      std::string shown = value.constant() ? support::formatNumber(*value.constant()) : value.str();
      make(origin.valid() ? origin : blame(frame, at), name, shown).cause(blame(frame, at));
      number = Size(1);
    };
    if (known && *known < 1)
      report(axis, [&](SourceRange range, const std::string &name, const std::string &shown) {
        return sink.report(support::diag::EmptyAxis, range, name, shown);
      });
    else if (number.overflowed() || (known && (*known > maxElements || elements > maxElements / *known)))
      report(largestOf(type, frame), [&](SourceRange range, const std::string &name, const std::string &shown) {
        return sink.report(support::diag::TensorTooLarge, range, show(type), name, shown);
      });
    else if (known)
      elements *= *known;
    else if (!generic && !sketch && !isPositive(number, entry.facts))
      entry.facts.push_back({number, Size(1), "ge", number.str() + " >= 1", placeOf(frame, at)});
    result.shape.push_back(number);
  }
  if (!anyDim)
    result.dims.clear();
  if (type.shape.size() > 16)
    error(support::diag::TooManyAxes, frame, at, show(type)).cause(blame(frame, at));
  return result;
}

static bool isElementwise(const std::string &op) {
  static const std::set<std::string> elementwise = {
      "add",   "sub",   "mul",    "div",  "max",  "min",     "pow",  "neg",      "exp",          "log",  "log1p",
      "expm1", "sqrt",  "rsqrt",  "tanh", "relu", "sigmoid", "abs",  "sign",     "erf",          "cast", "floor",
      "ceil",  "round", "select", "sin",  "cos",  "gelu",    "step", "softplus", "stop_gradient"};
  return elementwise.count(op) != 0;
}

/// As phases see it, which know no exact quotient: two sizes are one only if they are so without the facts of a
/// `where`.
static Size withoutPromises(const Size &size) {
  Size result(size.number());
  for (const Size::Term &term : size.products()) {
    Size product(term.factor);
    for (const auto &atom : term.atoms)
      product = product * (atom->kind == SizeAtom::Symbol
                               ? Size::symbol(atom->name)
                               : Size::floorDiv(withoutPromises(atom->numerator), withoutPromises(atom->denominator)));
    result = result + product;
  }
  return result;
}

static const TensorType &partType(const TensorValue &value) { return value.type; }
static const TensorType &partType(const TensorType &type) { return type; }

/// Whether the axes that meet here are equal where the sizes of the entry are what `known` says.
static bool areEqual(const Elaborator &e, const Frame &frame, const Node &node,
                     const std::vector<TensorValue> &operands, const std::vector<TensorType> &results,
                     const SizeMap &known) {
  auto inEntry = [&](const Size &size) {
    return withoutPromises(substitute(substitute(frame.rootSize(size), e.module.dimSizes), known));
  };
  auto sumAlong = [&](const auto &parts, size_t axis) {
    Size sum;
    for (const auto &part : parts)
      sum = sum + inEntry(partType(part).shape[axis]);
    return sum;
  };
  if (node.op == "concat" || node.op == "split") {
    const auto *axis = node.attr<int64_t>("axis");
    return !axis || sumAlong(operands, *axis) == sumAlong(results, *axis);
  }
  if (!isElementwise(node.op))
    return true;
  return std::ranges::all_of(operands, [&](const TensorValue &operand) {
    return std::ranges::equal(operand.type.shape, results[0].shape,
                              [&](const Size &a, const Size &b) { return a == b || inEntry(a) == inEntry(b); });
  });
}

/// Whether axes meet that are free, and equal because of a condition only that no phase could tell: one that is not of
/// what divides a size.
static bool meetByFact(const Elaborator &e, const std::vector<Fact> &facts, const Frame &frame, const Node &node,
                       const std::vector<TensorValue> &operands, const std::vector<TensorType> &results) {
  return !areEqual(e, frame, node, operands, results, {}) &&
         (facts.empty() || !areEqual(e, frame, node, operands, results, inMultiples(dividesBy(facts))));
}

std::vector<TensorValue> Elaborator::emitMany(Frame &frame, const std::string &op,
                                              const std::vector<TensorValue> &operands,
                                              const std::vector<TensorType> &types, SourceRange at,
                                              std::map<std::string, Attr> attrs) {
  // A node costs more than a step of evaluation; beyond the limit the error has been reported.
  countStep(frame, at, 10 + frame.depth);
  Target &target = targets.back();
  Node node;
  node.op = op;
  for (const TensorValue &operand : operands)
    node.operands.push_back(use(operand));
  std::vector<TensorValue> results;
  int level = int(targets.size()) - 1;
  for (const TensorType &type : types) {
    node.results.push_back(concrete(frame, type, at));
    results.push_back({type, ValueId(target.types.size()), level});
    target.types.push_back(node.results.back());
  }
  node.attrs = std::move(attrs);
  node.place = placeOf(frame, at);
  node.path = frame.path;
  if (!generic && !sketch && meetByFact(*this, entry.facts, frame, node, operands, types))
    later(frame, at, "computing with free sizes that only a condition makes equal");
  target.nodes.push_back(std::move(node));
  keepDomain(frame, op, operands, results, at);
  return results;
}

/// What is made element by element of a loss counts where the loss does.
void Elaborator::keepDomain(Frame &frame, const std::string &op, const std::vector<TensorValue> &operands,
                            std::vector<TensorValue> &results, SourceRange at) {
  if (results.size() != 1 || !isElementwise(op))
    return;
  for (const TensorValue &operand : operands) {
    if (!operand.kept || operand.type.shape != results[0].type.shape)
      continue;
    std::optional<Kept> &kept = results[0].kept;
    TensorType type = results[0].type.with({ElemType::Bool, {}});
    if (kept && (kept->id != operand.kept->id || kept->level != operand.kept->level)) {
      TensorValue both =
          emit(frame, "and", {{type, kept->id, kept->level}, {type, operand.kept->id, operand.kept->level}}, type, at);
      kept = Kept{both.id, both.level};
    } else {
      kept = operand.kept;
    }
  }
}

TensorValue Elaborator::emit(Frame &frame, const std::string &op, const std::vector<TensorValue> &operands,
                             TensorType type, SourceRange at, std::map<std::string, Attr> attrs) {
  return emitMany(frame, op, operands, {std::move(type)}, at, std::move(attrs))[0];
}

TensorValue Elaborator::constant(Frame &frame, double value, ElemType elem, SourceRange at) {
  return emit(frame, "constant", {}, {elem, {}}, at, {{"value", value}});
}

/// A size as a number of the entry: a constant, or computed from the free sizes.
TensorValue Elaborator::sizeValue(Frame &frame, const Size &size, ElemType elem, SourceRange at) {
  return rootSizeValue(frame, substitute(frame.rootSize(size), module.dimSizes), elem, at);
}

/// The same of a size in the names of the entry. Those of `frame` are others, even where they are spelt alike.
TensorValue Elaborator::rootSizeValue(Frame &frame, const Size &root, ElemType elem, SourceRange at) {
  if (auto known = root.constant())
    return constant(frame, double(*known), elem, at);
  auto arithmetic = [&](const char *op, const TensorValue &a, const TensorValue &b) {
    return emit(frame, op, {a, b}, {elem, {}}, at);
  };
  std::optional<TensorValue> sum;
  for (const Size::Term &term : SizeArithmetic::termsOf(root)) {
    std::optional<TensorValue> product;
    auto times = [&](TensorValue factor) { product = product ? arithmetic("mul", *product, factor) : factor; };
    for (const auto &atom : term.atoms) {
      if (atom->kind == SizeAtom::Symbol) {
        times(emit(frame, "size", {}, {elem, {}}, at, {{"name", atom->name}}));
        continue;
      }
      TensorValue a = rootSizeValue(frame, atom->numerator, elem, at);
      TensorValue b = rootSizeValue(frame, atom->denominator, elem, at);
      if (!elem.isFloat()) { // an exact quotient is its own floor
        times(arithmetic("floor_div", a, b));
        continue;
      }
      TensorValue ratio = arithmetic("div", a, b);
      times(atom->kind == SizeAtom::Floor ? emit(frame, "floor", {ratio}, {elem, {}}, at) : ratio);
    }
    if (!product || term.factor != 1)
      times(constant(frame, double(term.factor), elem, at));
    sum = sum ? arithmetic("add", *sum, *product) : *product;
  }
  return *sum;
}

TensorValue Elaborator::broadcastTo(Frame &frame, const TensorValue &value, const std::vector<Size> &shape,
                                    const std::vector<int64_t> &dims, SourceRange at) {
  if (value.type.shape.size() == shape.size())
    return value;
  return emit(frame, "broadcast", {value}, {value.type.elem, shape}, at, {{"dims", dims}});
}

TensorValue Elaborator::parameter(Frame &frame, const std::string &path, const TensorType &type, SourceRange at) {
  return inEntry(frame, "get", path, type, at);
}

/// What an entry has once, outside of scans and index definitions: its parameters, the numbers of its examples.
TensorValue Elaborator::inEntry(Frame &frame, const std::string &op, const std::string &path, const TensorType &type,
                                SourceRange at) {
  auto found = gets.find(path);
  if (found != gets.end())
    return {type, found->second, 0};
  bool nested = targets.size() > 1;
  std::vector<Target> kept;
  if (nested) {
    kept.assign(std::make_move_iterator(targets.begin() + 1), std::make_move_iterator(targets.end()));
    targets.resize(1);
  }
  std::map<std::string, Attr> attrs;
  if (op == "get")
    attrs["symbol"] = path;
  TensorValue value = emit(frame, op, {}, type, at, std::move(attrs));
  if (nested)
    targets.insert(targets.end(), std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
  gets[path] = value.id;
  return value;
}

PlaceChain Elaborator::placeOf(const Frame &frame, SourceRange at) {
  std::vector<SourceRange> ranges{at};
  for (const Frame *f = &frame; f; f = f->caller)
    if (f->call.valid())
      ranges.push_back(f->call);
  PlaceChain chain;
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    if (!range->valid())
      continue;
    auto [entryOfFile, fresh] = fileNumbers.try_emplace(range->file, program.files.size());
    if (fresh)
      program.files.emplace_back(sources.name(range->file));
    support::LineColumn place = sources.lineColumn(range->file, range->begin);
    chain.push_back({entryOfFile->second, place.line, place.column});
  }
  return chain;
}

// ---------------------------------------------------------------------------------------------------------------------
// Errors

/// Where the user wrote what led to `range`: the range itself, or the innermost call outside the library (rule err-2).
SourceRange Elaborator::blame(const Frame &frame, SourceRange range) const {
  const Frame *f = &frame;
  while (f && f->definition && f->definition->isLibrary) {
    range = f->call;
    f = f->caller;
  }
  return range;
}

void Elaborator::addContext(support::DiagnosticBuilder &builder, const Frame &frame, SourceRange range) const {
  const Frame *f = &frame;
  for (int notes = 0; f && f->definition && f->definition->isLibrary && notes < 3; ++notes, f = f->caller) {
    if (range.valid())
      builder.note(range, "in " + f->definition->name + ", library, line " +
                              std::to_string(sources.lineColumn(range.file, range.begin).line));
    range = f->call;
  }
  // Where a layer is applied need not be where it was made: `image |> features`.
  const Instance *layer = nullptr;
  for (f = &frame; f && f->inLibrary(); f = f->caller)
    layer = f->instance ? f->instance : layer;
  if (!layer || !layer->home || layer->home->inLibrary() || !layer->made.valid() || !range.valid())
    return;
  if (layer->made.file != range.file || layer->made.begin >= range.end || layer->made.end <= range.begin)
    builder.note(layer->made, "`" + layer->definition->name + "` is made here");
}

Value Elaborator::later(const Frame &frame, SourceRange range, const std::string &what) {
  error(support::diag::ComesLater, frame, range, what).cause(blame(frame, range));
  return {};
}

bool Elaborator::countStep(const Frame &frame, SourceRange range, uint64_t count) {
  bool before = steps <= 10'000'000;
  steps += count;
  if (steps <= 10'000'000)
    return true;
  if (before)
    error(support::diag::TooManySteps, frame, range).cause(blame(frame, range));
  return false;
}

} // namespace nnc::dsl
