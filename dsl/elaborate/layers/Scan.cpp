// `scan`: a body that runs once a step (rules scan-1 to scan-3).
#include "dsl/elaborate/layers/CarryKind.h"
#include "dsl/elaborate/layers/ScanScope.h"

#include <algorithm>
#include <map>
#include <utility>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

/// One of the values that are scanned: a tensor with the place of time in it, or the numbers from `low` on.
struct Scanned {
  const ast::ScanInput *written;
  std::optional<TensorValue> tensor;
  Size low, count;
  int64_t axis = 0;
};

/// What a scan has outside of its body.
struct ScanParts {
  std::vector<Scanned> inputs;
  Size steps;
  std::optional<TensorValue> lengths;
  std::vector<TensorValue> starts;
  std::vector<TensorValue> carries, yields; // as the body leaves them
};

TensorType withoutAxis(TensorType type, int64_t axis) {
  type.shape.erase(type.shape.begin() + axis);
  if (size_t(axis) < type.from.size())
    type.from.erase(type.from.begin() + axis);
  return type;
}

/// Time stands in a yield where it stands in the first scanned tensor, or last if the yield has fewer axes.
int64_t stackAxis(const ScanParts &parts, const TensorType &yield) {
  for (const Scanned &input : parts.inputs)
    if (input.tensor)
      return std::min<int64_t>(input.axis, yield.shape.size());
  return 0;
}

} // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Bodies

size_t Elaborator::bodyLevel() const {
  size_t level = targets.size() - 1;
  while (level > 0 && !targets[level].scan)
    --level;
  return level;
}

/// Leaves the index definitions at hand, after an error.
void Elaborator::dropIndexing() {
  targets.resize(bodyLevel() + 1);
  indexScopes.clear();
}

const Type &Elaborator::typeOf(const TensorValue &value) const {
  const Target &target = targets[value.level];
  bool isConst = target.scan && (value.id & ScanScope::constBit);
  return isConst ? target.scan->constTypes[value.id & ~ScanScope::constBit] : target.types[value.id];
}

ValueId Elaborator::capture(const TensorValue &value, size_t level) {
  if (size_t(value.level) == level)
    return value.id;
  TensorValue around{value.type, capture(value, level - 1), int(level) - 1};
  ScanScope &scope = *targets[level].scan;
  auto [known, isNew] = scope.constOf.try_emplace(around.id, ValueId(scope.consts.size()) | ScanScope::constBit);
  if (!isNew)
    return known->second;
  scope.constTypes.push_back(typeOf(around));
  scope.consts.push_back(std::move(around));
  return known->second;
}

ValueId Elaborator::use(const TensorValue &value) {
  return targets.back().scan ? capture(value, targets.size() - 1) : value.id;
}

// ---------------------------------------------------------------------------------------------------------------------
// Heads

/// Runs one `scan`: what stands in its head, its body, the node.
class ScanElaborator {
public:
  ScanElaborator(Elaborator &e, const ast::ScanExpr &expr, SourceRange range, Frame &frame)
      : e(e), expr(expr), range(range), frame(frame) {}

  Value run() {
    if (!checkNames() || !readInputs() || !readLengths() || !readStarts() || !runBody() || !checkRows())
      return {};
    return finish();
  }

private:
  Elaborator &e;
  const ast::ScanExpr &expr;
  SourceRange range;
  Frame &frame;
  ScanParts parts;
  ScanScope scope;
  ScanBody body;

  bool checkNames();
  bool readInputs();
  bool placeTime(const AxesValue &over);
  bool readLengths();
  bool readStarts();
  bool runBody();
  void openBody();
  bool closeCarry(const ast::Carry &carry, const TensorValue &start);
  bool closeYields();
  bool checkRows();
  bool rowsFit(const TensorType &type, const std::string &what, SourceRange at);
  Value finish();
};

/// Each name of the head stands once: what is scanned, and the carries.
bool ScanElaborator::checkNames() {
  std::map<std::string, SourceRange> seen;
  auto fresh = [&](const ast::Ident &name) {
    auto [known, isNew] = seen.try_emplace(name.text, name.range);
    if (!isNew)
      e.error(diag::DefinedTwice, frame, name.range, name.text).note(known->second, "the first one").cause(name.range);
    return isNew;
  };
  return std::ranges::all_of(expr.inputs, fresh, &ast::ScanInput::name) &&
         std::ranges::all_of(expr.carries, fresh, &ast::Carry::name);
}

