#include "dsl/elaborate/masks/Domain.h"

#include "dsl/elaborate/masks/MaskReader.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

static Mask compared(const char *predicate, MaskTerm left, MaskTerm right) {
  Mask mask;
  mask.kind = Mask::Compare;
  mask.predicate = predicate;
  mask.left = std::move(left);
  mask.right = std::move(right);
  return mask;
}

MaskTerm DomainReader::read(const TensorValue &tensor, const std::vector<int64_t> &at) {
  MaskTerm term;
  term.kind = MaskTerm::Read;
  term.number = args.size();
  term.at.assign(at.begin(), at.end());
  args.push_back(tensor);
  return term;
}

std::optional<Mask> DomainReader::mask(const TensorType &x, const std::vector<int64_t> &over) {
  Mask all;
  all.kind = Mask::And;
  args.clear();
  if (domain.where) {
    auto one = fromWhere(x);
    if (!one)
      return std::nullopt;
    all.parts.push_back(std::move(*one));
  }
  if (domain.length) {
    auto one = fromLength(x, over);
    if (!one)
      return std::nullopt;
    all.parts.push_back(std::move(*one));
  }
  if (domain.kept) {
    std::vector<int64_t> at(x.shape.size());
    for (size_t i = 0; i < at.size(); ++i)
      at[i] = i;
    all.parts.push_back(compared("ne", read(*domain.kept, at), {}));
  }
  return all.parts.size() == 1 ? all.parts[0] : all;
}

/// A condition aligned by name, or a mask whose last indices are the last axes.
std::optional<Mask> DomainReader::fromWhere(const TensorType &x) {
  const Value &value = domain.where->value;
  SourceRange at = domain.where->range;
  if (const auto *known = value.as<BoolValue>()) {
    Mask mask;
    if (known->value)
      return mask;
    Mask none;
    none.kind = Mask::Not;
    none.parts.push_back(mask);
    return none;
  }
  bool takesMask = name == "softmax" || name == "log_softmax" || name == "logsumexp";
  auto tree = e.asMask(value);
  if (tree && takesMask)
    return fromMask(*tree, x);
  const auto *condition = value.as<TensorValue>();
  if (!condition || condition->type.elem.kind != ElemType::Bool) {
    e.error(diag::DomainKind, frame, at, "where", name, takesMask ? "a condition or a mask" : "a condition",
            e.show(value))
        .cause(at);
    return std::nullopt;
  }
  auto places = e.embed(condition->type, x, frame);
  if (!places) {
    e.error(diag::DomainAxes, frame, at, e.show(condition->type), e.show(x)).cause(at);
    return std::nullopt;
  }
  return compared("ne", read(*condition, *places), {});
}

std::optional<Mask> DomainReader::fromMask(const MaskTree &tree, const TensorType &x) {
  std::vector<Size> ranges;
  std::vector<uint32_t> numbers;
  // b, h, q, k are the first and the last three of four axes; of fewer, the last.
  for (size_t i = 0; i < x.shape.size(); ++i)
    if (x.shape.size() <= 4 || i == 0 || i + 3 >= x.shape.size()) {
      ranges.push_back(x.shape[i]);
      numbers.push_back(i);
    }
  MaskReader reader(e, frame, ranges, numbers, name, domain.where->range);
  auto mask = reader.read(tree);
  args = reader.operands();
  return mask;
}

/// `length = n`: the axis `over` ends at n[b].
std::optional<Mask> DomainReader::fromLength(const TensorType &x, const std::vector<int64_t> &over) {
  SourceRange at = domain.length->range;
  const auto *lengths = domain.length->value.as<TensorValue>();
  if (!lengths || lengths->type.elem.kind != ElemType::Int) {
    e.error(diag::LengthsType, frame, at, "`length`", e.show(domain.length->value)).cause(at);
    return std::nullopt;
  }
  if (over.size() != 1) {
    e.error(diag::DomainKind, frame, at, "length", name, "that of one axis `over`",
            over.size() == x.shape.size() ? "all axes" : std::to_string(over.size()) + " axes")
        .cause(at);
    return std::nullopt;
  }
  // The lengths lie along the other axes.
  TensorType others = x;
  others.from.clear();
  others.shape.erase(others.shape.begin() + over[0]);
  auto places = e.embed(lengths->type, others, frame);
  if (!places) {
    e.error(diag::DomainAxes, frame, at, e.show(lengths->type), e.show(others))
        .fact("a length for each row, without the axis that it ends, " + x.shape[over[0]].str())
        .cause(at);
    return std::nullopt;
  }
  for (int64_t &place : *places)
    place += place >= over[0];
  e.boundInput(*lengths, x.shape[over[0]] + Size(1), frame);
  MaskTerm index;
  index.kind = MaskTerm::Index;
  index.number = over[0];
  return compared("lt", std::move(index), read(*lengths, *places));
}

