// nnc-random: draws programs of nn, compiles and evaluates each in many ways, and stops at the first disagreement,
// which it shrinks. One seed is one program: `nnc-random --seed=S --programs=1` draws it again.
#include "compiler/Analysis/Support.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Pipelines/Plant.h"
#include "tools/nnc-random/Check.h"
#include "tools/nnc-random/CppForms.h"
#include "tools/nnc-random/Generate.h"
#include "tools/nnc-random/Shrink.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <map>
#include <set>

using namespace mlir;
namespace cl = llvm::cl;

namespace nnc::random {
namespace {

cl::opt<uint64_t> firstSeed("seed", cl::desc("seed of the first program"), cl::init(1));
cl::opt<int> programs("programs", cl::desc("how many programs are judged"), cl::init(50));
cl::opt<std::string> plant("plant", cl::desc("a bug to plant; finding it is success"));
cl::opt<std::string> without("without", cl::desc("ops that programs do not hold, separated by commas"));
cl::opt<std::string> targetName("target", cl::desc("as --target-features of nnc"), cl::init("native"));
cl::opt<std::string> keep("keep", cl::desc("file for the shrunk program"), cl::init("nnc-random.mlir"));
cl::opt<bool> print("print",
                    cl::desc("print the programs, or with --coverage only count their ops, and judge nothing"));
cl::opt<bool> coverage("coverage", cl::desc("fail if an op is in less than a tenth of the programs"));
cl::opt<bool> verbose("verbose", cl::desc("say what became of each program"));
cl::list<std::string> cxx("cxx", cl::desc("compare the C++ of programs, too, compiled by this; may be given again"));
cl::opt<unsigned> cxxOpt("cxx-opt", cl::desc("-O of those compilers; at 0 the plain kernels are compared, too"),
                         cl::init(2));
cl::list<std::string> cxxFlags("cxx-flag", cl::desc("one more flag for those compilers; may be given again"));
cl::opt<int> cxxPrograms("cxx-programs", cl::desc("programs in one C++ file"), cl::init(25));
cl::opt<int> shrinkTries("shrink", cl::desc("how many smaller programs to try"), cl::init(400));

/// Ops that are structure or come with planning: no maker draws them.
const std::set<std::string> structure = {"param",  "state",  "entry",    "return",  "yield", "group",
                                         "kernel", "launch", "relayout", "derived", "custom"};

class Campaign {
public:
  Campaign() : context(MLIRContext::Threading::DISABLED) {
    context
        .loadDialect<affine::AffineDialect, arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                     math::MathDialect, memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect, nn::NNDialect>();
    context.printOpOnDiagnostic(false);
  }

  int run() {
    std::string why;
    std::optional<TargetInfo> target = parseTarget(targetName, why);
    if (!target) {
      llvm::errs() << "nnc-random: " << why << "\n";
      return 2;
    }
    options.target = *target;
    options.plant = plant;
    if (cxxOpt == 0)
      options.cppLevels = {0, 2};
    if (!everyOpHasMaker())
      return 1;
    if (!findCompilers())
      return 3;
    uint64_t seed = firstSeed;
    while (judged < programs && refused < 20 * programs + 20)
      if (!tryOne(seed++) || (int(waiting.size()) >= cxxPrograms && !judgeWaiting()))
        return found();
    return judgeWaiting() ? summary() : found();
  }

private:
  bool everyOpHasMaker() {
    std::set<std::string> made = structure;
    for (StringRef op : opsWithoutKernel()) // nothing to compare with the evaluator
      made.insert(op.str());
    for (const Maker &maker : makers())
      made.insert(maker.op);
    bool all = true;
    for (RegisteredOperationName name : context.getRegisteredOperationsByDialect("nn"))
      if (!made.count(name.stripDialect().str())) {
        llvm::outs() << name.getStringRef() << " has no maker: add one to Make*.cpp\n";
        all = false;
      }
    return all;
  }

  bool findCompilers() {
    for (const std::string &name : cxx) {
      auto compiler = findCxxCompiler(name);
      if (!compiler) {
        llvm::errs() << "nnc-random: " << llvm::toString(compiler.takeError()) << "\n";
        return false;
      }
      forms.push_back({*compiler, cxxOpt, {cxxFlags.begin(), cxxFlags.end()}});
    }
    return true;
  }

  /// All comparisons but those of C++, for which the program is put aside.
  Verdict judgeFirst(const Program &program, std::vector<CppProgram> &cpp) {
    options.wide = program.wide;
    options.finite = !program.special;
    options.seed = program.seed;
    options.batch = program.sizeOf(0);
    return check(context, program.text(), options, forms.empty() ? nullptr : &cpp);
  }

  Verdict judge(const Program &program) {
    std::vector<CppProgram> cpp;
    Verdict verdict = judgeFirst(program, cpp);
    if (verdict.kind == Verdict::Agreed)
      if (auto failure = judgeCpp(cpp, forms, options.target))
        return failure->verdict;
    return verdict;
  }

