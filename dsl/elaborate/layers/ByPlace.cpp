#include "dsl/elaborate/layers/ByPlace.h"

#include "dsl/ForeignWords.h"

#include <algorithm>

namespace nnc::dsl {

using support::Edit;
using support::SourceRange;
namespace diag = support::diag;

void helpWithWidth(support::DiagnosticBuilder &builder, const Instance &layer,
                   const std::vector<std::string> &failing) {
  std::optional<size_t> width = foreignWidth(layer.definition->name);
  if (!layer.definition->library || layer.home->inLibrary() || !width || !layer.definition->layer->hyper)
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
  builder.help("how much comes in follows from x, and is not written: leave it out", std::move(edits));
}

bool reportForeignCall(Elaborator &elaborator, const std::string &name, const std::vector<ast::Arg> &args,
                       SourceRange range, SourceRange nameRange, const Frame &frame) {
  auto foreign = frame.find(name) ? std::nullopt : foreignName(name);
  const Definition *layer = foreign ? elaborator.module.layer(foreign->here, frame.definition) : nullptr;
  const auto *hyper = layer && layer->library && layer->layer->hyper ? &layer->layer->hyper->params : nullptr;
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