std::optional<TensorValue> DomainReader::condition(const TensorType &x, const std::vector<int64_t> &over) {
  auto tree = mask(x, over);
  return tree ? std::optional(e.maskTable(frame, *tree, args, x, range)) : std::nullopt;
}

TensorValue DomainReader::select(const TensorValue &condition, const TensorValue &x, double otherwise) {
  TensorValue number = e.constant(frame, otherwise, x.type.elem, range);
  TensorValue filled = e.broadcastTo(frame, number, x.type.shape, {}, range);
  return e.emit(frame, "select", {condition, x, filled}, x.type, range);
}

// ---------------------------------------------------------------------------------------------------------------------

/// Losses and metrics: one value per compared element.
bool Elaborator::isLoss(const Definition &definition) const {
  std::string_view file = sources.name(definition.nameRange.file);
  return definition.isLibrary && definition.function && (file == "library/losses.nn" || file == "library/metrics.nn");
}

void takeDomain(const Definition &definition, std::vector<Elaborator::Given> &given, Domain &domain) {
  std::erase_if(given, [&](Elaborator::Given &one) {
    auto &place = one.name == "where" ? domain.where : domain.length;
    const auto &params = definition.data().params;
    bool declared =
        std::any_of(params.begin(), params.end(), [&](const auto &param) { return param.name.text == one.name; });
    if ((one.name != "where" && one.name != "length") || declared || place)
      return false;
    place = std::move(one);
    return true;
  });
}

void followTokens(Elaborator &e, const std::vector<Elaborator::Given> &given, Domain &domain, Frame &frame) {
  const auto *tokens = given.size() > 1 ? given[1].value.as<TensorValue>() : nullptr;
  auto *c = domain.where ? domain.where->value.as<TensorValue>() : nullptr;
  if (!tokens || !c || tokens->type.shape.empty() || c->type.shape.empty() ||
      !frame.sameSize(tokens->type.shape.back(), c->type.shape.back()))
    return;
  TensorType type = c->type;
  type.from.clear();
  type.shape.back() = type.shape.back() - Size(1);
  std::vector<int64_t> low(type.shape.size(), 0);
  low.back() = 1;
  domain.where->value = e.emit(frame, "slice", {*c}, type, domain.where->range, {{"low", low}});
}

/// Takes `where =` and `length =` out of the arguments of a function that has them without declaring them.
Domain Elaborator::domainOf(const Definition &definition, std::vector<Given> &given) const {
  static const std::set<std::string> reductions = {"sum",         "mean",   "max",      "min",    "prod",
                                                   "any",         "all",    "argmax",   "argmin", "softmax",
                                                   "log_softmax", "cumsum", "logsumexp"};
  Domain domain;
  bool reduces = definition.isLibrary && definition.function->isBuiltin && reductions.count(definition.name);
  if (!reduces && !isLoss(definition))
    return domain;
  takeDomain(definition, given, domain);
  const auto *x = reduces && !given.empty() ? given[0].value.as<TensorValue>() : nullptr;
  if (x && x->kept)
    domain.kept = TensorValue{x->type.with({ElemType::Bool, {}}), x->kept->id, x->kept->level};
  return domain;
}

/// The mean over what counts; 0 over nothing.
Value Elaborator::meanOf(const TensorValue &total, const TensorValue &condition, const std::vector<int64_t> &dims,
                         SourceRange range, Frame &frame) {
  TensorValue ones = emit(frame, "cast", {condition}, condition.type.with(total.type.elem), range);
  TensorValue count =
      dims.empty() ? ones
                   : emit(frame, "reduce", {ones}, total.type, range, {{"kind", std::string("add")}, {"dims", dims}});
  TensorValue one = broadcastTo(frame, constant(frame, 1, total.type.elem, range), total.type.shape, {}, range);
  TensorValue divisor = emit(frame, "max", {count, one}, total.type, range);
  return emit(frame, "div", {total, divisor}, total.type, range);
}

