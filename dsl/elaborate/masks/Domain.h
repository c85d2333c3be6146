// `where =` and `length =` of a call: what of its domain counts (rule mask-2).
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

struct Domain {
  std::optional<Elaborator::Given> where, length;
  std::optional<TensorValue> kept; // of an argument that is a loss with a domain of its own

  explicit operator bool() const { return where || length || kept; }
};

/// Takes `where =` and `length =`, which the function does not declare, out of its arguments.
void takeDomain(const Definition &definition, std::vector<Elaborator::Given> &given, Domain &domain);

/// Of `next_token` a condition says which tokens count: position t is compared with the token at t + 1.
void followTokens(Elaborator &e, const std::vector<Elaborator::Given> &given, Domain &domain, Frame &frame);

/// What a domain means for a tensor.
class DomainReader {
public:
  DomainReader(Elaborator &e, Frame &frame, const std::string &name, const Domain &domain, support::SourceRange range)
      : e(e), frame(frame), name(name), domain(domain), range(range) {}

  /// Over the axes of `x`; `length` ends axis `over`. The operands of the mask are `operands()`.
  std::optional<Mask> mask(const TensorType &x, const std::vector<int64_t> &over);
  const std::vector<TensorValue> &operands() const { return args; }
  /// The same as a tensor of conditions of x's shape.
  std::optional<TensorValue> condition(const TensorType &x, const std::vector<int64_t> &over);
  /// x where the condition holds, else the number.
  TensorValue select(const TensorValue &condition, const TensorValue &x, double otherwise);

private:
  std::optional<Mask> fromWhere(const TensorType &x);
  std::optional<Mask> fromMask(const MaskTree &tree, const TensorType &x);
  std::optional<Mask> fromLength(const TensorType &x, const std::vector<int64_t> &over);
  MaskTerm read(const TensorValue &tensor, const std::vector<int64_t> &at);

  Elaborator &e;
  Frame &frame;
  const std::string &name;
  const Domain &domain;
  support::SourceRange range;
  std::vector<TensorValue> args;
};

} // namespace nnc::dsl
