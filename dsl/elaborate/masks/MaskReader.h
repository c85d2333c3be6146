// The predicate of a mask where it is used: over the indices of an op, with the tensors that it reads.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

class MaskReader {
public:
  /// `ranges`: the axes that the indices of masks stand for, in the terms of `frame`, outermost first; `b, h, q, k` are
  /// the last of them, `b, q, k` leave out h. `numbers`: what the op calls these axes. `user` names it in messages.
  MaskReader(Elaborator &e, Frame &frame, std::vector<Size> ranges, std::vector<uint32_t> numbers, std::string user,
             support::SourceRange range);

  /// Nothing after an error.
  std::optional<Mask> read(const MaskTree &tree);
  /// What the mask reads, in the order of MaskTerm::number.
  const std::vector<TensorValue> &operands() const { return args; }
  /// Says once what of the mask cannot be analysed (W0602).
  void warnDense(const MaskTree &tree);

private:
  using Indices = std::map<std::string, size_t>; // name -> place in `ranges`

  std::optional<Mask> item(const MaskTree &tree);
  std::optional<Mask> item(Frame &inner, const Definition &definition);
  std::optional<Mask> predicate(const ast::Expr &expr, Frame &inner, const Indices &indices);
  std::optional<Mask> comparison(const ast::CompareExpr &expr, const ast::Expr &whole, Frame &inner,
                                 const Indices &indices);
  std::optional<Mask> subscripted(const ast::PostfixExpr &expr, const ast::Expr &whole, Frame &inner,
                                  const Indices &indices);
  std::optional<Mask> called(const ast::PostfixExpr &expr, const ast::Expr &whole, Frame &inner,
                             const Indices &indices);
  std::optional<Mask> lookup(const ast::Expr &expr, Frame &inner, const Indices &indices);
  std::optional<MaskTerm> term(const ast::Expr &expr, Frame &inner, const Indices &indices);
  std::optional<MaskTerm> chain(const ast::ChainExpr &expr, Frame &inner, const Indices &indices);
  std::optional<MaskTerm> element(const ast::PostfixExpr &expr, Frame &inner, const Indices &indices, bool condition);
  std::optional<MaskTerm> known(const ast::Expr &expr, Frame &inner);
  bool dividesPositions(const MaskTerm &term, Frame &inner, support::SourceRange at);
  bool usesIndex(const ast::Expr &expr, const Indices &indices) const;
  MaskTerm operand(const TensorValue &tensor, std::vector<uint32_t> at);
  bool sameAxis(const std::string &index, size_t place, const Size &axis, const std::string &what, Frame &inner,
                support::SourceRange at);
  void dense(const ast::Expr &expr, const Frame &inner, const std::string &why);

  Elaborator &e;
  Frame &frame;
  std::vector<Size> ranges, roots;
  std::vector<uint32_t> numbers;
  std::string user;
  support::SourceRange range;
  std::vector<TensorValue> args;
  bool failed = false;
  support::SourceRange denseAt;
  std::string denseWhy;
};

} // namespace nnc::dsl
