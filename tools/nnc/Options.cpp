#include "tools/nnc/Options.h"

#include "compiler/Pipelines/Phases.h"
#include "compiler/Pipelines/Plant.h"
#include "support/Diagnostics.h"
#include "support/Suggest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace llvm::opt; // the generated table names its visibilities

namespace nnc::driver {
namespace {

enum ID {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "tools/nnc/Options.inc"
#undef OPTION
};

#define OPTTABLE_STR_TABLE_CODE
#include "tools/nnc/Options.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "tools/nnc/Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

constexpr opt::OptTable::Info infoTable[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "tools/nnc/Options.inc"
#undef OPTION
};

class Table : public opt::GenericOptTable {
public:
  Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, infoTable) {}
};

struct Command {
  StringRef name, help;
  bool runsProgram; ///< what stands behind FILE and is not ours goes to the compiled program
};

constexpr Command commands[] = {
    {"check", "check FILE…         names, sizes and data headers; prints a line, or diagnostics", false},
    {"summary", "summary FILE        layers, shapes, parameters, multiply-adds (--json, --at B=1)", false},
    {"train", "train FILE [args]   compile to a cache, then the program's command", true},
    {"eval", "eval FILE [args]", true},
    {"predict", "predict FILE [args]", true},
    {"run", "run FILE ENTRY --inputs F --outputs F   one entry on given tensors (--backend=reference)", true},
    {"bench", "bench FILE [args]", true},
    {"info", "info FILE [args]", true},
    {"explain", "explain CODE|WORD   what a diagnostic, or a word of PyTorch or Keras, means here, with an example",
     false},
    {"doc",
     "doc [NAME…] [FILE.nn]  what there is, with signature, facts and formula; --source prints a file that compiles, "
     "--at T=6,S=10 draws a mask",
     false},
    {"graph",
     "graph FILE [-o G.svg]  layers, shapes and parameters as a picture (SVG; -o - writes it to standard output)",
     false},
    {"test",
     "test FILE…          compiles the `nn` examples of its documentation; compares each `backward` with central "
     "differences",
     false},
    {"fmt", "fmt [--check] FILE… the one style of text, in place; - reads standard input and writes standard output",
     false},
};

/// Words of later versions: a clear answer instead of "no such file".
constexpr StringRef laterCommands[] = {"generate", "plot", "inspect", "diff", "convert", "sweep", "lsp"};

/// The answer to wrong usage, once the sentence is printed: `false`, or no options.
struct WrongUsage {
  operator bool() const { return false; }
  operator std::optional<Options>() const { return std::nullopt; }
};

WrongUsage usageError(const Twine &text) {
  errs() << "nnc: error: " << text << "\n";
  return {};
}

void printHelp(const Table &table) {
  outs() << "nnc " NNC_VERSION ": a compiler for neural networks\n\n";
  table.printHelp(outs(), "nnc FILE.nn [-o PROGRAM] [options], or nnc COMMAND FILE.nn", "The compiler's options");
  outs() << "\nCOMMANDS:\n";
  for (const Command &command : commands)
    outs() << "  nnc " << command.help << "\n";
  outs() << "\nPHASES (--emit=):\n";
  for (const PhaseInfo &phase : phases)
    outs() << "  " << left_justify(phase.name, 8) << "  " << phase.text << "\n";
}

/// What is wrong with an option that the table does not know, and the nearest one that it does.
WrongUsage unknownOption(const Table &table, StringRef spelled) {
  std::string nearest;
  unsigned distance = table.findNearest(spelled, nearest);
  if (distance <= 2)
    return usageError("unknown option `" + spelled + "`: did you mean `" + nearest + "`?");
  return usageError("unknown option `" + spelled + "`: `nnc --help` lists them");
}

std::optional<std::string> nearestCommand(const std::string &word) {
  std::vector<std::string> names;
  for (const Command &command : commands)
    names.push_back(command.name.str());
  return support::nearestName(word, names);
}

bool isWholeNumber(StringRef text, int64_t &value) { return !text.getAsInteger(10, value) && value > 0; }

/// Output kind from -c, -S, -emit-llvm, --emit, -###: at most one.
bool readOutput(const opt::InputArgList &args, Options &options) {
  SmallVector<StringRef> given;
  auto choose = [&](const opt::Arg *arg, Output output) {
    given.push_back(arg->getSpelling());
    options.output = output;
  };
  if (auto *arg = args.getLastArg(OPT_c))
    choose(arg, Output::Object);
  if (auto *arg = args.getLastArg(OPT_S))
    choose(arg, Output::Assembly);
  if (auto *arg = args.getLastArg(OPT_emit_llvm))
    choose(arg, Output::LLVMIR);
  if (auto *arg = args.getLastArg(OPT_hash_hash_hash))
    choose(arg, Output::LinkInputs);
  if (auto *arg = args.getLastArg(OPT_emit_EQ)) {
    choose(arg, Output::Phase);
    options.phase = arg->getValue();
  }
  if (given.size() > 1)
    return usageError("`" + given[0] + "` and `" + given[1] + "` ask for different results: give one");
  return true;
}

bool readNumbers(const opt::InputArgList &args, Options &options) {
  if (auto *arg = args.getLastArg(OPT_O)) {
    StringRef level = arg->getValue();
    if (level.size() != 1 || level[0] < '0' || level[0] > '3')
      return usageError("`-O" + level + "`: the levels are -O0, -O1, -O2 and -O3");
    options.optLevel = level[0] - '0';
  }
  if (auto *arg = args.getLastArg(OPT_batch_EQ);
      arg && (!isWholeNumber(arg->getValue(), options.batch) || options.batch > INT32_MAX))
    return usageError(Twine("`--batch ") + arg->getValue() + "`: a whole number from 1 to 2,147,483,647 is wanted");
  options.dtype = args.getLastArgValue(OPT_dtype_EQ);
  if (!options.dtype.empty() && options.dtype != "f32" && options.dtype != "f64")
    return usageError("`--dtype=" + options.dtype + "`: the types are f32 and f64");
  options.scan = args.getLastArgValue(OPT_scan_EQ);
  if (!options.scan.empty() && options.scan != "all" && options.scan != "carry")
    return usageError("`--scan=" + options.scan + "`: what is kept of a loop's steps is all or carry");
  for (StringRef define : args.getAllArgValues(OPT_D)) {
    auto [name, value] = define.split('=');
    if (name.empty() || value.empty())
      return usageError("`-D " + define + "`: write -D NAME=VALUE");
    options.defines.emplace_back(name, value);
  }
  return true;
}

bool readPhase(Options &options) {
  if (options.output != Output::Phase || parsePhase(options.phase))
    return true;
  std::vector<std::string> names;
  for (const PhaseInfo &phase : phases)
    names.emplace_back(phase.name);
  std::string text = "there is no phase `" + options.phase + "`";
  if (auto near = support::nearestName(options.phase, names))
    text += ": did you mean `" + *near + "`?";
  return usageError(text + " (" + join(names, ", ") + ")");
}

/// -Wno-NAME of a warning that there is not, and the nearest one.
WrongUsage unknownWarning(const std::string &flag) {
  std::vector<std::string> names;
  for (const support::DiagnosticInfo *info : support::allDiagnostics())
    if (info->severity == support::Severity::Warning)
      names.push_back(support::flagName(*info));
  auto near = support::nearestName(flag, names);
  return usageError("`-Wno-" + flag + "`: no warning has this name" +
                    (near ? "; did you mean `-Wno-" + *near + "`?" : " (" + join(names, ", ") + ")"));
}

bool readRest(const opt::InputArgList &args, Options &options) {
  options.outputFile = args.getLastArgValue(OPT_o);
  options.dumpPhases = args.getLastArgValue(OPT_dump_phases_EQ);
  options.verifyEach = args.hasArg(OPT_verify_each);
  options.verbose = args.hasArg(OPT_v);
  options.timeReport = args.hasArg(OPT_ftime_report);
  options.json = args.hasArg(OPT_json_flag);
  options.check = args.hasArg(OPT_check_flag);
  options.source = args.hasArg(OPT_source_flag);
  options.targetFeatures = args.getLastArgValue(OPT_target_features_EQ);
  options.includeDirs = args.getAllArgValues(OPT_I);
  options.dataDir = args.getLastArgValue(OPT_data_EQ);
  options.train = args.getLastArgValue(OPT_train_EQ);
  options.resourceDir = args.getLastArgValue(OPT_resource_dir_EQ);
  options.plant = args.getLastArgValue(OPT_plant_EQ);
  if (!options.plant.empty() && !is_contained(plantNames(), options.plant))
    return usageError("`--plant=" + options.plant + "`: the bugs are " + join(plantNames(), ", "));
  options.failIn = args.getLastArgValue(OPT_fail_in_EQ);
  options.at = args.getLastArgValue(OPT_at_EQ);
  options.saveTemps = args.hasArg(OPT_save_temps);
  options.diagnostics = args.getLastArgValue(OPT_diagnostics_EQ, "human");
  if (!is_contained({"human", "short", "json", "sarif"}, options.diagnostics))
    return usageError("`--diagnostics=" + options.diagnostics + "`: the forms are human, short, json and sarif");
  options.warningsAreErrors = args.hasArg(OPT_Werror);
  options.silenced = args.getAllArgValues(OPT_Wno);
  for (const std::string &flag : options.silenced)
    if (none_of(support::allDiagnostics(), [&](const support::DiagnosticInfo *info) {
          return info->severity == support::Severity::Warning && support::flagName(*info) == flag;
        }))
      return unknownWarning(flag);
  if (auto *arg = args.getLastArg(OPT_fcolor_diagnostics, OPT_fno_color_diagnostics))
    options.color = arg->getOption().matches(OPT_fcolor_diagnostics);
  return true;
}

/// --backend and --cxx, and what they exclude.
bool readBackend(const opt::InputArgList &args, Options &options) {
  options.backend = args.getLastArgValue(OPT_backend_EQ);
  options.cxx = args.getLastArgValue(OPT_cxx_EQ);
  if (!options.backend.empty() && !is_contained({"llvm", "cpp", "reference"}, options.backend))
    return usageError("`--backend=" + options.backend + "`: the backends are llvm, cpp and reference");
  if (options.backend == "reference" && options.command != "run")
    return usageError("`--backend=reference` belongs to `nnc run` alone: it evaluates one entry on given tensors");
  if (!options.cxx.empty() && !options.throughCpp())
    return usageError("`--cxx` names the compiler of `--backend=cpp`: " +
                      Twine(options.phase == "cpp" ? "`--emit=cpp` starts none, leave it out" : "give both"));
  if (options.backend == "llvm" && options.phase == "cpp")
    return usageError("`--emit=cpp` is the text of the other back end: leave `--backend=llvm` out");
  if (!options.throughCpp())
    return true;
  if (options.output == Output::LLVMIR || options.phase == "llvm")
    return usageError("`" + Twine(options.output == Output::LLVMIR ? "-emit-llvm" : "--emit=llvm") +
                      "`: there is none with `--backend=cpp`; `--emit=cpp` beside it prints what it compiles");
  if (is_contained({"check", "summary", "explain", "fmt", "doc", "graph", "test"}, options.command))
    return usageError("`--backend=cpp` is for programs: `nnc " + options.command + "` makes none, leave it out");
  return true;
}

/// Splits what stands behind the command into ours and the program's: behind FILE only options of the compiler are
/// ours.
void splitProgramArguments(const Table &table, ArrayRef<const char *> all, SmallVectorImpl<const char *> &ours,
                           std::vector<std::string> &programs) {
  opt::InputArgList list(all.begin(), all.end());
  bool seenFile = false;
  for (unsigned index = 0; index < all.size();) {
    StringRef spelled = all[index];
    unsigned next = index;
    std::unique_ptr<opt::Arg> arg = spelled == "--" ? nullptr : table.ParseOneArg(list, next);
    bool known = arg && !arg->getOption().matches(OPT_INPUT) && !arg->getOption().matches(OPT_UNKNOWN) && next > index;
    bool flagOfProgram = seenFile && (spelled == "--json" || spelled == "--help" || spelled == "-h" ||
                                      spelled == "--version" || spelled.starts_with("-c"));
    if (spelled == "--" && seenFile) {
      programs.insert(programs.end(), all.begin() + index + 1, all.end());
      return;
    }
    if (!seenFile || (known && !flagOfProgram)) {
      if (!seenFile && arg && arg->getOption().matches(OPT_INPUT))
        seenFile = true;
      unsigned end = known ? next : index + 1;
      ours.append(all.begin() + index, all.begin() + end);
      index = end;
      continue;
    }
    programs.push_back(all[index++]);
  }
}

/// FILE.mlir holds no text of the language: only what begins at phase nn takes one.
bool takesModules(const Options &options) {
  return options.backend != "reference" && !is_contained({"summary", "graph", "test", "fmt", "doc"}, options.command);
}

} // namespace

