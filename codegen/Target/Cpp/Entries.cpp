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
  printRun(out);
  printPrepare(out);
  if (entry.scalars == 0)
    return llvm::Error::success();
  out.blank();
  if (llvm::Error error = printer.print(scalars, out))
    return error;
  printScalars(out);
  return llvm::Error::success();
}

void EntryPrinter::printRun(Layout &out) {
  out.blank();
  out.openCall("static nnc_status " + names.run, {"const nnc_call *call", "i32 tid", "i32 threads"});
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
  out.call(names.name, arguments, ";");
  out.line("return NNC_OK;");
  out.close();
}

void EntryPrinter::printScalars(Layout &out) {
  out.blank();
  std::string settings = entry.settings.empty() ? "" : "settings";
  out.openCall("static void " + names.scalars,
               {"const double *" + settings, "i64 step", "i64 steps", "i64 steps_per_epoch", "double *out"});
  std::vector<std::string> arguments;
  for (size_t i = 0; i < entry.settings.size(); ++i)
    arguments.push_back("settings[" + std::to_string(i) + "]");
  arguments.insert(arguments.end(), {"step", "steps", "steps_per_epoch"});
  std::string function = printer.nameOf(scalars);
  if (entry.scalars == 1) {
    out.call("out[0] = " + function, arguments, ";");
    return out.close();
  }
  out.call("const auto results = " + function, arguments, ";");
  for (uint32_t i = 0; i < entry.scalars; ++i)
    out.line("out[" + std::to_string(i) + "] = results.v" + std::to_string(i) + ";");
  out.close();
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
void EntryPrinter::printPrepare(Layout &out) {
  Names scope = printer.names();
  scope.push();
  bool checksInputs = llvm::any_of(entry.inputs, [](const PortInfo &port) { return port.indexBound > 0; });
  bool hasDims = llvm::any_of(entry.outputs, [](const PortInfo &port) { return !port.shape.empty(); });
  bool canFail = !entry.sizes.empty() || !entry.facts.empty() || checksInputs;
  auto named = [&](bool used, StringRef name) { return used ? scope.fresh(name) : std::string(); };
  std::string given = named(!entry.sizes.empty(), "sizes"), inputs = named(checksInputs, "inputs"),
              bytes = scope.fresh("bytes"), dims = named(hasDims, "output_dims"), error = named(canFail, "error");
  out.blank();
  out.openCall("static nnc_status " + names.prepare, {"const i64 *" + given, "const void *const *" + inputs,
                                                      "u64 *" + bytes, "i64 *" + dims, "nnc_error *" + error});
  for (auto [i, free] : llvm::enumerate(entry.sizes)) {
    sizes.push_back(scope.fresh(free.name));
    out.line("const i64 " + sizes.back() + " = " + given + "[" + std::to_string(i) + "];");
  }
  auto check = [&](const std::string &wrong, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), error);
    out.open("if (" + wrong + ")", Layout::Block::loop);
    out.call("return fail", arguments, ";");
    out.close();
  };
  for (auto [i, free] : llvm::enumerate(entry.sizes)) {
    std::string least = std::to_string(free.min), most = std::to_string(free.max), name = stringLiteral(free.name);
    check(sizes[i] + " < " + least, {"NNC_E_SIZE", "-1", "-1", sizes[i], least, name});
    if (free.max >= 0)
      check(sizes[i] + " > " + most, {"NNC_E_SIZE", "-1", "-1", sizes[i], most, name});
  }
  for (auto [i, fact] : llvm::enumerate(entry.facts)) {
    std::string left = size(fact.left), right = size(fact.right);
    StringRef sign = fact.relation == Relation::equal ? " != " : fact.relation == Relation::unequal ? " == " : " > ";
    check(left + sign.str() + right, {"NNC_E_FACT", std::to_string(i), "-1", left, right,
                                      fact.where.empty() ? "nullptr" : stringLiteral(fact.where)});
  }
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    if (entry.inputs[i].indexBound > 0)
      checkInput(out, i, inputs, error);
  out.line("*" + bytes + " = " + std::to_string(entry.workBytes) + ";");
  unsigned next = 0;
  for (const PortInfo &port : entry.outputs)
    for (const nn::SizeExpr &extent : port.shape)
      out.line(dims + "[" + std::to_string(next++) + "] = " + size(extent) + ";");
  out.line("return NNC_OK;");
  out.close();
}

