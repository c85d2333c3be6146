#include "dsl/Layout.h"
#include "support/Suggest.h"
#include <algorithm>

namespace nnc::dsl {
namespace {

namespace diag = support::diag;

bool opens(Tok kind) { return kind == Tok::LParen || kind == Tok::LBracket || kind == Tok::LBrace; }
bool closes(Tok kind) { return kind == Tok::RParen || kind == Tok::RBracket || kind == Tok::RBrace; }
Tok closerOf(Tok open) {
  return open == Tok::LParen ? Tok::RParen : open == Tok::LBracket ? Tok::RBracket : Tok::RBrace;
}

/// A token behind which the statement goes on in the next line.
bool continues(Tok kind) {
  switch (kind) {
  case Tok::Comma:
  case Tok::Assign:
  case Tok::Update:
  case Tok::Arrow:
  case Tok::LBrace:
  case Tok::Pipe:
  case Tok::And:
  case Tok::Or:
  case Tok::Not:
  case Tok::As:
  case Tok::Plus:
  case Tok::Minus:
  case Tok::Star:
  case Tok::Slash:
  case Tok::Percent:
  case Tok::At:
  case Tok::Power:
  case Tok::Lt:
  case Tok::Le:
  case Tok::Gt:
  case Tok::Ge:
  case Tok::Eq:
  case Tok::Ne:
  case Tok::DotDot:
    return true;
  default:
    return false;
  }
}

/// A token behind which `-` subtracts instead of negating.
bool endsOperand(Tok kind) {
  return kind == Tok::Name || kind == Tok::Number || kind == Tok::String || kind == Tok::True || kind == Tok::False ||
         closes(kind);
}

bool isReducer(std::string_view word) { return word == "sum" || word == "max" || word == "min" || word == "mean"; }

/// An open bracket, or the head of an `if` or `scan` up to its `{`, with what nests inside it without a bracket:
/// `- - x`, `not not x`, `a ** b ** c`, and reducers, whose body reaches over `*` and `/`.
struct Frame {
  Tok kind;       // a bracket; If for a head
  size_t index;   // of the token in the item
  bool isReducer; // the `[` of `sum[…]`
  int64_t prefixes = 0;
  int64_t reducers = 0;

  bool isHead() const { return kind == Tok::If; }
};

class Layouter {
public:
  Layouter(const LexedFile &file, DiagnosticSink &sink) : file(file), sink(sink) {}

  std::vector<ItemTokens> run() {
    for (at = 0; file.tokens[at].kind != Tok::End; ++at)
      step(file.tokens[at]);
    finishItem(file.tokens[at]);
    return std::move(items);
  }

private:
  const Token &next(size_t ahead = 1) const { return file.tokens[std::min(at + ahead, file.tokens.size() - 1)]; }

  void step(const Token &token) {
    if (beginsItem(token)) {
      finishItem(token);
      beginItem(token);
    } else if (!inItem && token.kind != Tok::Newline) {
      strayToken(token);
    }
    if (token.kind == Tok::Newline)
      newline(token);
    else if (inItem)
      take(token);
    else
      skipStray(token);
  }

  /// An item word first on a line at depth 0; in column one, and followed as in an item, even inside brackets that
  /// were never closed.
  bool beginsItem(const Token &token) const {
    if (token.kind != Tok::Name || !token.firstOnLine || !isItemWord(token.text))
      return false;
    if (brackets == 0 && strayDepth == 0)
      return true;
    Tok follower = next().kind;
    return token.inColumnOne && (follower == Tok::Name || follower == Tok::String);
  }

  void beginItem(const Token &token) {
    inItem = true;
    broken = false;
    bracketsLost = false;
    strayReported = false;
    strayDepth = 0;
    item = {};
    resetFrames();
    inHeader = token.text != "import" && token.text != "dim" && token.text != "mask";
    takeDocs(token);
  }

  std::vector<Comment>::const_iterator firstComment(uint32_t from) const {
    return std::lower_bound(file.comments.begin(), file.comments.end(), from,
                            [](const Comment &comment, uint32_t offset) { return comment.range.begin < offset; });
  }

