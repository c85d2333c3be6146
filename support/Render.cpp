// How a diagnostic looks: header, excerpt with carets and labels, facts, notes, and the lines that an edit makes.
#include "support/Diagnostics.h"
#include <algorithm>
#include <map>

namespace nnc::support {
namespace {

constexpr size_t maxExcerptBytes = 160; // a longer line is cut around its first mark

/// One line as it is shown: tabs and bytes that are not text spelled out, and the column of each byte.
struct Layout {
  std::string shown;
  std::vector<uint32_t> columns; // one for each byte, and one behind the last
};

size_t sequenceLength(std::string_view text, size_t at) {
  auto byte = static_cast<unsigned char>(text[at]);
  size_t length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
  if (length == 0 || byte > 0xf4 || at + length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80)
      return 0;
  return length;
}

Layout layOut(std::string_view text) {
  Layout line;
  uint32_t column = 0;
  bool leading = true;
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<unsigned char>(text[i]);
    size_t length = sequenceLength(text, i);
    std::string cell;
    if (byte == '\t') {
      cell = leading ? "    " : "<TAB>";
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      const char *hex = "0123456789abcdef";
      cell = {'<', hex[byte >> 4], hex[byte & 15], '>'};
      length = 1;
    }
    leading = leading && (byte == '\t' || byte == ' ');
    line.columns.insert(line.columns.end(), length, column);
    column += cell.empty() ? 1 : static_cast<uint32_t>(cell.size());
    line.shown += cell.empty() ? text.substr(i, length) : std::string_view(cell);
    i += length;
  }
  line.columns.push_back(column);
  return line;
}

/// A range of columns on one line, what it is underlined with, and the text that belongs to it.
struct Mark {
  uint32_t begin;
  uint32_t end;
  char sign;
  std::string text;
};

/// Sorted by where they begin, those of one place in the order given.
std::vector<Mark> inOrder(std::vector<Mark> marks) {
  std::vector<Mark> sorted;
  for (Mark &mark : marks) {
    auto above = std::upper_bound(sorted.begin(), sorted.end(), mark,
                                  [](const Mark &a, const Mark &b) { return a.begin < b.begin; });
    sorted.insert(above, std::move(mark));
  }
  return sorted;
}

class Renderer {
public:
  Renderer(const Diagnostic &diagnostic, const SourceMap &sources, const RenderOptions &options)
      : diagnostic(diagnostic), sources(sources), options(options) {}

  std::string run() {
    measureGutter();
    header();
    if (diagnostic.range.valid() && diagnostic.isExcerptShown)
      excerpts();
    for (const std::string &fact : diagnostic.facts)
      out += gutter("=") + indentLines(fact) + "\n";
    notes(false);
    for (const Help &help : diagnostic.helps)
      if (!isSaid(help))
        showHelp(help);
    notes(true);
    return std::move(out);
  }

private:
  // A place in a line, before it is laid out.
  struct Spot {
    SourceRange range;
    char sign;
    std::string text;
  };

  std::string paint(const char *code, std::string text) const {
    return options.color ? std::string("\x1b[") + code + "m" + std::move(text) + "\x1b[0m" : std::move(text);
  }

  const char *severityWord() const {
    switch (diagnostic.severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Remark:
      return "remark";
    }
    return "error";
  }

  const char *severityColor() const {
    return diagnostic.severity == Severity::Error ? "1;31" : diagnostic.severity == Severity::Warning ? "1;35" : "1;36";
  }

  void header() {
    out += paint(severityColor(), std::string(severityWord()) + "[" + diagnostic.info->code + "]");
    out += paint("1", ": " + diagnostic.message) + "\n";
  }

  void measureGutter() {
    uint32_t largest = 0;
    auto see = [&](SourceRange range) {
      if (range.valid())
        largest = std::max(largest, sources.lineColumn(range.file, range.begin).line);
    };
    see(diagnostic.range);
    for (const Label &label : diagnostic.labels)
      see(label.range);
    for (const SourceRange &line : diagnostic.context)
      see(line);
    for (const Help &help : diagnostic.helps)
      for (const Edit &edit : help.edits)
        see(edit.range);
    width = std::max<size_t>(2, std::to_string(largest).size());
  }

