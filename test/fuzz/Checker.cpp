// Text to program: names, sizes, instances, data sets, settings. A program that was accepted keeps what the import and
// the runtime rely on.
#include "dsl/Compile.h"
#include "dsl/Summary.h"
#include "runtime/recipe/Recipe.h"
#include "support/CheckedSize.h"
#include "test/fuzz/Rendering.h"

namespace nnc::fuzz {

using namespace nnc::dsl;

static constexpr int64_t maxElements = int64_t(1) << 40;

static void checkType(const Type &type) {
  require(type.shape.size() <= 16, "a tensor has at most 16 axes");
  require(type.dims.empty() || type.dims.size() == type.shape.size(), "a type names all of its axes or none");
  std::vector<int64_t> known;
  for (const Size &size : type.shape) {
    require(!size.overflowed(), "no size has overflowed");
    if (size.constant())
      known.push_back(*size.constant());
  }
  std::optional<int64_t> elements = support::checkedProduct(known);
  require(elements && *elements <= maxElements, "a tensor has at most 2^40 elements");
}

static void checkNodes(const std::vector<Node> &nodes, ValueId count, const std::vector<ValueId> &used) {
  for (const Node &node : nodes) {
    for (ValueId operand : node.operands)
      require(operand < count, "an operand is made before it is used");
    for (const Type &type : node.results)
      checkType(type);
    if (node.generic) {
      const Generic &generic = *node.generic;
      require(generic.maps.size() == node.operands.size() && generic.outside.size() == node.operands.size(),
              "generic: a map for each operand");
      require(generic.resultRank <= generic.domain.size(), "generic: the result's axes are indices");
      size_t indices = generic.indices ? generic.domain.size() : 0;
      checkNodes(generic.body, ValueId(node.operands.size() + indices), {generic.result});
    }
    if (node.scan)
      checkNodes(node.scan->body, ValueId(node.scan->arguments.size()), node.scan->yields);
    count += ValueId(node.results.size());
  }
  for (ValueId value : used)
    require(value < count, "a result is made");
}

static void checkProgram(const Program &program) {
  for (const Param &param : program.params) {
    require(!param.name.empty(), "a parameter has a name");
    checkType(param.type);
    for (const Size &size : param.type.shape)
      require(size.constant() && *size.constant() > 0, "a parameter has constant sizes");
  }
  require(!program.entries.empty() && program.entries[0].kind == EntryKind::Forward, "the first entry is forward");
  for (const Entry &entry : program.entries) {
    std::vector<ValueId> outputs;
    for (const Input &input : entry.inputs)
      checkType(input.type);
    for (const Output &output : entry.outputs)
      outputs.push_back(output.value);
    checkNodes(entry.nodes, ValueId(entry.inputs.size()), outputs);
  }
  // With features that compiled programs lack the recipe is never given to a runtime.
  require(!program.pending.empty() || rt::Recipe::parse(program.recipe.c_str()), "the runtime can read the recipe");
  summaryTable(summarize(program));
  summaryJson(program);
  checkLine({program});
}

/// The program's text, or nothing.
static std::string compileOnce(std::string_view bytes, bool judge) {
  support::SourceMap sources;
  support::DiagnosticSink sink;
  std::optional<support::FileId> file = addSource("fuzz.nn", std::string(bytes), sources, sink);
  CompileOptions options;
  options.dataDir = NNC_SOURCE_DIR "/examples/iris";
  CompileResult result;
  if (file)
    result = compile(*file, options, sources, sink);
  if (judge) {
    bool refused = sink.hasErrors() || !result.usageError.empty();
    require(result.program.has_value() != refused || result.program.has_value() == !sink.hasErrors(),
            "there is a program, or an error says why not");
    renderEverything(sink, sources);
    if (result.program)
      checkProgram(*result.program);
  }
  return result.program ? dumpProgram(*result.program) : support::renderAll(sink, sources);
}

void checker(std::string_view bytes) {
  std::string once = compileOnce(bytes, true);
  // Every eighth text twice: the answer depends on nothing but the text.
  if (bytes.size() % 8 == 0)
    require(compileOnce(bytes, false) == once, "the same text gives the same answer");
}

} // namespace nnc::fuzz
