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
  if (!entry.facts.empty())
    names.facts = printer.names().fresh(names.name + "_facts");
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
std::string EntryPrinter::describe(bool tellsWork) const {
  std::string text = entry.name + ":";
  // A long list is better read in the signature.
  if (entry.inputs.size() + entry.outputs.size() <= 4) {
    if (!entry.inputs.empty())
      text += " " + described(entry.inputs);
    if (!entry.outputs.empty())
      text += " -> " + described(entry.outputs);
  }
  for (const FreeSize &size : entry.sizes)
    text += (text.back() == ':' ? " " : ", ") + size.name + " from " + std::to_string(size.min) +
            (size.max < 0 ? " on" : " to " + std::to_string(size.max));
  if (entry.kind == NNC_PACK)
    text += " fills the packed copies of parameters";
  if (tellsWork && entry.workBytes != 0)
    text += ", work of " + std::to_string(entry.workBytes) + " bytes";
  return text;
}

llvm::Error EntryPrinter::print(Layout &out, bool tellsWork) {
  if (!isPlain())
    if (llvm::Error error = checkSignature())
      return error;
  out.blank();
  out.comment(commentText(describe(tellsWork)));
  if (llvm::Error error = printer.print(body, out))
    return error;
  if (entry.scalars == 0)
    return llvm::Error::success();
  out.blank();
  return printer.print(scalars, out);
}

//===- For the runtime ---------------------------------------------------------------------------------------===//

void EntryPrinter::printRun(Layout &out) const {
  out.blank();
  out.open("static nnc_status " + names.run + "(const nnc_call *call, i32 tid, i32 threads)");
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

void EntryPrinter::printScalars(Layout &out, const std::string &head) const {
  out.blank();
  std::string settings = entry.settings.empty() ? "" : "settings";
  out.openCall(head, {"const double *" + settings, "i64 step", "i64 steps", "i64 steps_per_epoch", "double *out"});
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

/// What `prepare` checks of the sizes beyond their bounds.
void EntryPrinter::printFacts(Layout &out) {
  if (entry.facts.empty())
    return;
  Names scope = printer.names();
  scope.push();
  std::string given = scope.fresh("sizes"), error = scope.fresh("error");
  out.blank();
  out.open("static bool " + names.facts + "(const i64 *" + given + ", nnc_error *" + error + ")");
  for (auto [i, free] : llvm::enumerate(entry.sizes)) {
    sizes.push_back(scope.fresh(free.name));
    out.line("[[maybe_unused]] const i64 " + sizes.back() + " = " + given + "[" + std::to_string(i) + "];");
  }
  for (auto [i, fact] : llvm::enumerate(entry.facts)) {
    std::string left = size(fact.left), right = size(fact.right);
    StringRef sign = fact.relation == Relation::equal ? " != " : fact.relation == Relation::unequal ? " == " : " > ";
    out.open("if (" + left + sign.str() + right + ")", Layout::Block::loop);
    out.call("return fail",
             {error, std::to_string(i), left, right, fact.where.empty() ? "nullptr" : stringLiteral(fact.where)}, ";");
    out.close();
  }
  out.line("return true;");
  out.close();
}

void EntryPrinter::printForRuntime(Layout &out) {
  printRun(out);
  printFacts(out);
  if (entry.scalars != 0)
    printScalars(out, "static void " + names.scalars);
}

//===- Without the runtime ---------------------------------------------------------------------------------===//

void EntryPrinter::printPlain(Layout &out, StringRef model) {
  if (!isPlain())
    printTeam(out, model);
  if (entry.scalars != 0)
    printScalars(out, "extern \"C\" void " + printer.names().fresh(model.str() + "_" + entry.name + "_scalars"));
}

/// The entry under its model's name, with nothing but its own arguments; all threads run it.
void EntryPrinter::printTeam(Layout &out, StringRef model) {
  Names scope = printer.names();
  scope.push();
  std::string state = scope.fresh("state"), work = scope.fresh("work"), threads = scope.fresh("threads");
  std::vector<std::string> parameters = {"State *" + state, "char *" + work}, sizeNames, arguments = {"nullptr"};
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
  out.blank();
  out.openCall("extern \"C\" void " + printer.names().fresh(model.str() + "_" + entry.name), parameters);
  std::string head = "parallel(" + threads + ", [=](i64 tid, i64 count)";
  std::string line = head + " { " + names.name + "(" + llvm::join(arguments, ", ") + "); });";
  if (out.fits(line)) {
    out.line(line);
  } else {
    out.open(head);
    out.call(names.name, arguments, ";");
    out.close(");");
  }
  out.close();
}

//===- Helpers ---------------------------------------------------------------------------------------------===//

std::string runtimeHelpers(StringRef entries, StringRef functions) {
  std::string helpers;
  if (mentions(entries, "barrier"))
    helpers += R"(
static void barrier(const nnc_call *call, i64 tid, i64 threads) {
  if (threads > 1)
    call->barrier(call->barrier_arg, static_cast<i32>(tid));
}
)";
  if (mentions(functions, "floor_div"))
    helpers += "\nstatic i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); }\n";
  if (mentions(functions, "fail"))
    helpers += R"(
static bool fail(nnc_error *error, i32 fact, i64 value, i64 limit, const char *where) {
  *error = {fact, -1, value, limit, where};
  return false;
}
)";
  return helpers;
}