Value Elaborator::softmaxWhere(const TensorValue &x, const std::vector<int64_t> &dims, DomainReader &reader,
                               SourceRange range, Frame &frame) {
  auto mask = reader.mask(x.type, dims);
  if (!mask)
    return {};
  std::vector<TensorValue> operands{x};
  operands.insert(operands.end(), reader.operands().begin(), reader.operands().end());
  TensorValue result = emit(frame, "softmax", operands, x.type, range, {{"axis", dims[0]}});
  if (mask->kind != Mask::All)
    targets.back().nodes.back().mask = std::make_shared<const Mask>(std::move(*mask));
  return result;
}

/// How many axes an argument shares with the result of a loss: those in front of K in `[...S, K]` for `[...S]`.
std::optional<size_t> Elaborator::sharedAxes(const ast::Type &argument, const ast::Type &result, size_t rank) const {
  auto isPack = [](const ast::Axis &axis) { return axis.ellipsis; };
  size_t written = result.shape.size(), extra = argument.shape.size() - written;
  if (written == 0 || argument.shape.size() < written)
    return std::nullopt;
  for (size_t i = 0; i < written; ++i)
    if (text(argument.shape[i].range) != text(result.shape[i].range))
      return std::nullopt;
  if (std::none_of(result.shape.begin(), result.shape.end(), isPack))
    return rank < written ? std::nullopt : std::optional(written);
  bool counted = std::none_of(argument.shape.begin() + written, argument.shape.end(), isPack);
  return counted && rank > extra ? std::optional(rank - extra) : std::nullopt;
}

/// Where the axes of the result of a loss lie in those of an argument that has more of its own: of `[B, T]` in
/// `[B, K, T]` the first and the last.
static std::optional<std::vector<int64_t>> axesIn(const Elaborator &e, const ast::Type &argument,
                                                  const ast::Type &result) {
  std::vector<int64_t> dims;
  int64_t at = 0, count = int64_t(argument.shape.size());
  for (const ast::Axis &axis : result.shape) {
    while (at < count && e.text(argument.shape[size_t(at)].range) != e.text(axis.range))
      ++at;
    if (at == count || axis.ellipsis)
      return std::nullopt;
    dims.push_back(at++);
  }
  return dims.empty() ? std::nullopt : std::optional(dims);
}

/// What of the arguments of a loss does not count is read as 0: if it is NaN, that reaches no gradient.
bool Elaborator::readCounted(const Definition &definition, std::vector<Given> &given,
                             const std::vector<const Given *> &placed, const Domain &domain, SourceRange range,
                             Frame &frame) {
  const std::vector<ast::Param> &params = definition.data().params;
  for (size_t i = 0; domain && i < params.size(); ++i) {
    if (!placed[i])
      continue;
    Given &one = given[placed[i] - given.data()];
    const auto *x = one.value.as<TensorValue>();
    bool isFloat = x && x->type.elem.isFloat();
    if (!isFloat)
      continue;
    const ast::Type &result = definition.result().items[0].type;
    std::vector<int64_t> dims(sharedAxes(params[i].type, result, x->type.shape.size()).value_or(0));
    std::iota(dims.begin(), dims.end(), 0);
    if (auto apart = dims.empty() ? axesIn(*this, params[i].type, result) : std::nullopt)
      dims = *apart;
    if (dims.empty())
      continue;
    TensorType part = x->type;
    part.from.clear();
    part.shape.clear();
    for (int64_t dim : dims)
      part.shape.push_back(x->type.shape[size_t(dim)]);
    DomainReader reader(*this, frame, definition.name, domain, range);
    auto condition = reader.condition(part, {int64_t(dims.size()) - 1});
    if (!condition)
      return false;
    one.value = reader.select(broadcastTo(frame, *condition, x->type.shape, dims, range), *x, 0);
  }
  return true;
}

/// A loss over a part of its elements: the others are 0 and do not count.
Value Elaborator::countOnly(const Value &value, const std::string &name, const Domain &domain, SourceRange range,
                            Frame &frame) {
  const auto *result = value.as<TensorValue>();
  if (!domain || !result)
    return value;
  TensorValue x = *result;
  if (x.type.elem.kind == ElemType::Bool)
    x = emit(frame, "cast", {x}, x.type.with({ElemType::Float, {}}), range);
  std::vector<int64_t> last;
  if (!x.type.shape.empty())
    last.push_back(x.type.shape.size() - 1);
  DomainReader reader(*this, frame, name, domain, range);
  auto condition = reader.condition(x.type, last);
  if (!condition)
    return {};
  TensorValue counted = reader.select(*condition, x, 0);
  counted.kept = Kept{condition->id, condition->level};
  return counted;
}

} // namespace nnc::dsl
