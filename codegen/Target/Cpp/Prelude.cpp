#include "codegen/Target/Cpp/Prelude.h"
#include "codegen/Target/Cpp/Layout.h"
#include "codegen/Target/Cpp/Names.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace nnc::cpp {
namespace {

struct Helper {
  StringLiteral name, result, parameters;
};
constexpr Helper helpers[] = {
#define HELPER(name, result, parameters) {#name, result, parameters},
#define FORM(name, elements, bits, feature, body)
#include "codegen/Target/Cpp/Prelude.def"
#undef HELPER
#undef FORM
};

struct Form {
  StringLiteral helper, elements;
  unsigned bits;
  StringLiteral feature, body;
};
constexpr Form forms[] = {
#define HELPER(name, result, parameters)
#define FORM(name, elements, bits, feature, body) {#name, elements, bits, feature, body},
#include "codegen/Target/Cpp/Prelude.def"
#undef HELPER
#undef FORM
};

/// `f32x16`, `u32x8`; scalars as `f32`.
struct TypeName {
  std::string element; // f32
  unsigned lanes = 1;

  static std::optional<TypeName> parse(StringRef text) {
    TypeName type;
    auto [element, lanes] = text.split('x');
    unsigned bits = 0;
    if (element.empty() || !StringRef("fiu").contains(element.front()) || element.drop_front().getAsInteger(10, bits) ||
        (bits != 8 && bits != 16 && bits != 32 && bits != 64))
      return std::nullopt;
    if (text.contains('x') && lanes.getAsInteger(10, type.lanes))
      return std::nullopt;
    type.element = element.str();
    return type;
  }
  unsigned elementBits() const {
    unsigned bits = 0;
    (void)StringRef(element).drop_front().getAsInteger(10, bits);
    return bits;
  }
  unsigned bits() const { return lanes == 1 ? 1 : elementBits() * lanes; }
  bool isFloat() const { return element[0] == 'f'; }
  std::string withElement(const std::string &other) const {
    return lanes == 1 ? other : other + "x" + std::to_string(lanes);
  }
  std::string scalar() const { return element == "f32" ? "float" : element == "f64" ? "double" : element; }
  std::string spelled() const { return lanes == 1 ? scalar() : withElement(element); }
};

std::string list(unsigned count, function_ref<std::string(unsigned)> item) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", " : "") + item(i);
  return text;
}

/// Lanes of `even` and `odd` in turns, from lane `from`.
std::string interleave(unsigned lanes, unsigned from) {
  return "__builtin_shufflevector(even, odd, " +
         list(lanes, [&](unsigned i) { return std::to_string(i / 2 * 2 + from + (i % 2) * lanes); }) + ")";
}

std::string maskBits(const TypeName &type) {
  std::string prefix = type.bits() == 512 ? "_mm512" : type.bits() == 256 ? "_mm256" : "_mm";
  return prefix + "_movepi" + std::to_string(type.elementBits()) + "_mask";
}

/// What stands for `$NAME` in the texts of Prelude.def.
std::string substitute(StringRef name, const TypeName &type) {
  unsigned bits = type.elementBits();
  std::string width = std::to_string(bits);
  std::string reg = "__m" + std::to_string(type.bits());
  bool wide = bits == 64;
  if (name == "SPLAT")
    return list(type.lanes, [](unsigned) { return "s"; });
  if (name == "STEP")
    return list(type.lanes, [](unsigned i) { return std::to_string(i); });
  if (name == "BITS")
    return maskBits(type);
  if (name == "LOW" || name == "HIGH")
    return interleave(type.lanes, name == "HIGH");
  switch (name.front()) {
  case 'V':
    return type.spelled();
  case 'E':
    return type.scalar();
  case 'N':
    return std::to_string(type.lanes);
  case 'M':
    return type.withElement("i" + width);
  case 'U':
    return type.withElement("u" + width);
  case 'X':
    return "u" + width;
  case 'I':
    return type.withElement("i32");
  case 'R':
    return reg + (!type.isFloat() ? "i" : wide ? "d" : "");
  case 'D':
    return reg + "i";
  case 'S':
    return type.isFloat() ? (wide ? "pd" : "ps") : "epi" + width;
  case 'A':
    return type.lanes >= 16 ? "0xffff" : type.lanes == 8 ? "0xff" : "0xf";
  case 'K':
    return std::to_string(std::max(type.lanes, 8u));
  case 'Q': // a pointer as the intrinsics of integers take it
    return wide ? "reinterpret_cast<const long long *>(p)" : "p";
  case 'W':
    return wide ? "reinterpret_cast<long long *>(p)" : "p";
  default:
    llvm_unreachable("Prelude.def uses a name that is none");
  }
}

