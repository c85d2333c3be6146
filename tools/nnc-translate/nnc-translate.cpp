// nnc-translate: kernel IR in a .mlir file to LLVM IR, assembly, an object, a shared library or C++; the tool of the
// lit tests of codegen/Target.
#include "codegen/Codegen.h"
#include "codegen/Target/Cpp/Cpp.h"
#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

namespace cl = llvm::cl;
using namespace nnc;

namespace {

enum class Emit { llvmIR, assembly, object, library, cpp };

struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::desc("FILE.mlir"), cl::Required};
  cl::opt<std::string> output{"o", cl::desc("result"), cl::init("-")};
  cl::opt<std::string> target{"target-features", cl::desc("as nnc takes it"), cl::init("x86-64-v3")};
  cl::opt<std::string> resourceDir{"resource-dir", cl::desc("start files and archives")};
  cl::opt<unsigned> optLevel{"O", cl::Prefix, cl::desc("effort of LLVM"), cl::init(2)};
  cl::opt<Emit> emit{
      "emit", cl::desc("what to write"), cl::init(Emit::llvmIR),
      cl::values(clEnumValN(Emit::llvmIR, "llvm-ir", "LLVM IR"), clEnumValN(Emit::assembly, "asm", "assembly"),
                 clEnumValN(Emit::object, "obj", "object file"), clEnumValN(Emit::library, "lib", "shared library"),
                 clEnumValN(Emit::cpp, "cpp", "C++"))};
};

int fail(const llvm::Twine &text, int code = 1) {
  llvm::errs() << "nnc-translate: " << text << "\n";
  return code;
}

int fail(llvm::Error error) {
  int code = error.isA<MissingFile>() ? 3 : 1;
  return fail(llvm::toString(std::move(error)), code);
}

int write(const std::string &path, const std::string &bytes) {
  std::error_code code;
  llvm::ToolOutputFile file(path, code, llvm::sys::fs::OF_None);
  if (code)
    return fail("cannot write '" + path + "': " + code.message());
  file.os() << bytes;
  file.keep();
  return 0;
}

int run(const Flags &flags, const char *executable) {
  std::string why;
  std::optional<TargetInfo> target = parseTarget(flags.target, why);
  if (!target)
    return fail(why);
  CodegenOptions options{*target, flags.optLevel};
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<mlir::affine::AffineDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                      mlir::LLVM::LLVMDialect, mlir::math::MathDialect, mlir::memref::MemRefDialect,
                      mlir::scf::SCFDialect, mlir::vector::VectorDialect, nn::NNDialect>();
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(flags.input, &context);
  if (!module)
    return 1;
  if (flags.emit == Emit::cpp) {
    llvm::Expected<std::string> text = emitCpp(*module, nullptr, {*target, flags.input});
    return text ? write(flags.output, *text) : fail(text.takeError());
  }
  mlir::PassManager passes(&context);
  buildLLVMPipeline(passes, options);
  if (mlir::failed(passes.run(*module)))
    return 1;
  Artifact artifact = flags.emit == Emit::llvmIR     ? Artifact::llvmIR
                      : flags.emit == Emit::assembly ? Artifact::assembly
                                                     : Artifact::object;
  llvm::Expected<std::string> bytes = emitKernels(*module, "kernels", options, artifact);
  if (!bytes)
    return fail(bytes.takeError());
  if (flags.emit == Emit::library) {
    LinkOptions link;
    link.kind = LinkKind::sharedLibrary;
    link.resourceDir =
        flags.resourceDir.empty()
            ? defaultResourceDir(llvm::sys::fs::getMainExecutable(executable, reinterpret_cast<void *>(&run)))
            : std::string(flags.resourceDir);
    std::string output = flags.output; // lld resets all flags of this library when it is done
    if (llvm::Error error = linkObject(*bytes, output, link))
      return fail(std::move(error));
    return 0;
  }
  return write(flags.output, *bytes);
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Flags flags;
  cl::ParseCommandLineOptions(argc, argv, "kernel IR to machine code\n");
  return run(flags, argv[0]);
}