bool ScanElaborator::readInputs() {
  for (const ast::ScanInput &written : expr.inputs) {
    Scanned input{&written, std::nullopt, {}, {}, 0};
    if (const auto *numbers = written.value->as<ast::RangeExpr>()) {
      auto low = e.evalSize(*numbers->low, frame), high = e.evalSize(*numbers->high, frame);
      if (!low || !high)
        return false;
      input.low = *low;
      input.count = *high - *low;
      Size number = substitute(frame.rootSize(input.count), e.module.dimSizes);
      if (auto steps = number.constant(); steps && *steps < 0) {
        SourceRange at = written.value->range;
        e.error(diag::EmptyAxis, frame, at, "the length of `" + e.text(at) + "`", std::to_string(*steps))
            .help("a range counts upwards; from the last step to the first goes `scan reverse`")
            .cause(at);
        return false;
      }
    } else {
      Value value = e.eval(*written.value, frame);
      const auto *tensor = value.as<TensorValue>();
      if (!tensor) {
        if (!value.nothing())
          e.error(diag::NotATensor, frame, written.value->range, e.show(value)).cause(written.range);
        return false;
      }
      input.tensor = *tensor;
    }
    parts.inputs.push_back(std::move(input));
  }
  auto over = e.evalAxes(*expr.over, frame);
  return over && placeTime(*over);
}

/// Finds time in every scanned value; all have the same number of steps.
bool ScanElaborator::placeTime(const AxesValue &over) {
  std::optional<Size> steps;
  if (over.sizes.size() == 1 && over.places.empty() && !over.all)
    steps = over.sizes[0];
  for (Scanned &input : parts.inputs) {
    if (input.tensor) {
      auto dims = e.axesOf(over, input.tensor->type, expr.over->range, frame);
      if (!dims)
        return false;
      if (dims->size() != 1) {
        e.error(diag::NotAnAxis, frame, expr.over->range, "a list of " + std::to_string(dims->size()))
            .cause(expr.over->range);
        return false;
      }
      input.axis = dims->front();
      input.count = input.tensor->type.shape[input.axis];
    }
    if (!steps)
      steps = input.count;
    if (!frame.facts.proveEqual(*steps, input.count)) {
      e.error(diag::ScanSteps, frame, input.written->range, input.written->name.text, input.count.str(), steps->str())
          .cause(input.written->range);
      return false;
    }
  }
  parts.steps = *steps;
  return true;
}

bool ScanElaborator::readLengths() {
  if (!expr.upto)
    return true;
  Value value = e.eval(*expr.upto, frame);
  if (value.nothing())
    return false;
  if (const auto *word = value.as<TextValue>(); word && word->word && word->text == "none")
    return true;
  const auto *lengths = value.as<TensorValue>();
  if (!lengths || lengths->type.shape.size() != 1 || e.elemOf(lengths->type.elem) != Elem::I64) {
    e.error(diag::LengthsType, frame, expr.upto->range, "`upto`", e.show(value)).cause(expr.upto->range);
    return false;
  }
  parts.lengths = *lengths;
  return true;
}

bool ScanElaborator::readStarts() {
  CarryKind kinds(expr, frame);
  for (const ast::Carry &carry : expr.carries) {
    Value value = e.eval(*carry.start, frame);
    const auto *number = value.as<NumberValue>();
    ElemType elem{number && number->whole && kinds.isInt(carry) ? ElemType::Int : ElemType::Float, {}};
    auto start = e.asTensor(value, elem, carry.start->range, frame);
    if (!start)
      return false;
    parts.starts.push_back(*start);
  }
  return true;
}

// ---------------------------------------------------------------------------------------------------------------------
// The body

