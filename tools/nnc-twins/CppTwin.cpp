#include "tools/nnc-twins/CppTwin.h"
#include "codegen/Target/Cpp/Cpp.h"
#include "codegen/Target/Cpp/Functions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace nnc::twins {
namespace {

/// A kernel called `k.plain` is `k_plain` in C++.
std::string symbolOf(StringRef kernel) { return cpp::identifier(kernel); }

/// call_NAME(pointers, words): all pointers are one type to the linker.
std::string trampolines(ModuleOp kernels) {
  std::string text;
  for (auto function : kernels.getOps<func::FuncOp>()) {
    if (function.isDeclaration() || cpp::isInline(function))
      continue;
    std::string types, values, name = symbolOf(function.getName());
    unsigned pointers = 0, words = 0;
    for (Type type : function.getArgumentTypes()) {
      bool isPointer = isa<MemRefType>(type);
      types += std::string(types.empty() ? "" : ", ") + (isPointer ? "void *" : "long");
      values += std::string(values.empty() ? "" : ", ") + (isPointer ? "p[" : "w[") +
                std::to_string(isPointer ? pointers++ : words++) + "]";
    }
    text += "extern \"C\" void " + name + "(" + types + ");\n";
    text += "extern \"C\" void call_" + name + "(void **p, long *w) { " + name + "(" + values + "); }\n";
  }
  return text;
}

llvm::Error write(StringRef path, StringRef text) {
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  if (code)
    return llvm::createStringError(code, "cannot write " + path);
  file << text;
  return llvm::Error::success();
}

llvm::Expected<std::string> temporary(StringRef suffix) {
  SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("nnc-twins", suffix, path))
    return llvm::createStringError(code, "no temporary file");
  return std::string(path);
}

} // namespace

llvm::Expected<CppTwin> CppTwin::build(ModuleOp kernels, const TargetInfo &target, const std::string &compiler,
                                       ArrayRef<std::string> options, const std::string &keep) {
  llvm::Expected<std::string> text = emitCpp(kernels, nullptr, {target, "twins.mlir"});
  if (!text)
    return text.takeError();
  llvm::Expected<std::string> source = keep.empty() ? temporary("cpp") : keep;
  llvm::Expected<std::string> calls = temporary("cpp"), library = temporary("so");
  for (auto *path : {&source, &calls, &library})
    if (!*path)
      return path->takeError();
  llvm::FileRemover removeSource(keep.empty() ? *source : ""), removeCalls(*calls), removeLibrary(*library);
  if (llvm::Error error = llvm::joinErrors(write(*source, *text), write(*calls, trampolines(kernels))))
    return std::move(error);
  llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName(compiler);
  if (!program)
    return llvm::createStringError("no compiler " + compiler);
  std::vector<std::string> words = {*program,         "-std=c++20", "-O2",    "-fPIC", "-shared",
                                    "-Wl,-Bsymbolic", "-o",         *library, *source, *calls};
  std::string flags = cpp::Prelude(target).flags();
  for (StringRef rest = flags; !rest.empty();) {
    auto [flag, more] = rest.split(' ');
    words.push_back(flag.str());
    rest = more;
  }
  words.insert(words.end(), options.begin(), options.end());
  std::vector<StringRef> arguments(words.begin(), words.end());
  std::string why;
  if (llvm::sys::ExecuteAndWait(*program, arguments, std::nullopt, {}, 0, 0, &why) != 0)
    return llvm::createStringError(compiler + " does not take the C++ of these kernels " + why);
  auto loaded = llvm::sys::DynamicLibrary::getPermanentLibrary(library->c_str(), &why);
  if (!loaded.isValid())
    return llvm::createStringError(why);
  return CppTwin(loaded);
}

Entry CppTwin::find(const std::string &kernel) {
  return reinterpret_cast<Entry>(library.getAddressOfSymbol(("call_" + symbolOf(kernel)).c_str()));
}

} // namespace nnc::twins
