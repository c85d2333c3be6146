// Pieces of text laid out by chance: spaces, tabs, line ends where they mean nothing, comments.
#pragma once
#include <cctype>
#include <random>
#include <string>
#include <vector>

namespace nnc::dsl::testing {

class Chances {
public:
  explicit Chances(unsigned seed) : random(seed) {}
  int pick(int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); }
  bool one(int of) { return pick(of) == 0; }

private:
  std::mt19937 random;
};

struct Piece {
  std::string text;      // "\n": the end of a statement
  bool mayBreak = false; // a line may end before it
};

class RandomLayout {
public:
  explicit RandomLayout(Chances &chances) : chances(chances) {}

  std::string text(const std::vector<Piece> &pieces) {
    std::string made = chances.one(3) ? "//! About the file.\n" : "";
    bool beginsLine = true, beginsItem = true;
    int depth = 0;
    for (size_t i = 0; i < pieces.size(); ++i) {
      const Piece &piece = pieces[i];
      if (piece.text == "\n") {
        made += breaks();
        beginsLine = true;
        beginsItem = depth == 0;
        made += beginsItem && chances.one(4) ? "/// About what comes.  \n///\n" : "";
        continue;
      }
      bool touches = beginsLine || (i > 0 && mayTouch(pieces[i - 1].text, piece.text));
      if (!beginsLine && piece.mayBreak && chances.one(6))
        made += breaks();
      else if (!touches || chances.one(2))
        made += beginsItem ? "" : spaces();
      made += piece.text;
      depth += piece.text == "{" ? 1 : piece.text == "}" ? -1 : 0;
      beginsLine = beginsItem = false;
    }
    return made;
  }

private:
  std::string spaces() { return std::vector<const char *>{" ", "  ", "\t", "    "}[chances.pick(4)]; }
  std::string breaks() {
    std::string made;
    if (chances.one(4))
      made += spaces() + std::vector<const char *>{"// a comment", "//", "// ä \t "}[chances.pick(3)];
    made += chances.one(8) ? "\r\n" : "\n";
    for (int more = chances.pick(3); more > 0; --more)
      made += chances.one(3) ? spaces() + "// alone on its line\n" : chances.one(2) ? "\n" : "";
    return made + (chances.one(2) ? spaces() : "");
  }
  static bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
  /// Whether two pieces stay two without a space: words and signs do, words and words do not.
  static bool mayTouch(const std::string &left, const std::string &right) {
    const std::string apart = "()[],{}:";
    char a = left.back(), b = right.front();
    if (std::isdigit(static_cast<unsigned char>(left.front())) && b == '.')
      return false;
    return apart.find(a) != std::string::npos || apart.find(b) != std::string::npos || isWord(a) != isWord(b);
  }

  Chances &chances;
};

} // namespace nnc::dsl::testing
