// The scalar functions of the evaluator, for float, double and dual numbers. Formulas that SPEC.md spells out are
// spelled out here over these primitives, so a dual number differentiates the definition, not a rule for it.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>

namespace nnc::reference::scalar {

template <class S>
concept Plain = std::same_as<S, float> || std::same_as<S, double>;

template <Plain S> double valueOf(S x) { return x; }
template <Plain S> S fma(S a, S b, S c) { return std::fma(a, b, c); }
// Elementary functions in f32: the value in double, rounded once.
template <Plain S> S exp(S x) { return S(std::exp(double(x))); }
template <Plain S> S log(S x) { return S(std::log(double(x))); }
template <Plain S> S log1p(S x) { return S(std::log1p(double(x))); }
template <Plain S> S expm1(S x) { return S(std::expm1(double(x))); }
template <Plain S> S tanh(S x) { return S(std::tanh(double(x))); }
template <Plain S> S erf(S x) { return S(std::erf(double(x))); }
template <Plain S> S sin(S x) { return S(std::sin(double(x))); }
template <Plain S> S cos(S x) { return S(std::cos(double(x))); }
template <Plain S> S power(S x, S y) { return S(std::pow(double(x), double(y))); }
template <Plain S> S sqrt(S x) { return std::sqrt(x); }
template <Plain S> S abs(S x) { return std::fabs(x); }
template <Plain S> S withoutDerivative(S x) { return x; }
template <Plain S> S floor(S x) { return std::floor(x); }
template <Plain S> S ceil(S x) { return std::ceil(x); }
/// Half to even: the rounding mode is never changed here.
template <Plain S> S roundEven(S x) { return std::nearbyint(x); }

/// value + d · epsilon with epsilon² = 0: `d` is the exact derivative along one direction.
struct Dual {
  double value = 0, d = 0;
  Dual() = default;
  Dual(double value, double d = 0) : value(value), d(d) {}
};

inline double valueOf(Dual x) { return x.value; }
inline Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.d + b.d}; }
inline Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.d - b.d}; }
inline Dual operator-(Dual a) { return {-a.value, -a.d}; }
inline Dual operator*(Dual a, Dual b) { return {a.value * b.value, a.d * b.value + a.value * b.d}; }
inline Dual operator/(Dual a, Dual b) { return {a.value / b.value, (a.d - a.value / b.value * b.d) / b.value}; }
inline bool operator<(Dual a, Dual b) { return a.value < b.value; }
inline bool operator>(Dual a, Dual b) { return a.value > b.value; }
inline bool operator<=(Dual a, Dual b) { return a.value <= b.value; }
inline bool operator>=(Dual a, Dual b) { return a.value >= b.value; }
inline bool operator==(Dual a, Dual b) { return a.value == b.value; }
inline bool operator!=(Dual a, Dual b) { return a.value != b.value; }

inline Dual fma(Dual a, Dual b, Dual c) {
  return {std::fma(a.value, b.value, c.value), a.d * b.value + a.value * b.d + c.d};
}
inline Dual exp(Dual x) { return {std::exp(x.value), x.d * std::exp(x.value)}; }
inline Dual log(Dual x) { return {std::log(x.value), x.d / x.value}; }
inline Dual log1p(Dual x) { return {std::log1p(x.value), x.d / (1 + x.value)}; }
inline Dual expm1(Dual x) { return {std::expm1(x.value), x.d * std::exp(x.value)}; }
inline Dual sqrt(Dual x) { return {std::sqrt(x.value), x.d / (2 * std::sqrt(x.value))}; }
inline Dual tanh(Dual x) {
  double c = std::cosh(x.value);
  return {std::tanh(x.value), x.d / (c * c)};
}
inline Dual erf(Dual x) {
  constexpr double twoOverSqrtPi = 1.12837916709551257390;
  return {std::erf(x.value), x.d * twoOverSqrtPi * std::exp(-x.value * x.value)};
}
inline Dual sin(Dual x) { return {std::sin(x.value), x.d * std::cos(x.value)}; }
inline Dual cos(Dual x) { return {std::cos(x.value), -x.d * std::sin(x.value)}; }
/// |x|^y: pow has its cases before it.
inline Dual power(Dual x, Dual y) {
  double power = std::pow(x.value, y.value), d = 0;
  if (x.d != 0)
    d += x.d * y.value * std::pow(x.value, y.value - 1);
  if (y.d != 0)
    d += y.d * power * std::log(x.value);
  return {power, d};
}
inline Dual abs(Dual x) { return x.value < 0 ? -x : x; }
inline Dual withoutDerivative(Dual x) { return {x.value}; }
inline Dual floor(Dual x) { return {std::floor(x.value)}; }
inline Dual ceil(Dual x) { return {std::ceil(x.value)}; }
inline Dual roundEven(Dual x) { return {roundEven(x.value)}; }

template <class S> bool isNan(S x) { return std::isnan(valueOf(x)); }
template <class S> bool isFinite(S x) { return std::isfinite(valueOf(x)); }
template <class S> S infinity() { return S(std::numeric_limits<double>::infinity()); }
template <class S> S nan() { return S(std::numeric_limits<double>::quiet_NaN()); }

} // namespace nnc::reference::scalar
