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

/// How wide what a layer is applied to is: its channels, or its last axis.
static std::optional<int64_t> widthOf(const Elaborator &e, const Definition &definition, const Frame &inner) {
  std::string width;
  for (const ast::Axis &axis : definition.data().params[0].type.shape)
    if (axis.size && width != "C")
      width = e.text(axis.range);
  auto root = inner.toRoot.find(width);
  return root == inner.toRoot.end() ? std::nullopt : substitute(root->second, e.module.dimSizes).constant();
}

void warnByPlace(Elaborator &elaborator, const Instance &layer, const Frame &inner) {
  const Definition &definition = *layer.definition;
  bool isMeasured = definition.isLibrary && foreignWidth(definition.name) == std::optional<size_t>(0);
  if (!isMeasured || layer.home->inLibrary() || layer.hyper.empty())
    return;
  const std::vector<ast::Param> &params = definition.layer->hyper->params;
  auto isByPlace = [&](size_t i) {
    auto written = i < params.size() ? layer.written.find(params[i].name.text) : layer.written.end();
    return written != layer.written.end() && written->second.begin == layer.given.at(params[i].name.text).begin;
  };
  auto width = widthOf(elaborator, definition, inner);
  bool isWidth = isByPlace(0) && width && elaborator.wholeOf(layer.hyper[0].second, *layer.home) == width;
  if (!isWidth)
    return;
  auto place = [&](size_t i) { return layer.given.at(params[i].name.text); };
  size_t first = 0;
  std::vector<Edit> named;
  std::string names, pytorch; // with names; as PyTorch's without the width
  for (size_t i = 1; isByPlace(i); ++i) {
    std::string value = elaborator.text(place(i)), name = params[i].name.text;
    bool needsName = params[i - 1].defaultValue != nullptr;
    pytorch += (i > 1 ? ", " : "") + (needsName ? params[i - 1].name.text + " = " : "") + value;
    bool isMeant = !params[i].defaultValue || !isCount(params[i]) || value == name;
    if (!first && isMeant)
      continue;
    first = first ? first : i;
    names += (names.empty() ? "" : ", ") + name + " = " + value;
    named.push_back({place(i).before(), name + " = "});
  }
  if (!first)
    return;
  std::string value = elaborator.text(place(first)), whole = elaborator.text(layer.made);
  auto builder = elaborator.placeWarnings.report(diag::GivenByPlace, place(first), value, params[first].name.text,
                                                 definition.name);
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

/// `range(n)`, `range(low, high)` of Python: "" for anything else.
static std::string asRange(const Elaborator &elaborator, const std::string &name, const std::vector<ast::Arg> &args) {
  if (name != "range" || args.empty() || args.size() > 2)
    return "";
  std::string last = elaborator.text(args.back().range);
  return (args.size() == 1 ? "0" : elaborator.text(args[0].range)) + ".." + last;
}

bool reportForeignCall(Elaborator &elaborator, const std::string &name, const std::vector<ast::Arg> &args,
                       SourceRange range, SourceRange nameRange, const Frame &frame) {
  auto foreign = frame.find(name) ? std::nullopt : foreignName(name);
  if (std::string numbers = foreign ? asRange(elaborator, name, args) : ""; !numbers.empty()) {
    elaborator.error(diag::UnknownName, frame, nameRange, name)
        .help("write `" + numbers + "`", {{range, numbers}})
        .cause(nameRange);
    return true;
  }
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
