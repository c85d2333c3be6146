// nnc FILE: phases in their order, and what is asked of the last one written to a file or to standard output.
#include "tools/nnc/Commands.h"
#include "tools/nnc/Failure.h"
#include "tools/nnc/FrontEnd.h"
#include "tools/nnc/NotYet.h"
#include "tools/nnc/RecipeReport.h"
#include "tools/nnc/Stages.h"

#include "codegen/ModelInfo.h"
#include "codegen/Target/Cpp/Cpp.h"
#include "codegen/Target/Cxx/CxxCompiler.h"
#include "codegen/Target/LLVM/Backend.h"
#include "codegen/Target/Link/Link.h"
#include "dsl/AstPrinter.h"
#include "dsl/Parser.h"
#include "support/Files.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <functional>

using llvm::Error;
using llvm::StringRef;

namespace nnc::driver {
namespace {

class Compilation {
public:
  explicit Compilation(const Options &options) : options(options), session(options), file(options.inputs.front()) {}

  int run();

private:
  int produce();
  int emitTree();
  /// What runs the phases: the stages of a program, or of a module.
  using Run = std::function<bool(Stages &, const std::function<bool(Phase, mlir::ModuleOp)> &)>;
  int middle(const std::string &recipe, std::string_view source, const Run &run);
  int produceFromModule();
  /// What --emit and --dump-phases show of a phase on MLIR.
  llvm::Expected<std::string> textOf(Phase phase, mlir::ModuleOp module, const TargetInfo &target,
                                     const ModelInfo *model);
  int back(Stages &stages, const TargetInfo &target, const ModelInfo &model);
  int backCpp(Stages &stages, const TargetInfo &target);
  int finish(Stages &stages, const std::string &code);
  int linkInputs();
  int link(Stages &stages, const std::string &object);
  int emit(StringRef text);
  int dump(Phase phase, StringRef text);
  int keep(StringRef extension, StringRef text);
  int keepTexts(Stages &stages, LLVMBackend &backend, llvm::Module &module);
  int cannotWrite(const std::string &path, const std::string &why);
  int failed(Stages &stages, const char *what, Error error);
  /// Where the two back ends part.
  Phase last() const { return options.throughCpp() ? Phase::Cpp : Phase::Llvm; }
  bool stopsAt(Phase phase) const {
    return options.output == Output::Phase && options.phase == phases[unsigned(phase)].name;
  }
  std::string outputName(StringRef extension) const;
  std::string resourceDir() const;