/// Each element of an integer input is in [0, bound). The caller may have no inputs yet.
void EntryPrinter::checkInput(Layout &out, size_t index, const std::string &inputs, const std::string &error) {
  const PortInfo &port = entry.inputs[index];
  std::string count, number = std::to_string(index);
  for (const nn::SizeExpr &extent : port.shape) {
    std::string text = size(extent);
    bool bare = StringRef(text).find_first_of(" -") == StringRef::npos;
    count += (count.empty() ? "" : " * ") + (bare ? text : "(" + text + ")");
  }
  StringRef type = port.dtype == NNC_I64 ? "i64" : port.dtype == NNC_BOOL ? "i8" : "i32";
  out.open("if (" + inputs + ")", Layout::Block::braces);
  out.open("if (!below<" + type.str() + ">(" + error + ", " + inputs + "[" + number + "], " +
               (count.empty() ? "1" : count) + ", " + std::to_string(port.indexBound) + ", " + number + ", " +
               stringLiteral(port.name) + "))",
           Layout::Block::loop);
  out.line("return NNC_E_INDEX;");
  out.close();
  out.close();
}

//===- Without the runtime ---------------------------------------------------------------------------------===//

void EntryPrinter::printPlain(Layout &out, StringRef model) {
  Names scope = printer.names();
  scope.push();
  std::vector<std::string> parameters = {"State *" + scope.fresh("state"), "void *" + scope.fresh("work")};
  std::vector<std::string> lines;
  auto array = [&](const std::vector<std::string> &items, const std::string &type, StringRef name) -> std::string {
    if (items.empty())
      return "nullptr";
    std::string used = scope.fresh(name);
    lines.push_back(type + used + "[] = {" + llvm::join(items, ", ") + "};");
    return used;
  };
  std::vector<std::string> extents, inputs, outputs;
  for (const FreeSize &free : entry.sizes) {
    extents.push_back(scope.fresh(free.name));
    parameters.push_back("i64 " + extents.back());
  }
  unsigned next = 1;
  auto port = [&](const PortInfo &info, std::vector<std::string> &list) {
    list.push_back(scope.fresh(info.name));
    parameters.push_back(printer.parameter(body, next++, list.back()));
  };
  for (const PortInfo &info : entry.inputs)
    port(info, inputs);
  std::string scalarsName = entry.scalars == 0 ? "nullptr" : scope.fresh("scalars");
  if (entry.scalars != 0)
    parameters.push_back("const double *" + scalarsName);
  next += entry.scalars;
  for (const PortInfo &info : entry.outputs)
    port(info, outputs);
  std::string threads = scope.fresh("threads"), call = scope.fresh("call");
  parameters.push_back("int " + threads);
  out.blank();
  out.comment(commentText(entry.name) + ": work has " + std::to_string(entry.workBytes) + " bytes, aligned to 64");
  out.openCall("extern \"C\" int " + printer.names().fresh(model.str() + "_" + entry.name), parameters);
  std::string sizeArray = array(extents, "const i64 ", "sizes"),
              inputArray = array(inputs, "const void *const ", "inputs"),
              outputArray = array(outputs, "void *const ", "outputs");
  for (const std::string &line : lines)
    out.line(line);
  out.line("const nnc_call " + call + " = {" + sizeArray + ", " + inputArray + ", " + outputArray + ", state, work, " +
           scalarsName + ", nullptr, 0, 0, nullptr, nullptr, nullptr};");
  out.line("return start(" + names.prepare + ", " + names.run + ", " + call + ", " + threads + ");");
  out.close();
  if (entry.scalars == 0)
    return;
  out.blank();
  out.openCall("extern \"C\" void " + printer.names().fresh(model.str() + "_" + entry.name + "_scalars"),
               {"const double *settings", "i64 step", "i64 steps", "i64 steps_per_epoch", "double *out"});
  out.line(names.scalars + "(settings, step, steps, steps_per_epoch, out);");
  out.close();
}

//===- Helpers ---------------------------------------------------------------------------------------------===//

std::string entryHelpers(StringRef text) {
  std::string helpers;
  if (text.contains("barrier("))
    helpers += R"(
static void barrier(const nnc_call *call, i64 tid, i64 threads) {
  if (threads > 1)
    call->barrier(call->barrier_arg, static_cast<i32>(tid));
}
)";
  if (text.contains("fail("))
    helpers += R"(
static nnc_status fail(nnc_error *error, nnc_status status, i32 fact, i32 input, i64 value, i64 limit, const char *at) {
  *error = {fact, input, value, limit, at};
  return status;
}
)";
  if (text.contains("below<"))
    helpers += R"(
// Is each of `count` numbers in [0, bound)?
template <typename T>
static bool below(nnc_error *error, const void *input, i64 count, i64 bound, i32 number, const char *name) {
  for (i64 i = 0; i < count; ++i) {
    const i64 value = static_cast<const T *>(input)[i];
    if (value < 0 || value >= bound) {
      *error = {-1, number, value, bound, name};
      return false;
    }
  }
  return true;
}
)";
  if (text.contains("floor_div("))
    helpers += R"(
static i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); }
)";
  return helpers;
}

} // namespace nnc::cpp
