// Instances of every op of the derivative table: small programs on random shapes, for the tests that are made from the
// table. An op without a generator here fails them, so none can be missed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace nnc::test {

using Extents = std::vector<int64_t>;

/// Which numbers a parameter gets. None lies near a kink of its op.
enum class Fill {
  Any,          // [-2, 2]
  Positive,     // [0.5, 2]
  AwayFromZero, // |x| in [0.1, 2]
  Fractional,   // at least 0.1 from every multiple of one half
  Distinct,     // all such elements of a program differ
  SomeZeros,    // near 1, some exactly 0
  Labels,       // integers from 0 to `bound` - 1
};

struct Parameter {
  std::string name;
  Extents shape;
  Fill fill = Fill::Any;
  int64_t bound = 0;
};

/// `body` computes %y, of shape `result`, from the parameters' values %NAME.
struct Instance {
  std::string op, what;
  std::vector<Parameter> parameters;
  Extents result;
  std::string body;
  bool differences = true; // whether central differences see the derivative that is meant
};

/// Random choices that depend on the seed alone.
class Draw {
public:
  explicit Draw(uint64_t seed) : engine(seed) {}
  int64_t below(int64_t n) { return int64_t(engine() % uint64_t(n)); }
  bool chance(int percent) { return below(100) < percent; }
  double uniform(double low, double high) { return low + (high - low) * (double(engine() >> 11) * 0x1p-53); }
  template <class T> const T &pick(const std::vector<T> &list) { return list[below(int64_t(list.size()))]; }
  template <class T> void shuffle(std::vector<T> &list) {
    for (size_t i = list.size(); i > 1; --i)
      std::swap(list[i - 1], list[below(int64_t(i))]);
  }

private:
  std::mt19937_64 engine;
};

/// The extents that shapes are made of.
inline const std::vector<int64_t> extents = {0, 1, 2, 3, 5, 15, 16, 17, 33, 64};

/// Instances of an op of the table, on ranks 0 to 5 as far as the op takes them; none if it is unknown.
std::vector<Instance> instancesOf(const std::string &op, size_t wanted = 14);

int64_t count(const Extents &shape);
/// "3x4", and "tensor<3x4xf64>".
std::string text(const Extents &shape);
std::string tensorType(const Extents &shape, const std::string &element = "f64");
/// "[0, 1, 2]"
std::string list(const Extents &numbers);

/// The module of an instance: entry @grad with the outputs loss = sum of y · w, and y. What is not the instance's own
/// is located at "harness".
std::string moduleText(const Instance &instance);

} // namespace nnc::test