/// Names of the body: the carries and slices, numbered behind the step.
void ScanElaborator::openBody() {
  int level = int(e.targets.size()) - 1;
  Elaborator::Target &target = e.targets.back();
  target.types.push_back({Elem::I64, {}, {}, ""});
  auto define = [&](const ast::Ident &name, const TensorType &type) {
    frame.scopes.back()[name.text] = TensorValue{type, ValueId(target.types.size()), level};
    target.types.push_back(e.concrete(frame, type, name.range));
  };
  for (size_t i = 0; i < expr.carries.size(); ++i)
    define(expr.carries[i].name, parts.starts[i].type);
  for (const Scanned &input : parts.inputs)
    if (input.tensor)
      define(input.written->name, withoutAxis(input.tensor->type, input.axis));
  for (const Scanned &input : parts.inputs) {
    if (input.tensor)
      continue;
    TensorType whole{{ElemType::Int, {}}, {}};
    TensorValue t{whole, 0, level};
    if (!(input.low == Size(0)))
      t = e.emit(frame, "add", {t, e.sizeValue(frame, input.low, whole.elem, input.written->range)}, whole,
                 input.written->range);
    frame.scopes.back()[input.written->name.text] = t;
  }
}

bool ScanElaborator::runBody() {
  e.targets.emplace_back();
  e.targets.back().scan = &scope;
  body.firstScope = frame.scopes.size();
  body.range = range;
  for (const ast::Carry &carry : expr.carries)
    body.carries.insert(carry.name.text);
  body.outer = std::exchange(frame.scan, &body);
  frame.scopes.emplace_back();
  frame.later.emplace_back();
  Elaborator::collectBindings(expr.body, frame.later.back());
  openBody();
  Hint hint;
  hint.scanBody = true;
  bool ok = true;
  Value none;
  for (const ast::Stmt &stmt : expr.body.statements)
    ok = ok && e.runStatement(stmt, frame, false, false, hint, none);
  for (size_t i = 0; ok && i < expr.carries.size(); ++i)
    ok = closeCarry(expr.carries[i], parts.starts[i]);
  ok = ok && closeYields();
  frame.scopes.pop_back();
  frame.later.pop_back();
  frame.scan = body.outer;
  if (!ok)
    e.targets.pop_back();
  return ok;
}

/// What the carry is after the step; it must be what it was before (rule scan-2).
bool ScanElaborator::closeCarry(const ast::Carry &carry, const TensorValue &start) {
  const std::string &name = carry.name.text;
  auto assigned = body.assigned.find(name);
  if (assigned == body.assigned.end()) {
    e.error(diag::CarryNotAssigned, frame, carry.name.range, name)
        .help("what stays the same from step to step needs no carry: the body sees the names around it")
        .cause(carry.range);
    return false;
  }
  const Value &value = frame.scopes.back()[name];
  if (value.nothing())
    return false;
  auto after = e.asTensor(value, start.type.elem, assigned->second, frame);
  if (!after)
    return false;
  bool same = after->type.shape.size() == start.type.shape.size() &&
              e.elemOf(after->type.elem) == e.elemOf(start.type.elem) &&
              (after->type.elem.kind == ElemType::Label) == (start.type.elem.kind == ElemType::Label);
  for (size_t axis = 0; same && axis < start.type.shape.size(); ++axis)
    same = frame.facts.proveEqual(after->type.shape[axis], start.type.shape[axis]);
  if (!same) {
    e.error(diag::CarryMistyped, frame, assigned->second, name, e.show(start.type), e.show(after->type))
        .label(e.show(after->type))
        .label(carry.range, "starts as " + e.show(start.type))
        .cause(assigned->second);
    return false;
  }
  parts.carries.push_back({start.type, e.use(*after), int(e.targets.size()) - 1});
  return true;
}

bool ScanElaborator::closeYields() {
  for (const Value &value : body.yields) {
    auto tensor = e.asTensor(value, {ElemType::Float, {}}, body.yieldRange, frame);
    if (!tensor)
      return false;
    parts.yields.push_back({tensor->type, e.use(*tensor), int(e.targets.size()) - 1});
  }
  if (!parts.yields.empty() || !parts.carries.empty())
    return true;
  e.error(diag::ScanWithoutResult, frame, range).cause(range);
  return false;
}

bool Elaborator::yield(const ast::YieldStmt &stmt, SourceRange range, bool topLevel, Frame &frame) {
  ScanBody *body = frame.scan;
  if (!body || !topLevel) {
    error(diag::YieldPlace, frame, range).cause(range);
    return false;
  }
  if (body->yield) {
    error(diag::YieldTwice, frame, range)
        .label(body->yieldRange, "the first one")
        .help("several values are yielded together: `yield a, b`")
        .cause(range);
    return false;
  }
  body->yield = &stmt;
  body->yieldRange = range;
  for (const ast::ExprPtr &value : stmt.values) {
    body->yields.push_back(eval(*value, frame));
    if (body->yields.back().nothing())
      return false;
  }
  return true;
}

