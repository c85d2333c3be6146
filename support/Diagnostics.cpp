#include "support/Diagnostics.h"
#include <algorithm>

namespace nnc::support {

const std::vector<const DiagnosticInfo *> &allDiagnostics() {
  static const std::vector<const DiagnosticInfo *> all = {
#define NNC_DIAGNOSTIC(CODE, SEVERITY, NAME, TEXT, SLOTS) &diag::NAME,
#include "support/Diagnostics.def"
#undef NNC_DIAGNOSTIC
  };
  return all;
}

std::string flagName(const DiagnosticInfo &info) {
  std::string flag;
  for (const char *c = info.name; *c; ++c) {
    bool upper = *c >= 'A' && *c <= 'Z';
    if (upper && !flag.empty())
      flag += '-';
    flag += upper ? static_cast<char>(*c - 'A' + 'a') : *c;
  }
  return flag;
}

std::string formatNumber(int64_t value) {
  std::string digits = std::to_string(value);
  size_t first = value < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;)
    digits.insert(at -= 3, 1, ',');
  return digits;
}

/// What stands behind a slot that holds a 1: its length in the text, and how one is called.
static std::pair<size_t, const char *> oneOf(std::string_view behind) {
  static constexpr std::pair<std::string_view, const char *> plurals[] = {{" names stand", " name stands"},
                                                                          {" results", " result"},
                                                                          {" values", " value"},
                                                                          {" names", " name"},
                                                                          {" axes", " axis"},
                                                                          {" elements", " element"},
                                                                          {" members", " member"},
                                                                          {" numbers", " number"},
                                                                          {" subscripts", " subscript"},
                                                                          {" indices", " index"}};
  for (const auto &[many, one] : plurals)
    if (behind.starts_with(many))
      return {many.size(), one};
  return {0, ""};
}

std::string formatMessage(const char *text, const std::vector<std::string> &slots) {
  std::string made;
  for (const char *c = text; *c; ++c) {
    size_t slot =
        c[0] == '{' && c[1] >= '0' && c[1] <= '9' && c[2] == '}' ? static_cast<size_t>(c[1] - '0') : slots.size();
    if (slot < slots.size()) {
      made += slots[slot];
      c += 2;
      auto [length, one] = oneOf(slots[slot] == "1" ? c + 1 : "");
      made += one;
      c += length;
    } else {
      made += *c;
    }
  }
  return made;
}

DiagnosticBuilder::~DiagnosticBuilder() {
  if (sink)
    sink->add(std::move(value));
}

DiagnosticBuilder &DiagnosticBuilder::label(std::string text) {
  value.caretLabel = std::move(text);
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::label(SourceRange range, std::string text) {
  value.labels.push_back({range, std::move(text)});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::context(SourceRange line) {
  value.context.push_back(line);
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::fact(std::string text) {
  value.facts.push_back(std::move(text));
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::note(SourceRange range, std::string text) {
  value.notes.push_back({range, std::move(text), false});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::note(std::string text) { return note({}, std::move(text)); }

DiagnosticBuilder &DiagnosticBuilder::help(std::string text, std::vector<Edit> edits) {
  value.helps.push_back({std::move(text), std::move(edits), false});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::edit(std::vector<Edit> edits, std::string beside) {
  value.helps.push_back({std::move(beside), std::move(edits), true});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::last(std::string text) {
  value.notes.push_back({{}, std::move(text), true});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::cause(SourceRange root) {
  value.cause = root;
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::withoutExcerpt() {
  value.isExcerptShown = false;
  return *this;
}

void DiagnosticSink::add(Diagnostic diagnostic) {
  SourceRange cause = diagnostic.cause;
  if (diagnostic.severity == Severity::Error && cause.valid() &&
      !causes.insert({static_cast<uint32_t>(cause.file), cause.begin, cause.end}).second)
    return;
  if (diagnostic.severity != Severity::Error && disabled.contains(flagName(*diagnostic.info)))
    return;
  std::string place = std::to_string(static_cast<uint32_t>(diagnostic.range.file)) + ":" +
                      std::to_string(diagnostic.range.begin) + ":" + diagnostic.info->code + ":";
  if (diagnostic.severity == Severity::Warning && warningsAreErrors)
    diagnostic.severity = Severity::Error;
  // Warnings that come first must not keep the errors out, so each sort has its own count.
  size_t &count = diagnostic.severity == Severity::Error ? errors : warnings;
  bool full = count >= maxDiagnostics;
  bool known = full ? seen.contains(place + diagnostic.message) : !seen.insert(place + diagnostic.message).second;
  if (known)
    return;
  count += diagnostic.severity != Severity::Remark;
  if (full) {
    ++suppressed;
    return;
  }
  all.push_back(std::move(diagnostic));
}

std::vector<const Diagnostic *> DiagnosticSink::sorted() const {
  std::vector<const Diagnostic *> order;
  for (const Diagnostic &diagnostic : all)
    order.push_back(&diagnostic);
  auto key = [](const Diagnostic *d) {
    return std::tuple(static_cast<uint32_t>(d->range.file), d->range.begin, std::string_view(d->info->code));
  };
  // Diagnostics of one place keep the order in which they came: they lie in `all` in that order.
  std::sort(order.begin(), order.end(),
            [&](const Diagnostic *a, const Diagnostic *b) { return std::pair(key(a), a) < std::pair(key(b), b); });
  return order;
}

bool DiagnosticSink::disableWarning(std::string_view flag) {
  for (const DiagnosticInfo *info : allDiagnostics())
    if (info->severity != Severity::Error && flagName(*info) == flag) {
      disabled.insert(std::string(flag));
      return true;
    }
  return false;
}

std::vector<Edit> inOrder(const std::vector<Edit> &edits) {
  auto place = [](const Edit &edit) { return std::pair(static_cast<uint32_t>(edit.range.file), edit.range.begin); };
  std::vector<Edit> sorted;
  for (const Edit &edit : edits) {
    auto above = std::upper_bound(sorted.begin(), sorted.end(), edit,
                                  [&](const Edit &a, const Edit &b) { return place(a) < place(b); });
    sorted.insert(above, edit);
  }
  return sorted;
}

std::string applyEdits(std::string_view text, const std::vector<Edit> &edits) {
  std::string made;
  size_t at = 0;
  for (const Edit &edit : inOrder(edits)) {
    if (edit.range.begin < at || edit.range.end < edit.range.begin || edit.range.end > text.size())
      continue;
    made += text.substr(at, edit.range.begin - at);
    made += edit.text;
    at = edit.range.end;
  }
  made += text.substr(at);
  return made;
}

} // namespace nnc::support