  std::string gutter(const char *sign) const { return paint("1;34", std::string(width + 1, ' ') + sign) + " "; }
  std::string gutter(uint32_t line) const {
    std::string number = std::to_string(line);
    size_t pad = number.size() < width ? width - number.size() : 0;
    return paint("1;34", std::string(pad, ' ') + number + " |") + " ";
  }

  /// A fact of several lines keeps its indentation.
  std::string indentLines(const std::string &text) const {
    std::string made;
    for (char c : text) {
      made += c;
      if (c == '\n')
        made += std::string(width + 3, ' ');
    }
    return made;
  }

  std::string placeText(SourceRange range) const {
    LineColumn place = sources.lineColumn(range.file, range.begin);
    return std::string(sources.name(range.file)) + ":" + std::to_string(place.line) + ":" +
           std::to_string(place.column);
  }

  void excerpts() {
    // Marks by file and line. The file of the diagnostic comes first, others follow in the order of their labels.
    std::vector<FileId> order{diagnostic.range.file};
    std::map<FileId, std::map<uint32_t, std::vector<Spot>>> spots;
    std::map<FileId, SourceRange> places{{diagnostic.range.file, diagnostic.range}};
    auto add = [&](SourceRange range, char sign, const std::string &text) {
      spots[range.file][sources.lineColumn(range.file, range.begin).line].push_back({range, sign, text});
    };
    add(diagnostic.range, '^', diagnostic.caretLabel);
    for (const Label &label : diagnostic.labels) {
      if (!label.range.valid())
        continue;
      bool foreign = places.emplace(label.range.file, label.range).second;
      if (foreign)
        order.push_back(label.range.file);
      add(label.range, label.range.file == diagnostic.range.file ? '-' : '^', label.text);
    }
    for (SourceRange line : diagnostic.context)
      if (line.file == diagnostic.range.file)
        spots[line.file].try_emplace(sources.lineColumn(line.file, line.begin).line);
    for (FileId file : order) {
      out += "  " + paint("1;34", "-->") + " " + placeText(places[file]) + "\n";
      uint32_t previous = 0;
      for (const auto &[line, marks] : spots[file]) {
        if (previous != 0 && line > previous + 1)
          out += "...\n";
        showLine(file, line, marks);
        previous = line;
      }
    }
  }

  void showLine(FileId file, uint32_t line, const std::vector<Spot> &spots) {
    SourceRange range = sources.lineRange(file, sources.lineStart(file, line));
    auto [begin, end] = window(range, spots.empty() ? range.begin : spots.front().range.begin);
    std::string_view text = sources.text(SourceRange{file, begin, end});
    Layout laid = layOut(text);
    uint32_t shift = begin > range.begin ? 3 : 0;
    std::vector<Mark> marks;
    for (const Spot &spot : spots) {
      uint32_t from = laid.columns[std::clamp(spot.range.begin, begin, end) - begin] + shift;
      uint32_t to = laid.columns[std::clamp(spot.range.end, begin, end) - begin] + shift;
      marks.push_back({from, std::max(to, from + 1), spot.sign, spot.text});
    }
    out += gutter(line) + (shift ? "..." : "") + laid.shown + (end < range.end ? "..." : "") + "\n";
    if (!marks.empty())
      showMarks(std::move(marks));
  }

  /// The part of a line that is shown, cut between characters.
  std::pair<uint32_t, uint32_t> window(SourceRange line, uint32_t at) const {
    if (line.end - line.begin <= maxExcerptBytes)
      return {line.begin, line.end};
    std::string_view text = sources.text(line.file);
    auto boundary = [&](uint32_t offset) {
      for (int i = 0; i < 3 && offset > line.begin && offset < line.end &&
                      (static_cast<unsigned char>(text[offset]) & 0xc0) == 0x80;
           ++i)
        --offset;
      return offset;
    };
    uint32_t half = maxExcerptBytes / 2;
    at = std::clamp(at, line.begin, line.end);
    uint32_t begin = at - line.begin > half ? at - half : line.begin;
    uint32_t end = line.end - begin > maxExcerptBytes ? begin + static_cast<uint32_t>(maxExcerptBytes) : line.end;
    return {boundary(begin), boundary(end)};
  }

