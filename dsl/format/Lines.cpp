#include "dsl/format/Lines.h"
#include "dsl/format/Columns.h"
#include <algorithm>

namespace nnc::dsl::format {

size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

namespace {

/// An open bracket: where lines in it begin, where its closing one does if it begins a line.
struct Frame {
  Tok kind = Tok::End; ///< LBrace: holds statements; LBracket, LParen: elements; End: the file
  size_t content = 0, close = 0;
  size_t pipe = 0; ///< the column of the statement's first `|>`; 0: none yet

  bool holdsStatements() const { return kind == Tok::End || kind == Tok::LBrace; }
};

class Builder {
public:
  Builder(std::string_view text, const LexedFile &lexed, const std::vector<Mark> &marks)
      : text(text), comments(lexed.comments), marks(marks) {}

  std::vector<Line> run() {
    for (size_t i = 0; i < marks.size(); ++i) {
      for (; nextComment < comments.size() && comments[nextComment].range.begin < begin(i); ++nextComment)
        takeComment(comments[nextComment]);
      takeToken(i);
    }
    for (; nextComment < comments.size(); ++nextComment)
      takeComment(comments[nextComment]);
    finishLine(marks.size());
    for (Line &comment : waiting)
      lines.push_back(std::move(comment));
    if (!lines.empty())
      lines.front().blankBefore = false;
    return std::move(lines);
  }

private:
  uint32_t begin(size_t i) const { return marks[i].token->range.begin; }
  Tok kindOf(size_t i) const { return marks[i].token->kind; }

  /// Line ends in the text between what was taken last and `until`.
  size_t breaksBefore(uint32_t until) const {
    return static_cast<size_t>(std::count(text.begin() + taken, text.begin() + until, '\n'));
  }

  void takeComment(const Comment &comment) {
    size_t breaks = breaksBefore(comment.range.begin);
    std::string_view all = text.substr(comment.range.begin, comment.range.end - comment.range.begin);
    // In documentation spaces at the end of a line mean a line break.
    if (comment.kind == CommentKind::Plain)
      all = all.substr(0, all.find_last_not_of(" \t\r") + 1);
    taken = comment.range.end;
    if (breaks == 0 && hasLine && line.comment.empty() && waiting.empty()) {
      line.comment = all;
      return;
    }
    Line own;
    own.blankBefore = breaks > 1;
    own.comment = all;
    waiting.push_back(std::move(own));
  }

  /// Whether something stands between token i and the next one that ends the line.
  bool endsLine(size_t i) const {
    if (i + 1 >= marks.size())
      return true;
    const char *from = text.data() + marks[i].token->range.end, *to = text.data() + begin(i + 1);
    return std::find(from, to, '\n') != to;
  }

  void takeToken(size_t i) {
    size_t breaks = breaksBefore(begin(i));
    bool afterOpening = i > 0 && opens(kindOf(i - 1));
    // `{` stands on the line of its head, `{}` together.
    bool belongsToLine = hasLine && waiting.empty() && line.comment.empty() &&
                         ((kindOf(i) == Tok::LBrace && !marks[i].beginsStatement) ||
                          (kindOf(i) == Tok::RBrace && kindOf(i - 1) == Tok::LBrace));
    if (!hasLine || (breaks > 0 && !belongsToLine))
      beginLine(i, breaks > 1 && !afterOpening && !closes(kindOf(i)), afterOpening);
    else if (spaceBefore(marks, i))
      append(" ");
    place(i);
    taken = marks[i].token->range.end;
  }

  void beginLine(size_t i, bool blank, bool afterOpening) {
    finishLine(i);
    size_t indent = indentOf(i);
    if (!waiting.empty() && afterOpening)
      waiting.front().blankBefore = false;
    for (Line &comment : waiting) {
      comment.indent = closes(kindOf(i)) ? frames.back().content : indent;
      lines.push_back(std::move(comment));
    }
    waiting.clear();
    line = Line();
    columns = 0;
    line.blankBefore = blank;
    line.indent = indent;
    hasLine = true;
    firstOfLine = i;
    depthOfLine = frames.size();
    places.clear();
  }

