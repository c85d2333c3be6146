#include "tools/nnc-random/Values.h"

#include <cmath>
#include <sstream>

namespace nnc::random {

static bool sameBits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

static std::string at(const std::string &name, size_t element, double got, double wanted) {
  std::ostringstream text;
  text.precision(17);
  text << name << "[" << element << "]: " << got << " instead of " << wanted;
  return text.str();
}

std::string differenceInBits(const Values &a, const Values &b, bool allOf) {
  for (const auto &[name, wanted] : a) {
    auto found = b.find(name);
    if (found == b.end()) {
      if (allOf)
        return name + " is missing";
      continue;
    }
    const Flat &got = found->second;
    if (got.shape != wanted.shape || got.isReal != wanted.isReal)
      return name + " has another shape or type";
    for (size_t i = 0; i < wanted.reals.size(); ++i)
      if (!sameBits(wanted.reals[i], got.reals[i]))
        return at(name, i, got.reals[i], wanted.reals[i]);
    for (size_t i = 0; i < wanted.integers.size(); ++i)
      if (wanted.integers[i] != got.integers[i])
        return at(name, i, double(got.integers[i]), double(wanted.integers[i]));
  }
  return "";
}

static double rootMeanSquare(const std::vector<double> &a, const std::vector<double> &b) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < a.size(); ++i)
    if (std::isfinite(a[i]) && std::isfinite(b[i])) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
      ++count;
    }
  return count ? std::sqrt(sum / double(count)) : 0;
}

std::string differenceFromTruth(const Values &got, const Values &truth, const Values &evaluated, bool wide) {
  for (const auto &[name, wanted] : truth) {
    auto found = got.find(name);
    if (found == got.end())
      return name + " is missing";
    const Flat &mine = found->second;
    if (mine.shape != wanted.shape || mine.isReal != wanted.isReal)
      return name + " has another shape or type";
    for (size_t i = 0; i < wanted.integers.size(); ++i)
      if (wanted.integers[i] != mine.integers[i])
        return at(name, i, double(mine.integers[i]), double(wanted.integers[i]));
    const std::vector<double> zeros(wanted.reals.size(), 0), &judge = evaluated.at(name).reals;
    // The floor: the compiled functions may be 5 ulp off where the evaluator rounds the true value.
    double scale = 1 + rootMeanSquare(wanted.reals, zeros), floor = (wide ? 1e-11 : 1e-5) * scale;
    double bound = (wanted.reals.size() <= 10 ? 10 : 3) * rootMeanSquare(judge, wanted.reals) + floor;
    double error = rootMeanSquare(mine.reals, wanted.reals);
    if (error > bound)
      return name + " is off by " + std::to_string(error) + " (root mean square), allowed " + std::to_string(bound);
    for (size_t i = 0; i < wanted.reals.size(); ++i) {
      double a = mine.reals[i], b = wanted.reals[i];
      bool same = std::isnan(b)   ? std::isnan(a)
                  : std::isinf(b) ? a == b
                                  : std::fabs(a - b) <= 1e-3 + 1e-2 * std::fabs(b);
      if (!same)
        return at(name, i, a, b);
    }
  }
  return "";
}

bool allFinite(const Values &values) {
  for (const auto &[name, flat] : values)
    for (double x : flat.reals)
      if (!std::isfinite(x))
        return false;
  return true;
}

} // namespace nnc::random