std::optional<Options> parseCommandLine(int argc, char **argv) {
  Table table;
  table.setDashDashParsing(true);
  Options options;
  options.command = "compile";
  SmallVector<const char *> all(argv + 1, argv + argc), ours;
  const Command *command = nullptr;
  if (!all.empty()) {
    StringRef word = all.front();
    command = find_if(commands, [&](const Command &candidate) { return candidate.name == word; });
    if (command == std::end(commands))
      command = nullptr;
    if (is_contained(laterCommands, word))
      return usageError("`nnc " + word + "` comes in a later version");
  }
  if (command) {
    options.command = command->name;
    all.erase(all.begin());
  }
  if (command && command->runsProgram)
    splitProgramArguments(table, all, ours, options.programArguments);
  else
    ours = all;

  unsigned missingIndex = 0, missingCount = 0;
  opt::InputArgList args = table.ParseArgs(ours, missingIndex, missingCount);
  if (missingCount)
    return usageError(Twine("`") + args.getArgString(missingIndex) + "` wants a value");
  for (auto *arg : args.filtered(OPT_UNKNOWN))
    return unknownOption(table, arg->getAsString(args));
  if (args.hasArg(OPT_help)) {
    printHelp(table);
    options.command = "done";
    return options;
  }
  if (args.hasArg(OPT_version)) {
    outs() << "nnc " NNC_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
    options.command = "done";
    return options;
  }
  options.inputs = args.getAllArgValues(OPT_INPUT);
  for (const opt::Arg *arg : args)
    if (!arg->getOption().matches(OPT_INPUT) && arg->getNumValues() == 1 && StringRef(arg->getValue()).empty())
      return usageError("`" + arg->getSpelling() + "` wants a value");
  if (args.hasArg(OPT_at_EQ) && options.command != "summary" && options.command != "doc")
    return usageError("`--at` belongs to `nnc summary` and `nnc doc MASK`: it gives sizes");
  if (args.hasArg(OPT_check_flag) && options.command != "fmt")
    return usageError("`--check` belongs to `nnc fmt` alone: `nnc check FILE.nn` checks a program");
  if (args.hasArg(OPT_source_flag) && (options.command != "doc" || options.inputs.empty()))
    return usageError("`--source` belongs to `nnc doc NAME`");
  if (!readOutput(args, options) || !readNumbers(args, options) || !readPhase(options) || !readRest(args, options) ||
      !readBackend(args, options))
    return std::nullopt;
  for (const std::string &file : options.inputs)
    if (StringRef(file).ends_with(".mlir") && !takesModules(options))
      return usageError("`" + file + "` holds a module of the nn dialect, not a program's text: `nnc check` and " +
                        "`nnc FILE.mlir` take one, `nnc " + options.command +
                        (options.backend == "reference" ? " --backend=reference` does not" : "` does not"));
  if (options.inputs.empty() && options.command != "doc")
    return usageError(options.command == "explain"   ? "which code or word? for example `nnc explain E0301`"
                      : options.command == "compile" ? "no FILE given: write `nnc FILE.nn -o PROGRAM`, or `nnc --help`"
                                                     : "no FILE given: write `nnc " + options.command + " FILE.nn`");
  if (!options.inputs.empty() && options.inputs[0] == "-" && options.command == "compile" &&
      options.output == Output::Binary && options.outputFile.empty())
    return usageError("a program from standard input needs a name: write `nnc - -o PROGRAM`");
  if (!options.inputs.empty() && options.inputs[0] == "-" && options.command == "graph" && options.outputFile.empty())
    return usageError("a picture of standard input needs a name: write `nnc graph - -o PICTURE.svg`");
  if (command && command->runsProgram && !options.inputs.empty() && options.inputs[0] == "-" &&
      options.backend != "reference")
    return usageError("`nnc " + options.command + "` keeps the program that it compiles under the name of its file: " +
                      "`nnc - -o PROGRAM` compiles standard input");
  if (options.inputs.size() > 1 && !command)
    if (auto near = nearestCommand(options.inputs[0]))
      return usageError("there is no command `" + options.inputs[0] + "`: did you mean `nnc " + *near + "`?");
  if (options.inputs.size() > 1 && !is_contained({"check", "explain", "fmt", "doc", "test"}, options.command))
    return usageError("one FILE at a time: `" + options.inputs[0] + "` and `" + options.inputs[1] + "` were given");
  return options;
}

} // namespace nnc::driver
