#include "tools/nnc-random/Shrink.h"

#include <algorithm>
#include <optional>

namespace nnc::random {
namespace {

class Shrinker {
public:
  Shrinker(Program program, const std::function<bool(const Program &)> &fails, int tries)
      : best(std::move(program)), fails(fails), tries(tries) {}

  Program run() {
    for (bool better = true; better && tries > 0;) {
      better = false;
      better |= dropAll(best.outputs.size(), dropAt(&Program::outputs));
      better |= dropAll(best.updates.size(), dropAt(&Program::updates));
      better |= dropAll(best.operations.size(), dropOperation);
      better |= shrinkSizes();
    }
    return best;
  }

private:
  bool accept(Program candidate) {
    candidate.sweep();
    if (tries-- <= 0 || !candidate.isValid() || (candidate.outputs.empty() && candidate.loss < 0) || !fails(candidate))
      return false;
    best = std::move(candidate);
    return true;
  }

  /// Tries to apply `drop` to each of `count` things, the last first.
  bool dropAll(size_t count, const std::function<void(Program &, size_t)> &drop) {
    bool better = false;
    for (size_t i = count; i-- > 0 && tries > 0;) {
      Program candidate = best;
      drop(candidate, i);
      better |= accept(std::move(candidate));
    }
    return better;
  }

  template <class T> static std::function<void(Program &, size_t)> dropAt(std::vector<T> Program::*list) {
    return [list](Program &program, size_t index) {
      if (index < (program.*list).size())
        (program.*list).erase((program.*list).begin() + int64_t(index));
    };
  }

  /// An op's results become operands of the same type, or values that the program starts from.
  static void dropOperation(Program &program, size_t index) {
    if (index >= program.operations.size())
      return;
    Operation operation = program.operations[index];
    program.operations.erase(program.operations.begin() + int64_t(index));
    for (int result : operation.results) {
      auto same = std::find_if(operation.operands.begin(), operation.operands.end(), [&](int operand) {
        return program.values[size_t(operand)] == program.values[size_t(result)];
      });
      if (same != operation.operands.end()) {
        replace(program, result, *same);
        continue;
      }
      Root root;
      const Type &type = program.values[size_t(result)];
      bool isFree = !type.dims.empty() && type.dims[0] == 0 && program.freeBatch;
      root.kind = type.element == Element::Float && !isFree ? Root::Param : Root::Input;
      root.value = result;
      program.roots.push_back(root);
    }
  }

  static void replace(Program &program, int from, int to) {
    for (Operation &operation : program.operations)
      std::replace(operation.operands.begin(), operation.operands.end(), from, to);
    std::replace(program.outputs.begin(), program.outputs.end(), from, to);
    for (Update &update : program.updates)
      if (update.value == from)
        update.value = to;
    if (program.loss == from)
      program.loss = to;
  }

  bool shrinkSizes() {
    bool better = false;
    for (size_t i = 0; i < best.sizes.size(); ++i)
      for (int64_t smaller : {1, 2, 3, 5}) {
        if (best.sizes[i].kind != Size::Number || best.sizes[i].value <= smaller)
          continue;
        Program candidate = best;
        candidate.sizes[i].value = smaller;
        if (accept(std::move(candidate))) {
          better = true;
          break;
        }
      }
    return better;
  }

  Program best;
  const std::function<bool(const Program &)> &fails;
  int tries;
};

} // namespace

Program shrink(Program program, const std::function<bool(const Program &)> &fails, int tries) {
  return Shrinker(std::move(program), fails, tries).run();
}

} // namespace nnc::random
