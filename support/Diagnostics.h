// Diagnostics: what went wrong, where, why, and an edit that helps.
//
// A message is data. Its code, severity and text stand in Diagnostics.def; a call site supplies the slots:
//
//   sink.report(diag::UnknownName, name.range, name.text)
//       .label("did you mean `optimizer`?")          // behind the caret
//       .label(other.range, "float[B, H]")           // a second underlined place in the same file
//       .context(binding)                            // a line of the same file, shown without a mark
//       .fact("settings: loss, optimizer, …")        // a line `= …`
//       .note(origin, "H is the input's")            // a line `note: … --> file:line:column`
//       .help("write", {{name.range, "optimizer"}})  // an edit, shown as the lines it makes
//       .edit({{name.range, "f(x)"}}, "or, …");      // one line `help: 19 |   y = f(x)      or, …`
//
// The diagnostic is added to the sink when the builder goes out of scope. Texts begin lower-case, put code in backticks
// and have no full stop. At most one error per cause: give `.cause(range)` to errors that one mistake may raise at
// several places; the sink keeps the first. No exceptions, no output, no exit: rendering is a separate step.
#pragma once
#include "support/SourceMap.h"
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace nnc::support {

enum class Severity : uint8_t { Error, Warning, Remark };

/// Types of slots. Code is shown in backticks by the message's text, so both are text; Number prints 10,770,816.
using Text = std::string_view;
using Number = int64_t;

/// One entry of the registry; `Slots` are the types of {0}, {1}, … in `text`.
struct DiagnosticInfo {
  const char *code; // "E0301"
  const char *name; // "ShapeMismatch"; the flag of a warning is its kebab-case form
  Severity severity;
  const char *text;
};
template <typename... Slots> struct DiagnosticKind : DiagnosticInfo {};

namespace diag {
template <typename F> struct KindOf;
template <typename... Slots> struct KindOf<void(Slots...)> {
  using type = DiagnosticKind<Slots...>;
};
#define NNC_DIAGNOSTIC(CODE, SEVERITY, NAME, TEXT, SLOTS)                                                              \
  inline constexpr KindOf<void SLOTS>::type NAME{{#CODE, #NAME, Severity::SEVERITY, TEXT}};
#include "support/Diagnostics.def"
#undef NNC_DIAGNOSTIC
} // namespace diag

/// Every entry of the registry, in its order.
const std::vector<const DiagnosticInfo *> &allDiagnostics();
/// "UnusedBinding" -> "unused-binding": what stands behind -W and -Wno-.
std::string flagName(const DiagnosticInfo &info);

/// Replace `range` by `text`; an insertion has an empty range. A test can apply it.
struct Edit {
  SourceRange range;
  std::string text;
};

struct Label {
  SourceRange range;
  std::string text;
};

/// A further line: with a place, `note: … --> file:line:column`; without, only the text.
struct Note {
  SourceRange range;
  std::string text;
  bool isLast = false; // stands behind the helps
};

struct Help {
  std::string text;
  std::vector<Edit> edits;
  bool isBeside = false; // the text stands beside the line that the first edit makes, and no other line is shown
};

struct Diagnostic {
  const DiagnosticInfo *info = nullptr;
  Severity severity = Severity::Error; // as reported: -Werror may raise a warning
  SourceRange range;
  std::string message;
  std::string caretLabel;
  std::vector<Label> labels;
  std::vector<SourceRange> context; // lines that are shown as well, without a mark
  std::vector<std::string> facts;
  std::vector<Note> notes;
  std::vector<Help> helps;
  SourceRange cause;
  bool isExcerptShown = true; // false: it is about a file that the program only names
};

class DiagnosticSink;

/// Collects the parts of one diagnostic and hands it to the sink at the end of the statement.
class DiagnosticBuilder {
public:
  DiagnosticBuilder(DiagnosticSink &sink, Diagnostic diagnostic) : sink(&sink), value(std::move(diagnostic)) {}
  DiagnosticBuilder(DiagnosticBuilder &&other) noexcept : sink(other.sink), value(std::move(other.value)) {
    other.sink = nullptr;
  }
  DiagnosticBuilder(const DiagnosticBuilder &) = delete;
  DiagnosticBuilder &operator=(const DiagnosticBuilder &) = delete;
  DiagnosticBuilder &operator=(DiagnosticBuilder &&) = delete;
  ~DiagnosticBuilder();

  DiagnosticBuilder &label(std::string text);
  DiagnosticBuilder &label(SourceRange range, std::string text = {});
  DiagnosticBuilder &context(SourceRange line);
  DiagnosticBuilder &fact(std::string text);
  DiagnosticBuilder &note(SourceRange range, std::string text);
  DiagnosticBuilder &note(std::string text);
  DiagnosticBuilder &last(std::string text); // a note behind the helps
  DiagnosticBuilder &help(std::string text, std::vector<Edit> edits = {});
  DiagnosticBuilder &edit(std::vector<Edit> edits, std::string beside);
  /// The mistake behind it: of several errors with one cause the sink keeps the first.
  DiagnosticBuilder &cause(SourceRange root);
  DiagnosticBuilder &withoutExcerpt();

private:
  DiagnosticSink *sink;
  Diagnostic value;
};

/// Fills {0}, {1}, … of a message.
std::string formatMessage(const char *text, const std::vector<std::string> &slots);
/// 10770816 -> "10,770,816".
std::string formatNumber(int64_t value);
inline std::string slotText(Text text) { return std::string(text); }
inline std::string slotText(Number value) { return formatNumber(value); }

class DiagnosticSink {
public:
  template <typename... Slots>
  DiagnosticBuilder report(const DiagnosticKind<Slots...> &kind, SourceRange range,
                           std::type_identity_t<Slots>... slots) {
    Diagnostic made;
    made.info = &kind;
    made.severity = kind.severity;
    made.range = range;
    made.message = formatMessage(kind.text, {slotText(slots)...});
    return DiagnosticBuilder(*this, std::move(made));
  }

  /// Adds one, unless its cause or the very same message at the same place has been reported, or its warning is off.
  /// Keeps `maxDiagnostics`; of more only the number is known.
  void add(Diagnostic diagnostic);

  bool hasErrors() const { return errors != 0; }
  size_t errorCount() const { return errors; }
  size_t warningCount() const { return warnings; }
  /// In the order reported; `sorted` orders by file, place and code, errors of a file in the order of its text.
  const std::vector<Diagnostic> &diagnostics() const { return all; }
  std::vector<const Diagnostic *> sorted() const;

  size_t suppressedCount() const { return suppressed; }

  /// -Wno-NAME and -Werror; false if no warning has that name.
  bool disableWarning(std::string_view flag);
  void setWarningsAreErrors(bool value) { warningsAreErrors = value; }

private:
  std::vector<Diagnostic> all;
  std::set<std::tuple<uint32_t, uint32_t, uint32_t>> causes;
  std::set<std::string> seen; // place and message of each
  std::set<std::string, std::less<>> disabled;
  size_t errors = 0;
  size_t warnings = 0;
  size_t suppressed = 0;
  bool warningsAreErrors = false;
};

/// Who has made this many mistakes does not read on.
inline constexpr size_t maxDiagnostics = 100;

struct RenderOptions {
  bool color = false;
  bool brief = false; // one line each: file:line:column: error[E0101]: text
};

/// The text of one diagnostic, or of all in the sink (sorted), as a user reads it.
std::string render(const Diagnostic &diagnostic, const SourceMap &sources, const RenderOptions &options = {});
std::string renderAll(const DiagnosticSink &sink, const SourceMap &sources, const RenderOptions &options = {});

/// A text with edits applied; edits that overlap are skipped.
std::string applyEdits(std::string_view text, const std::vector<Edit> &edits);

/// Sorted by place, those of one place in the order given.
std::vector<Edit> inOrder(const std::vector<Edit> &edits);

} // namespace nnc::support
