#include "codegen/Target/Cpp/Entries.h"
#include "codegen/Target/Cpp/Literals.h"
#include "mlir/IR/AffineExpr.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc::cpp {

EntryPrinter::EntryPrinter(const EntryInfo &entry, KernelPrinter &printer, func::FuncOp body, func::FuncOp scalars)
    : entry(entry), printer(printer), body(body), scalars(scalars) {
  names.name = printer.nameOf(body);
  names.run = printer.names().fresh(names.name + "_run");
  names.prepare = printer.names().fresh(names.name + "_prepare");
  if (entry.scalars != 0)
    names.scalars = printer.names().fresh(names.name + "_set_scalars");
}

/// The arguments of an entry as `kernel-lower-entries` orders them.
llvm::Error EntryPrinter::checkSignature() {
  size_t expected = 1 + entry.inputs.size() + entry.scalars + entry.outputs.size() + 2 + entry.sizes.size() + 2;
  if (body.isDeclaration() || body.getNumArguments() != expected)
    return llvm::createStringError("the entry '" + entry.name + "' was not lowered as its description says");
  if (entry.scalars != 0 && (!scalars || scalars.isDeclaration() || scalars.getNumResults() != entry.scalars ||
                             scalars.getNumArguments() != entry.settings.size() + 3))
    return llvm::createStringError("the scalars of '" + entry.name + "' were not lowered as their description says");
  return llvm::Error::success();
}

static std::string described(ArrayRef<PortInfo> ports) {
  std::string text;
  for (const PortInfo &port : ports) {
    static constexpr StringRef types[] = {"", "float", "double", "bf16", "i32", "i64", "bool"};
    std::string shape;
    for (const nn::SizeExpr &size : port.shape)
      shape += (shape.empty() ? "[" : ", ") + size.str();
    text += (text.empty() ? "" : ", ") + port.name + " " + types[port.dtype].str() + shape + (shape.empty() ? "" : "]");
  }
  return text;
}

/// "forward: pixels float[B, 64] -> logits float[B, 10], B from 1 to 32"
std::string EntryPrinter::describe() const {
  std::string text = entry.name + ":";
  if (!entry.inputs.empty())
    text += " " + described(entry.inputs);
  if (!entry.outputs.empty())
    text += " -> " + described(entry.outputs);
  for (const FreeSize &size : entry.sizes)
    text += ", " + size.name + " from " + std::to_string(size.min) +
            (size.max < 0 ? " on" : " to " + std::to_string(size.max));
  if (entry.kind == NNC_PACK)
    text += " fills the packed copies of parameters";
  return text;
}

llvm::Error EntryPrinter::print(Layout &out) {
  if (llvm::Error error = checkSignature())
    return error;
  out.blank();
  out.comment(commentText(describe()));
  if (llvm::Error error = printer.print(body, out))
    return error;
  if (entry.scalars == 0)
    return llvm::Error::success();
  out.blank();
  return printer.print(scalars, out);
}

//===- For the runtime ---------------------------------------------------------------------------------------===//

/// Words in lines that are as full as they can be: nobody reads these twice.
static std::string inLines(ArrayRef<std::string> words, std::string line = " ") {
  std::string text;
  for (const std::string &word : words) {
    bool behindBracket = line.back() == '(';
    if (line.size() + 1 + word.size() > Layout::columns) {
      text += line + "\n";
      line = "   ";
      behindBracket = false;
    }
    line += (behindBracket ? "" : " ") + word;
  }
  return text + line + "\n";
}

static std::string filled(const std::string &head, ArrayRef<std::string> arguments, const std::string &tail) {
  std::vector<std::string> words;
  for (const std::string &argument : arguments)
    words.push_back(argument + ",");
  words.back().pop_back();
  words.back() += ")" + tail;
  return inLines(words, "  " + head + "(");
}

std::string EntryPrinter::run() const {
  std::vector<std::string> arguments = {"call"};
  unsigned next = 1;
  auto pointer = [&](const std::string &what) {
    arguments.push_back("static_cast<" + printer.parameterType(body, next++) + ">(call->" + what + ")");
  };
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    pointer("inputs[" + std::to_string(i) + "]");
  for (uint32_t i = 0; i < entry.scalars; ++i, ++next) {
    std::string value = "call->scalars[" + std::to_string(i) + "]";
    arguments.push_back(entry.doublePrecision ? value : "static_cast<float>(" + value + ")");
  }
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    pointer("outputs[" + std::to_string(i) + "]");
  pointer("state");
  pointer("work");
  for (size_t i = 0; i < entry.sizes.size(); ++i)
    arguments.push_back("call->sizes[" + std::to_string(i) + "]");
  arguments.push_back("tid");
  arguments.push_back("threads");
  return "static nnc_status " + names.run + "(const nnc_call *call, i32 tid, i32 threads) {\n" +
         filled("return " + names.name, arguments, ", NNC_OK; }");
}

