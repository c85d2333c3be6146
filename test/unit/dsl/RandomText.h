// Random `.nn` texts that the grammar accepts, laid out by chance. They need not make sense to the checker.
#pragma once
#include "test/unit/dsl/RandomLayout.h"

namespace nnc::dsl::testing {

class RandomText {
public:
  explicit RandomText(unsigned seed) : chances(seed) {}

  std::string file() {
    for (int left = 1 + pick(6); left > 0; --left) {
      item();
      end();
    }
    return RandomLayout(chances).text(pieces);
  }

private:
  int pick(int count) { return chances.pick(count); }
  bool chance(int of) { return chances.one(of); }

  void put(const std::string &text) {
    pieces.push_back({text, !brackets.empty() && brackets.back() != '{'});
    if (text == "(" || text == "[" || text == "{")
      brackets += text;
    else if (text == ")" || text == "]" || text == "}")
      brackets.pop_back();
  }
  /// In a place where a line may end, whatever is open.
  void free(const std::string &text) {
    put(text);
    pieces.back().mayBreak = true;
  }
  void end() { pieces.push_back({"\n", false}); }
  void puts(std::initializer_list<const char *> texts) {
    for (const char *text : texts)
      put(text);
  }
  /// A few pages are enough.
  bool isLong() const { return pieces.size() > 1500; }
  template <typename Each> void list(int most, Each each) {
    each();
    for (int more = pick(most); more > 0; --more) {
      put(",");
      each();
    }
  }

  std::string name() { return std::vector<const char *>{"x", "y", "h_1", "weight", "over", "conv", "step"}[pick(7)]; }
  std::string upper() { return std::vector<const char *>{"B", "T", "Linear", "Word", "Block2"}[pick(5)]; }
  std::string number() { return std::vector<const char *>{"0", "3", "20_000", "0.5", "1e-3", "2GiB"}[pick(6)]; }
  std::string string() { return std::vector<const char *>{"\"a\"", "\"\"", "\"a // b\"", "\"\\\"{i}\\n\""}[pick(4)]; }

  void item() {
    switch (pick(9)) {
    case 0:
      return puts({"import", "\"a.nn\"", "(", "Block", ",", "causal", ")"});
    case 1:
      return dim();
    case 2:
      return dataset();
    case 3:
      return weights();
    case 4:
      puts({"mask", "m"});
      if (chance(2))
        params();
      puts({"(", "q", ",", "k", ")", "="});
      return expr(3);
    case 5:
      puts({"fn", "f"});
      return definition(chance(2));
    case 6:
      put(chance(2) ? "layer" : "model");
      put(upper());
      if (chance(2))
        params();
      return definition(false);
    case 7:
      puts({"train", "Iris"});
      if (chance(3))
        call();
      puts({"on", "iris"});
      return settings();
    default:
      puts({"generate", "GPT", "over", "tokens"});
      return settings();
    }
  }

  void dim() {
    put("dim");
    put(upper());
    put("=");
    if (chance(2))
      return expr(2);
    put("{");
    list(4, [&] { free(chance(4) ? string() : name()); });
    if (chance(3))
      put(",");
    put("}");
  }

  void entries(int most, void (RandomText::*entry)()) {
    put("{");
    for (int left = pick(most); left > 0; --left) {
      (this->*entry)();
      end();
    }
    put("}");
  }
  void dataset() {
    puts({"dataset", "iris", "=", "csv"});
    call();
    entries(4, &RandomText::field);
  }
  void field() {
    put(name());
    if (chance(4))
      return call();
    put(":");
    type();
    put("=");
    expr(2);
  }
  void weights() {
    puts({"weights", "old", "=", "safetensors"});
    call();
    entries(4, &RandomText::rule);
  }
  void rule() {
    if (chance(3))
      return puts({"skip", "\"a\""});
    puts({"\"a.{i}\"", "->", "\"long.name.{i}\""});
    if (chance(3))
      put("transpose");
  }
  void setting() {
    put(name());
    put("=");
    expr(3);
  }
  void settings() { entries(5, &RandomText::setting); }

  void params() {
    put("(");
    if (!chance(5))
      list(3, [&] {
        put(name());
        put(":");
        type();
        if (chance(2)) {
          put("=");
          expr(1);
        }
      });
    put(")");
  }

  void definition(bool backward) {
    params();
    free("->");
    if (chance(2)) {
      type();
    } else {
      put("(");
      list(2, [&] {
        put(name());
        put(":");
        type();
      });
      put(")");
    }
    if (chance(3)) {
      free("where");
      list(2, [&] { expr(1); });
    }
    block(3);
    if (backward) {
      puts({"backward", "(", "d", ")"});
      block(1);
    }
  }

  void type() {
    if (chance(8)) {
      put("[");
      put("int");
      return put("]");
    }
    put(chance(2) ? "float" : upper());
    if (chance(2))
      shape();
  }
  void shape() {
    put("[");
    list(3, [&] {
      if (chance(4)) {
        put("...");
        if (chance(2))
          put("S");
      } else {
        expr(1);
      }
    });
    put("]");
  }

  void block(int depth) {
    put("{");
    for (int left = isLong() ? 0 : pick(4); left > 0; --left) {
      statement(depth);
      end();
    }
    put("}");
  }
  void index() {
    put(name());
    if (chance(3)) {
      put("in");
      put(upper());
    }
  }

