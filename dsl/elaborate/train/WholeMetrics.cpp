// Metrics of a part of the data as a whole: `f1` and `iou` follow from counts by class, `calibration` from sums by bin.
// `eval` returns those of a batch; they are added up and finished once (rule loss-3).
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/masks/Domain.h"
#include "dsl/elaborate/train/EachMetric.h"
#include "dsl/elaborate/train/LossWords.h"
#include "dsl/elaborate/train/WordUse.h"

#include <algorithm>
#include <numeric>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// Each bin is a number of the result.
constexpr int64_t mostBins = 1000;

/// Scores of classes and the labels that they are compared with; the nodes of `eval` that count.
class WholeMetric {
public:
  WholeMetric(Elaborator &e, Frame &frame, SourceRange range, TensorValue scores, TensorValue labels)
      : e(e), frame(frame), range(range), scores(std::move(scores)), labels(std::move(labels)) {}

  /// The axis of the classes: without it the scores have the axes of the labels. The last, if several could be it.
  bool findClasses() {
    bool isScored = scores.type.elem.isFloat() && labels.type.elem.kind == ElemType::Label;
    for (size_t axis = scores.type.shape.size(); isScored && axis-- > 0;) {
      std::vector<Size> others = scores.type.shape;
      others.erase(others.begin() + axis);
      if (!frame.sameSize(scores.type.shape[axis], labels.type.elem.members) ||
          !std::equal(others.begin(), others.end(), labels.type.shape.begin(), labels.type.shape.end(),
                      [&](const Size &a, const Size &b) { return frame.sameSize(a, b); }))
        continue;
      classAxis = axis;
      elements.resize(others.size());
      std::iota(elements.begin(), elements.end(), 0);
      spread = elements;
      for (int64_t &place : spread)
        place += place >= classAxis;
      return true;
    }
    return false;
  }

  /// The labels that count.
  bool readDomain(const std::string &word, const Domain &domain) {
    if (!domain)
      return true;
    DomainReader reader(e, frame, word, domain, range);
    std::vector<int64_t> last;
    if (!elements.empty())
      last.push_back(elements.back());
    kept = reader.condition(labels.type, last);
    return kept.has_value();
  }

  /// What stands at one place of an axis of the labels.
  WholeMetric at(size_t axis, int64_t place) {
    WholeMetric one = *this;
    one.scores = slice(scores, size_t(spread[axis]), place);
    one.labels = slice(labels, axis, place);
    if (kept)
      one.kept = slice(*kept, axis, place);
    return one;
  }

  /// [2, K]: how many elements of the class the largest score finds; how many it says, and how many there are,
  /// together.
  TensorValue counts() {
    Size classes = labels.type.elem.members;
    TensorValue places = place(classes, scores.type.shape, classAxis);
    TensorValue isSaid = same(wide(said()), places), isTrue = same(wide(number(labels)), places);
    if (kept) {
      isSaid = both(isSaid, wide(*kept));
      isTrue = both(isTrue, wide(*kept));
    }
    TensorValue found = total(real(both(isSaid, isTrue)), spread);
    TensorValue named = total(emit("add", {real(isSaid), real(isTrue)}, scores.type.shape), spread);
    auto row = [&](const TensorValue &x) { return e.broadcastTo(frame, x, {Size(1), classes}, {1}, range); };
    return emit("concat", {row(found), row(named)}, {Size(2), classes}, {{"axis", int64_t(0)}});
  }

  /// [bins]: for elements whose largest probability lies in a bin, how many are right less how sure they are.
  TensorValue sureness(int64_t bins) {
    TensorValue chances = emit("softmax", {scores}, scores.type.shape, {{"axis", classAxis}});
    TensorValue sure = emit("reduce", {chances}, labels.type.shape,
                            {{"kind", std::string("max")}, {"dims", std::vector<int64_t>{classAxis}}});
    TensorValue gap = emit("sub", {real(same(said(), number(labels))), sure}, labels.type.shape);
    if (kept)
      gap = emit("select", {*kept, gap, filled(0, labels.type.shape)}, labels.type.shape);
    // Bin i holds what is larger than i / bins, up to (i + 1) / bins.
    TensorValue bin =
        emit("ceil", {emit("mul", {sure, filled(bins, sure.type.shape)}, sure.type.shape)}, sure.type.shape);
    bin = emit("sub", {bin, filled(1, bin.type.shape)}, bin.type.shape);
    bin = emit("max", {emit("min", {bin, filled(bins - 1, bin.type.shape)}, bin.type.shape), filled(0, bin.type.shape)},
               bin.type.shape);
    std::vector<Size> shape = labels.type.shape;
    shape.push_back(Size(bins));
    auto spreadOut = [&](const TensorValue &x) { return e.broadcastTo(frame, x, shape, elements, range); };
    TensorValue here = same(spreadOut(number(bin)), place(Size(bins), shape, int64_t(elements.size())));
    return total(emit("select", {here, spreadOut(gap), filled(0, shape)}, shape), elements);
  }

  /// How many elements count.
  TensorValue count() {
    if (kept)
      return total(real(*kept), elements);
    Size product(1);
    for (const Size &size : labels.type.shape)
      product = product * size;
    return e.sizeValue(frame, product, real(), range);
  }

private:
  static ElemType real() { return {ElemType::Float, {}}; }

