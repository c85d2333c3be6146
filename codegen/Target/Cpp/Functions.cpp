#include "codegen/Target/Cpp/Functions.h"
#include "codegen/Target/Cpp/Library.h"
#include "codegen/Target/Cpp/Literals.h"
#include "codegen/Target/Cpp/Types.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"

using namespace mlir;

namespace nnc::cpp {

bool isInline(func::FuncOp function) {
  return function->hasAttr("nnc.inline") ||
         (function.isPrivate() &&
          (function.getNumResults() != 0 ||
           llvm::any_of(function.getArgumentTypes(), [](Type type) { return isa<VectorType>(type); })));
}

KernelPrinter::KernelPrinter(ModuleOp module, const TargetInfo &target, ViewPrinter views, bool external,
                             StringRef plant)
    : module(module), helpers(target, plant), views(std::move(views)), external(external),
      families(findFamilies(module)) {
  for (const Family &family : families)
    for (func::FuncOp member : family.members)
      familyOf[member] = &family;
  nameFunctions();
  for (auto global : module.getOps<memref::GlobalOp>())
    (void)fileNames.fresh(global.getSymName());
  findConstArguments();
  findSharedArguments();
}

void KernelPrinter::nameFunctions() {
  llvm::DenseMap<const Family *, std::string> familyNames;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.getName() == "nnc_barrier") {
      functionNames[function] = "barrier"; // a name of the prelude
      continue;
    }
    StringRef given = stringAttr(function, "nnc.name");
    if (const Family *family = familyOf.lookup(function)) {
      std::string &name = familyNames[family];
      if (name.empty())
        name = fileNames.fresh(given.empty() ? partName(family->name) : given.str());
      size_t member = llvm::find(family->members, function) - family->members.begin();
      std::string arguments;
      for (int64_t number : family->arguments[member])
        arguments += (arguments.empty() ? "" : ", ") + std::to_string(number);
      functionNames[function] = name + "<" + arguments + ">";
      continue;
    }
    bool symbol = external && !isInline(function);
    functionNames[function] = fileNames.fresh(given.empty() || symbol ? partName(function.getName()) : given.str());
  }
}

/// The part of a kernel, `k0_linear_tile`, is called as the kernel is: `fc1_linear_tile`.
std::string KernelPrinter::partName(StringRef symbol) {
  for (auto kernel : module.getOps<func::FuncOp>()) {
    StringRef given = stringAttr(kernel, "nnc.name"), rest = symbol;
    if (!given.empty() && !external && rest.consume_front(kernel.getName()) && rest.starts_with("_"))
      return (given + rest).str();
  }
  return symbol.str();
}

/// A buffer that nobody writes is const. Whoever hands it on learns that from the function that is called.
void KernelPrinter::findConstArguments() {
  SymbolTable symbols(module);
  std::function<bool(Value)> isWritten = [&](Value buffer) {
    for (OpOperand &use : buffer.getUses()) {
      Operation *user = use.getOwner();
      if (auto call = dyn_cast<func::CallOp>(user)) {
        auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
        if (!callee || callee.isDeclaration() || written.contains(callee.getArgument(use.getOperandNumber())))
          return true;
      } else if (isa<memref::ReinterpretCastOp, memref::ViewOp>(user)) {
        if (isa<memref::ViewOp>(user) || isWritten(user->getResult(0)))
          return true;
      } else if (auto store = dyn_cast<memref::StoreOp>(user)) {
        if (store.getMemRef() == buffer)
          return true;
      } else if (isa<vector::StoreOp, vector::MaskedStoreOp, vector::ScatterOp>(user)) {
        return true;
      }
    }
    return false;
  };
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isDeclaration())
        for (BlockArgument argument : function.getArguments())
          if (isa<MemRefType>(argument.getType()) && !written.contains(argument) && isWritten(argument)) {
            written.insert(argument);
            changed = true;
          }
  }
}

/// The buffer whose name a value has in the text: a view of all of a buffer has none of its own (`Statements::cast`).
static Value named(Value buffer) {
  while (auto cast = buffer.getDefiningOp<memref::ReinterpretCastOp>()) {
    MemRefType type = cast.getType(), from = mlir::cast<MemRefType>(cast.getSource().getType());
    if (!type.getLayout().isIdentity() || type.getRank() != from.getRank() ||
        (type.getRank() != 0 && type.getShape().drop_front() != from.getShape().drop_front()))
      return buffer;
    buffer = cast.getSource();
  }
  return buffer;
}

