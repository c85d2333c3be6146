// The command line of nnc: one table feeds parsing, --help, suggestions and shell completion.
include "llvm/Option/OptParser.td"

class F<string name, string help> : Flag<["-"], name>, HelpText<help>;                      // -name
class FF<string name, string help> : Flag<["--"], name>, HelpText<help>;                    // --name
class J<string name, string meta, string help> : Joined<["-"], name>, MetaVarName<meta>, HelpText<help>;
multiclass Eq<string name, string meta, string help> {                                      // --name=VALUE and --name VALUE
  def NAME : Joined<["--"], name # "=">, MetaVarName<meta>, HelpText<help>;
  def NAME # _separate : Separate<["--"], name>, Alias<!cast<Joined>(NAME)>;
}

def help : FF<"help", "Print this text">;
def h : Flag<["-"], "h">, Alias<help>;
def version : FF<"version", "Print the version of nnc and of LLVM">;
def v : F<"v", "Print what is done, step by step">;
def hash_hash_hash : Flag<["-"], "###">, HelpText<"Print the files that the link would use, and link nothing">;

def o : JoinedOrSeparate<["-"], "o">, MetaVarName<"FILE">, HelpText<"Write the result to FILE (default: FILE without .nn, in the current folder)">;
def c : F<"c", "Stop after the object file">;
def S : F<"S", "Stop after the assembly">;
def save_temps : F<"save-temps", "Keep LLVM IR (or C++), assembly and object beside the result">;
def emit_llvm : F<"emit-llvm", "Stop after LLVM IR">;
defm emit_EQ : Eq<"emit", "PHASE", "Print the program after PHASE; --help lists the phases">;
defm dump_phases_EQ : Eq<"dump-phases", "DIR", "Write the program after each phase into DIR">;
def verify_each : FF<"verify-each", "Verify the program after every pass, not only after every phase">;

def O : Joined<["-"], "O">, MetaVarName<"<0-3>">, HelpText<"How much effort code gets; never changes a result (default 2)">;
defm target_features_EQ : Eq<"target-features", "LIST", "x86-64, x86-64-v3, x86-64-v4 or a list such as +avx2,+fma (default: this CPU's features)">;
defm dtype_EQ : Eq<"dtype", "f32|f64", "Type of `float` in the program (default: the program's, else f32)">;
defm scan_EQ : Eq<"scan", "all|carry", "What training keeps of each step of a loop: all that the gradient reads (default), or the state alone, which takes less memory and more time">;
defm batch_EQ : Eq<"batch", "N", "Largest batch that the program accepts">;
def D : JoinedOrSeparate<["-"], "D">, MetaVarName<"NAME=VALUE">, HelpText<"Set a hyperparameter of the model, to a value as the language writes it: 64, true, [3,4,5], (5,3), same, \"text\"">;
def I : JoinedOrSeparate<["-"], "I">, MetaVarName<"DIR">, HelpText<"Look for imported files in DIR as well">;
defm data_EQ : Eq<"data", "DIR", "Folder of the data sets (default: that of FILE)">;
defm train_EQ : Eq<"train", "MODEL[:DATA]", "Which `train` block, if the file has several">;
defm backend_EQ : Eq<"backend", "llvm|cpp|reference", "Who makes the code: LLVM (default); a C++ compiler of this machine, of the same kernels printed as C++; or, with `run` only, nobody: `reference` is the slow evaluator">;
defm cxx_EQ : Eq<"cxx", "PROGRAM", "C++ compiler of --backend=cpp: a path, or a name in PATH (default: g++, else clang++; g++ 12 or clang++ 14, or newer); ended after 30 minutes">;
defm resource_dir_EQ : Eq<"resource-dir", "DIR", "Folder of start files and runtime (default: ../lib/nnc beside nnc)">;
def json_flag : FF<"json", "Machine-readable results on standard output">;
def check_flag : FF<"check", "With `fmt`: change nothing; exit with 5 if a file is not in the one style">;
def source_flag : FF<"source", "With `doc NAME`: print its text, as a file that compiles alone">;
defm at_EQ : Eq<"at", "B=1,T=256", "Sizes for `summary`, and for the mask that `doc` draws">;

def ftime_report : F<"ftime-report", "Print the time of parse, check, nn, emit, LLVM (or C++) and link">;
defm diagnostics_EQ : Eq<"diagnostics", "human|short|json|sarif", "How diagnostics look on standard error: with their lines (default), one line each, one JSON object each, or one SARIF document">;
def fcolor_diagnostics : F<"fcolor-diagnostics", "Colour diagnostics">;
def fno_color_diagnostics : F<"fno-color-diagnostics", "Do not colour diagnostics">;
def Wall : F<"Wall", "All warnings (the default)">;
def Werror : F<"Werror", "Warnings are errors">;
def Wno : J<"Wno-", "NAME", "Silence the warning NAME, for example -Wno-unused">;

// For tests of nnc itself; not in --help.
def plant_EQ : Joined<["--"], "plant=">, Flags<[HelpHidden]>, MetaVarName<"BUG">, HelpText<"Plant BUG in the compiled program">;
def fail_in_EQ : Joined<["--"], "fail-in=">, Flags<[HelpHidden]>, MetaVarName<"PHASE">, HelpText<"Fail in PHASE on purpose">;