std::string EntryPrinter::setScalars() const {
  if (entry.scalars == 0)
    return "";
  std::vector<std::string> arguments;
  for (size_t i = 0; i < entry.settings.size(); ++i)
    arguments.push_back("settings[" + std::to_string(i) + "]");
  arguments.insert(arguments.end(), {"step", "steps", "steps_per_epoch"});
  std::string text = "static void " + names.scalars + "(const double *" + (entry.settings.empty() ? "" : "settings") +
                     ", i64 step, i64 steps, i64 steps_per_epoch, double *out) {\n",
              function = printer.nameOf(scalars);
  if (entry.scalars == 1)
    return text + filled("out[0] = " + function, arguments, "; }");
  text += filled("const auto results = " + function, arguments, ";");
  for (uint32_t i = 0; i < entry.scalars; ++i)
    text += (i == 0 ? "  " : " ") + ("out[" + std::to_string(i) + "] = results.v" + std::to_string(i) + ";");
  return text + " }\n";
}

//===- prepare ---------------------------------------------------------------------------------------------===//

namespace {

/// A size of the program as an expression of `prepare`.
std::string sizeText(AffineExpr expr, llvm::function_ref<std::string(unsigned)> symbol) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::to_string(constant.getValue());
  if (auto position = dyn_cast<AffineSymbolExpr>(expr))
    return symbol(position.getPosition());
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto side = [&](AffineExpr operand) {
    std::string text = sizeText(operand, symbol);
    bool bare = isa<AffineConstantExpr, AffineSymbolExpr>(operand) && text.front() != '-';
    return bare ? text : "(" + text + ")";
  };
  std::string left = side(binary.getLHS()), right = side(binary.getRHS());
  switch (binary.getKind()) {
  case AffineExprKind::Add:
    return left + " + " + right;
  case AffineExprKind::Mul:
    return left + " * " + right;
  case AffineExprKind::Mod: // sizes are not negative, divisors are positive
    return left + " % " + right;
  case AffineExprKind::CeilDiv:
    return "(" + left + " + (" + right + " - 1)) / " + right;
  default: // down, also of a negative difference
    return "floor_div(" + sizeText(binary.getLHS(), symbol) + ", " + sizeText(binary.getRHS(), symbol) + ")";
  }
}

} // namespace

std::string EntryPrinter::size(const nn::SizeExpr &size) const {
  return sizeText(size.getExpr(), [&](unsigned position) -> std::string {
    StringRef name = size.getSymbols()[position].getValue();
    for (auto [i, free] : llvm::enumerate(entry.sizes))
      if (name == free.name)
        return sizes[i];
    return "0"; // no such size: the verifier of nn.entry refuses it
  });
}

/// Nothing is written before every check has passed. Unused parameters have no name.
std::string EntryPrinter::prepare() {
  Names scope = printer.names();
  scope.push();
  bool checksInputs = llvm::any_of(entry.inputs, [](const PortInfo &port) { return port.indexBound > 0; });
  bool hasDims = llvm::any_of(entry.outputs, [](const PortInfo &port) { return !port.shape.empty(); });
  bool canFail = !entry.sizes.empty() || !entry.facts.empty() || checksInputs;
  auto named = [&](bool used, StringRef name) { return used ? scope.fresh(name) : std::string(); };
  std::string given = named(!entry.sizes.empty(), "sizes"), inputs = named(checksInputs, "inputs"),
              bytes = scope.fresh("bytes"), written = named(hasDims, "output_dims"), error = named(canFail, "error");
  std::string text = "static nnc_status " + names.prepare + "(const i64 *" + given + ", const void *const *" + inputs +
                     ", u64 *" + bytes + ", i64 *" + written + ", nnc_error *" + error + ") {\n";
  for (auto [i, free] : llvm::enumerate(entry.sizes)) {
    sizes.push_back(scope.fresh(free.name));
    text += "  const i64 " + sizes.back() + " = " + given + "[" + std::to_string(i) + "];\n";
  }
  auto fail = [&](const std::string &wrong, const std::string &status, const std::string &fields) {
    text += "  if (" + wrong + ") return *" + error + " = {" + fields + "}, " + status + ";\n";
  };
  for (auto [i, free] : llvm::enumerate(entry.sizes)) {
    std::string least = std::to_string(free.min), most = std::to_string(free.max), name = stringLiteral(free.name);
    fail(sizes[i] + " < " + least, "NNC_E_SIZE", "-1, -1, " + sizes[i] + ", " + least + ", " + name);
    if (free.max >= 0)
      fail(sizes[i] + " > " + most, "NNC_E_SIZE", "-1, -1, " + sizes[i] + ", " + most + ", " + name);
  }
  for (auto [i, fact] : llvm::enumerate(entry.facts)) {
    std::string left = size(fact.left), right = size(fact.right);
    StringRef sign = fact.relation == Relation::equal ? " != " : fact.relation == Relation::unequal ? " == " : " > ";
    fail(left + sign.str() + right, "NNC_E_FACT",
         std::to_string(i) + ", -1, " + left + ", " + right + ", " +
             (fact.where.empty() ? "nullptr" : stringLiteral(fact.where)));
  }
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    if (entry.inputs[i].indexBound > 0)
      text += "  if (" + inputs + " && !below<" + checkInput(i, inputs + "[" + std::to_string(i) + "]", error) +
              ")) return NNC_E_INDEX;\n";
  std::vector<std::string> assignments = {"*" + bytes + " = " + std::to_string(entry.workBytes) + ";"};
  unsigned next = 0;
  for (const PortInfo &port : entry.outputs)
    for (const nn::SizeExpr &extent : port.shape)
      assignments.push_back(written + "[" + std::to_string(next++) + "] = " + size(extent) + ";");
  assignments.push_back("return NNC_OK; }");
  return text + inLines(assignments);
}

