#include "dsl/elaborate/layers/ByPlace.h"

#include "dsl/ForeignWords.h"

#include <algorithm>

namespace nnc::dsl {

using support::Edit;
using support::SourceRange;
namespace diag = support::diag;

static const char widthFollows[] = "how much comes in follows from x, and is not written";

/// A number that could be a width as well: `stride = 1`, `padding = 0`, `layers = 1`.
static bool isCount(const ast::Param &param) {
  return !param.type.isList() && (param.type.name.text == "int" || param.type.name.text == "Padding");
}

void warnByPlace(Elaborator &elaborator, const Definition &definition, const std::vector<Elaborator::Given> &given,
                 SourceRange range, const Frame &frame) {
  bool isMeasured = definition.isLibrary && foreignWidth(definition.name) == std::optional<size_t>(0);
  if (!isMeasured || frame.inLibrary() || given.empty() || !given[0].name.empty())
    return;
  const std::vector<ast::Param> &params = definition.layer->hyper->params;
  size_t first = 0;
  std::vector<Edit> named;
  std::string names, pytorch; // with names; as PyTorch's without the width
  for (size_t i = 1; i < given.size() && i < params.size() && given[i].name.empty(); ++i) {
    std::string value = elaborator.text(given[i].range), name = params[i].name.text;
    bool needsName = params[i - 1].defaultValue != nullptr;
    pytorch += (i > 1 ? ", " : "") + (needsName ? params[i - 1].name.text + " = " : "") + value;
    bool isMeant = !params[i].defaultValue || !isCount(params[i]) || value == name;
    if (!first && isMeant)
      continue;
    first = first ? first : i;
    names += (names.empty() ? "" : ", ") + name + " = " + value;
    named.push_back({given[i].range.before(), name + " = "});
  }
  if (!first)
    return;
  const Elaborator::Given &one = given[first];
  std::string value = elaborator.text(one.range), whole = elaborator.text(range);
  auto builder =
      elaborator.placeWarnings.report(diag::GivenByPlace, one.range, value, params[first].name.text, definition.name);
  builder.fact(std::string(widthFollows) + ": PyTorch's `" + whole + "` is `" + definition.name + "(" + pytorch +
               ")` here");
  builder.help("if this is meant, write `" + names + "`", std::move(named));
}

void helpWithWidth(support::DiagnosticBuilder &builder, const Instance &layer,
                   const std::vector<std::string> &failing) {
  std::optional<size_t> width = foreignWidth(layer.definition->name);
  if (!layer.definition->isLibrary || layer.home->inLibrary() || !width || !layer.definition->layer->hyper)
    return;
  bool isMeant = false;
  for (const ast::Param &param : layer.definition->layer->hyper->params) {
    auto written = layer.written.find(param.name.text);
    bool byPlace = written != layer.written.end() && written->second.begin == layer.given.at(param.name.text).begin;
    isMeant |=
        byPlace && param.defaultValue && std::find(failing.begin(), failing.end(), param.name.text) != failing.end();
  }
  if (!isMeant || *width >= layer.hyper.size())
    return;
  auto at = [&](size_t place) { return layer.written.at(layer.hyper[place].first); };
  std::vector<Edit> edits;
  SourceRange own = at(*width);
  if (layer.hyper.size() == 1)
    edits.push_back({layer.made, layer.definition->name});
  else if (*width == 0)
    edits.push_back({{own.file, own.begin, at(1).begin}, ""});
  else
    edits.push_back({{own.file, at(*width - 1).end, own.end}, ""});
  builder.help(std::string(widthFollows) + ": leave it out", std::move(edits));
}

bool reportForeignCall(Elaborator &elaborator, const std::string &name, const std::vector<ast::Arg> &args,
                       SourceRange range, SourceRange nameRange, const Frame &frame) {
  auto foreign = frame.find(name) ? std::nullopt : foreignName(name);
  const Definition *layer = foreign ? elaborator.module.layer(foreign->here, frame.definition) : nullptr;
  const auto *hyper = layer && layer->isLibrary && layer->layer->hyper ? &layer->layer->hyper->params : nullptr;
  if (!hyper || hyper->empty() || !hyper->front().defaultValue || args.empty())
    return false;
  std::string kept;
  for (const ast::Arg &arg : args)
    if (arg.name)
      kept += (kept.empty() ? "" : ", ") + elaborator.text(arg.range);
  std::string written = foreign->here + (kept.empty() ? "" : "(" + kept + ")");
  elaborator.error(diag::UnknownName, frame, nameRange, name)
      .fact(foreign->text)
      .help("write `" + written + "`", {{range, written}})
      .cause(nameRange);
  return true;
}

} // namespace nnc::dsl
