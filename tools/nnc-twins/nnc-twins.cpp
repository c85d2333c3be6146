// nnc-twins: does every fast kernel equal its plain form, bit for bit?
//
// Reads a module of nn.kernel specifications, builds both forms in process, runs them on the same random inputs for
// several batch sizes and compares the results as integers (NaN equals NaN). With --cxx=COMPILER the fast and the plain
// forms also go through the C++ back end and that compiler, and must give the bits of the LLVM road. With --bench it
// times the fast forms instead.
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "codegen/Passes.h"
#include "codegen/Pipelines.h"
#include "codegen/Target/LLVM/Backend.h"
#include "compiler/Dialect/Nn.h"
#include "compiler/Target/TargetInfo.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Transforms/Passes.h"
#include "tools/nnc-twins/Buffers.h"
#include "tools/nnc-twins/CppTwin.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <immintrin.h>

using namespace mlir;
namespace cl = llvm::cl;

namespace nnc::twins {
namespace {

cl::opt<std::string> inputFile(cl::Positional, cl::desc("<module of nn.kernel>"), cl::Required);
cl::opt<std::string> targetName("target", cl::desc("as --target-features of nnc"), cl::init("native"));
cl::list<int64_t> batches("sizes", cl::CommaSeparated, cl::desc("values of the free sizes"));
cl::opt<bool> requireFast("require-fast", cl::desc("a kernel that keeps its plain form is a failure"));
cl::opt<int64_t> benchSize("bench", cl::desc("time the fast forms at this size"), cl::init(0));
cl::opt<std::string> compiler("cxx", cl::desc("compare with the C++ back end through this compiler"));
cl::list<std::string> compilerFlags("cxx-flag", cl::desc("a flag for that compiler"));
cl::opt<std::string> keptText("keep-cpp", cl::desc("leave the C++ in this file"));
cl::opt<bool> printAssembly("S", cl::desc("print the assembly and stop"));

struct Kernel {
  std::string name;
  SmallVector<KernelBuffer> inputs, results;
  SmallVector<std::string> sizes;
  std::optional<nn::TasksAttr> tasks;
  SmallVector<int64_t> tied; // the input over which a result is written, or -1; empty: none
  int64_t products = 0;      // multiply-adds for one row of the batch, for --bench
};

// Entries and state are not needed to run a kernel.
void keepKernelsOnly(ModuleOp module) {
  for (Operation &op : llvm::make_early_inc_range(module.getOps()))
    if (!isa<nn::KernelOp>(op))
      op.erase();
}

std::string readKernels(ModuleOp module, std::vector<Kernel> &kernels) {
  for (auto spec : module.getOps<nn::KernelOp>()) {
    Kernel kernel;
    kernel.name = spec.getSymName().str();
    SmallVector<KernelBuffer> buffers = buffersOf(spec);
    auto results = buffers.begin() + spec.getNumArguments();
    kernel.inputs.append(buffers.begin(), results);
    kernel.results.append(results, buffers.end());
    kernel.tasks = spec.getTasks();
    if (std::optional<ArrayRef<int64_t>> tied = spec.getTied())
      kernel.tied.assign(tied->begin(), tied->end());
    kernels.push_back(std::move(kernel));
  }
  return kernels.empty() ? "no nn.kernel in the module" : "";
}

// f(pointers, sizes): loads the arguments of the bare-pointer convention and calls the kernel.
void addTrampoline(llvm::Module &module, llvm::Function &kernel) {
  // A short one would disappear in the function that calls it, here and not in C++.
  if (benchSize && !kernel.hasFnAttribute(llvm::Attribute::AlwaysInline))
    kernel.addFnAttr(llvm::Attribute::NoInline);
  llvm::LLVMContext &context = module.getContext();
  llvm::Type *pointer = llvm::PointerType::getUnqual(context), *word = llvm::Type::getInt64Ty(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer, pointer}, false);
  auto *entry = llvm::Function::Create(type, llvm::Function::ExternalLinkage, "call." + kernel.getName(), module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", entry));
  SmallVector<llvm::Value *> arguments;
  unsigned pointers = 0, words = 0;
  for (llvm::Argument &argument : kernel.args()) {
    bool isPointer = argument.getType()->isPointerTy();
    llvm::Value *at = builder.CreateConstGEP1_64(isPointer ? pointer : word, entry->getArg(isPointer ? 0 : 1),
                                                 isPointer ? pointers++ : words++);
    arguments.push_back(builder.CreateLoad(argument.getType(), at));
  }
  builder.CreateCall(&kernel, arguments);
  builder.CreateRetVoid();
}

class Program {
public:
  bool build(ModuleOp module, const TargetInfo &target);
  Entry find(const std::string &name) {
    auto symbol = jit->lookup("call." + name);
    if (symbol)
      return symbol->toPtr<Entry>();
    llvm::consumeError(symbol.takeError());
    return nullptr;
  }

