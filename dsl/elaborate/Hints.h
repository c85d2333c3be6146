// What helps with the mistakes that people bring from other systems: facts and edits beyond the error itself.
#pragma once

#include "dsl/elaborate/Value.h"
#include "support/Diagnostics.h"

namespace nnc::dsl {

struct Frame;
struct Module;

/// A value with its type and where it is written.
struct WrittenTensor {
  const TensorType &type;
  support::SourceRange range;
};

/// The edit that writes `before` and `behind` around a text.
std::vector<support::Edit> around(support::SourceRange range, const std::string &before, const std::string &behind);

/// Whether axes of size 1 are all that one shape has and the other lacks: neither is meant to be spread (rule size-8).
bool differInUnits(const std::vector<Size> &a, const std::vector<Size> &b, const SizeFacts &facts);

/// `x[:, 0]`, where only an axis of size 1 keeps one of two shapes from lying in the other: it is never stretched. With
/// `sameRank` they must become the same.
void hintUnitAxis(support::DiagnosticBuilder &builder, const WrittenTensor &a, const WrittenTensor &b, bool sameRank,
                  const SizeFacts &facts, const support::SourceMap &sources);

/// What takes an axis away, for a body that gives more axes than its signature promises.
void hintMoreAxes(support::DiagnosticBuilder &builder, const TensorType &given, const TensorType &promised,
                  const SizeFacts &facts);

/// `Linear(Side)`: a number of members stands where their dim is promised.
void hintDim(support::DiagnosticBuilder &builder, const TensorType &given, const TensorType &promised,
             const Module &module, const support::SourceMap &sources);

/// `x as [B, -1]`: no size is worked out, but often the checker can say which it is.
void hintNegativeAxis(support::DiagnosticBuilder &builder, const ast::CastStep &step, const std::vector<Size> &from,
                      const std::vector<Size> &to, const SizeFacts &facts);

/// `where H % 2 == 0`, if that makes two shapes equal which differ by what is rounded off in between.
void hintDivisors(support::DiagnosticBuilder &builder, const std::vector<Size> &a, const std::vector<Size> &b,
                  const SizeFacts &facts);

/// `float(t)`: whole numbers and conditions beside numbers to compute with.
void hintFloat(support::DiagnosticBuilder &builder, const Value &a, support::SourceRange aRange, const Value &b,
               support::SourceRange bRange);

/// "3,072 * B elements", of a shape; "" if the number is too large.
std::string elementCount(const std::vector<Size> &shape);

/// `linear = Linear(64)` on a line before the statement, and `linear` in its place; nothing where that would not do.
std::vector<support::Edit> nameBefore(const Instance &layer, const support::SourceMap &sources);

/// Of layers inside a layer of the library the user knows the outermost, and can name that one.
const Instance *outermost(const Instance *layer);

/// A line behind a statement, as deep as it is.
support::Edit lineBehind(support::SourceRange statement, const std::string &line, const support::SourceMap &sources);

/// Where a free size stands in the signature of the model.
support::SourceRange placeOfFree(const Size &size, const Frame &frame);

} // namespace nnc::dsl
