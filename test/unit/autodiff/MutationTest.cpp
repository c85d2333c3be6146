// Are the tests of rules sharp? Everything that a rule builds is broken in every way (Mutations.h), and the generated
// tests or the table of kinks must notice. Survivors are printed by name; there must be none.
#include "compiler/Autodiff/DerivativeTable.h"
#include "test/unit/autodiff/Mutations.h"
#include "test/unit/autodiff/RuleCheck.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace nnc;
using namespace nnc::test;

namespace {

/// Says whether a broken module is noticed.
using Judge = std::function<bool(mlir::ModuleOp)>;

/// Mutants by name. What a rule builds depends on the instance, so the name tells the ops that it built.
class Mutants {
public:
  void tryOn(mlir::ModuleOp backward, const std::string &op, const Judge &noticed) {
    std::vector<mlir::Operation *> built = builtBy(backward, op);
    std::string form = op + " built";
    for (mlir::Operation *part : built)
      form += " " + nameOf(part);
    for (size_t at = 0; at < built.size(); ++at)
      for (const Mutation &mutation : mutationsOf(built[at])) {
        bool &found = caught[form + ": op " + std::to_string(at) + ", " + nameOf(built[at]) + ", " + mutation.name];
        if (found)
          continue;
        mlir::OwningOpRef<mlir::ModuleOp> mutant(backward.clone());
        mutation.apply(builtBy(*mutant, op)[at]);
        found = noticed(*mutant);
      }
  }

  std::set<std::string> survivors() const {
    std::set<std::string> names;
    for (const auto &[name, found] : caught)
      if (!found)
        names.insert(name);
    return names;
  }

  std::map<std::string, bool> caught;
};

void tryInstances(Mutants &mutants, const std::string &op) {
  constexpr int64_t largest = 300;
  constexpr size_t many = 60; // so that each form of what the rule builds comes with extents other than 1
  for (const Instance &instance : instancesOf(op, many)) {
    int64_t elements = count(instance.result);
    for (const Parameter &parameter : instance.parameters)
      elements = std::max(elements, count(parameter.shape));
    if (elements > largest || elements == 0)
      continue;
    std::optional<Differentiated> modules = differentiate(moduleText(instance));
    ASSERT_TRUE(modules);
    Point point = pointOf(instance, 1);
    std::optional<Truth> truth = truthOf(*modules->forward, point);
    ASSERT_TRUE(truth);
    mutants.tryOn(*modules->backward, op,
                  [&](mlir::ModuleOp mutant) { return !disagreement(mutant, point, *truth).empty(); });
  }
}

TEST(Mutations, AreAllCaught) {
  Mutants mutants;
  for (const std::string &op : autodiff::DerivativeTable::get().names())
    tryInstances(mutants, op);
  for (const Kink &kink : kinks()) {
    std::optional<Differentiated> modules = differentiate(moduleText(kink.instance));
    ASSERT_TRUE(modules);
    mutants.tryOn(*modules->backward, kink.instance.op,
                  [&](mlir::ModuleOp mutant) { return !disagreementAtKink(mutant, kink).empty(); });
  }
  std::printf("%zu mutants, %zu survive\n", mutants.caught.size(), mutants.survivors().size());
  EXPECT_GT(mutants.caught.size(), 250u);
  for (const std::string &survivor : mutants.survivors())
    ADD_FAILURE() << survivor;
}

} // namespace