/// A call may hand on one pointer for several parts of a buffer. They do not overlap, but compilers warn of a pointer
/// that is `__restrict` and equal to another one.
void KernelPrinter::findSharedArguments() {
  SymbolTable symbols(module);
  module.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isDeclaration())
      return;
    for (auto [i, operand] : llvm::enumerate(call.getOperands()))
      for (unsigned j = 0; j < i; ++j)
        if (isa<MemRefType>(operand.getType()) && named(operand) == named(call.getOperand(j)))
          for (Value argument : {callee.getArgument(i), callee.getArgument(j)})
            shared.insert(argument);
  });
  for (Family &family : families) // one text for all of them
    for (func::FuncOp member : family.members)
      for (unsigned i = 0; i < member.getNumArguments(); ++i)
        if (shared.contains(member.getArgument(i)))
          shared.insert(family.members.front().getArgument(i));
}

std::vector<func::FuncOp> KernelPrinter::order() {
  std::vector<func::FuncOp> sorted;
  llvm::DenseSet<Operation *> seen;
  SymbolTable symbols(module);
  std::function<void(func::FuncOp)> visit = [&](func::FuncOp function) {
    if (function.isDeclaration() || !seen.insert(function).second)
      return;
    function.walk([&](func::CallOp call) {
      if (auto callee = symbols.lookup<func::FuncOp>(call.getCallee()))
        visit(callee);
    });
    const Family *family = familyOf.lookup(function);
    if (!family)
      return sorted.push_back(function);
    for (func::FuncOp member : family->members) // they call the same functions
      seen.insert(member);
    sorted.push_back(family->members.front());
  };
  for (auto function : module.getOps<func::FuncOp>())
    visit(function);
  return sorted;
}

std::string KernelPrinter::parameter(func::FuncOp function, unsigned index, const std::string &name) const {
  Type type = function.getArgumentTypes()[index];
  auto memref = dyn_cast<MemRefType>(type);
  std::string space = name.empty() ? "" : " ";
  if (isa<LLVM::LLVMPointerType>(type))
    return "const nnc_call *" + name;
  if (!memref)
    return valueType(type) + space + name;
  auto region = function.getArgAttrOfType<StringAttr>(index, "nnc.region");
  if (region)
    return (region.getValue() == "state" ? "State *" : "char *") + name;
  bool noalias = function.getArgAttr(index, "llvm.noalias") && !shared.contains(function.getArgument(index));
  return pointerTo(memref, name, !written.contains(function.getArgument(index)), noalias);
}

std::string KernelPrinter::parameterType(func::FuncOp function, unsigned index) const {
  std::string text = parameter(function, index, "");
  size_t restrict = text.find("__restrict ");
  if (restrict != std::string::npos)
    text.erase(restrict, StringRef("__restrict ").size());
  // clang-format takes `i32 (*)[5]` for a call: there is a blank behind the language's own words only.
  size_t star = text.find(" (*)");
  StringRef before = StringRef(text).take_front(star);
  if (star != std::string::npos && !before.ends_with("float") && !before.ends_with("double"))
    text.erase(star, 1);
  return text;
}

/// What the program calls it, else a letter for what is read, `y` for what is written, the names of sizes.
std::string KernelPrinter::parameterName(func::FuncOp function, unsigned index) const {
  if (auto given = function.getArgAttrOfType<StringAttr>(index, "nnc.name"))
    return given.str();
  Type type = function.getArgumentTypes()[index];
  if (isa<LLVM::LLVMPointerType>(type))
    return "call";
  if (isa<MemRefType>(type)) {
    if (written.contains(function.getArgument(index)))
      return "y";
    unsigned before = 0;
    for (unsigned i = 0; i < index; ++i)
      before += isa<MemRefType>(function.getArgumentTypes()[i]) && !written.contains(function.getArgument(i));
    return std::string(1, static_cast<char>('a' + before % 24));
  }
  auto sizes = function->getAttrOfType<ArrayAttr>("nnc.sizes");
  unsigned count = function.getNumArguments();
  if (sizes && type.isIndex()) {
    if (index + 1 == count)
      return "task";
    if (index + 1 + sizes.size() >= count)
      return cast<StringAttr>(sizes[index + 1 + sizes.size() - count]).str();
    return "at";
  }
  return type.isIndex() ? "n" : "x";
}

