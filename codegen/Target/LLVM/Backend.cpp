#include "codegen/Target/LLVM/Backend.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Support/TargetSelect.h"

namespace nnc {
namespace {

llvm::Error error(const llvm::Twine &text) { return llvm::createStringError(text); }

void initialiseTarget() {
  static const bool done = [] {
    return !llvm::InitializeNativeTarget() && !llvm::InitializeNativeTargetAsmPrinter() &&
           !llvm::InitializeNativeTargetAsmParser();
  }();
  (void)done; // without a native target the look-up below fails with a sentence
}

llvm::CodeGenOptLevel effort(unsigned optLevel) {
  switch (optLevel) {
  case 0:
    return llvm::CodeGenOptLevel::None;
  case 1:
    return llvm::CodeGenOptLevel::Less;
  case 2:
    return llvm::CodeGenOptLevel::Default;
  default:
    return llvm::CodeGenOptLevel::Aggressive;
  }
}

llvm::OptimizationLevel pipelineLevel(unsigned optLevel) {
  switch (optLevel) {
  case 1:
    return llvm::OptimizationLevel::O1;
  case 2:
    return llvm::OptimizationLevel::O2;
  default:
    return llvm::OptimizationLevel::O3;
  }
}

} // namespace

llvm::Expected<std::unique_ptr<LLVMBackend>> LLVMBackend::create(const TargetInfo &target, unsigned optLevel) {
  initialiseTarget();
  llvm::Triple triple(target.triple);
  std::string why;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, why);
  if (!found)
    return error("no code generator for '" + target.triple + "': " + why);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict; // one rounding an operation, as written
  options.FunctionSections = options.DataSections = true;
  llvm::StringRef cpu = triple.getArch() == llvm::Triple::x86_64 ? "x86-64" : "generic";
  std::unique_ptr<llvm::TargetMachine> machine(found->createTargetMachine(
      triple, cpu, target.llvmFeatures(), options, llvm::Reloc::PIC_, std::nullopt, effort(optLevel)));
  if (!machine)
    return error("no code generator for the features of '" + target.triple + "'");
  return std::unique_ptr<LLVMBackend>(new LLVMBackend(std::move(machine), optLevel));
}

llvm::Expected<std::unique_ptr<llvm::Module>> LLVMBackend::translate(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                                     llvm::StringRef name) {
  mlir::DialectRegistry registry;
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  std::unique_ptr<llvm::Module> result = mlir::translateModuleToLLVMIR(module, context, name);
  if (!result)
    return error("the LLVM dialect did not translate to LLVM IR");
  result->setSourceFileName(name);
  result->setTargetTriple(machine->getTargetTriple());
  result->setDataLayout(machine->createDataLayout());
  result->setPICLevel(llvm::PICLevel::BigPIC);
  for (llvm::Function &function : *result) {
    function.setDoesNotThrow();
    function.addFnAttr("no-builtins"); // a loop that copies stays a loop, no call of memcpy
  }
  return result;
}

/// The entry of a deep model is a list of thousands of calls. Nothing can be won in it, and LLVM's time there grows
/// with its square (a hundred layers: ten seconds), so such a function is taken as it is.
static void leaveLongEntries(llvm::Module &module) {
  constexpr unsigned manyCalls = 200; // kernels have none
  for (llvm::Function &function : module) {
    unsigned calls = 0;
    for (const llvm::Instruction &instruction : llvm::instructions(function))
      calls += llvm::isa<llvm::CallInst>(instruction) && !llvm::isa<llvm::IntrinsicInst>(instruction);
    if (calls < manyCalls || function.hasFnAttribute(llvm::Attribute::AlwaysInline))
      continue;
    function.addFnAttr(llvm::Attribute::OptimizeNone);
    function.addFnAttr(llvm::Attribute::NoInline);
  }
}

llvm::Error LLVMBackend::optimise(llvm::Module &module) {
  std::string why;
  llvm::raw_string_ostream stream(why);
  if (llvm::verifyModule(module, &stream))
    return error("malformed LLVM IR: " + why);
  leaveLongEntries(module);
  // Hot loops have their shape already: the vectorisers would add remainders of another width, and unrolling them once
  // more makes registers spill.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = tuning.LoopInterleaving = tuning.LoopUnrolling = false;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassInstrumentationCallbacks callbacks;
  llvm::OptNoneInstrumentation leaveAlone(/*DebugLogging=*/false); // without it nothing heeds `optnone`
  leaveAlone.registerCallbacks(callbacks);
  llvm::PassBuilder builder(machine.get(), tuning, std::nullopt, &callbacks);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  llvm::ModulePassManager passes = optLevel == 0 ? builder.buildO0DefaultPipeline(llvm::OptimizationLevel::O0)
                                                 : builder.buildPerModuleDefaultPipeline(pipelineLevel(optLevel));
  passes.run(module, modules);
  return llvm::Error::success();
}

llvm::Expected<std::string> LLVMBackend::emit(llvm::Module &module, bool text) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  auto kind = text ? llvm::CodeGenFileType::AssemblyFile : llvm::CodeGenFileType::ObjectFile;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, kind))
    return error("this target writes no such file");
  passes.run(module);
  return std::string(bytes.data(), bytes.size());
}

std::string LLVMBackend::text(const llvm::Module &module) {
  std::string result;
  llvm::raw_string_ostream stream(result);
  module.print(stream, nullptr);
  return result;
}

} // namespace nnc