  /// Through the C++ back end; null without one.
  Entry findCpp(const std::string &name) { return cppTwin ? cppTwin->find(name) : nullptr; }

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::optional<CppTwin> cppTwin;
};

bool report(llvm::Error error) {
  if (!error)
    return true;
  llvm::errs() << "nnc-twins: " << llvm::toString(std::move(error)) << "\n";
  return false;
}

bool Program::build(ModuleOp module, const TargetInfo &target) {
  CodegenOptions options;
  options.target = target;
  options.twins = true;
  options.optLevel = 2;
  PassManager passes(module.getContext());
  passes.addPass(createToLinalg());
  buildKernelPipeline(passes, options);
  if (failed(passes.run(module)))
    return false;
  // What the entries need of the specifications is not needed here.
  for (auto spec : llvm::make_early_inc_range(module.getOps<nn::KernelOp>()))
    spec.erase();
  if (!compiler.empty()) {
    auto twin = CppTwin::build(module, target, compiler, compilerFlags, keptText);
    if (!twin)
      return report(twin.takeError());
    cppTwin = *twin;
  }
  PassManager lowering(module.getContext());
  buildLLVMPipeline(lowering, options);
  if (failed(lowering.run(module)))
    return false;

  auto context = std::make_unique<llvm::LLVMContext>();
  auto backend = LLVMBackend::create(target, 3);
  if (!backend)
    return report(backend.takeError());
  auto code = (*backend)->translate(module, *context, "twins");
  if (!code)
    return report(code.takeError());
  SmallVector<llvm::Function *> kernels;
  for (llvm::Function &function : **code)
    if (!function.isDeclaration() && function.getReturnType()->isVoidTy())
      kernels.push_back(&function);
  for (llvm::Function *kernel : kernels)
    addTrampoline(**code, *kernel);
  if (!report((*backend)->optimise(**code)))
    return false;
  auto object = printAssembly ? (*backend)->assembly(**code) : (*backend)->object(**code);
  if (!object)
    return report(object.takeError());
  if (printAssembly) {
    llvm::outs() << *object;
    return true;
  }
  auto created = llvm::orc::LLJITBuilder().create();
  if (!created)
    return report(created.takeError());
  jit = std::move(*created);
  return report(jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(*object, "twins")));
}

int64_t taskCount(const Kernel &kernel, const nn::SizeBindings &sizes) {
  if (!kernel.tasks)
    return 1;
  int64_t extent = 1;
  if (kernel.tasks->getSize())
    extent = sizes.at(kernel.tasks->getSize().str());
  else if (kernel.tasks->getDim() >= 0)
    extent = (*nn::evaluateShape(kernel.results[0].type, sizes))[kernel.tasks->getDim()];
  return (extent + kernel.tasks->getChunk() - 1) / kernel.tasks->getChunk();
}

struct Call {
  std::vector<FencedBuffer> inputs, fast, plain;
  SmallVector<void *> fastPointers, plainPointers;
  SmallVector<int64_t> words; // offsets of parts, free sizes, the task
};

// Parts begin a few elements behind the pointer that the kernel gets.
constexpr int64_t partOffset = 3;

// Bytes from the pointer to the end of the buffer or part.
int64_t bytesOf(const KernelBuffer &buffer, const nn::SizeBindings &sizes) {
  if (!buffer.isView())
    return *nn::bufferBytes(buffer.type, sizes);
  int64_t elements = partOffset + 1;
  for (auto [size, stride] : llvm::zip_equal(*nn::evaluateShape(buffer.type, sizes), *buffer.strides))
    elements += (size - 1) * stride;
  return elements * nn::elementBytes(buffer.type.getElementType());
}

Call makeCall(const Kernel &kernel, const nn::SizeBindings &sizes, Fill kind, std::mt19937_64 &random) {
  Call call;
  for (const KernelBuffer &buffer : kernel.inputs) {
    call.inputs.emplace_back(bytesOf(buffer, sizes), benchSize != 0);
    fill(call.inputs.back(), buffer.type.getElementType(), kind, random);
    call.fastPointers.push_back(call.inputs.back().data());
  }
  call.plainPointers = call.fastPointers;
  for (auto [i, buffer] : llvm::enumerate(kernel.results)) {
    int64_t bytes = bytesOf(buffer, sizes);
    call.fast.emplace_back(bytes, benchSize != 0);
    call.plain.emplace_back(bytes, benchSize != 0);
    std::memset(call.fast.back().data(), 0x5a, bytes);
    std::memset(call.plain.back().data(), 0x5a, bytes);
    call.fastPointers.push_back(call.fast.back().data());
    call.plainPointers.push_back(call.plain.back().data());
    if (kernel.tied.empty() || kernel.tied[i] < 0)
      continue;
    for (auto *form : {&call.fastPointers, &call.plainPointers}) { // a copy of the input that is written over
      std::memcpy(form->back(), call.inputs[kernel.tied[i]].data(), bytes);
      (*form)[kernel.tied[i]] = form->back();
    }
  }
  for (const KernelBuffer &buffer : llvm::concat<const KernelBuffer>(kernel.inputs, kernel.results))
    if (buffer.isView())
      call.words.push_back(partOffset);
  for (const std::string &name : kernel.sizes)
    call.words.push_back(sizes.at(name));
  call.words.push_back(0);
  return call;
}

void runTasks(Entry entry, SmallVectorImpl<void *> &pointers, SmallVectorImpl<int64_t> &words, int64_t tasks) {
  for (int64_t task = 0; task < tasks; ++task) {
    words.back() = task;
    entry(pointers.data(), words.data());
  }
}

bool compare(const Kernel &kernel, Entry fast, Entry plain, int64_t batch, Fill kind, std::mt19937_64 &random,
             StringRef what) {
  nn::SizeBindings sizes;
  for (const std::string &name : kernel.sizes)
    sizes[name] = batch;
  Call call = makeCall(kernel, sizes, kind, random);
  int64_t tasks = taskCount(kernel, sizes);
  runTasks(fast, call.fastPointers, call.words, tasks);
  runTasks(plain, call.plainPointers, call.words, tasks);
  for (auto [i, buffer] : llvm::enumerate(kernel.results)) {
    // Of a part also what lies between its rows, which neither form may touch.
    Type element = buffer.type.getElementType();
    int64_t elements = call.fast[i].size() / nn::elementBytes(element);
    RankedTensorType type = buffer.isView() ? RankedTensorType::get({elements}, element) : buffer.type;
    if (int64_t at = firstDifference(call.fast[i], call.plain[i], type, sizes); at >= 0) {
      llvm::outs() << kernel.name << what << ": differs at size " << batch
                   << (kind == Fill::Special ? " (special values)" : "") << ", result " << i << ", element " << at
                   << "\n";
      return false;
    }
  }
  return true;
}

// Nanoseconds a run, over `rounds` runs.
double timeOf(Entry entry, Call &call, int64_t tasks, int64_t rounds) {
  auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < rounds; ++i)
    runTasks(entry, call.fastPointers, call.words, tasks);
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / rounds;
}

