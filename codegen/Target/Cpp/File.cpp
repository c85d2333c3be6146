#include "codegen/Target/Cpp/File.h"
#include "codegen/Target/Cpp/Abi.h"
#include "codegen/Target/Cpp/Entries.h"
#include "codegen/Target/Cpp/Library.h"
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
            /*external=*/false, options.plant) {}

  llvm::Expected<std::string> print();

private:
  llvm::Error printKernels();
  llvm::Error printEntries();
  std::string headComment();
  llvm::Expected<std::string> runtimeFunctions();
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
  bool behindPart = false;
  for (func::FuncOp function : printer.order()) {
    if (ofEntry(function))
      continue;
    if (!behindPart) // what a kernel is made of stands close to it
      kernels.blank();
    behindPart = isInline(function);
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
  for (EntryPrinter &entry : entryPrinters) {
    if (llvm::Error error = entry.print(entries, options.asLibrary))
      return error;
    if (options.asLibrary)
      entry.printPlain(entries, StringRef(model.name).lower());
  }
  return llvm::Error::success();
}

/// Whether nothing computes in f64: then the caller of `run` flushes denormals, and so do the plain functions.
bool isSingle(const ModelInfo &model) {
  return llvm::none_of(model.tensors, [](const TensorInfo &tensor) { return tensor.dtype == NNC_F64; });
}

std::string FilePrinter::headComment() {
  std::string source = commentText(options.fileName), stem = source.substr(0, source.rfind('.'));
  std::string build = "c++ -std=c++20 -O2 " + printer.prelude().flags() + " ";
  Layout out;
  out.comment(stem + ".cpp: model " + commentText(model.name) + " of " + source + ", written by nnc " NNC_VERSION +
              ". Change " + source + ", not this file.");
  std::string how =
      options.asLibrary ? "-fopenmp -shared -fPIC " + stem + ".cpp -o lib" + stem + ".so" : "-c " + stem + ".cpp";
  std::string command = "//   " + build + how;
  size_t output = command.rfind(" -o ");
  if (!out.fits(command) && output != std::string::npos) { // the name of the file is long
    out.line(StringRef(command).take_front(output));
    command = "//      " + command.substr(output);
  }
  out.line(command);
  if (options.asLibrary)
    out.comment(
        "g++ 12 or newer, or clang++ 14 or newer; without -fopenmp there is one thread. Behind each entry stands "
        "its function extern \"C\": the caller keeps sizes and labels in their bounds, state and work aligned to "
        "64 bytes.");
  else
    out.comment("g++ 12 or newer, or clang++ 14 or newer: an object for the runtime of nnc, which finds entries by the "
                "tables at the end.");
  out.comment("Operations round once each, in the order written: neither compiler nor threads change a bit.");
  return out.text();
}

/// What the runtime reads and calls. Tables and declarations have a row a line, which clang-format would tear apart.
llvm::Expected<std::string> FilePrinter::runtimeFunctions() {
  Layout functions;
  std::vector<EntryNames> entryNames;
  for (EntryPrinter &entry : entryPrinters) {
    entry.printForRuntime(functions);
    entryNames.push_back(entry.functions());
  }
  std::string symbol = options.space.empty() ? "nnc_model_main" : options.space + "_model";
  llvm::Expected<std::string> tables = DescriptorWriter(model, regions, printer.names()).write(entryNames, symbol);
  if (!tables)
    return tables.takeError();
  std::string prepare = prepareFunction(model, symbol), calls = functions.empty() ? "" : "\n" + functions.text();
  return "// clang-format off: declarations of runtime/abi/nnc_abi.h\n" + structs(prepare + *tables) +
         "extern \"C\" const nnc_model " + symbol + ";\n// clang-format on\n" + runtimeHelpers(entries.text(), calls) +
         calls + prepare + "\n// clang-format off: tables\n" + *tables + "// clang-format on\n";
}

llvm::Expected<std::string> FilePrinter::print() {
  regions.print(state);
  if (llvm::Error error = printKernels())
    return std::move(error);
  if (llvm::Error error = printEntries())
    return std::move(error);
  std::string entryText = entries.text(), before = "struct nnc_call;\n", behind;
  if (options.asLibrary) {
    bool threads = llvm::any_of(entryPrinters, [](EntryPrinter &entry) { return !entry.isPlain(); });
    before = (threads ? before : "") +
             StringRef(plainHelpers(entryText, isSingle(model), threads)).ltrim(threads ? "" : "\n").str();
  } else {
    llvm::Expected<std::string> tables = runtimeFunctions();
    if (!tables)
      return tables.takeError();
    behind = "\n" + *tables;
    if (mentions(entryText, "barrier"))
      before += "static void barrier(const nnc_call *call, i64 tid, i64 threads);\n";
  }
  std::string body = state.text() + "\n" + kernels.text() + "\n" + before + (StringRef(before).empty() ? "" : "\n") +
                     StringRef(entryText).ltrim('\n').str();
  std::string helpers = printer.prelude().print(body);
  body += behind;
  std::string includes = printer.prelude().includes(helpers + body);
  size_t at = includes.find("#include <cstdint>"); // as clang-format sorts them
  includes.insert(at == std::string::npos ? 0 : at, "#include <cstddef>\n");
  std::string text = headComment() + printer.prelude().head() + includes + "\n";
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
  OwningOpRef<ModuleOp> copy;
  if (options.asLibrary) {
    copy = module.clone();
    for (const EntryInfo &entry : model.entries) {
      auto function = copy->lookupSymbol<func::FuncOp>(entry.name);
      if (function && makePlain(function, entry, StringRef(model.name).lower() + "_" + entry.name) && isSingle(model))
        function->setAttr(flushAttr, UnitAttr::get(module.getContext()));
    }
  }
  return FilePrinter(copy ? *copy : module, model, options, *regions).print();
}

} // namespace nnc::cpp
