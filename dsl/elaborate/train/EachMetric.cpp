// A metric as one figure for each place of an axis: the error of each forecast step (rule loss-3).
#include "dsl/elaborate/train/EachMetric.h"

#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/train/LossWords.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// Each place is an output of its own.
constexpr int64_t mostPlaces = 1000;

bool isWholeMetric(const std::string &word) { return word == "f1" || word == "iou" || word == "calibration"; }

const ast::Arg *eachArgument(const ast::Expr &metric) {
  const auto *call = metric.as<ast::PostfixExpr>();
  if (!call || call != firstCall(metric))
    return nullptr;
  std::string word = callName(*call);
  if (word != "rmse" && !isWholeMetric(word) && findCall(CallGroup::Metric, word))
    return nullptr;
  for (const ast::Arg &arg : std::get<ast::CallSuffix>(call->suffixes[0].node).args)
    if (arg.name && arg.name->text == "each")
      return &arg;
  return nullptr;
}

std::optional<size_t> ProgramBuilder::eachAxis(const ast::PostfixExpr &call, const TensorValue &x, Frame &frame) {
  const ast::Arg &each = *elaborator->beside;
  auto axes = elaborator->evalAxes(*each.value, frame);
  auto places = axes ? elaborator->axesOf(*axes, x.type, each.value->range, frame) : std::nullopt;
  if (!places)
    return std::nullopt;
  auto size = places->size() == 1 ? substitute(x.type.shape[(*places)[0]], module.dimSizes).constant() : std::nullopt;
  if (size && *size <= mostPlaces)
    return (*places)[0];
  sink.report(diag::SettingValue, each.value->range, "each",
              "one axis of " + elaborator->show(x.type) + " whose size is a number, at most 1,000")
      .label(call.base->range, std::string(isWholeMetric(callName(call)) ? "a label" : "one value") +
                                   " for each element of " + elaborator->show(x.type))
      .cause(each.value->range);
  return std::nullopt;
}

/// The sum and the count of one place. Where the places have constants of their own, there is a sum for each of them,
/// and those of other places are 0.
std::optional<ProgramBuilder::Term> ProgramBuilder::termAt(const TensorValue &x, size_t axis, int64_t place,
                                                           const std::string &name, const ast::PostfixExpr &call,
                                                           Frame &frame) {
  SourceRange range = call.base->range;
  const DatasetFieldInfo *units = unitsOf(call);
  std::vector<int64_t> low(x.type.shape.size());
  low[axis] = place;
  auto sized = [&](TensorType type, Size size) {
    type.shape[axis] = size;
    return type;
  };
  TensorValue one = elaborator->emit(frame, "slice", {x}, sized(x.type, Size(1)), range, {{"low", low}});
  if (x.kept) {
    TensorValue condition{x.type.with({ElemType::Bool, {}}), x.kept->id, x.kept->level};
    TensorValue part =
        elaborator->emit(frame, "slice", {condition}, sized(condition.type, Size(1)), range, {{"low", low}});
    one.kept = Kept{part.id, part.level};
  }
  auto term = measure(name, one, range, frame, units);
  bool own = term && term->units && axis > axesInFront(*units);
  if (!own)
    return term;
  std::vector<TensorValue> parts;
  auto zeros = [&](Size size) {
    TensorValue zero = elaborator->constant(frame, 0, x.type.elem, range);
    if (size.constant() != 0)
      parts.push_back(elaborator->broadcastTo(frame, zero, sized(x.type, size).shape, {}, range));
  };
  zeros(Size(place));
  parts.push_back(TensorValue{one.type, one.id, one.level});
  zeros(x.type.shape[axis] - Size(place + 1));
  TensorValue wide = elaborator->emit(frame, "concat", parts, x.type, range, {{"axis", int64_t(axis)}});
  auto sums = measure(name, wide, range, frame, units);
  if (sums)
    term->sum = sums->sum;
  return sums ? term : std::nullopt;
}

bool ProgramBuilder::eachTerms(const std::string &name, const ast::PostfixExpr &call, Frame &frame,
                               std::vector<Term> &metrics) {
  const auto &args = std::get<ast::CallSuffix>(call.suffixes[0].node).args;
  auto each =
      std::find_if(args.begin(), args.end(), [](const auto &arg) { return arg.name && arg.name->text == "each"; });
  elaborator->beside = &*each;
  std::string word = callName(call);
  SourceRange range = call.base->range;
  Value value = elaborator->call(word == "rmse" ? "mse" : word, args, range, range, frame, {});
  auto x = value.nothing() ? std::nullopt : elaborator->asTensor(value, {ElemType::Float, {}}, range, frame);
  auto axis = x ? eachAxis(call, *x, frame) : std::nullopt;
  elaborator->beside = nullptr;
  if (!axis)
    return false;
  for (int64_t place = 0; place < *substitute(x->type.shape[*axis], module.dimSizes).constant(); ++place) {
    auto term = termAt(*x, *axis, place, name + "." + std::to_string(place), call, frame);
    if (!term)
      return false;
    term->power = word == "mae" ? 1 : 2;
    if (word == "rmse")
      term->finish = Finish::Sqrt;
    if (!addMetric(*term, range, metrics))
      return false;
  }
  return true;
}

} // namespace nnc::dsl