  TensorValue emit(const std::string &op, const std::vector<TensorValue> &operands, std::vector<Size> shape,
                   std::map<std::string, Attr> attrs = {}) {
    return e.emit(frame, op, operands, {real(), std::move(shape)}, range, std::move(attrs));
  }
  TensorValue slice(const TensorValue &x, size_t axis, int64_t place) {
    TensorType type{x.type.elem, x.type.shape};
    std::vector<int64_t> low(type.shape.size());
    type.shape[axis] = Size(1);
    low[axis] = place;
    return e.emit(frame, "slice", {x}, type, range, {{"low", low}});
  }
  TensorValue real(const TensorValue &condition) { return emit("cast", {condition}, condition.type.shape); }
  TensorValue number(const TensorValue &x) {
    return e.emit(frame, "cast", {x}, x.type.with({ElemType::Int, {}}), range);
  }
  TensorValue filled(int64_t value, const std::vector<Size> &shape) {
    return e.broadcastTo(frame, e.constant(frame, double(value), real(), range), shape, {}, range);
  }
  TensorValue wide(const TensorValue &x) { return e.broadcastTo(frame, x, scores.type.shape, spread, range); }
  TensorValue place(const Size &size, const std::vector<Size> &shape, int64_t axis) {
    return e.broadcastTo(frame, e.numbersFrom(Size(0), size, range, frame), shape, {axis}, range);
  }
  TensorValue same(const TensorValue &a, const TensorValue &b) {
    return e.emit(frame, "compare", {a, b}, {{ElemType::Bool, {}}, a.type.shape}, range,
                  {{"predicate", std::string("eq")}});
  }
  TensorValue both(const TensorValue &a, const TensorValue &b) { return e.emit(frame, "and", {a, b}, a.type, range); }
  /// The class of the largest score.
  TensorValue said() {
    TensorType type = labels.type.with({ElemType::Int, {}});
    return e.emit(frame, "arg_max", {scores}, type, range, {{"axis", classAxis}});
  }
  TensorValue total(const TensorValue &x, const std::vector<int64_t> &dims) {
    std::vector<Size> rest;
    for (size_t i = 0; i < x.type.shape.size(); ++i)
      if (!std::count(dims.begin(), dims.end(), int64_t(i)))
        rest.push_back(x.type.shape[i]);
    return dims.empty() ? x : emit("reduce", {x}, rest, {{"kind", std::string("add")}, {"dims", dims}});
  }

  Elaborator &e;
  Frame &frame;
  SourceRange range;
  TensorValue scores, labels;
  std::optional<TensorValue> kept;
  int64_t classAxis = 0;
  std::vector<int64_t> elements, spread; // the axes of the labels; the same axes in the scores
};

bool ProgramBuilder::wholeMetric(const std::string &name, const ast::PostfixExpr &call, Frame &frame,
                                 std::vector<Term> &metrics) {
  WordReader words(sources, sink);
  auto use = words.use(call, CallGroup::Metric);
  if (!use)
    return false;
  const std::string &word = use->word->name;
  SourceRange range = use->range;
  Value scores = elaborator->eval(*use->args.at("logits"), frame),
        labels = elaborator->eval(*use->args.at("labels"), frame);
  if (scores.nothing() || labels.nothing())
    return false;
  Domain domain;
  for (auto [argument, place] : {std::pair("where", &domain.where), std::pair("length", &domain.length)})
    if (const ast::Expr *given = use->find(argument)) {
      Value value = elaborator->eval(*given, frame);
      if (value.nothing())
        return false;
      *place = Given{argument, std::move(value), given->range, given->range};
    }
  const auto *score = scores.as<TensorValue>(), *label = labels.as<TensorValue>();
  std::optional<WholeMetric> made;
  if (score && label)
    made.emplace(*elaborator, frame, range, *score, *label);
  if (!made || !made->findClasses()) {
    sink.report(diag::MetricArguments, range, word, "float[…, K] and labels K[…]",
                elaborator->show(scores) + " and " + elaborator->show(labels))
        .cause(range);
    return false;
  }
  if (!made->readDomain(word, domain))
    return false;
  size_t errors = sink.errorCount();
  int64_t bins = word == "calibration" ? words.whole(*use, "bins", 1) : 0;
  if (bins > mostBins)
    words.wrong(use->find("bins")->range, "bins", "at most 1,000");
  if (sink.errorCount() != errors)
    return false;
  auto add = [&](WholeMetric &metric, const std::string &figure) {
    Term term;
    term.name = figure;
    term.whole = word;
    term.sum = bins > 0 ? metric.sureness(bins) : metric.counts();
    term.count = metric.count();
    return addMetric(std::move(term), range, metrics);
  };
  const auto &args = std::get<ast::CallSuffix>(call.suffixes[0].node).args;
  auto each = std::ranges::find_if(args, [](const ast::Arg &arg) { return arg.name && arg.name->text == "each"; });
  if (each == args.end())
    return add(*made, name);
  elaborator->beside = &*each;
  auto axis = eachAxis(call, *label, frame);
  elaborator->beside = nullptr;
  if (!axis)
    return false;
  int64_t places = *substitute(label->type.shape[*axis], module.dimSizes).constant();
  for (int64_t place = 0; place < places; ++place) {
    WholeMetric one = made->at(*axis, place);
    if (!add(one, name + "." + std::to_string(place)))
      return false;
  }
  return true;
}

} // namespace nnc::dsl