std::string expand(StringRef text, const TypeName &type) {
  std::string result;
  while (!text.empty()) {
    auto [plain, rest] = text.split('$');
    result += plain;
    if (rest.empty())
      break;
    size_t size = 1;
    for (StringRef word : {"SPLAT", "STEP", "BITS", "LOW", "HIGH"})
      if (rest.starts_with(word))
        size = word.size();
    result += substitute(rest.take_front(size), type);
    text = rest.drop_front(size);
  }
  return result;
}

const Form *findForm(StringRef helper, const TypeName &type, const TargetInfo &target) {
  for (const Form &form : forms) {
    SmallVector<StringRef> elements;
    StringRef(form.elements).split(elements, ' ', -1, false);
    if (form.helper == helper && (elements.empty() || is_contained(elements, type.element)) &&
        (form.bits == type.bits() || (form.bits == 0)) && (form.feature.empty() || target.has(form.feature)))
      return &form;
  }
  return nullptr;
}

/// Names that carry their number of lanes, because the type of the result does not follow from the arguments.
std::string spell(StringRef helper, const TypeName &type) {
  std::string lanes = std::to_string(type.lanes);
  if (helper == "splat" || helper == "load")
    return (helper + lanes).str();
  if (helper == "masked_load_or_zero")
    return "masked_load";
  if (helper == "first") // masks of wider elements have a name of their own
    return "first" + lanes + (type.elementBits() == 32 ? "" : "_of_" + std::to_string(type.elementBits()));
  return helper.str();
}

void printHelper(Layout &out, const Helper &helper, const TypeName &type, const Form &form) {
  if (helper.name == "mul_wide")
    out.line("struct " + type.spelled() + "_pair {\n  " + type.spelled() + " low, high;\n};");
  std::string head = "NNC_INLINE " + expand(helper.result, type) + " " + spell(helper.name, type) + "(" +
                     expand(helper.parameters, type) + ")";
  std::string body = expand(form.body, type);
  out.open(head, Layout::Block::function);
  SmallVector<StringRef> lines;
  StringRef(body).split(lines, '\n');
  for (StringRef text : lines)
    out.line(text);
  out.close();
}

/// The words of C++ text that name types of the prelude.
std::set<std::string> typesIn(StringRef text) {
  std::set<std::string> types;
  forEachWord(text, [&](StringRef word) {
    (void)word.consume_back("_mem");
    (void)word.consume_back("_pair");
    if (TypeName::parse(word))
      types.insert(word.str());
  });
  return types;
}

void printTypes(Layout &out, const std::set<std::string> &types, StringRef body) {
  for (StringRef name : {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"}) {
    bool needed =
        name == "i64" || any_of(types, [&](const std::string &type) { return TypeName::parse(type)->element == name; });
    if (needed)
      out.line(("using " + name + " = std::" + (name[0] == 'u' ? "u" : "") + "int" + name.drop_front() + "_t;").str());
  }
  for (const std::string &name : types) {
    TypeName type = *TypeName::parse(name);
    if (type.lanes == 1)
      continue;
    std::string bytes = std::to_string(type.bits() / 8), element = type.scalar();
    out.line("typedef " + element + " " + name + " __attribute__((vector_size(" + bytes + ")));");
    if (mentions(body, name + "_mem"))
      out.line("typedef " + element + " " + name + "_mem __attribute__((vector_size(" + bytes + "), aligned(" +
               std::to_string(type.elementBits() / 8) + "), may_alias));");
  }
}

} // namespace

std::string Prelude::use(StringRef helper, StringRef type) {
  std::optional<TypeName> parsed = TypeName::parse(type);
  assert(parsed && findForm(helper, *parsed, target) && "a helper that the prelude lacks");
  used.insert({helper.str(), type.str()});
  if (findForm(helper, *parsed, target)->body.contains("mask_bits(m)")) // of masks as wide as the elements
    used.insert({"mask_bits", parsed->withElement("i" + std::to_string(parsed->elementBits()))});
  return spell(helper, *parsed);
}

std::string Prelude::useLibrary(StringRef function, unsigned operands) {
  library.insert({function.str(), operands});
  return ("libm_" + function).str();
}

std::vector<StringRef> Prelude::reservedNames() {
  std::vector<StringRef> names = {"at",        "rows_of",    "barrier",     "fail",          "below",
                                  "floor_div", "start",      "dims",        "State",         "nnc_call",
                                  "nnc_error", "nnc_status", "nnc_model",   "nnc_entry",     "nnc_tensor",
                                  "nnc_port",  "nnc_size",   "nnc_setting", "nnc_model_main"};
  for (const Helper &helper : helpers)
    names.push_back(helper.name);
  return names;
}