/// The check of integer inputs, for the types that `ports` have.
static std::string indexCheck(ArrayRef<const PortInfo *> ports) {
  if (ports.empty())
    return "";
  auto has = [&](uint8_t dtype) {
    return llvm::any_of(ports, [&](const PortInfo *port) { return port->dtype == dtype; });
  };
  std::string cast = "static_cast<const i32 *>(inputs[i])[at]";
  bool several = has(NNC_I64) || has(NNC_BOOL);
  Layout out;
  out.line("  for (u32 i = 0; inputs && i < entry.n_inputs; ++i) {");
  out.line("    const nnc_port &port = entry.inputs[i];");
  out.line("    i64 count = port.index_bound > 0;");
  out.line("    for (u32 d = 0; d < port.rank; ++d)");
  out.line("      count *= extent(port.dims[d], sizes);");
  out.line("    for (i64 at = 0; at < count; ++at) {");
  if (!several) {
    out.line("      const i64 value = " + cast + ";");
  } else {
    out.line("      i64 value = " + cast + ";");
    for (auto [dtype, name, type] : {std::tuple{NNC_I64, "NNC_I64", "i64"}, std::tuple{NNC_BOOL, "NNC_BOOL", "i8"}})
      if (has(dtype)) {
        out.line(std::string("      if (port.dtype == ") + name + ")");
        out.line(std::string("        value = static_cast<const ") + type + " *>(inputs[i])[at];");
      }
  }
  return out.text() + R"(      if (value < 0 || value >= port.index_bound) {
        *error = {-1, static_cast<i32>(i), value, port.index_bound, port.name};
        return NNC_E_INDEX;
      }
    }
  }
)";
}

std::string prepareFunction(const ModelInfo &model, StringRef symbol) {
  bool hasFacts = false, hasSizes = false, hasDims = false;
  std::vector<const PortInfo *> bounded;
  for (const EntryInfo &entry : model.entries) {
    hasFacts |= !entry.facts.empty();
    hasSizes |= !entry.sizes.empty();
    for (const PortInfo &port : entry.inputs)
      if (port.indexBound > 0)
        bounded.push_back(&port);
    for (const PortInfo &port : entry.outputs)
      hasDims |= !port.shape.empty();
  }
  auto named = [](bool used, const char *name) { return std::string(used ? name : ""); };
  std::string text;
  if (hasDims || !bounded.empty())
    text += "\nstatic i64 extent(i64 dim, const i64 *sizes) { return dim < 0 ? sizes[~dim] : dim; }\n";
  if (hasFacts)
    text += "\nstatic bool no_facts(const i64 *, nnc_error *) { return true; }\n";
  Layout head;
  head.blank();
  head.line(
      "// Checks what the tables of entry `number` say of its arguments; tells the sizes of workspace and outputs.");
  head.line("template <u32 number, u64 work" + named(hasFacts, ", bool (*facts)(const i64 *, nnc_error *)") + ">");
  head.openCall("static nnc_status prepare",
                {"const i64 *" + named(hasSizes || hasFacts || hasDims || !bounded.empty(), "sizes"),
                 "const void *const *" + named(!bounded.empty(), "inputs"), "u64 *bytes",
                 "i64 *" + named(hasDims, "output_dims"),
                 "nnc_error *" + named(hasSizes || hasFacts || !bounded.empty(), "error")});
  text += head.text();
  if (hasSizes || hasDims || !bounded.empty())
    text += "  const nnc_entry &entry = " + symbol.str() + ".entries[number];\n";
  if (hasSizes)
    text += R"(  for (u32 i = 0; i < entry.n_sizes; ++i) {
    const nnc_size &size = entry.sizes[i];
    if (sizes[i] < size.min || sizes[i] > size.max) {
      *error = {-1, -1, sizes[i], sizes[i] < size.min ? size.min : size.max, size.name};
      return NNC_E_SIZE;
    }
  }
)";
  if (hasFacts)
    text += "  if (!facts(sizes, error))\n    return NNC_E_FACT;\n";
  text += indexCheck(bounded) + "  *bytes = work;\n";
  if (hasDims)
    text += R"(  for (u32 i = 0; i < entry.n_outputs; ++i)
    for (u32 d = 0; d < entry.outputs[i].rank; ++d)
      *output_dims++ = extent(entry.outputs[i].dims[d], sizes);
)";
  return text + "  return NNC_OK;\n}\n";
}

std::string plainHelpers(StringRef entries, bool flushes, bool threads) {
  bool waits = mentions(entries, "barrier");
  std::string helpers, flush = flushes ? "  const Flush flush;\n" : "";
  if (flushes) // what the runtime sets around a call
    helpers = R"(
struct Flush { // subnormal numbers are zero
  unsigned mode = _mm_getcsr();
  Flush() { _mm_setcsr(mode | 0x8040); }
  ~Flush() { _mm_setcsr(mode); }
};
)";
  if (!threads)
    return helpers;
  helpers += "\n#ifdef _OPENMP\n#include <omp.h>\n";
  if (waits)
    helpers += "static void barrier(const nnc_call *, i64, i64) {\n#pragma omp barrier\n}\n";
  helpers += "template <typename Part> static void parallel(int threads, Part part) {\n"
             "#pragma omp parallel num_threads(threads)\n";
  if (flushes)
    helpers += "  {\n    const Flush flush;\n    part(omp_get_thread_num(), omp_get_num_threads());\n  }\n";
  else
    helpers += "  part(omp_get_thread_num(), omp_get_num_threads());\n";
  helpers += "}\n#else\n";
  if (waits)
    helpers += "static void barrier(const nnc_call *, i64, i64) {}\n";
  return helpers + "template <typename Part> static void parallel(int, Part part) {\n" + flush +
         "  part(0, 1);\n}\n#endif\n";
}

} // namespace nnc::cpp
