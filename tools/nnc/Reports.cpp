#include "tools/nnc/Reports.h"

#include "nlohmann/json.hpp"
#include <algorithm>
#include <map>

using Json = nlohmann::ordered_json;

namespace nnc::driver {

using support::Diagnostic;
using support::SourceMap;
using support::SourceRange;

static const char *levelOf(support::Severity severity) {
  return severity == support::Severity::Error ? "error" : severity == support::Severity::Warning ? "warning" : "remark";
}

static std::string dump(const Json &json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// ---------------------------------------------------------------------------------------------------------------------
// JSON

static void place(Json &json, SourceRange range, const SourceMap &sources) {
  if (!range.valid())
    return;
  support::LineColumn begin = sources.lineColumn(range.file, range.begin);
  support::LineColumn end = sources.lineColumn(range.file, range.end);
  json["file"] = sources.name(range.file);
  json["line"] = begin.line;
  json["column"] = begin.column;
  json["end_line"] = end.line;
  json["end_column"] = end.column;
}

static Json placed(SourceRange range, const std::string &text, const SourceMap &sources) {
  Json json = {{"text", text}};
  place(json, range, sources);
  return json;
}

std::string jsonLine(const Diagnostic &diagnostic, const SourceMap &sources) {
  Json json = {{"code", diagnostic.info->code},
               {"name", support::flagName(*diagnostic.info)},
               {"severity", levelOf(diagnostic.severity)},
               {"message", diagnostic.message}};
  place(json, diagnostic.range, sources);
  if (!diagnostic.caretLabel.empty())
    json["label"] = diagnostic.caretLabel;
  for (const support::Label &label : diagnostic.labels)
    json["labels"].push_back(placed(label.range, label.text, sources));
  if (!diagnostic.facts.empty())
    json["facts"] = diagnostic.facts;
  for (const support::Note &note : diagnostic.notes)
    json["notes"].push_back(placed(note.range, note.text, sources));
  for (const support::Help &help : diagnostic.helps) {
    Json made = {{"text", help.text}};
    for (const support::Edit &edit : help.edits)
      made["edits"].push_back(placed(edit.range, edit.text, sources));
    json["helps"].push_back(std::move(made));
  }
  return dump(json) + "\n";
}

// ---------------------------------------------------------------------------------------------------------------------
// SARIF

/// The results of one run of nnc, which may read several files.
static std::vector<Json> &results() {
  static std::vector<Json> kept;
  return kept;
}

/// A relative reference: what a URI cannot hold is written %XX.
static std::string uriOf(std::string_view name) {
  std::string uri;
  for (char c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view("-._~/").find(c) != std::string_view::npos;
    static const char hex[] = "0123456789ABCDEF";
    auto byte = static_cast<unsigned char>(c);
    uri += plain ? std::string(1, c) : std::string({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return uri.starts_with("/") ? "file://" + uri : uri;
}

static Json artifact(SourceRange range, const SourceMap &sources) { return {{"uri", uriOf(sources.name(range.file))}}; }

static Json region(SourceRange range, const SourceMap &sources) {
  support::LineColumn begin = sources.lineColumn(range.file, range.begin);
  support::LineColumn end = sources.lineColumn(range.file, range.end);
  return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
}

static Json location(SourceRange range, const std::string &text, const SourceMap &sources) {
  Json json = {
      {"physicalLocation", {{"artifactLocation", artifact(range, sources)}, {"region", region(range, sources)}}}};
  if (!text.empty())
    json["message"] = {{"text", text}};
  return json;
}

/// One edit of a help may touch several files.
static Json fix(const support::Help &help, const SourceMap &sources) {
  Json json = {{"description", {{"text", help.text}}}, {"artifactChanges", Json::array()}};
  std::map<std::string_view, Json> changes;
  for (const support::Edit &edit : help.edits) {
    Json &change = changes[sources.name(edit.range.file)];
    change["artifactLocation"] = artifact(edit.range, sources);
    change["replacements"].push_back(
        {{"deletedRegion", region(edit.range, sources)}, {"insertedContent", {{"text", edit.text}}}});
  }
  for (auto &[name, change] : changes)
    json["artifactChanges"].push_back(std::move(change));
  return json;
}

void addToSarif(const Diagnostic &diagnostic, const SourceMap &sources) {
  std::string text = diagnostic.message;
  for (const std::string &fact : diagnostic.facts)
    text += "\n" + fact;
  const char *level = diagnostic.severity == support::Severity::Remark ? "note" : levelOf(diagnostic.severity);
  Json json = {{"ruleId", diagnostic.info->code}, {"level", level}, {"message", {{"text", text}}}};
  if (diagnostic.range.valid())
    json["locations"].push_back(location(diagnostic.range, diagnostic.caretLabel, sources));
  for (const support::Label &label : diagnostic.labels)
    if (label.range.valid())
      json["relatedLocations"].push_back(location(label.range, label.text, sources));
  for (const support::Note &note : diagnostic.notes)
    if (note.range.valid())
      json["relatedLocations"].push_back(location(note.range, note.text, sources));
  for (const support::Help &help : diagnostic.helps)
    if (!help.edits.empty())
      json["fixes"].push_back(fix(help, sources));
  results().push_back(std::move(json));
}

std::string sarifDocument() {
  Json rules = Json::array();
  std::map<std::string, size_t> places;
  for (const support::DiagnosticInfo *info : support::allDiagnostics()) {
    bool used = std::any_of(results().begin(), results().end(),
                            [&](const Json &result) { return result["ruleId"] == info->code; });
    if (!used)
      continue;
    places[info->code] = rules.size();
    rules.push_back({{"id", info->code}, {"name", info->name}, {"shortDescription", {{"text", info->text}}}});
  }
  Json made = Json::array();
  for (Json result : results()) {
    result["ruleIndex"] = places[result["ruleId"].get<std::string>()];
    made.push_back(std::move(result));
  }
  Json driver = {{"name", "nnc"}, {"version", NNC_VERSION}, {"rules", rules}};
  Json run = {{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", made}};
  Json document = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace nnc::driver