bool Prelude::isTypeName(StringRef name) {
  for (StringRef numbered : {"splat", "load", "first"}) {
    StringRef rest = name;
    if (rest.consume_front(numbered) && !rest.empty() && isDigit(rest.front()))
      return true;
  }
  return name.starts_with("libm_") || !typesIn(name).empty();
}

std::string Prelude::flags() const {
  std::string error;
  for (StringRef level : {"x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64"})
    if (std::optional<TargetInfo> known = parseTarget(level, error); known && known->features == target.features)
      return ("-march=" + level).str();
  std::string text;
  for (const std::string &feature : target.features)
    text += (text.empty() ? "-m" : " -m") + (feature == "sahf" ? "sahf" : feature);
  return text;
}

std::string Prelude::head() const {
  std::string missing;
  for (StringRef feature : {"avx512f", "avx512dq", "avx512vl", "avx512bw", "avx2", "avx", "fma", "sse4.1"}) {
    if (!target.has(feature))
      continue;
    std::string macro = feature.upper();
    std::replace(macro.begin(), macro.end(), '.', '_');
    missing += (missing.empty() ? "!defined(__" : " || !defined(__") + macro + "__)";
    if (feature == "avx512bw")
      break; // the rest follows
    if (feature == "avx2" && !target.has("fma"))
      break;
  }
  std::string text = "#if defined(__FAST_MATH__)\n#error \"-ffast-math changes the results of this file\"\n";
  if (!missing.empty())
    text += "#elif " + missing + "\n#error \"this file needs " + flags() + "\"\n";
  const std::string kernel = "#define NNC_KERNEL [[gnu::noinline]] static\n";
  if (isPlanted("cpp-contraction"))
    return text + "#endif\n" + kernel;
  // Loops that copy or fill stay loops: a call of memcpy or memset takes up to 1.6 times as long for what fits a cache.
  // Loads that g++ takes out of the loops around a tile (its start values, say) push the tile's own out of registers.
  return text +
         "#elif defined(__clang__)\n#pragma STDC FP_CONTRACT OFF\n"
         "#define NNC_KERNEL [[gnu::noinline, clang::no_builtin(\"memcpy\", \"memset\")]] static\n#else\n"
         "#pragma GCC optimize(\"fp-contract=off,no-strict-aliasing\")\n"
         "#pragma GCC optimize(\"no-gcse,no-tree-pre,no-tree-loop-im,no-tree-loop-distribute-patterns\")\n" +
         kernel + "#endif\n";
}

std::string Prelude::includes(StringRef body) const {
  std::string text;
  if (mentions(body, "bit_cast"))
    text += "#include <bit>\n";
  text += "#include <cstdint>\n";
  bool intrinsics = false;
  forEachWord(body, [&](StringRef word) { intrinsics |= word.starts_with("_mm"); });
  if (intrinsics)
    text += "#include <immintrin.h>\n";
  return text;
}

std::string Prelude::print(StringRef body) const {
  Layout functions;
  for (const Helper &helper : helpers)
    for (const auto &[name, type] : used)
      if (name == helper.name) {
        TypeName parsed = *TypeName::parse(type);
        printHelper(functions, helper, parsed, *findForm(helper.name, parsed, target));
      }
  if (!library.empty())
    functions.line("// The C library's, by names that no compiler knows: it would compute some calls by itself.");
  for (const auto &[name, operands] : library)
    functions.line("extern \"C\" double libm_" + name + "(double" + (operands == 2 ? ", double" : "") + ") __asm__(\"" +
                   name + "\");");
  std::string helpersText = functions.empty() ? "" : functions.text();
  std::string all = helpersText + body.str();
  Layout out;
  out.line("#define NNC_INLINE [[gnu::always_inline]] static inline");
  if (mentions(all, "NNC_UNROLL"))
    out.line("#define NNC_UNROLL _Pragma(\"GCC unroll 64\")");
  for (unsigned times = 2; times <= 16; ++times)
    if (std::string name = "NNC_UNROLL_" + std::to_string(times); mentions(all, name))
      out.line("#define " + name + " _Pragma(\"GCC unroll " + std::to_string(times) + "\")");
  out.blank();
  printTypes(out, typesIn(all), all);
  if (mentions(body, "at")) {
    out.line(
        "template <typename T> NNC_INLINE T *at(void *block, i64 offset) { return (T *)((char *)block + offset); }");
  }
  if (mentions(body, "rows_of"))
    out.line(
        "template <typename Row, typename T> NNC_INLINE Row *rows_of(T *p) { return reinterpret_cast<Row *>(p); }");
  return out.text() + (helpersText.empty() ? "" : "\n" + helpersText);
}

} // namespace nnc::cpp
