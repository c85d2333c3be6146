// The descriptor as C++: one row a tensor, a port, a size, an entry. Its rows are a table, so clang-format leaves them.
#include "codegen/Target/Cpp/Descriptor.h"
#include "codegen/Target/Cpp/Layout.h"
#include "codegen/Target/Cpp/Literals.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cstring>

using llvm::ArrayRef;
using llvm::StringRef;

namespace nnc::cpp {
namespace {

constexpr size_t columns = Layout::columns;
/// Compilers need not take longer literals.
constexpr size_t longestLiteral = 60000;

constexpr StringRef dtypes[] = {"0", "NNC_F32", "NNC_F64", "NNC_BF16", "NNC_I32", "NNC_I64", "NNC_BOOL"};
constexpr StringRef roles[] = {"0", "NNC_PARAM", "NNC_STATE", "NNC_SLOT", "NNC_DERIVED"};
constexpr StringRef inits[] = {
    "0", "NNC_INIT_CONSTANT", "NNC_INIT_UNIFORM", "NNC_INIT_NORMAL", "NNC_INIT_ORTHOGONAL", "NNC_INIT_VALUES"};
constexpr StringRef metrics[] = {"NNC_METRIC_NONE", "NNC_METRIC_MEAN", "NNC_METRIC_SQRT", "NNC_METRIC_EXP",
                                 "NNC_METRIC_BITS"};
constexpr StringRef kinds[] = {"0",        "NNC_FORWARD",    "NNC_EVAL",  "NNC_LOSS", "NNC_GRAD",
                               "NNC_STEP", "NNC_ACCUMULATE", "NNC_APPLY", "NNC_PACK", "NNC_DECODE"};

std::string word(ArrayRef<StringRef> words, uint32_t value) {
  return value < words.size() ? words[value].str() : std::to_string(value);
}

std::string joined(ArrayRef<std::string> parts) {
  std::string text;
  for (const std::string &part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

/// "dims<~0, 64>": a free size by its number.
std::string dimsOf(ArrayRef<int64_t> dims) {
  if (dims.empty())
    return "nullptr";
  std::vector<std::string> parts;
  for (int64_t dim : dims)
    parts.push_back(dim < 0 ? "~" + std::to_string(~dim) : std::to_string(dim));
  return "dims<" + joined(parts) + ">";
}

/// Items in lines of at most 120 columns.
std::string filled(ArrayRef<std::string> items) {
  std::string text, line;
  for (const std::string &item : items) {
    if (!line.empty() && 2 + line.size() + item.size() + 2 > columns) {
      text += "  " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + item + ",";
  }
  return line.empty() ? text : text + "  " + line + "\n";
}

/// The numbers that an array of `bytes` holds, as C++ reads them back; nothing if one of them is no finite number.
template <typename T, typename Print> std::vector<std::string> numbersOf(ArrayRef<char> bytes, Print print) {
  std::vector<std::string> items;
  for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + i, sizeof(T));
    items.push_back(print(value));
  }
  return items;
}

} // namespace

static std::string number(int64_t value) {
  return value == INT64_MIN ? "-9223372036854775807 - 1" : std::to_string(value);
}
static std::string number(double value) { return floatLiteral(llvm::APFloat(value)); }
static std::string number(float value) { return floatLiteral(llvm::APFloat(value)); }

/// `static const TYPE NAME[] = {…}` if there are rows, else null; equal tables are written once.
std::string DescriptorWriter::table(StringRef type, const std::string &name, ArrayRef<std::string> rows) {
  if (rows.empty())
    return "nullptr";
  std::string body;
  for (const std::string &row : rows)
    body += "  " + row + ",\n";
  std::string &used = known[type.str() + "\n" + body];
  if (!used.empty())
    return used;
  used = names.fresh(name);
  std::string line = joined(rows), head = "static const " + type.str() + used + "[] = {";
  bool isShort = head.size() + line.size() + 2 <= columns;
  if (!isShort && !StringRef(rows.front()).starts_with("{")) // words, not rows
    body = filled(rows);
  tables += head + (isShort ? line : "\n" + body) + "};\n";
  return used;
}

/// A literal, or an array of bytes where it is longer than compilers must take.
std::string DescriptorWriter::text(StringRef bytes, const std::string &name) {
  if (bytes.size() <= longestLiteral)
    return stringLiteral(bytes);
  std::vector<std::string> items;
  for (char c : bytes)
    items.push_back(std::to_string(static_cast<int>(c)));
  items.push_back("0");
  std::string used = names.fresh(name);
  tables += "static const char " + used + "[] = {\n" + filled(items) + "};\n";
  return used;
}

/// The initial values in the tensor's own type.
std::string DescriptorWriter::values(const TensorInfo &tensor, const std::string &member) {
  if (tensor.initValues.empty())
    return "nullptr";
  ArrayRef<char> bytes(tensor.initValues);
  std::string type = "i8";
  std::vector<std::string> items;
  switch (tensor.dtype) {
  case NNC_F32:
    type = "float";
    items = numbersOf<float>(bytes, [](float value) { return number(value); });
    break;
  case NNC_F64:
    type = "double";
    items = numbersOf<double>(bytes, [](double value) { return number(value); });
    break;
  case NNC_I32:
    type = "i32";
    items = numbersOf<int32_t>(bytes, [](int32_t value) { return number(int64_t(value)); });
    break;
  case NNC_I64:
    type = "i64";
    items = numbersOf<int64_t>(bytes, [](int64_t value) { return number(value); });
    break;
  default:
    items = numbersOf<int8_t>(bytes, [](int8_t value) { return number(int64_t(value)); });
  }
  std::string used = names.fresh(member + "_values");
  tables += "alignas(64) static const " + type + " " + used + "[] = {\n" + filled(items) + "};\n";
  return used;
}

std::string DescriptorWriter::tensor(const TensorInfo &t, const std::string &member) {
  return "{" +
         joined({text(t.name, member + "_name"), "offsetof(State, " + member + ")", std::to_string(t.bytes),
                 dimsOf(t.dims), "{" + number(t.initArgs[0]) + ", " + number(t.initArgs[1]) + "}", values(t, member),
                 std::to_string(t.owner), word(dtypes, t.dtype), word(roles, t.role), std::to_string(t.dims.size()),
                 word(inits, t.init), std::to_string(t.trainable), std::to_string(t.decay)}) +
         "}";
}

llvm::Expected<std::string> DescriptorWriter::ports(ArrayRef<PortInfo> list, const EntryInfo &entry,
                                                    const std::string &name) {
  std::vector<std::string> rows;
  for (auto [i, port] : llvm::enumerate(list)) {
    std::vector<int64_t> dims;
    for (const nn::SizeExpr &size : port.shape) {
      std::optional<int64_t> dim = detail::portDim(size, entry);
      if (!dim)
        return llvm::createStringError("the port '" + port.name + "' of '" + entry.name + "' has the size '" +
                                       size.str() + "', which is neither a number nor a free size");
      dims.push_back(*dim);
    }
    std::string prefix = name + "_" + std::to_string(i);
    std::vector<std::string> labels;
    for (auto [l, label] : llvm::enumerate(port.labels))
      labels.push_back(text(label, prefix + "_label_" + std::to_string(l)));
    rows.push_back("{" +
                   joined({text(port.name, prefix + "_name"), dimsOf(dims),
                           table("char *const ", prefix + "_labels", labels), number(port.indexBound),
                           word(dtypes, port.dtype), std::to_string(dims.size()), word(metrics, port.metric), "0"}) +
                   "}");
  }
  return table("nnc_port ", name, rows);
}

llvm::Error DescriptorWriter::entry(const EntryInfo &e, const EntryNames &functions, bool anyFacts) {
  std::string prepare = "prepare<" + std::to_string(entryRows.size()) + ", " + std::to_string(e.workBytes);
  if (anyFacts)
    prepare += ", " + (functions.facts.empty() ? "no_facts" : functions.facts);
  prepare += ">";
  const std::string &name = functions.name;
  llvm::Expected<std::string> inputs = ports(e.inputs, e, name + "_inputs");
  if (!inputs)
    return inputs.takeError();
  llvm::Expected<std::string> outputs = ports(e.outputs, e, name + "_outputs");
  if (!outputs)
    return outputs.takeError();
  std::vector<std::string> sizes, settings;
  for (auto [i, size] : llvm::enumerate(e.sizes))
    sizes.push_back("{" + text(size.name, name + "_size_" + std::to_string(i)) + ", " + number(size.min) + ", " +
                    number(size.max) + "}");
  for (auto [i, setting] : llvm::enumerate(e.settings))
    settings.push_back("{" + text(setting.name, name + "_setting_" + std::to_string(i)) + ", " + number(setting.value) +
                       "}");
  std::string sizeTable = table("nnc_size ", name + "_sizes", sizes);
  std::string settingTable = table("nnc_setting ", name + "_settings", settings);
  auto count = [](const auto &list) { return std::to_string(list.size()); };
  entryRows.push_back(
      "{" +
      joined({text(e.name, name + "_name"), word(kinds, e.kind), count(e.sizes), count(e.inputs), count(e.outputs),
              count(e.settings), std::to_string(e.scalars), sizeTable, *inputs, *outputs, settingTable, prepare,
              functions.scalars.empty() ? "nullptr" : functions.scalars, functions.run}) +
      "}");
  return llvm::Error::success();
}

/// A JSON text in literals of a line each, cut behind its commas.
static std::string pieces(StringRef bytes) {
  std::string text, line;
  auto flush = [&] {
    if (!line.empty())
      text += (text.empty() ? "  \"" : "\n  \"") + line + "\"";
    line.clear();
  };
  for (StringRef rest = bytes; !rest.empty();) {
    StringRef word = rest.take_until([](char c) { return c == ','; });
    word = rest.take_front(word.size() + 1);
    rest = rest.drop_front(word.size());
    std::string literal = stringLiteral(word), inside = literal.substr(1, literal.size() - 2);
    if (2 + line.size() + inside.size() + 3 > columns)
      flush();
    line += inside;
  }
  flush();
  return text.empty() ? "  \"\"" : text;
}

llvm::Expected<std::string> DescriptorWriter::write(ArrayRef<EntryNames> functions, StringRef symbol) {
  std::vector<std::string> tensors;
  for (auto [i, t] : llvm::enumerate(model.tensors))
    tensors.push_back(tensor(t, regions.member(i)));
  bool anyFacts = llvm::any_of(model.entries, [](const EntryInfo &entry) { return !entry.facts.empty(); });
  for (auto [info, names] : llvm::zip_equal(model.entries, functions))
    if (llvm::Error error = entry(info, names, anyFacts))
      return std::move(error);
  std::string tensorTable = table("nnc_tensor ", "tensors", tensors);
  std::string entryTable = table("nnc_entry ", "entries", entryRows);
  bool isLong = model.recipe.size() > longestLiteral;
  std::string recipe = isLong ? "  " + text(model.recipe, "recipe") : pieces(model.recipe);
  std::string name = text(model.name, "model_name"), features = text(model.cpuFeatures, "cpu_features");
  tables +=
      llvm::formatv("const nnc_model {0} = {{\n"
                    "  {1}u, {2}, {3}, {4}, {5},\n{6},\n  {7}u, {8}u, {9}, {10}, {11}, {12}};\n",
                    symbol, uint32_t(NNC_ABI_MAGIC), NNC_ABI_MAJOR, NNC_ABI_MINOR, name, features, recipe,
                    model.stateBytes, model.structureHash, tensors.size(), entryRows.size(), tensorTable, entryTable)
          .str();
  return tables;
}

} // namespace nnc::cpp