// ---------------------------------------------------------------------------------------------------------------------
// The node

bool ScanElaborator::rowsFit(const TensorType &type, const std::string &what, SourceRange at) {
  const Size &rows = parts.lengths->type.shape[0];
  if (!type.shape.empty() && frame.facts.proveEqual(type.shape[0], rows))
    return true;
  e.error(diag::LengthsRows, frame, at, rows.str(), what, e.show(type)).cause(at);
  return false;
}

/// With lengths the first axis of all that moves with time is that of the lengths.
bool ScanElaborator::checkRows() {
  bool ok = true;
  for (size_t i = 0; parts.lengths && i < parts.starts.size(); ++i)
    ok = ok && rowsFit(parts.starts[i].type, "`" + expr.carries[i].name.text + "`", expr.carries[i].range);
  for (size_t i = 0; parts.lengths && i < parts.inputs.size(); ++i)
    if (const Scanned &input = parts.inputs[i]; input.tensor)
      ok = ok && rowsFit(withoutAxis(input.tensor->type, input.axis), "`" + input.written->name.text + "`",
                         input.written->range);
  for (size_t i = 0; parts.lengths && i < parts.yields.size(); ++i)
    ok = ok && rowsFit(parts.yields[i].type, "what is yielded", body.yieldRange);
  if (!ok)
    e.targets.pop_back();
  return ok;
}

Value ScanElaborator::finish() {
  Elaborator::Target target = std::move(e.targets.back());
  e.targets.pop_back();
  Scan scan;
  scan.steps = substitute(frame.rootSize(parts.steps), e.module.dimSizes);
  scan.consts = scope.consts.size();
  scan.carries = parts.starts.size();
  scan.reverse = expr.reverse;
  scan.lengths = parts.lengths.has_value();
  std::vector<TensorValue> operands = scope.consts;
  operands.insert(operands.end(), parts.starts.begin(), parts.starts.end());
  size_t own = 1 + parts.starts.size();
  for (const Scanned &input : parts.inputs)
    if (input.tensor) {
      operands.push_back(*input.tensor);
      scan.xsAxes.push_back(input.axis);
      ++own;
    }
  if (parts.lengths)
    operands.push_back(*parts.lengths);
  scan.arguments.assign(target.types.begin(), target.types.begin() + own);
  scan.arguments.insert(scan.arguments.begin() + 1, scope.constTypes.begin(), scope.constTypes.end());
  for (Node &node : target.nodes)
    for (ValueId &operand : node.operands)
      operand = scope.renumber(operand);
  scan.body = std::move(target.nodes);
  std::vector<TensorType> types;
  for (const TensorValue &carry : parts.carries) {
    scan.yields.push_back(scope.renumber(carry.id));
    types.push_back(carry.type);
  }
  for (const TensorValue &slice : parts.yields) {
    scan.yields.push_back(scope.renumber(slice.id));
    int64_t axis = stackAxis(parts, slice.type);
    scan.ysAxes.push_back(axis);
    TensorType stack = slice.type;
    stack.from.clear();
    stack.shape.insert(stack.shape.begin() + axis, parts.steps);
    types.push_back(std::move(stack));
  }
  std::vector<TensorValue> made = e.emitMany(frame, "scan", operands, types, range);
  e.targets.back().nodes.back().scan = std::make_shared<const Scan>(std::move(scan));
  // Yields come first, then the carries (rule scan-2).
  ResultsValue results;
  for (size_t i = 0; i < parts.yields.size(); ++i) {
    const auto *name = body.yield->values[i]->as<ast::NameExpr>();
    results.values.emplace_back(name ? name->name : "", made[parts.carries.size() + i]);
  }
  for (size_t i = 0; i < parts.carries.size(); ++i)
    results.values.emplace_back(expr.carries[i].name.text, made[i]);
  return results.values.size() == 1 ? results.values[0].second : Value(results);
}

Value Elaborator::scan(const ast::ScanExpr &expr, SourceRange range, Frame &frame) {
  if (!indexScopes.empty())
    return later(frame, range, "a scan inside index notation");
  return ScanElaborator(*this, expr, range, frame).run();
}

} // namespace nnc::dsl
