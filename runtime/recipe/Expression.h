// The expressions of dataset fields: what one row's values are, in terms of the columns of its source.
#pragma once
#include "runtime/recipe/Recipe.h"
#include <unordered_map>

namespace nnc::rt {

/// One cell that a row is asked for: a number, or a label of `dim`. Equal requests share a slot.
struct Slot {
  std::string column; ///< empty for the middle columns of columns(first, last) while no header is known
  const Dim *dim = nullptr;
};

struct Expression {
  enum class Kind { Slots, Number, List, Standardize, Neg, Add, Sub, Mul, Div };
  Kind kind = Kind::Number;
  std::vector<Expression> parts;
  uint32_t firstSlot = 0;
  uint32_t width = 1;       ///< values per row
  double number = 0;        ///< of Number
  std::vector<double> mean; ///< of Standardize, one a value; empty until known
  std::vector<double> deviation;
  /// Of the root: how many steps of a series one row takes (0: none), and whether from the present on. Everything
  /// below works step by step, so `width` counts the values of a step.
  uint64_t steps = 0;
  bool ahead = false;
};

/// Turns the expressions of some fields into trees over one list of slots.
class ExpressionBuilder {
public:
  /// `header`: the columns of the source, null if they are not known (values on the command line).
  ExpressionBuilder(const Recipe &recipe, const std::vector<std::string> *header) : recipe(recipe), header(header) {}

  Result<Expression> build(const Field &field);
  const std::vector<Slot> &slots() const { return wanted; }

private:
  Result<Expression> node(const Json &json, uint32_t width, const Dim *dim);
  Result<Expression> column(const std::string &name, const Dim *dim);
  Result<Expression> columns(const std::string &first, const std::string &last, uint32_t width, const Dim *dim);
  Result<Expression> list(const Json &json, uint32_t width, const Dim *dim);
  Result<Expression> window(const Json &json, uint32_t width, const Dim *dim);
  Result<Expression> arithmetic(const Json &json, Expression::Kind kind, uint32_t width);
  Error broken(const std::string &what) const;
  Error noColumn(const std::string &name) const;
  uint32_t slot(const std::string &column, const Dim *dim);

  const Recipe &recipe;
  const std::vector<std::string> *header;
  const Field *field = nullptr;
  uint64_t steps = 0; ///< of the field being built
  bool ahead = false;
  std::vector<Slot> wanted;
};

/// The values of one row, `expression.width` of them, from the numbers in its slots.
void evaluate(const Expression &expression, const double *slots, double *out);

/// The standardisations of an expression, inner ones first.
void standardisations(Expression &expression, std::vector<Expression *> &out);

} // namespace nnc::rt