  const Options &options;
  Session session;
  std::string file;
  std::string cpp; // the text of phase `cpp`, once it has run
};

std::string Compilation::resourceDir() const {
  return options.resourceDir.empty() ? defaultResourceDir(llvm::sys::fs::getMainExecutable(nullptr, nullptr))
                                     : options.resourceDir;
}

/// -o, else FILE without .nn or .mlir, in the current folder.
std::string Compilation::outputName(StringRef extension) const {
  if (!options.outputFile.empty())
    return options.outputFile;
  StringRef name = llvm::sys::path::filename(file);
  if (!name.consume_back(".nn") && !name.consume_back(".mlir"))
    return (name + (extension.empty() ? ".out" : extension)).str();
  return (name + extension).str();
}

int Compilation::cannotWrite(const std::string &path, const std::string &why) {
  llvm::errs() << "nnc: error: `" << path << "` " << why << "\n";
  return support::ExitMissing;
}

/// Text or bytes to -o, or to standard output.
int Compilation::emit(StringRef text) {
  if (options.outputFile.empty() || options.outputFile == "-") {
    llvm::outs() << text;
    return support::ExitDone;
  }
  auto result = support::writeFile(options.outputFile, text);
  if (auto *error = std::get_if<support::FileError>(&result))
    return cannotWrite(options.outputFile, error->text);
  return support::ExitDone;
}

/// One numbered file a phase: 00-ast.txt, 03-nn.mlir, …
int Compilation::dump(Phase phase, StringRef text) {
  if (options.dumpPhases.empty())
    return support::ExitDone;
  if (std::error_code error = llvm::sys::fs::create_directories(options.dumpPhases))
    return cannotWrite(options.dumpPhases, "cannot be made: " + error.message());
  const char *extension = phase <= Phase::Program ? "txt" : phase == Phase::Cpp ? "cpp" : "mlir";
  std::string path =
      llvm::formatv("{0}/{1:d2}-{2}.{3}", options.dumpPhases, unsigned(phase), phases[unsigned(phase)].name, extension);
  auto result = support::writeFile(path, text);
  if (auto *error = std::get_if<support::FileError>(&result))
    return cannotWrite(path, error->text);
  return support::ExitDone;
}

int Compilation::failed(Stages &stages, const char *what, Error error) {
  return exitCodeOf(std::move(error),
                    [&](const std::string &text) { return stages.internalError(std::string(what) + ": " + text); });
}

int Compilation::linkInputs() {
  LinkOptions link;
  link.resourceDir = resourceDir();
  auto arguments = linkArguments({}, outputName(""), link);
  if (!arguments)
    return exitCodeOf(arguments.takeError());
  if (options.throughCpp()) {
    llvm::Expected<CxxCompiler> compiler = findCxxCompiler(options.cxx);
    if (!compiler)
      return exitCodeOf(compiler.takeError());
    llvm::outs() << compiler->path << "\n";
  }
  for (const std::string &argument : *arguments)
    if (StringRef(argument).starts_with("/"))
      llvm::outs() << argument << "\n";
  return support::ExitDone;
}

int Compilation::link(Stages &stages, const std::string &object) {
  LinkOptions link;
  link.resourceDir = resourceDir();
  std::string output = outputName("");
  if (llvm::sys::fs::is_directory(output))
    return cannotWrite(output, "is a folder: give the program another name with -o");
  if (llvm::sys::fs::exists(output) && !llvm::sys::fs::is_regular_file(output))
    return cannotWrite(output, "is no file: give the program another name with -o");
  StringRef folder = llvm::sys::path::parent_path(output);
  if (!folder.empty() && !llvm::sys::fs::is_directory(folder))
    return cannotWrite(output, "cannot be written: there is no folder `" + folder.str() + "`");
  if (Error error = linkObject(object, output, link))
    return failed(stages, "the program could not be linked", std::move(error));
  session.lap("link");
  return support::ExitDone;
}

/// -save-temps: a text on the way beside the result, under its name.
int Compilation::keep(StringRef extension, StringRef text) {
  if (!options.saveTemps)
    return support::ExitDone;
  llvm::SmallString<128> path(outputName(""));
  llvm::sys::path::replace_extension(path, extension);
  auto result = support::writeFile(path.str().str(), text);
  if (auto *error = std::get_if<support::FileError>(&result))
    return cannotWrite(path.str().str(), error->text);
  return support::ExitDone;
}

/// Of a copy: making code changes the module.
int Compilation::keepTexts(Stages &stages, LLVMBackend &backend, llvm::Module &module) {
  if (!options.saveTemps)
    return support::ExitDone;
  if (int code = keep("ll", LLVMBackend::text(module)))
    return code;
  auto copy = llvm::CloneModule(module);
  auto assembly = backend.assembly(*copy);
  if (!assembly)
    return failed(stages, "no assembly", assembly.takeError());
  return keep("s", *assembly);
}

/// The machine's C++ compiler instead of LLVM.
int Compilation::backCpp(Stages &stages, const TargetInfo &target) {
  llvm::Expected<CxxCompiler> compiler = findCxxCompiler(options.cxx);
  if (!compiler)
    return failed(stages, "no C++ compiler", compiler.takeError());
  CxxOptions how{target, unsigned(options.optLevel)};
  how.symbol = "nnc_model_main";
  if (options.output == Output::Assembly)
    how.output = CxxOutput::assembly;
  if (options.verbose)
    llvm::errs() << llvm::join(cxxCommand(*compiler, how, "FILE.cpp", "FILE.o"), " ") << "\n";
  if (int code = keep("cpp", cpp))
    return code;
  auto code = compileCxx(cpp, *compiler, how);
  if (!code)
    return failed(stages, "the C++ compiler", code.takeError());
  session.lap("C++");
  return finish(stages, *code);
}

int Compilation::back(Stages &stages, const TargetInfo &target, const ModelInfo &model) {
  auto backend = LLVMBackend::create(target, options.optLevel);
  if (!backend)
    return failed(stages, "no code for this target", backend.takeError());
  llvm::LLVMContext context;
  auto module = (*backend)->translate(stages.getModule(), context, llvm::sys::path::filename(file));
  if (!module)
    return failed(stages, "no LLVM IR", module.takeError());
  if (Error error = addDescriptor(**module, model))
    return failed(stages, "no descriptor", std::move(error));
  if (Error error = (*backend)->optimise(**module))
    return failed(stages, "LLVM", std::move(error));
  if (options.output == Output::LLVMIR)
    return emit(LLVMBackend::text(**module));
  if (int code = keepTexts(stages, **backend, **module))
    return code;
  auto code = options.output == Output::Assembly ? (*backend)->assembly(**module) : (*backend)->object(**module);
  if (!code)
    return failed(stages, "no machine code", code.takeError());
  session.lap("LLVM");
  return finish(stages, *code);
}

/// Assembly or an object to where it belongs, or on to the linker.
int Compilation::finish(Stages &stages, const std::string &code) {
  if (options.output == Output::Assembly)
    return emit(code);
  if (options.output == Output::Binary) {
    if (int failure = keep("o", code))
      return failure;
    return link(stages, code);
  }
  auto result = support::writeFile(outputName(".o"), code);
  if (auto *error = std::get_if<support::FileError>(&result))
    return cannotWrite(outputName(".o"), error->text);
  return support::ExitDone;
}

llvm::Expected<std::string> Compilation::textOf(Phase phase, mlir::ModuleOp module, const TargetInfo &target,
                                                const ModelInfo *model) {
  if (phase != Phase::Cpp)
    return printModule(module);
  auto text =
      emitCpp(module, model,
              {target, llvm::sys::path::filename(file).str(), !options.throughCpp(), /*space=*/"", options.plant});
  if (text)
    cpp = *text;
  return text;
}

int Compilation::middle(const std::string &recipe, std::string_view source, const Run &run) {
  std::string wrong;
  std::optional<TargetInfo> target =
      options.targetFeatures.empty() ? targetOfHost() : parseTarget(options.targetFeatures, wrong);
  if (!target) {
    llvm::errs() << "nnc: error: " << wrong << "\n";
    return support::ExitUsage;
  }
  Stages stages(session, *target);
  mlir::FailureOr<ModelInfo> model = mlir::failure();
  bool stopped = false;
  int code = support::ExitDone;
  bool ran = run(stages, [&](Phase phase, mlir::ModuleOp module) {
    if (phase == Phase::Planned)
      model = collectModelInfo(module, *target, withReport(recipe, module, *target, options, source));
    if (!options.dumpPhases.empty() || stopsAt(phase) || phase == Phase::Cpp) {
      auto text = textOf(phase, module, *target, mlir::succeeded(model) ? &*model : nullptr);
      if (!text) {
        code = failed(stages, "no C++", text.takeError());
        return false;
      }
      if ((code = dump(phase, *text)))
        return false;
      if (stopsAt(phase)) {
        stopped = true;
        code = emit(*text);
        return false;
      }
    }
    if (phase == Phase::Planned && mlir::failed(model)) {
      code = stages.internalError("the planned module has no descriptor");
      return false;
    }
    return true;
  });
  if (!ran)
    return stopped || code ? code : stages.exitCode();
  return options.throughCpp() ? backCpp(stages, *target) : back(stages, *target, *model);
}

/// --emit=ast stops behind the parser: a tree needs no model, and no word that a later version will know.
int Compilation::emitTree() {
  dsl::LoadedSource loaded = dsl::loadSource(file, session.sources, session.sink);
  session.fileMissing = loaded.missing;
  std::string text;
  if (loaded.file)
    text = dsl::printAst(dsl::parse(session.sources, *loaded.file, session.sink).tree);
  if (int code = session.finish())
    return code;
  return emit(text);
}

int Compilation::produce() {
  if (stopsAt(Phase::Ast))
    return emitTree();
  FrontEndResult front = frontEnd(session, file);
  if (front.wrongUsage)
    return support::ExitUsage;
  session.lap("check");
  if (int code = session.finish())
    return code;
  if (front.file && !options.dumpPhases.empty()) {
    support::DiagnosticSink again; // what there was to say has been said
    std::string text = dsl::printAst(dsl::parse(session.sources, *front.file, again).tree);
    if (int code = dump(Phase::Ast, text))
      return code;
  }
  if (int code = dump(Phase::Types, front.types))
    return code;
  if (stopsAt(Phase::Types))
    return emit(front.types);
  if (!front.program)
    return support::ExitProgramErrors;
  std::string text = dsl::dumpProgram(*front.program);
  if (int code = dump(Phase::Program, text))
    return code;
  if (stopsAt(Phase::Program))
    return emit(text);
  if (!front.program->pending.empty())
    return refusePending(session, *front.file, *front.program);
  return middle(front.program->recipe, session.sources.text(*front.file),
                [&](Stages &stages, const auto &after) { return stages.run(*front.program, last(), after); });
}

/// FILE.mlir holds a module of phase nn: there is no recipe, so the program that is made of it can only `run` entries.
int Compilation::produceFromModule() {
  if (options.output == Output::Phase && parsePhase(options.phase) < Phase::Nn) {
    llvm::errs() << "nnc: error: `" << file << "` is in phase nn already: there is no phase `" << options.phase
                 << "` of it\n";
    return support::ExitUsage;
  }
  std::optional<std::string> text = readModule(file);
  if (!text)
    return support::ExitMissing;
  return middle("{}", *text,
                [&](Stages &stages, const auto &after) { return stages.runModule(file, *text, last(), after); });
}

int Compilation::run() {
  bool same = false;
  if (!options.outputFile.empty() && !llvm::sys::fs::equivalent(options.outputFile, file, same) && same) {
    llvm::errs() << "nnc: error: `-o " << options.outputFile << "` would write over the program's own text\n";
    return support::ExitUsage;
  }
  if (options.output == Output::LinkInputs)
    return linkInputs();
  int code = StringRef(file).ends_with(".mlir") ? produceFromModule() : produce();
  if (options.timeReport)
    session.printTimes();
  return code;
}

} // namespace

int compile(const Options &options) { return Compilation(options).run(); }

} // namespace nnc::driver