  /// `///` comments between the token before and this one.
  void takeDocs(const Token &token) {
    uint32_t from = at == 0 ? 0 : file.tokens[at - 1].range.begin;
    for (auto first = firstComment(from); first != file.comments.end() && first->range.begin < token.range.begin;
         ++first) {
      if (first->kind != CommentKind::Doc)
        continue;
      item.docRange = item.docRange.valid() ? support::join(item.docRange, first->range) : first->range;
      item.doc += (item.doc.empty() ? "" : "\n") + std::string(first->text);
    }
  }

  /// `until` is the token behind the item.
  void finishItem(const Token &until) {
    if (!inItem)
      return;
    while (frames.back().isHead())
      popFrame();
    if (frames.size() > 1)
      breakItem([&] { reportNotClosed(item.tokens[frames.back().index], until); });
    inItem = false;
    afterBroken = broken;
    resetFrames();
    if (broken)
      return;
    endTokens(until);
    items.push_back(std::move(item));
  }

  void reportNotClosed(const Token &open, const Token &until) {
    auto report = sink.report(diag::BracketNotClosed, open.range, open.text);
    if (until.kind == Tok::End)
      report.note("the file ends here without `" + std::string(tokenSpelling(closerOf(open.kind))) + "`");
    else
      report.note(until.range, "the next item begins here");
    noteSwallowed(open, report);
  }

  /// `Linear(16 // 4)`: the comment on the line of a bracket holds the one that would close it.
  void noteSwallowed(const Token &open, support::DiagnosticBuilder &report) const {
    auto end = std::lower_bound(file.tokens.begin(), file.tokens.end(), open.range.end,
                                [](const Token &token, uint32_t offset) { return token.range.begin < offset; });
    while (end->kind != Tok::Newline && end->kind != Tok::End)
      ++end;
    auto comment = firstComment(open.range.end);
    if (comment == file.comments.end() || comment->range.begin > end->range.begin ||
        comment->text.find(tokenSpelling(closerOf(open.kind))) == std::string_view::npos)
      return;
    report.note({comment->range.file, comment->range.begin, comment->range.begin + 2},
                "`//` begins a comment; a quotient without its rest is `floor(a / b)`");
  }

  void endTokens(const Token &until) {
    Token end;
    end.range = item.tokens.empty() ? until.range.before() : item.tokens.back().range.after();
    if (item.tokens.empty() || item.tokens.back().kind != Tok::Newline) {
      end.kind = Tok::Newline;
      item.tokens.push_back(end);
    }
    end.kind = Tok::End;
    item.tokens.push_back(end);
  }

  /// Something at depth 0 that no item owns: one error up to the next item, none if a broken item came before.
  void strayToken(const Token &token) {
    if (strayReported || afterBroken)
      return;
    strayReported = true;
    if (closes(token.kind))
      sink.report(diag::BracketNotOpened, token.range, token.text);
    else
      reportNotAnItem(token);
  }

  void reportNotAnItem(const Token &token) {
    auto report = sink.report(diag::NotAnItem, token.range, foundText(token));
    std::vector<std::string> words = {"import", "dim",   "dataset", "weights", "mask",
                                      "fn",     "layer", "model",   "train",   "generate"};
    auto meant = token.kind == Tok::Name ? support::nearestName(token.text, words) : std::nullopt;
    if (meant)
      report.label("did you mean `" + *meant + "`?").help("write `" + *meant + "`", {{token.range, *meant}});
    else if (next().kind == Tok::Assign || token.text == "const" || token.text == "let" || token.text == "var")
      report.fact("a number that has a name is a size, `dim N = 3`, or a hyperparameter, `model M(n: int = 3)(…)`");
    else if (token.text == "def" || token.text == "class")
      report.fact("a function is `fn NAME(…) -> …`, a network `model NAME(…) -> …`, and bodies stand in braces");
    else if (token.text == "from")
      report.fact("the library needs no import; a file of one's own is `import \"blocks.nn\" (Block)`");
    else
      report.fact("items begin with import, dim, dataset, weights, mask, fn, layer, model, train or generate");
  }