// The best of many samples. They are so short that most of them fit between two interruptions, and those of two forms
// take turns, so that both see the same machine.
void bench(const Kernel &kernel, Entry fast, Entry cpp) {
  constexpr double sample = 1e5; // nanoseconds: long for the clock, short for the scheduler
  nn::SizeBindings sizes;
  for (const std::string &name : kernel.sizes)
    sizes[name] = benchSize;
  std::mt19937_64 random(1);
  Call call = makeCall(kernel, sizes, Fill::Ordinary, random);
  int64_t tasks = taskCount(kernel, sizes), rounds = 1;
  while (timeOf(fast, call, tasks, rounds) * rounds < sample)
    rounds *= 2;
  double best = 1e30, bestCpp = 1e30;
  for (int i = 0; i < 600; ++i) {
    best = std::min(best, timeOf(fast, call, tasks, rounds));
    if (cpp)
      bestCpp = std::min(bestCpp, timeOf(cpp, call, tasks, rounds));
  }
  llvm::outs() << llvm::format("%-28s %12.1f ns", kernel.name.c_str(), best);
  if (kernel.products)
    llvm::outs() << llvm::format(" %8.1f GF/s", 2.0 * kernel.products / best);
  if (cpp)
    llvm::outs() << llvm::format(" %12.1f ns in C++, ratio %.3f", bestCpp, bestCpp / best);
  llvm::outs() << "\n";
}