  /// False at a disagreement of one of the programs that were put aside.
  bool judgeWaiting() {
    std::vector<CppProgram> all = std::move(cppWaiting);
    cppWaiting.clear();
    std::vector<Program> programsOfAll = std::move(waiting);
    waiting.clear();
    auto failure = all.empty() ? std::nullopt : judgeCpp(all, forms, options.target);
    if (!failure)
      return true;
    for (Program &program : programsOfAll)
      if (program.seed == all[failure->program].seed)
        failing = std::move(program);
    this->failure = failure->verdict;
    return false;
  }

  void count(const Program &program) {
    ++judged;
    withGradient += program.loss >= 0;
    withSpecial += program.special;
    std::set<std::string> ops;
    for (const Operation &operation : program.operations)
      ops.insert(operation.op);
    for (const std::string &op : ops)
      ++programsWith[op];
    most = std::max(most, program.operations.size());
  }

  /// False at a disagreement.
  bool tryOne(uint64_t seed) {
    Program program = generate(seed, without);
    if (!program.isValid() || program.operations.empty() || (program.outputs.empty() && program.loss < 0)) {
      ++refusals["not a program"];
      ++refused;
      return true;
    }
    if (print) {
      if (!coverage)
        llvm::outs() << "// seed " << seed << "\n" << program.text();
      return count(program), true;
    }
    Verdict verdict = judgeFirst(program, cppWaiting);
    if (verbose)
      (llvm::outs() << seed << " " << (verdict.kind == Verdict::Agreed ? "agreed" : verdict.where) << "\n").flush();
    if (verdict.kind == Verdict::Refused) {
      ++refusals[verdict.where];
      ++refused;
      return true;
    }
    count(program);
    if (verdict.kind == Verdict::Agreed) {
      if (!forms.empty())
        waiting.push_back(std::move(program));
      return true;
    }
    failing = std::move(program);
    failure = verdict;
    return false;
  }

  /// Says what was found. With a planted bug that is success, and the program is made small only if a file is named.
  int found() {
    llvm::outs() << "seed " << failing.seed << ", program " << judged << ": " << failure.where << ": " << failure.what
                 << "\n";
    llvm::outs().flush();
    if (plant.empty() || keep.getNumOccurrences())
      reduce();
    if (plant.empty())
      return 1;
    options.plant.clear(); // it must be the planted bug that was found
    bool planted = judge(failing).kind == Verdict::Agreed;
    llvm::outs() << (planted ? "found " : "not of the plant: ") << plant << "\n";
    return planted ? 0 : 1;
  }

  void reduce() {
    Program small = shrink(
        failing,
        [&](const Program &smaller) {
          Verdict verdict = judge(smaller);
          return verdict.kind == Verdict::Disagreed && verdict.where == failure.where;
        },
        shrinkTries);
    Verdict last = judge(small);
    std::string text = "// seed " + std::to_string(failing.seed) + ", B = " + std::to_string(small.sizeOf(0)) + ": " +
                       last.where + ": " + last.what + "\n" + small.text();
    llvm::outs() << text;
    std::error_code error;
    llvm::raw_fd_ostream file(keep, error);
    if (!error)
      file << text;
    llvm::outs() << "again: nnc-random --programs=1 --seed=" << failing.seed << "; the small one is in " << keep
                 << "\n";
  }

  int summary() {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    llvm::outs() << judged << " programs from seed " << firstSeed << ", " << withGradient << " with gradient, "
                 << withSpecial << " with NaN and infinities, at most " << most << " ops: no disagreement";
    for (const CppForm &form : forms)
      llvm::outs() << ", nor with " << form.name();
    if (!plant.empty())
      llvm::outs() << ": " << plant << " not found";
    llvm::outs() << "\n" << refused << " candidates refused";
    for (const auto &[why, count] : refusals)
      llvm::outs() << ", " << count << " " << why;
    llvm::outs() << "; " << llvm::format("%.1f", seconds) << " s\n";
    bool enough = judged == programs && withGradient * 3 >= judged && (judged < 200 || withSpecial * 10 <= judged);
    if (coverage)
      for (const Maker &maker : makers()) {
        int count = programsWith["nn." + maker.op];
        bool wanted = ("," + without + ",").find("," + maker.op + ",") == std::string::npos;
        if (wanted && count * 10 < judged) {
          llvm::outs() << "nn." << maker.op << " is in " << count << " programs only\n";
          enough = false;
        }
      }
    return enough && plant.empty() ? 0 : 1;
  }

  MLIRContext context;
  CheckOptions options;
  int judged = 0, refused = 0, withGradient = 0, withSpecial = 0;
  size_t most = 0;
  std::map<std::string, int> refusals, programsWith;
  std::vector<CppForm> forms;
  std::vector<Program> waiting; // for the C++ compilers
  std::vector<CppProgram> cppWaiting;
  Program failing;
  Verdict failure;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

} // namespace
} // namespace nnc::random

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "judges random programs\n");
  if (!nnc::random::plant.empty() && !llvm::is_contained(nnc::plantNames(), nnc::random::plant)) {
    llvm::errs() << "nnc-random: no bug is called '" << nnc::random::plant
                 << "': " << llvm::join(nnc::plantNames(), ", ") << "\n";
    return 2;
  }
  return nnc::random::Campaign().run();
}