std::string KernelPrinter::resultName(func::FuncOp function, unsigned index) const {
  auto given = function.getResultAttrOfType<StringAttr>(index, "nnc.name");
  return given ? identifier(given.getValue()) : "v" + std::to_string(index);
}

std::string KernelPrinter::resultType(func::FuncOp function, Layout &out) const {
  if (function.getNumResults() == 0)
    return "void";
  if (function.getNumResults() == 1)
    return valueType(function.getResultTypes()[0]);
  std::string name = nameOf(function) + "_results";
  out.open("struct " + name);
  std::string line;
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    bool same = i != 0 && type == function.getResultTypes()[i - 1];
    std::string member = (same ? ", " : valueType(type) + " ") + resultName(function, i);
    if (!same && i != 0)
      out.line(line + ";");
    line = same ? line + member : member;
  }
  out.line(line + ";");
  out.close(";");
  return name;
}

std::string KernelPrinter::linkage(func::FuncOp function) const {
  if (function->hasAttr(plainAttr))
    return "extern \"C\" ";
  if (isInline(function))
    return "NNC_INLINE ";
  if (external && function.getNumResults() < 2)
    return "extern \"C\" ";
  return function.isPrivate() ? "NNC_KERNEL " : "static ";
}

llvm::Error KernelPrinter::print(func::FuncOp function, Layout &out) {
  const Family *family = familyOf.lookup(function);
  if (!family)
    return printBody(function, nullptr, out);
  func::FuncOp body = *family->body;
  functionNames[body] = StringRef(nameOf(function)).split('<').first.str();
  for (auto [mine, theirs] : llvm::zip_equal(body.getArguments(), function.getArguments()))
    for (llvm::DenseSet<Value> *known : {&written, &shared})
      if (known->contains(theirs))
        known->insert(mine);
  return printBody(body, family, out);
}

/// In the body of a family: the parameter's name in C++.
static void renameSymbol(func::FuncOp body, const std::string &parameter, const std::string &name) {
  auto renamed = StringAttr::get(body.getContext(), name);
  body.walk([&](Operation *op) {
    if (stringAttr(op, "nnc.symbol") == parameter)
      op->setAttr("nnc.symbol", renamed);
    if (auto shape = op->getAttrOfType<ArrayAttr>("nnc.shape")) {
      SmallVector<Attribute> sizes(shape.getValue());
      for (Attribute &size : sizes)
        if (cast<StringAttr>(size).getValue() == parameter)
          size = renamed;
      op->setAttr("nnc.shape", ArrayAttr::get(body.getContext(), sizes));
    }
  });
}

/// The identifiers of a text.
static llvm::StringSet<> wordsOf(StringRef text) {
  llvm::StringSet<> words;
  forEachWord(text, [&](StringRef word) { words.insert(word); });
  return words;
}

static void printDoc(func::FuncOp function, Layout &out) {
  Attribute doc = function->getAttr("nnc.doc");
  SmallVector<Attribute> lines = {doc};
  if (auto several = dyn_cast_or_null<ArrayAttr>(doc))
    lines.assign(several.begin(), several.end());
  for (Attribute line : lines)
    if (auto text = dyn_cast_or_null<StringAttr>(line))
      out.comment(commentText(text.getValue()));
}

/// Nobody but functions of this printer calls it.
bool KernelPrinter::mayDrop(func::FuncOp function) const {
  return function.isPrivate() && (isInline(function) || !external);
}

void KernelPrinter::drop(func::FuncOp function, unsigned index) {
  dropped.insert({function, index});
  for (const Family &family : families)
    if (family.body.get() == function)
      for (func::FuncOp member : family.members)
        dropped.insert({member, index});
}