  /// Underlines, the text of the rightmost mark beside them, the other texts on lines of their own.
  void showMarks(std::vector<Mark> marks) {
    marks = inOrder(std::move(marks));
    std::string row;
    for (const Mark &mark : marks) {
      row.resize(std::max<size_t>(row.size(), mark.end), ' ');
      for (uint32_t i = mark.begin; i < mark.end; ++i)
        if (row[i] != '^')
          row[i] = mark.sign;
    }
    const std::string &beside = marks.back().text;
    out += gutter("|") + paint(severityColor(), row + (beside.empty() ? "" : " " + beside)) + "\n";
    for (size_t i = marks.size() - 1; i-- > 0;)
      if (!marks[i].text.empty())
        out += gutter("|") + std::string(marks[i].begin, ' ') + marks[i].text + "\n";
  }

  void notes(bool last) {
    size_t column = diagnostic.isExcerptShown ? 0 : 67; // places stand apart where no line of the program does
    for (const Note &note : diagnostic.notes)
      if (note.range.valid())
        column = std::max(column, layOut(note.text).columns.back() + size_t(2));
    for (const Note &note : diagnostic.notes) {
      if (note.isLast != last)
        continue;
      out += paint("1;36", "note") + ": " + note.text;
      if (note.range.valid())
        out += std::string(column - layOut(note.text).columns.back(), ' ') + "--> " + placeText(note.range);
      out += "\n";
    }
  }

  /// Whether the label of the caret says it all: "did you mean `optimizer`?".
  bool isSaid(const Help &help) const {
    return help.edits.size() == 1 && help.edits[0].range == diagnostic.range &&
           diagnostic.caretLabel == "did you mean `" + help.edits[0].text + "`?";
  }

  /// `help: 19 |   y = f(x)      or, …`: the line, then what else is to be done, or, further off, an alternative.
  bool showBeside(const Help &help) {
    std::vector<Edit> edits = inOrder(help.edits);
    if (edits.empty() || !edits[0].range.valid())
      return false;
    SourceRange line = sources.lineRange(edits[0].range.file, edits[0].range.begin);
    std::vector<Edit> ofLine;
    for (Edit edit : edits)
      if (edit.range.file == line.file && edit.range.begin <= line.end)
        ofLine.push_back({{line.file, edit.range.begin - line.begin, edit.range.end - line.begin}, edit.text});
    for (const Edit &edit : ofLine)
      if (edit.range.end > line.end - line.begin)
        return false;
    std::string made = applyEdits(sources.text(line), ofLine);
    if (made.find('\n') != std::string::npos || made.size() > maxExcerptBytes)
      return false;
    out += paint("1;32", "help") + ": " + gutter(sources.lineColumn(line.file, line.begin).line) + layOut(made).shown +
           (help.text.starts_with("or,") ? "      " : "     ") + help.text + "\n";
    return true;
  }

  void showHelp(const Help &help) {
    if (help.isBeside && showBeside(help))
      return;
    out += paint("1;32", "help") + ": " + help.text + "\n";
    std::vector<Edit> edits = inOrder(help.edits);
    for (size_t i = 0; i < edits.size();) {
      if (!edits[i].range.valid()) {
        ++i;
        continue;
      }
      // One region: the lines of this edit, and of those that begin on its last line.
      SourceRange region = sources.lineRange(edits[i].range.file, edits[i].range.begin);
      size_t last = i;
      for (; last < edits.size() && edits[last].range.file == region.file && edits[last].range.begin <= region.end;
           ++last)
        region.end = std::max(region.end, sources.lineRange(region.file, edits[last].range.end).end);
      showRegion(region, edits, i, last);
      i = last;
    }
  }

