// Whether a carry that starts as a whole number counts in whole numbers.
#pragma once
#include "dsl/elaborate/Frame.h"

namespace nnc::dsl {

/// Literals take the type they meet (rule num-1): a carry that starts as 0 is an int if nothing but whole numbers and
/// ints meet in what the body assigns to it, else a float. Looks at the text; what it cannot tell is a float.
class CarryKind {
public:
  CarryKind(const ast::ScanExpr &scan, const Frame &frame);
  bool isInt(const ast::Carry &carry);

private:
  enum Kind { Whole, Int, Other }; // Whole: a literal, which takes the type of the other side

  static Kind meet(Kind a, Kind b);
  Kind ofName(const std::string &name);
  Kind of(const ast::Expr &expr);
  Kind ofCall(const ast::PostfixExpr &call);
  Kind ofBlock(const ast::Block &block);
  void collect(const ast::Block &block);

  const ast::ScanExpr &scan;
  const Frame &frame;
  std::map<std::string, std::vector<const ast::Expr *>> assigned; // in the body
  std::set<std::string> open;                                     // names that are being looked at
};

} // namespace nnc::dsl
