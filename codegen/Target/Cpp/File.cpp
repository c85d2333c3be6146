#include "codegen/Target/Cpp/File.h"
#include "codegen/Target/Cpp/Abi.h"
#include "codegen/Target/Cpp/Entries.h"
#include "codegen/Target/Cpp/Regions.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace nnc::cpp {
namespace {

class FilePrinter {
public:
  FilePrinter(ModuleOp module, const ModelInfo &model, const CppOptions &options, const Regions &regions)
      : module(module), model(model), options(options), regions(regions),
        printer(
            module, options.target,
            [&regions](StringRef argument, bool isState, int64_t offset, MemRefType type) {
              return regions.view(argument, isState, offset, type);
            },
            /*external=*/false) {}

  llvm::Expected<std::string> print();

private:
  llvm::Error printKernels();
  llvm::Error printEntries();
  std::string headComment();
  std::string plainFunctions();
  bool isSingle() const;
  bool ofEntry(func::FuncOp function) const;

  ModuleOp module;
  const ModelInfo &model;
  const CppOptions &options;
  const Regions &regions;
  KernelPrinter printer;
  Layout state, kernels, entries;
  std::vector<EntryPrinter> entryPrinters;
};

bool FilePrinter::ofEntry(func::FuncOp function) const {
  return llvm::any_of(model.entries, [&](const EntryInfo &entry) {
    return function.getName() == entry.name || function.getName() == entry.name + ".scalars";
  });
}

llvm::Error FilePrinter::printKernels() {
  printer.constants(kernels);
  for (func::FuncOp function : printer.order()) {
    if (ofEntry(function))
      continue;
    kernels.blank();
    if (llvm::Error error = printer.print(function, kernels))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error FilePrinter::printEntries() {
  for (const EntryInfo &entry : model.entries) {
    auto body = module.lookupSymbol<func::FuncOp>(entry.name);
    if (!body)
      return llvm::createStringError("the entry '" + entry.name + "' was not lowered");
    entryPrinters.emplace_back(entry, printer, body, module.lookupSymbol<func::FuncOp>(entry.name + ".scalars"));
  }
  for (EntryPrinter &entry : entryPrinters)
    if (llvm::Error error = entry.print(entries))
      return error;
  return llvm::Error::success();
}

/// Whether nothing computes in f64: then the caller of `run` flushes denormals, and so do the plain functions.
bool FilePrinter::isSingle() const {
  return llvm::none_of(model.tensors, [](const TensorInfo &tensor) { return tensor.dtype == NNC_F64; });
}

std::string FilePrinter::headComment() {
  std::string source = commentText(options.fileName), stem = source.substr(0, source.rfind('.'));
  std::string flags = printer.prelude().flags();
  Layout out;
  out.comment(stem + ".cpp: model " + commentText(model.name) + " of " + source +
              ", written by nnc " NNC_VERSION " for " + flags + ". Change " + source + ", not this file.");
  out.line("//");
  out.line("//   c++ -std=c++20 -O2 " + flags + " -c " + stem + ".cpp");
  out.line("//   c++ -std=c++20 -O2 " + flags + " -DNNC_STANDALONE -fopenmp -shared -fPIC " + stem + ".cpp -o lib" +
           stem + ".so");
  out.line("//");
  out.comment(
      "g++ 12 or newer, or clang++ 16 or newer. The first line makes an object for the runtime of nnc, the second a "
      "library of plain functions, which are at the end (without -fopenmp they use one thread). Operations "
      "round once each, in the order written; compilers, their options and the number of threads change no "
      "bit. Names are the paths of " +
      source + ".");
  return out.text();
}

std::string FilePrinter::plainFunctions() {
  size_t dims = 1;
  for (const EntryInfo &entry : model.entries) {
    size_t count = 0;
    for (const PortInfo &port : entry.outputs)
      count += port.shape.size();
    dims = std::max(dims, count);
  }
  std::string name = StringRef(model.name).lower();
  Layout functions;
  for (EntryPrinter &entry : entryPrinters)
    entry.printPlain(functions, name);
  const EntryNames &first = entryPrinters.front().functions();
  Layout out;
  out.line("// Plain functions. They return 0, or the number of the check that failed. state: " +
           std::to_string(model.stateBytes) + " bytes, aligned to 64.");
  out.open("static int start(decltype(" + first.prepare + ") *prepare, decltype(" + first.run +
           ") *run, nnc_call call, int threads)");
  out.line("nnc_error error = {};");
  out.line("u64 bytes = 0;");
  out.line("i64 output_dims[" + std::to_string(dims) + "] = {};");
  out.line("call.error = &error;");
  out.open("if (const nnc_status status = prepare(call.sizes, call.inputs, &bytes, output_dims, &error))",
           Layout::Block::loop);
  out.line("return status;");
  out.close();
  out.open("const auto thread = [&](i32 tid, i32 count)");
  if (isSingle()) {
    out.line("const unsigned mode = _mm_getcsr();");
    out.line("_mm_setcsr(mode | 0x8040); // denormals are zero");
  }
  out.line("run(&call, tid, count);");
  if (isSingle())
    out.line("_mm_setcsr(mode);");
  out.close(";");
  return out.text() + R"(#ifdef _OPENMP
  call.barrier = [](void *, i32) {
#pragma omp barrier
  };
#pragma omp parallel num_threads(threads)
  thread(omp_get_thread_num(), omp_get_num_threads());
#else
  (void)threads;
  thread(0, 1);
#endif
  return 0;
}
)" + functions.text();
}

llvm::Expected<std::string> FilePrinter::print() {
  regions.print(state);
  if (llvm::Error error = printKernels())
    return std::move(error);
  if (llvm::Error error = printEntries())
    return std::move(error);
  std::vector<EntryNames> functions;
  for (const EntryPrinter &entry : entryPrinters)
    functions.push_back(entry.functions());
  std::string symbol = options.space.empty() ? "nnc_model_main" : options.space + "_model";
  llvm::Expected<std::string> tables = DescriptorWriter(model, regions, printer.names()).write(functions, symbol);
  if (!tables)
    return tables.takeError();
  std::string entryText = entries.text();
  std::string abi =
      "// How the runtime calls entries (runtime/abi/nnc_abi.h).\n" + callStructs().str() + entryHelpers(entryText);
  std::string end = "// The descriptor that the runtime reads (runtime/abi/nnc_abi.h).\n// clang-format off\n" +
                    tableStructs().str() + *tables + "// clang-format on\n";
  if (options.space.empty() && !entryPrinters.empty())
    end = "#ifdef NNC_STANDALONE\n" + plainFunctions() + "#else\n" + end + "#endif\n";
  std::string body = state.text() + "\n" + kernels.text() + "\n" + abi + entryText + "\n" + end;
  std::string helpers = printer.prelude().print(body);
  std::string openmp =
      options.space.empty() ? "#if defined(NNC_STANDALONE) && defined(_OPENMP)\n#include <omp.h>\n#endif\n" : "";
  std::string text = headComment() + printer.prelude().head() + "#include <cstddef>\n" + openmp +
                     printer.prelude().includes(helpers + body) + "\n";
  if (options.space.empty())
    return text + helpers + "\n" + body;
  return text + "namespace " + options.space + " {\n" + helpers + "\n" + body + "} // namespace " + options.space +
         "\n";
}

} // namespace

llvm::Expected<std::string> printFile(ModuleOp module, const ModelInfo &model, const CppOptions &options) {
  llvm::Expected<Regions> regions = Regions::create(model);
  if (!regions)
    return regions.takeError();
  return FilePrinter(module, model, options, *regions).print();
}

} // namespace nnc::cpp