llvm::Error KernelPrinter::printBody(func::FuncOp function, const Family *family, Layout &out) {
  // Drafts first: only the text of the body tells which parameters and values it names. What is left out may have been
  // the only reader of something else.
  Draft known;
  bool stable = false;
  for (int round = 0; round < 8 && !stable; ++round) {
    Layout text;
    Draft next;
    if (llvm::Error error = printOnce(function, family, round ? &known : nullptr, next, text))
      return error;
    next.words = wordsOf(text.body());
    stable = round && next.live == known.live;
    known = std::move(next);
  }
  known.isComplete = stable;
  Draft last;
  return printOnce(function, family, &known, last, out);
}

llvm::Error KernelPrinter::printOnce(func::FuncOp function, const Family *family, const Draft *known, Draft &next,
                                     Layout &out) {
  printDoc(function, out);
  Names names = fileNames;
  names.push();
  std::string templateHead;
  if (family)
    for (const std::string &parameter : family->parameters) {
      std::string name = names.fresh(parameter);
      renameSymbol(function, parameter, name);
      templateHead += (templateHead.empty() ? "template <i64 " : ", i64 ") + name;
    }
  templateHead += family ? "> " : "";
  SymbolTable symbols(module);
  Folding folding(function);
  auto calleeOf = [&](func::CallOp call) { return symbols.lookup<func::FuncOp>(call.getCallee()); };
  Expressions expressions(
      folding, helpers, [&](func::CallOp call) { return nameOf(calleeOf(call)); },
      [&](func::CallOp call, unsigned index) { return !dropped.contains({calleeOf(call), index}); });
  std::vector<std::string> parameters;
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    std::string name = names.fresh(parameterName(function, index));
    bool isNamed = !known || known->words.contains(name);
    if (!isNamed && mayDrop(function)) // who calls it leaves it out too
      drop(function, index);
    else
      parameters.push_back(parameter(function, index, isNamed ? name : ""));
    if (isa<MemRefType>(argument.getType()))
      expressions.setBuffer(argument, {name, {}, true, !written.contains(argument)});
    else
      expressions.setName(argument, name);
  }
  std::string result = resultType(function, out);
  std::string head = linkage(function) + result + " " + nameOf(function);
  auto nameOfResult = [&](func::CallOp call, unsigned index) { return resultName(calleeOf(call), index); };
  Statements statements(folding, expressions, names, out, views, nameOfResult,
                        known && known->isComplete ? &known->live : nullptr);
  if (out.fits(templateHead + head + "(" + llvm::join(parameters, ", ") + ") {"))
    head = templateHead + head;
  else if (family)
    out.line(StringRef(templateHead).rtrim());
  out.openCall(head, parameters);
  if (function->hasAttr(flushAttr))
    out.line("const Flush flush;");
  Block &body = function.front();
  statements.block(body);
  statements.returnValues(cast<func::ReturnOp>(body.getTerminator()));
  out.close();
  next.live = expressions.askedFor();
  if (Operation *unknown = expressions.unknown()) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << unknown->getLoc() << ": the C++ back end has no form of '" << unknown->getName() << "'";
    return llvm::createStringError(stream.str());
  }
  return llvm::Error::success();
}

void KernelPrinter::constants(Layout &out) {
  for (auto global : module.getOps<memref::GlobalOp>()) {
    MemRefType type = global.getType();
    auto values = cast<DenseElementsAttr>(*global.getInitialValue());
    std::vector<std::string> texts;
    for (Attribute value : values.getValues<Attribute>())
      texts.push_back(scalarLiteral(value, type.getElementType()).text);
    // Braces for every dimension: no warning, and the shape can be seen.
    std::string list;
    int64_t rank = type.getRank();
    for (size_t i = 0; i < texts.size(); ++i) {
      int64_t size = 1;
      std::string open, close;
      for (int64_t d = rank; d-- > 0;) {
        size *= type.getShape()[d];
        open += static_cast<int64_t>(i) % size == 0 ? "{" : "";
        close += static_cast<int64_t>(i + 1) % size == 0 ? "}" : "";
      }
      list += (i ? ", " : "") + open + texts[i] + close;
    }
    std::string line =
        "alignas(64) static const " + arrayOf(type, identifier(global.getSymName())) + " = " + list + ";";
    if (out.fits(line)) {
      out.line(line);
      continue;
    }
    out.line("// clang-format off");
    out.line(line);
    out.line("// clang-format on");
  }
}

} // namespace nnc::cpp