  void statement(int depth) {
    switch (depth > 0 ? pick(10) : pick(6)) {
    case 0:
      put(chance(3) ? "state" : "param");
      put(name());
      put(":");
      type();
      put("=");
      expr(depth);
      if (chance(3)) {
        put("if");
        expr(depth);
        put("else");
        expr(depth);
      }
      return;
    case 1:
      put(name());
      put("<-");
      return expr(depth);
    case 2:
      put(name());
      put("[");
      list(2, [&] { index(); });
      put("]");
      put("=");
      return expr(depth);
    case 3:
    case 4:
      list(2, [&] {
        put(name());
        if (chance(5)) {
          put(":");
          type();
        }
      });
      put("=");
      return expr(depth);
    case 5: // one that begins with `if` is no expression
      return list(2, [&] {
        put(name());
        put("|>");
        expr(depth);
      });
    case 6:
      puts({"for", "i", "in"});
      expr(depth);
      return block(depth - 1);
    case 7:
      return ifs(depth, chance(2));
    case 8:
      put("assert");
      expr(depth);
      put(",");
      return put(string());
    default:
      put("yield");
      return expr(depth);
    }
  }
  void ifs(int depth, bool otherwise) {
    put("if");
    expr(1);
    block(depth - 1);
    if (chance(4)) {
      puts({"else", "if"});
      expr(1);
      block(depth - 1);
    }
    if (otherwise) {
      put("else");
      block(depth - 1);
    }
  }

  void expr(int depth) {
    if (isLong())
      return put("1");
    logical(depth);
    if (chance(6)) {
      put("as");
      shape();
    }
    for (int more = depth > 0 && chance(4) ? 1 + pick(3) : 0; more > 0; --more) {
      free("|>");
      if (chance(4)) {
        put(name());
        put(":");
      }
      logical(depth - 1);
    }
  }
  void logical(int depth) {
    if (chance(8))
      put("not");
    sum(depth);
    if (chance(5)) {
      put(std::vector<const char *>{"<", "<=", "==", "!=", ">", ">=", ".."}[pick(7)]);
      sum(depth - 1);
    }
    if (depth > 0 && chance(6)) {
      put(chance(2) ? "and" : "or");
      logical(depth - 1);
    }
  }
  void sum(int depth) {
    unary(depth);
    for (int more = pick(3); more > 0 && depth > 0; --more) {
      put(std::vector<const char *>{"+", "-", "*", "/", "@", "%", "**"}[pick(7)]);
      const bool behindSum = pieces.back().text == "+" || pieces.back().text == "-";
      const size_t operand = pieces.size();
      if (behindSum && chance(4))
        reduce(depth - 1);
      else
        unary(depth - 1);
      pieces[operand].mayBreak = true;
    }
  }
  void reduce(int depth) {
    put(chance(2) ? "sum" : "max");
    put("[");
    list(2, [&] { index(); });
    if (chance(3)) {
      put("where");
      expr(1);
    }
    put("]");
    unary(depth);
  }
  void unary(int depth) {
    for (int more = chance(6) ? 1 + pick(2) : 0; more > 0; --more)
      put("-");
    atom(depth);
    for (int more = depth > 0 ? pick(3) : 0; more > 0; --more)
      suffix(depth - 1);
  }
  void atom(int depth) {
    switch (depth > 0 ? pick(12) : pick(6)) {
    case 0:
      return put(number());
    case 1:
      return put(string());
    case 2:
      return put(chance(2) ? "true" : "false");
    case 6:
      put("(");
      list(2, [&] { expr(depth - 1); });
      return put(")");
    case 7:
    case 8:
      return elements(depth);
    case 9:
      return ifs(depth, true);
    case 10:
      return scan(depth);
    default:
      return put(chance(2) ? name() : upper());
    }
  }
  void elements(int depth) {
    put("[");
    if (chance(4)) {
      expr(depth - 1);
      puts({"for", "i", "in"});
      expr(0);
    } else if (!chance(6)) {
      list(4, [&] {
        if (chance(6))
          return puts({"...", "xs"});
        if (chance(4)) {
          put(chance(3) ? string() : name());
          put(":");
        }
        expr(depth - 1);
      });
      if (chance(4))
        put(",");
    }
    put("]");
  }
  void scan(int depth) {
    put("scan");
    if (chance(3))
      put("reverse");
    puts({"x_t", "in"});
    expr(depth - 1);
    put("over");
    put(chance(2) ? "T" : "(T)");
    if (chance(3))
      puts({"upto", "length"});
    if (chance(2)) {
      puts({",", "h", "="});
      expr(depth - 1);
    }
    block(depth - 1);
  }
  void suffix(int depth) {
    if (chance(3)) {
      const char last = pieces.back().text.back();
      if (chance(4) && (last == ')' || last == ']' || last == 'y')) {
        pieces.back().text += ".0";
        return;
      }
      put(".");
      return put(name());
    }
    if (chance(2))
      return call(depth);
    put("[");
    list(3, [&] {
      if (chance(5))
        return put("...");
      const bool isSlice = chance(2);
      if (!isSlice || chance(2))
        put(chance(2) ? "1" : "b");
      if (isSlice)
        put(":");
      if (isSlice && chance(2))
        put("T");
      if (chance(4)) {
        put("else");
        put("0");
      }
    });
    put("]");
  }
  void call(int depth = 1) {
    put("(");
    if (!chance(4))
      list(3, [&] {
        if (chance(2)) {
          put(chance(4) ? "where" : name());
          put("=");
        }
        expr(depth - 1);
      });
    put(")");
  }

  Chances chances;
  std::vector<Piece> pieces;
  std::string brackets;
};

} // namespace nnc::dsl::testing