  void skipStray(const Token &token) {
    if (opens(token.kind))
      ++strayDepth;
    else if (closes(token.kind) && strayDepth > 0)
      --strayDepth;
  }

  void resetFrames() {
    frames.assign(1, Frame{Tok::End, 0, false});
    depth = 0;
    brackets = 0;
  }

  /// The innermost real bracket, End at depth 0.
  Tok innermost() const {
    for (size_t i = frames.size(); i-- > 1;)
      if (!frames[i].isHead())
        return frames[i].kind;
    return Tok::End;
  }

  void newline(const Token &token) {
    if (!inItem)
      return;
    Tok bracket = innermost();
    const Token &follower = next();
    if (bracket == Tok::LParen || bracket == Tok::LBracket)
      return;
    if (bracket == Tok::End && inHeader && !atItem())
      return;
    if (continues(item.tokens.back().kind) && !(bracket == Tok::End && atItem()))
      return;
    if (follower.kind == Tok::Pipe || follower.kind == Tok::Arrow || follower.kind == Tok::Where)
      return;
    if (bracket == Tok::LBrace && follower.kind == Tok::RBrace)
      return;
    if (wordOfLineBefore(token))
      return;
    while (frames.back().isHead())
      popFrame();
    resetChain(true);
    if (bracket == Tok::End)
      finishItem(follower);
    else
      item.tokens.push_back(token);
  }

  bool atItem() const {
    const Token &follower = next();
    return follower.kind == Tok::End ||
           (follower.kind == Tok::Name && follower.firstOnLine && isItemWord(follower.text));
  }

  /// `else`, or `backward (`, first on a line behind `}`: an error, and parsing goes on as if the line went on.
  bool wordOfLineBefore(const Token &token) {
    const Token &follower = next();
    bool isElse = follower.kind == Tok::Else && innermost() == Tok::LBrace;
    bool isBackward = follower.kind == Tok::Name && follower.text == "backward" && next(2).kind == Tok::LParen &&
                      innermost() == Tok::End;
    if (item.tokens.back().kind != Tok::RBrace || !(isElse || isBackward))
      return false;
    SourceRange gap{token.range.file, item.tokens.back().range.end, follower.range.begin};
    auto report = sink.report(diag::WordBeginsLine, follower.range, follower.text);
    auto comment = firstComment(gap.begin);
    if (comment == file.comments.end() || comment->range.begin >= gap.end)
      report.help("write it behind the `}`", {{gap, " "}});
    return true;
  }

  void take(const Token &token) {
    if (opens(token.kind))
      open(token);
    else if (closes(token.kind))
      close(token);
    else
      count(token);
    // A string that was not closed (and reported) may have swallowed brackets.
    if (token.kind == Tok::String && (token.text.size() < 2 || token.text.back() != token.text.front()))
      bracketsLost = true;
    item.tokens.push_back(token);
    item.tokens.back().partner = partnerOfNext;
    partnerOfNext = 0;
  }

  void open(const Token &token) {
    bool reducer = token.kind == Tok::LBracket && !item.tokens.empty() && item.tokens.back().kind == Tok::Name &&
                   isReducer(item.tokens.back().text);
    if (token.kind == Tok::LBrace) {
      if (frames.back().isHead())
        popFrame();
      else
        resetChain(true);
      inHeader = inHeader && brackets != 0;
    }
    if (reducer)
      deepen(frames.back().reducers, token);
    pushFrame({token.kind, item.tokens.size(), reducer}, token);
    afterReducer = false;
  }

