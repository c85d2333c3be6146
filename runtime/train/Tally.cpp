#include "runtime/train/Tally.h"
#include <cmath>
#include <string_view>

namespace nnc::rt {

/// The mean over the classes that are said or true; F1 of two classes is that of the last.
double Figure::ofClasses() const {
  size_t classes = parts.size() / 2, occurring = 0;
  double total = 0;
  for (size_t k = of == Of::F1 && classes == 2 ? 1 : 0; k < classes; ++k) {
    double found = parts[k], named = parts[classes + k];
    if (named == 0)
      continue;
    total += of == Of::F1 ? 2 * found / named : found / (named - found);
    ++occurring;
  }
  return occurring ? total / double(occurring) : 0;
}

double Figure::value() const {
  double mean = count > 0 ? sum / count : 0; // the mean of nothing is 0
  if (of == Of::F1 || of == Of::Iou)
    return ofClasses();
  if (of == Of::Calibration) {
    double distance = 0;
    for (double part : parts)
      distance += std::abs(part);
    return count > 0 ? distance / count : 0;
  }
  switch (finish) {
  case NNC_METRIC_SQRT:
    return std::sqrt(mean);
  case NNC_METRIC_EXP:
    return std::exp(mean);
  case NNC_METRIC_BITS:
    return mean / M_LN2;
  default:
    return mean;
  }
}

Tally::Tally(const nnc_entry &entry) {
  auto count = [&](uint32_t i) {
    std::string wanted = std::string(entry.outputs[i].name) + ".count";
    return i + 1 < entry.n_outputs && entry.outputs[i + 1].name == wanted ? int32_t(i + 1) : -1;
  };
  for (uint32_t i = 0; i < entry.n_outputs; ++i) {
    const nnc_port &port = entry.outputs[i];
    std::string_view name = port.name;
    Figure figure;
    for (uint8_t axis = 0; axis < port.rank; ++axis)
      figure.width *= port.dims[axis] > 0 ? uint32_t(port.dims[axis]) : 0;
    if (port.rank != 0 && (count(i) < 0 || figure.width == 0))
      continue;
    figure.sumAt = i;
    figure.countAt = count(i);
    if (port.metric != NNC_METRIC_NONE)
      figure.finish = port.metric;
    if (name == "loss") {
      whole = figure;
      whole.name = "loss";
      hasLoss = true;
    } else if (name.substr(0, 5) == "loss.") {
      figure.name = name.substr(5);
      termFigures.push_back(figure);
    } else if (figure.countAt >= 0) {
      figure.name = name;
      metricFigures.push_back(figure);
    }
    i += figure.countAt >= 0;
  }
}

void Tally::inUnits(const std::vector<Units> &units, const std::vector<Constants> &constants) {
  for (Figure &figure : metricFigures)
    for (const Units &unit : units)
      for (const Constants &known : constants) {
        if (unit.metric != figure.name || unit.field != known.field || known.deviation.size() != figure.width)
          continue;
        figure.scale.clear();
        for (double deviation : known.deviation)
          figure.scale.push_back(std::pow(deviation, unit.power));
      }
}

void Tally::finishWholes(const std::vector<WholeMetric> &wholes) {
  for (Figure &figure : metricFigures)
    for (const WholeMetric &whole : wholes)
      if (whole.metric == figure.name && figure.countAt >= 0)
        figure.of = whole.finish == "f1"            ? Figure::Of::F1
                    : whole.finish == "iou"         ? Figure::Of::Iou
                    : whole.finish == "calibration" ? Figure::Of::Calibration
                                                    : Figure::Of::Mean;
}

void Tally::nameOnlyTerm(const std::string &name) {
  if (!hasLoss || !termFigures.empty())
    return;
  termFigures.push_back(whole);
  termFigures.back().name = name;
}

void Tally::reset() {
  auto clear = [](Figure &figure) {
    figure.sum = figure.count = 0;
    figure.parts.clear();
  };
  clear(whole);
  for (Figure &figure : termFigures)
    clear(figure);
  for (Figure &figure : metricFigures)
    clear(figure);
  examples = 0;
}

static void addTo(Figure &figure, const Runner &runner, int64_t examples) {
  if (figure.of != Figure::Of::Mean) {
    figure.parts.resize(figure.width);
    for (uint32_t i = 0; i < figure.width; ++i)
      figure.parts[i] += runner.value(figure.sumAt, i);
    figure.count += runner.value(uint32_t(figure.countAt));
    return;
  }
  double value = 0;
  for (uint32_t i = 0; i < figure.width; ++i)
    value += runner.value(figure.sumAt, i) * (figure.scale.empty() ? 1 : figure.scale[i]);
  if (figure.countAt >= 0) {
    figure.sum += value;
    figure.count += runner.value(uint32_t(figure.countAt));
  } else {
    figure.sum += value * double(examples);
    figure.count += double(examples);
  }
}

void Tally::add(const Runner &runner, int64_t batch) {
  if (hasLoss)
    addTo(whole, runner, batch);
  for (Figure &figure : termFigures)
    addTo(figure, runner, batch);
  for (Figure &figure : metricFigures)
    addTo(figure, runner, batch);
  examples += batch;
}

double Tally::loss() const {
  if (whole.countAt >= 0 || termFigures.empty())
    return whole.value();
  double sum = 0;
  for (const Figure &figure : termFigures)
    sum += figure.value();
  return sum;
}

double Tally::named(std::string_view name) const {
  if (name == "loss")
    return loss();
  for (const Figure &figure : metricFigures)
    if (figure.name == name)
      return figure.value();
  for (const Figure &figure : termFigures)
    if (figure.name == name)
      return figure.value();
  return NAN;
}

} // namespace nnc::rt