  /// The lines of `region` after edits [first, last), `+` under what is new and `~` under what is replaced.
  void showRegion(SourceRange region, const std::vector<Edit> &edits, size_t first, size_t last) {
    std::string text;
    std::string signs; // one for each byte of text
    uint32_t at = region.begin;
    auto keep = [&](uint32_t until) {
      if (until < at)
        return;
      text += sources.text(SourceRange{region.file, at, until});
      signs.resize(text.size(), ' ');
      at = until;
    };
    for (size_t i = first; i < last; ++i) {
      if (edits[i].range.begin < at)
        continue;
      keep(edits[i].range.begin);
      const std::string &made = edits[i].text;
      text += made;
      size_t marked = made.find_last_not_of(' ') + 1; // without the blanks at its end, unless it is nothing else
      signs.resize(text.size() - made.size() + (marked ? marked : made.size()),
                   edits[i].range.begin == edits[i].range.end ? '+' : '~');
      signs.resize(text.size(), ' ');
      at = edits[i].range.end;
    }
    keep(region.end);
    uint32_t line = sources.lineColumn(region.file, region.begin).line;
    for (size_t begin = 0; begin <= text.size(); ++line) {
      size_t end = std::min(text.find('\n', begin), text.size());
      showEdited(line, std::string_view(text).substr(begin, end - begin),
                 std::string_view(signs).substr(begin, end - begin));
      begin = end + 1;
    }
  }

  void showEdited(uint32_t line, std::string_view text, std::string_view signs) {
    // A very long line is cut around its first change.
    size_t cut = 0;
    size_t firstSign = signs.find_first_not_of(' ');
    if (text.size() > maxExcerptBytes) {
      size_t at = firstSign == std::string_view::npos ? 0 : firstSign;
      cut = at > maxExcerptBytes / 2 ? at - maxExcerptBytes / 2 : 0;
      text = text.substr(cut, maxExcerptBytes);
      signs = signs.substr(cut, maxExcerptBytes);
    }
    Layout laid = layOut(text);
    std::string row;
    for (size_t i = 0; i < signs.size(); ++i)
      if (signs[i] != ' ') {
        row.resize(std::max<size_t>(row.size(), laid.columns[i + 1]), ' ');
        for (uint32_t c = laid.columns[i]; c < laid.columns[i + 1]; ++c)
          row[c] = signs[i];
      }
    out += gutter(line) + (cut ? "..." : "") + laid.shown + "\n";
    if (!row.empty())
      out += gutter("|") + paint("1;32", (cut ? "   " : "") + row) + "\n";
  }

  const Diagnostic &diagnostic;
  const SourceMap &sources;
  const RenderOptions &options;
  std::string out;
  size_t width = 2;
};

std::string renderBrief(const Diagnostic &diagnostic, const SourceMap &sources) {
  std::string made;
  if (diagnostic.range.valid()) {
    LineColumn place = sources.lineColumn(diagnostic.range.file, diagnostic.range.begin);
    made = std::string(sources.name(diagnostic.range.file)) + ":" + std::to_string(place.line) + ":" +
           std::to_string(place.column) + ": ";
  }
  const char *word = diagnostic.severity == Severity::Error     ? "error"
                     : diagnostic.severity == Severity::Warning ? "warning"
                                                                : "remark";
  return made + word + "[" + diagnostic.info->code + "]: " + diagnostic.message + "\n";
}

} // namespace

std::string render(const Diagnostic &diagnostic, const SourceMap &sources, const RenderOptions &options) {
  if (options.brief)
    return renderBrief(diagnostic, sources);
  return Renderer(diagnostic, sources, options).run();
}

std::string renderAll(const DiagnosticSink &sink, const SourceMap &sources, const RenderOptions &options) {
  std::string made;
  for (const Diagnostic *diagnostic : sink.sorted()) {
    if (!made.empty() && !options.brief)
      made += "\n";
    made += render(*diagnostic, sources, options);
  }
  if (sink.suppressedCount() != 0)
    made += (options.brief ? "" : "\n") + std::string("and ") +
            formatNumber(static_cast<int64_t>(sink.suppressedCount())) + " more\n";
  return made;
}

} // namespace nnc::support