  void close(const Token &token) {
    while (frames.back().isHead())
      popFrame();
    if (frames.size() == 1) {
      breakItem([&] { sink.report(diag::BracketNotOpened, token.range, token.text); });
      return;
    }
    Frame &frame = frames.back();
    Token &open = item.tokens[frame.index];
    if (closerOf(frame.kind) != token.kind) {
      breakItem([&] {
        auto report = sink.report(diag::BracketMismatch, token.range, token.text, open.text);
        noteSwallowed(open, report.label(open.range, "opened here"));
      });
      // Go on at the bracket that this one closes, if there is one.
      size_t match = frames.size() - 1;
      while (match > 0 && (frames[match].isHead() || closerOf(frames[match].kind) != token.kind))
        --match;
      while (match > 0 && frames.size() > match)
        popFrame();
      return;
    }
    auto distance = static_cast<uint32_t>(item.tokens.size() - frame.index);
    open.partner = distance;
    partnerOfNext = distance;
    afterReducer = frame.isReducer;
    popFrame();
  }

  template <typename Report> void breakItem(Report report) {
    if (!broken && !bracketsLost)
      report();
    broken = true;
  }

  void pushFrame(Frame frame, const Token &token) {
    frames.push_back(frame);
    brackets += frame.isHead() ? 0 : 1;
    ++depth;
    checkDepth(token);
  }

  void popFrame() {
    depth -= 1 + frames.back().prefixes + frames.back().reducers;
    brackets -= frames.back().isHead() ? 0 : 1;
    frames.pop_back();
  }

  /// What an operator of low precedence, a comma or the end of a statement ends.
  void resetChain(bool all) {
    Frame &frame = frames.back();
    depth -= frame.prefixes + (all ? frame.reducers : 0);
    frame.prefixes = 0;
    if (all)
      frame.reducers = 0;
  }

  void deepen(int64_t &counter, const Token &token) {
    ++counter;
    ++depth;
    checkDepth(token);
  }

  void checkDepth(const Token &token) {
    if (depth > maxNesting)
      breakItem([&] { sink.report(diag::NestedTooDeep, token.range, maxNesting); });
  }

  void count(const Token &token) {
    bool operand = !item.tokens.empty() && endsOperand(item.tokens.back().kind) && !afterReducer;
    afterReducer = false;
    Frame &frame = frames.back();
    switch (token.kind) {
    case Tok::Minus:
      if (operand)
        resetChain(true);
      else
        deepen(frame.prefixes, token);
      break;
    case Tok::Not:
    case Tok::Power:
      deepen(frame.prefixes, token);
      break;
    case Tok::If:
    case Tok::Scan:
      pushFrame({Tok::If, item.tokens.size(), false}, token);
      break;
    case Tok::Star:
    case Tok::Slash:
    case Tok::Percent:
    case Tok::At:
      resetChain(false);
      break;
    case Tok::Name:
    case Tok::Number:
    case Tok::String:
    case Tok::True:
    case Tok::False:
    case Tok::Dot:
      break;
    default:
      resetChain(true);
    }
  }

  static const char *tokenSpelling(Tok closer) {
    return closer == Tok::RParen ? ")" : closer == Tok::RBracket ? "]" : "}";
  }

  const LexedFile &file;
  DiagnosticSink &sink;
  std::vector<ItemTokens> items;
  size_t at = 0;

  // The item that is being collected.
  ItemTokens item;
  std::vector<Frame> frames = {Frame{Tok::End, 0, false}}; // the first is the item itself
  int64_t depth = 0;
  int64_t brackets = 0; // frames that are no heads, without the first
  uint32_t partnerOfNext = 0;
  bool inItem = false;
  bool inHeader = false;
  bool broken = false;
  bool bracketsLost = false;
  bool afterReducer = false;

  // Between items.
  bool afterBroken = false;
  bool strayReported = false;
  size_t strayDepth = 0;
};

} // namespace

std::vector<ItemTokens> layOut(const LexedFile &file, DiagnosticSink &sink) { return Layouter(file, sink).run(); }

std::string foundText(const Token &token) {
  switch (token.kind) {
  case Tok::String:
  case Tok::Newline:
  case Tok::End:
    return tokenName(token.kind);
  case Tok::Name:
  case Tok::Number:
    // A name of a megabyte is cut.
    return "`" + std::string(token.text.substr(0, 40)) + (token.text.size() > 40 ? "..." : "") + "`";
  default:
    return tokenName(token.kind);
  }
}

} // namespace nnc::dsl