// Multiply-adds of a contraction at --bench's size.
void countProducts(ModuleOp module, std::vector<Kernel> &kernels) {
  for (Kernel &kernel : kernels) {
    auto spec = module.lookupSymbol<nn::KernelOp>(kernel.name);
    spec.walk([&](nn::ContractOp op) {
      nn::ContractSpec letters = op.getLetters();
      auto size = [&](nn::SizeExpr expr) { return expr.asConstant().value_or(benchSize); };
      kernel.products = 1;
      for (auto [i, letter] : llvm::enumerate(letters.lhs))
        kernel.products *= size(nn::sizeOf(cast<RankedTensorType>(op.getLhs().getType()), i));
      for (auto [i, letter] : llvm::enumerate(letters.rhs))
        if (!StringRef(letters.lhs).contains(letter))
          kernel.products *= size(nn::sizeOf(cast<RankedTensorType>(op.getRhs().getType()), i));
    });
  }
}

bool cpuRuns(const TargetInfo &target) {
  TargetInfo host = targetOfHost();
  return llvm::all_of(target.features, [&](const std::string &feature) { return host.has(feature); });
}

// Two forms at all sizes, on ordinary and special numbers.
bool compareAll(const Kernel &kernel, Entry form, Entry other, StringRef what) {
  std::mt19937_64 random(7);
  int compared = 0;
  for (int64_t batch : batches)
    for (Fill kind : {Fill::Ordinary, Fill::Special}) {
      if (!compare(kernel, form, other, batch, kind, random, what))
        return false;
      ++compared;
      if (kernel.sizes.empty() && kind == Fill::Special)
        break;
    }
  llvm::outs() << kernel.name << what << ": equal in " << compared << " runs\n";
  return true;
}

int run() {
  std::string why;
  std::optional<TargetInfo> target = parseTarget(targetName, why);
  if (!target) {
    llvm::errs() << "nnc-twins: " << why << "\n";
    return 2;
  }
  if (!printAssembly && !cpuRuns(*target)) {
    llvm::outs() << "skipped: this CPU lacks features of " << targetName << "\n";
    return 0;
  }
  DialectRegistry registry;
  registry.insert<nn::NNDialect, func::FuncDialect, arith::ArithDialect, math::MathDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(inputFile, &context);
  if (!module)
    return 1;
  keepKernelsOnly(*module);
  std::vector<Kernel> kernels;
  if (std::string problem = readKernels(*module, kernels); !problem.empty()) {
    llvm::errs() << "nnc-twins: " << problem << "\n";
    return 1;
  }
  countProducts(*module, kernels);
  for (Kernel &kernel : kernels)
    kernel.sizes = sizesOfKernel(module->lookupSymbol<nn::KernelOp>(kernel.name));
  Program program;
  if (!program.build(*module, *target))
    return 1;
  if (printAssembly)
    return 0;

  _mm_setcsr(_mm_getcsr() | 0x8040); // as the runtime does: subnormals are zeros
  if (batches.empty())
    for (int64_t size : {1, 5, 15, 16, 17, 33, 64})
      batches.push_back(size);
  int failures = 0;
  for (const Kernel &kernel : kernels) {
    Entry fast = program.find(kernel.name), plain = program.find(kernel.name + ".plain");
    Entry cppFast = program.findCpp(kernel.name), cppPlain = program.findCpp(kernel.name + ".plain");
    if (benchSize) {
      bench(kernel, fast, cppFast);
      continue;
    }
    if (!compiler.empty()) {
      failures += !cppFast || !compareAll(kernel, cppFast, fast, " in C++");
      if (plain)
        failures += !cppPlain || !compareAll(kernel, cppPlain, plain, " in C++, plain form");
      continue;
    }
    if (!plain) {
      llvm::outs() << kernel.name << ": plain form only\n";
      failures += requireFast;
      continue;
    }
    failures += !compareAll(kernel, fast, plain, "");
  }
  return failures ? 1 : 0;
}

} // namespace
} // namespace nnc::twins

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "compares fast kernels with their plain forms\n");
  return nnc::twins::run();
}
