// Draws programs of well-typed nn. Which op comes next is drawn from a table of makers, one for each op of the dialect
// that a program can hold; what a maker needs (a positive operand, a partner of the same type) it finds or makes.
#pragma once

#include "tools/nnc-random/Program.h"

#include <random>

namespace nnc::random {

class Draw {
public:
  explicit Draw(uint64_t seed) : engine(seed * 0x9E3779B97F4A7C15u + 1) {}
  int64_t below(int64_t n) { return int64_t(engine() % uint64_t(n)); }
  bool chance(int percent) { return below(100) < percent; }
  template <class T> const T &pick(const std::vector<T> &list) { return list[size_t(below(int64_t(list.size())))]; }
  template <class T> void shuffle(T &list) {
    for (size_t i = list.size(); i > 1; --i)
      std::swap(list[i - 1], list[size_t(below(int64_t(i)))]);
  }

private:
  std::mt19937_64 engine;
};

/// A closed interval that holds all elements of a value.
struct Interval {
  double low = -1, high = 1;
  double largest() const { return std::max(-low, high); }
};

/// The program under construction.
class Generator {
public:
  Generator(uint64_t seed, const std::string &without);
  Program run();

  // For the makers.
  Draw draw;
  Program program;
  std::vector<Interval> intervals; // by value
  bool gradient = false;

  int64_t size(int number) const { return program.sizeOf(number); }
  int64_t elements(const Type &type) const;
  const Type &type(int value) const { return program.values[size_t(value)]; }
  const Interval &interval(int value) const { return intervals[size_t(value)]; }
  bool isFree(int dim) const { return dim == 0 && program.freeBatch; }
  /// Whether a value of the type may exist: not too large, the free size outermost.
  bool allows(const Type &type) const;

  /// A value that satisfies, late ones preferred; -1 if none does.
  template <class Test> int find(Test &&test);
  int findFloat(int rankAtLeast = 0);
  /// A value of this type: one that exists, or a new root.
  int partner(Type type, bool otherThanRoots = false);
  int root(Root::Kind kind, Type type, int bound = -1);
  /// Adds an op with one result.
  int add(const std::string &op, const std::string &text, std::vector<int> operands, Type result, Interval interval);
  std::vector<int> addMany(const std::string &op, const std::string &text, std::vector<int> operands,
                           std::vector<Type> results, std::vector<Interval> intervals);
  /// "nn.op $v0 : $t0", "nn.op $v0, $v1 : $t0".
  int unary(const std::string &op, int x, Interval interval);
  int binary(const std::string &op, int a, int b, Interval interval);
  int constant(double value, Type type); // by value: values move when one is added
  /// A value of x's type in [0.25, 1.25].
  int positive(int x);
  /// A value of x's type in [-1, 1].
  int bounded(int x);
  int newSize(Size size);
  Type drawType(int rank);
  void update(int root, int value) { program.updates.push_back({root, value}); }
  bool isUpdated(int root) const;

private:
  void start();
  void finish();
  void addLoss();
  void addOptimizer();

  std::string without;
};

template <class Test> int Generator::find(Test &&test) {
  std::vector<int> fits;
  for (int value = 0; value < int(program.values.size()); ++value)
    if (test(value))
      fits.push_back(value);
  if (fits.empty())
    return -1;
  int64_t n = int64_t(fits.size());
  return fits[size_t(std::max(draw.below(n), draw.below(n)))];
}

struct Maker {
  std::string op;
  bool (*make)(Generator &, const std::string &op); // false: it found nothing to work on
};

/// One for each op that programs can hold.
const std::vector<Maker> &makers();
void addElementwiseMakers(std::vector<Maker> &all);
void addShapeMakers(std::vector<Maker> &all);
void addSumMakers(std::vector<Maker> &all);
void addWindowMakers(std::vector<Maker> &all);
void addOtherMakers(std::vector<Maker> &all);

/// The program of a seed, without the ops that the comma-separated list names.
Program generate(uint64_t seed, const std::string &without);

} // namespace nnc::random
