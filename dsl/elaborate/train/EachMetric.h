// `mae(y, next, each = axis(1))`: a metric as one figure for each place of an axis (rule loss-3).
#pragma once

#include "dsl/elaborate/data/Dataset.h"

namespace nnc::dsl {

/// Metrics that are no means over elements: f1, iou, calibration.
bool isWholeMetric(const std::string &word);

/// The argument `each` of a metric, or null.
const ast::Arg *eachArgument(const ast::Expr &metric);

/// How many axes of a row come before those whose elements have their own constants.
inline size_t axesInFront(const DatasetFieldInfo &field) { return field.window.empty() ? 0 : 1; }

} // namespace nnc::dsl