/// Each element of an integer input is in [0, bound). The caller may have no inputs yet.
std::string EntryPrinter::checkInput(size_t index, const std::string &input, const std::string &error) const {
  const PortInfo &port = entry.inputs[index];
  std::string count;
  for (const nn::SizeExpr &extent : port.shape) {
    std::string text = size(extent);
    bool bare = StringRef(text).find_first_of(" -") == StringRef::npos;
    count += (count.empty() ? "" : " * ") + (bare ? text : "(" + text + ")");
  }
  StringRef type = port.dtype == NNC_I64 ? "i64" : port.dtype == NNC_BOOL ? "i8" : "i32";
  return type.str() + ">(" + error + ", " + input + ", " + (count.empty() ? "1" : count) + ", " +
         std::to_string(port.indexBound) + ", " + std::to_string(index) + ", " + stringLiteral(port.name);
}

std::string EntryPrinter::functionsOfRuntime() { return run() + prepare() + setScalars(); }

//===- Without the runtime ---------------------------------------------------------------------------------===//

/// The entry under its model's name, with nothing but its own arguments.
std::string EntryPrinter::plainFunction(StringRef model) {
  Names scope = printer.names();
  scope.push();
  std::string state = scope.fresh("state"), work = scope.fresh("work"), threads = scope.fresh("threads");
  std::vector<std::string> parameters = {"State *" + state, "char *" + work}, sizeNames, ports, arguments = {"nullptr"};
  for (const FreeSize &free : entry.sizes) {
    sizeNames.push_back(scope.fresh(free.name));
    parameters.push_back("i64 " + sizeNames.back());
  }
  unsigned count = body.getNumArguments() - 4 - static_cast<unsigned>(entry.sizes.size());
  for (unsigned i = 1; i < count; ++i) {
    auto hint = body.getArgAttrOfType<StringAttr>(i, "nnc.name");
    arguments.push_back(scope.fresh(hint ? hint.getValue() : "x"));
    parameters.push_back(printer.parameter(body, i, arguments.back()));
  }
  parameters.push_back("int " + threads);
  arguments.insert(arguments.end(), {state, work});
  arguments.insert(arguments.end(), sizeNames.begin(), sizeNames.end());
  arguments.insert(arguments.end(), {"tid", "count"});
  return filled("extern \"C\" void " + printer.names().fresh(model.str() + "_" + entry.name), parameters, " {")
             .substr(2) +
         "  parallel(" + threads + ", [=](i64 tid, i64 count) {" +
         StringRef(filled(names.name, arguments, "; }); }")).drop_front().str();
}

//===- Helpers ---------------------------------------------------------------------------------------------===//

std::string runtimeHelpers(StringRef entries, StringRef functions) {
  std::string helpers;
  if (entries.contains("barrier("))
    helpers += R"(static void barrier(const nnc_call *call, i64 tid, i64 threads) {
  if (threads > 1) call->barrier(call->barrier_arg, i32(tid));
}
)";
  if (functions.contains("below<"))
    helpers += R"(template <typename T> // is each of `count` numbers in [0, bound)?
static bool below(nnc_error *error, const void *input, i64 count, i64 bound, i32 number, const char *name) {
  for (i64 i = 0; i < count; ++i)
    if (const i64 value = static_cast<const T *>(input)[i]; value < 0 || value >= bound)
      return *error = {-1, number, value, bound, name}, false;
  return true;
}
)";
  if (functions.contains("floor_div("))
    helpers += "static i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); }\n";
  return helpers;
}

std::string plainHelpers(StringRef entries, bool flushes) {
  std::string team, alone;
  if (entries.contains("barrier(")) {
    team = "static void barrier(const nnc_call *, i64, i64) {\n#pragma omp barrier\n}\n";
    alone = "static void barrier(const nnc_call *, i64, i64) {}\n";
  }
  std::string helpers, flush = flushes ? "const Flush flush; " : "";
  if (flushes) // what the runtime sets around a call
    helpers = "struct Flush { unsigned mode = _mm_getcsr(); Flush() { _mm_setcsr(mode | 0x8040); } "
              "~Flush() { _mm_setcsr(mode); } };\n";
  return helpers + "#ifdef _OPENMP\n#include <omp.h>\n" + team +
         "template <typename Part> static void parallel(int threads, Part part) {\n"
         "#pragma omp parallel num_threads(threads)\n  { " +
         flush + "part(omp_get_thread_num(), omp_get_num_threads()); }\n}\n#else\n" + alone +
         "template <typename Part> static void parallel(int, Part part) { " + flush + "part(0, 1); }\n#endif\n";
}

} // namespace nnc::cpp
