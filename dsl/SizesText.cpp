// Sizes in the words of the language: `2 * hidden + 1`, `ceil(H / stride)`.
#include "dsl/Sizes.h"

namespace nnc::dsl {

using Atoms = std::vector<std::shared_ptr<const SizeAtom>>;

namespace {

std::string strFactor(const Size &size) {
  const auto &products = size.products();
  bool isNumber = size.constant() && *size.constant() >= 0;
  bool isAtom = size.number() == 0 && products.size() == 1 && products[0].factor == 1 &&
                products[0].atoms.size() == 1 && products[0].atoms[0]->kind != SizeAtom::Quotient;
  std::string text = size.str();
  return isNumber || isAtom ? text : "(" + text + ")";
}

std::string strAtom(const SizeAtom &atom, bool asCeil) {
  if (atom.kind == SizeAtom::Symbol)
    return atom.name;
  if (atom.kind == SizeAtom::Quotient)
    return strFactor(atom.numerator) + " / " + strFactor(atom.denominator);
  Size numerator = asCeil ? atom.numerator - atom.denominator + Size(1) : atom.numerator;
  if (asCeil && !atom.denominator.constant())
    numerator = atom.numerator + Size(1);
  return (asCeil ? "ceil(" : "floor(") + strFactor(numerator) + " / " + strFactor(atom.denominator) + ")";
}

std::string strProduct(int64_t factor, const Atoms &atoms, bool asCeil) {
  std::string text = factor == 1 && !atoms.empty() ? "" : std::to_string(factor);
  if (factor == -1 && !atoms.empty())
    text = "-";
  for (size_t i = 0; i < atoms.size(); ++i) {
    if (!text.empty() && text != "-")
      text += " * ";
    bool quotientInProduct = atoms[i]->kind == SizeAtom::Quotient && (atoms.size() > 1 || factor != 1);
    std::string atom = strAtom(*atoms[i], asCeil);
    text += quotientInProduct ? "(" + atom + ")" : atom;
  }
  return text;
}

/// floor((a + b - 1) / b) reads better as ceil(a / b); with a symbolic b it stands as floor((a - 1) / b) + 1.
bool readsAsCeil(const Size::Term &term, int64_t constant, int64_t &taken) {
  taken = 0;
  if (term.atoms.size() != 1 || term.atoms[0]->kind != SizeAtom::Floor)
    return false;
  const SizeAtom &atom = *term.atoms[0];
  int64_t number = atom.numerator.number();
  if (auto divisor = atom.denominator.constant())
    return *divisor > 1 && number == *divisor - 1;
  taken = term.factor;
  return number == -1 && term.factor > 0 && constant >= term.factor;
}

} // namespace

std::string Size::str() const {
  if (overflowed_)
    return "too large";
  int64_t constant = number_;
  std::vector<std::string> positive, negative;
  for (const Term &term : products()) {
    int64_t taken = 0;
    bool asCeil = readsAsCeil(term, constant, taken);
    if (asCeil)
      constant -= taken;
    if (term.factor < 0 && term.factor != INT64_MIN)
      negative.push_back(strProduct(-term.factor, term.atoms, asCeil));
    else
      positive.push_back(strProduct(term.factor, term.atoms, asCeil));
  }
  if (constant > 0)
    positive.push_back(std::to_string(constant));
  std::string text;
  for (const std::string &part : positive)
    text += (text.empty() ? "" : " + ") + part;
  for (const std::string &part : negative)
    text += (text.empty() ? "-" : " - ") + part;
  if (constant < 0)
    text += text.empty() ? std::to_string(constant) : " - " + std::to_string(constant).substr(1);
  return text.empty() ? "0" : text;
}

} // namespace nnc::dsl