  size_t indentOf(size_t i) const {
    const Frame &frame = frames.back();
    Tok kind = kindOf(i);
    if (closes(kind))
      return frame.close;
    if (kind == Tok::Pipe && frame.pipe)
      return frame.pipe;
    if (frame.holdsStatements())
      return marks[i].beginsStatement ? frame.content : frame.content + 4;
    bool beginsElement = opens(kindOf(i - 1)) || kindOf(i - 1) == Tok::Comma || kind == Tok::For;
    return beginsElement ? frame.content : frame.content + 2;
  }

  void append(std::string_view more) {
    line.code += more;
    columns += width(more);
  }

  void place(size_t i) {
    Tok kind = kindOf(i);
    const size_t column = line.indent + columns;
    places.push_back(line.code.size());
    if (marks[i].beginsItem)
      item = marks[i].token->text;
    if (marks[i].beginsStatement || kind == Tok::Comma)
      frames.back().pipe = 0;
    if (kind == Tok::Pipe && !frames.back().pipe)
      frames.back().pipe = column;
    append(marks[i].token->text);
    if (opens(kind))
      open(i, column);
    else if (closes(kind) && frames.size() > 1)
      frames.pop_back();
  }

  void open(size_t i, size_t column) {
    Frame frame;
    frame.kind = kindOf(i);
    const Frame &outer = frames.back();
    const bool isBlock = frame.kind == Tok::LBrace;
    const bool isLabels = isBlock && outer.kind == Tok::End && item == "dim";
    const size_t base = isBlock && outer.holdsStatements() ? outer.content : line.indent;
    const bool hangs = isBlock || endsLine(i);
    frame.content = hangs ? base + 2 : column + 1;
    frame.close = hangs ? base : column;
    if (isLabels)
      frame.kind = Tok::LBracket;
    frames.push_back(frame);
  }

  /// What statements of the innermost block are, where the item says it.
  Align inside() const {
    if (frames.size() == 1)
      return item == "dim" ? Align::Dim : Align::None;
    if (frames.size() > 2)
      return Align::None;
    return item == "dataset"                       ? Align::Field
           : item == "weights"                     ? Align::Rule
           : item == "train" || item == "generate" ? Align::Setting
                                                   : Align::None;
  }

  /// `next` begins the line behind this one.
  void finishLine(size_t next) {
    if (!hasLine)
      return;
    const bool isClosed = frames.size() == depthOfLine;
    bool isStatement = isClosed && marks[firstOfLine].beginsStatement && frames.back().holdsStatements() &&
                       (next == marks.size() || marks[next].beginsStatement || closes(kindOf(next)));
    bool isRow = isClosed && frames.back().kind == Tok::LBracket && !closes(kindOf(firstOfLine)) &&
                 (kindOf(next - 1) == Tok::Comma || closes(kindOf(next)));
    if (isStatement || isRow)
      findStops(line, marks, places, firstOfLine, isRow ? Align::Element : inside());
    lines.push_back(std::move(line));
    hasLine = false;
  }

  std::string_view text;
  const std::vector<Comment> &comments;
  const std::vector<Mark> &marks;
  std::vector<Line> lines, waiting; ///< waiting: comments that are indented as what comes behind them
  std::vector<Frame> frames = {Frame()};
  std::string_view item; ///< the word that begins it
  size_t nextComment = 0, taken = 0;

  Line line;
  bool hasLine = false;
  size_t columns = 0; ///< the width of the line's code
  size_t firstOfLine = 0, depthOfLine = 0;
  std::vector<size_t> places; ///< of the line's tokens in its code
};

} // namespace

std::vector<Line> makeLines(const SourceMap &sources, FileId file, const LexedFile &lexed,
                            const std::vector<Mark> &marks) {
  return Builder(sources.text(file), lexed, marks).run();
}

} // namespace nnc::dsl::format
