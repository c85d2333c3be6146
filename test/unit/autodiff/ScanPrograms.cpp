#include "test/unit/autodiff/ScanPrograms.h"

namespace nnc::test {

static std::string replaced(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string moduleOf(const ScanProgram &program) {
  std::string params, gets, y = tensor(program.result);
  auto parameters = program.parameters;
  parameters.push_back({"w", program.result});
  for (const auto &[name, shape] : parameters) {
    params += "nn.param @" + name + " : " + tensor(shape) + " = <uniform, [-1.0, 1.0]>\n";
    gets += "%" + name + " = nn.get @" + name + " : " + tensor(shape) + "\n";
  }
  std::string text = params + "nn.entry @grad() -> (tensor<f64> {nn.name = \"loss\"}) attributes {sizes = []} {\n" +
                     gets + program.body + "%yw = nn.mul %y, %w : " + y + "\n%loss = nn.reduce add %yw dims " +
                     allDims(program.result) + " : " + y + " -> tensor<f64>\nnn.return %loss : tensor<f64>\n}\n";
  // Shapes in short: S is the state [2, 3], W a matrix on it, X and Y sequences with time first and second.
  text = replaced(text, "!S", "tensor<2x3xf64>");
  text = replaced(text, "!W", "tensor<3x3xf64>");
  text = replaced(text, "!X", "tensor<TTTx2x3xf64>");
  text = replaced(text, "!Y", "tensor<2xTTTx3xf64>");
  text = replaced(text, "!V", "tensor<3xf64>");
  return replaced(text, "TTT", std::to_string(program.steps));
}

namespace {

const char *times = "\"bi,oi->bo\" : (!S, !W) -> !S\n";

/// A chain: h' = tanh(h u + x), all steps stacked.
std::string recurrence(const std::string &head, const std::string &xs, const std::string &signature) {
  return "%f:2 = nn.scan " + head + " consts(%u) init(%h) xs(%x) " + xs + " : " + signature +
         " {\n^bb0(%t: tensor<i64>, %cu: !W, %s: !S, %a: !S):\n%d = nn.contract %s, %cu init %a : !S " + times +
         "%n = nn.tanh %d : !S\nnn.yield %n, %n : !S, !S\n}\n";
}

const std::pair<std::string, std::string> s{"h", "2x3"}, u{"u", "3x3"}, first{"x", "TTTx2x3"}, second{"x", "2xTTTx3"};

std::vector<ScanProgram> lengthsAndDirections() {
  std::vector<ScanProgram> list;
  for (int64_t steps : {0, 1, 5})
    for (const char *reverse : {"", "reverse "})
      for (bool last : {true, false}) {
        std::string count = std::to_string(steps), name = std::string(reverse) + count + (last ? " last" : " all");
        std::string head = std::string(reverse) + "steps #nn.dims<" + count + ">";
        ScanProgram program{name, {s, u, first}, last ? "2x3" : "TTTx2x3", "", steps};
        program.body = recurrence(head, "[0] ys [0]", "(!W, !S, !X) -> (!S, !X)") +
                       (last ? "%y = nn.neg %f#0 : !S\n" : "%y = nn.neg %f#1 : !X\n");
        list.push_back(program);
        program.name += ", axis 1";
        program.parameters.back() = second;
        program.result = last ? "2x3" : "2xTTTx3";
        program.body = recurrence(head, "[1] ys [1]", "(!W, !S, !Y) -> (!S, !Y)") +
                       (last ? "%y = nn.neg %f#0 : !S\n" : "%y = nn.neg %f#1 : !Y\n");
        list.push_back(program);
      }
  return list;
}

std::vector<ScanProgram> carriesAndYields() {
  std::vector<ScanProgram> list;
  list.push_back({"final state and stack both",
                  {s, u, second},
                  "2x3",
                  recurrence("steps #nn.dims<5>", "[1] ys [1]", "(!W, !S, !Y) -> (!S, !Y)") +
                      "%z = nn.reduce add %f#1 dims [1] : !Y -> !S\n%y = nn.mul %z, %f#0 : !S\n"});
  list.push_back({"two carries that read each other, two xs, two stacks",
                  {s, {"c", "2x3"}, first, {"v", "2xTTTx3"}},
                  "TTTx2x3",
                  "%f:4 = nn.scan steps #nn.dims<5> consts() init(%h, %c) xs(%x, %v) [0, 1] ys [0, 1] : "
                  "(!S, !S, !X, !Y) -> (!S, !S, !X, !Y) {\n"
                  "^bb0(%t: tensor<i64>, %s: !S, %k: !S, %a: !S, %b: !S):\n"
                  "%n = nn.mul %k, %a : !S\n%m = nn.sin %s : !S\n%o = nn.add %m, %b : !S\n"
                  "%p = nn.mul %n, %o : !S\nnn.yield %n, %o, %p, %s : !S, !S, !S, !S\n}\n"
                  "%q = nn.transpose %f#3 perm [1, 0, 2] : !Y -> !X\n%r = nn.mul %f#2, %q : !X\n"
                  "%e = nn.broadcast %f#1 dims [1, 2] : !S -> !X\n%y = nn.mul %r, %e : !X\n"});
  list.push_back({"a carry behind another, its result unused, one that stays, one unused",
                  {s, {"c", "2x3"}, first, {"g", "2x3"}},
                  "2x3",
                  "%f:5 = nn.scan steps #nn.dims<5> consts() init(%h, %c, %g, %g) xs(%x) [0] ys [0] : "
                  "(!S, !S, !S, !S, !X) -> (!S, !S, !S, !S, !X) {\n"
                  "^bb0(%t: tensor<i64>, %s: !S, %k: !S, %g0: !S, %idle: !S, %a: !S):\n"
                  "%n = nn.mul %s, %a : !S\n%o = nn.mul %k, %s : !S\n%l = nn.exp %idle : !S\n%p = nn.mul %o, %g0 : !S\n"
                  "nn.yield %n, %p, %g0, %l, %n : !S, !S, !S, !S, !S\n}\n%y = nn.neg %f#1 : !S\n"});
  list.push_back({"an integer counter as carry",
                  {s, first},
                  "2x3",
                  "%zero = nn.constant dense<2> : tensor<i32> : tensor<i32>\n"
                  "%f:2 = nn.scan steps #nn.dims<5> consts() init(%h, %zero) xs(%x) [0] ys [] : "
                  "(!S, tensor<i32>, !X) -> (!S, tensor<i32>) {\n"
                  "^bb0(%t: tensor<i64>, %s: !S, %i: tensor<i32>, %a: !S):\n"
                  "%one = nn.constant dense<1> : tensor<i32> : tensor<i32>\n%j = nn.add %i, %one : tensor<i32>\n"
                  "%r = nn.cast %i : tensor<i32> -> tensor<f64>\n%k = nn.broadcast %r dims [] : tensor<f64> -> !S\n"
                  "%m = nn.mul %s, %a : !S\n%l = nn.mul %m, %k : !S\n%n = nn.sin %l : !S\n"
                  "nn.yield %n, %j : !S, tensor<i32>\n}\n%y = nn.neg %f#0 : !S\n"});
  list.push_back({"a body that reads the step",
                  {s, first},
                  "TTTx2x3",
                  "%f = nn.scan reverse steps #nn.dims<5> consts() init() xs(%x) [0] ys [0] : (!X) -> !X {\n"
                  "^bb0(%t: tensor<i64>, %a: !S):\n%r = nn.cast %t : tensor<i64> -> tensor<f64>\n"
                  "%k = nn.broadcast %r dims [] : tensor<f64> -> !S\n%m = nn.mul %a, %k : !S\n%n = nn.sin %m : !S\n"
                  "nn.yield %n : !S\n}\n%hh = nn.broadcast %h dims [1, 2] : !S -> !X\n%y = nn.mul %f, %hh : !X\n"});
  return list;
}

std::vector<ScanProgram> constants() {
  std::vector<ScanProgram> list;
  auto loop = [&](const char *name, const char *shape, const std::string &type, const std::string &inside) {
    list.push_back({name,
                    {s, {"u", shape}, first},
                    "TTTx2x3",
                    "%f:2 = nn.scan steps #nn.dims<5> consts(%u) init(%h) xs(%x) [0] ys [0] : (" + type +
                        ", !S, !X) -> (!S, !X) {\n^bb0(%t: tensor<i64>, %cu: " + type + ", %s: !S, %a: !S):\n" +
                        inside + "nn.yield %n, %n : !S, !S\n}\n%y = nn.neg %f#1 : !X\n"});
  };
  loop("const in two contractions", "3x3", "!W",
       std::string("%d = nn.contract %s, %cu init %a : !S ") + times +
           "%e = nn.sin %d : !S\n%g = nn.contract %e, %cu " + times + "%n = nn.tanh %g : !S\n");
  loop("const times itself in a contraction", "3x3", "!W",
       std::string("%v = nn.mul %cu, %cu : !W\n%d = nn.contract %s, %v init %a : !S ") + times +
           "%n = nn.tanh %d : !S\n");
  loop("const in a contraction with a const", "3x3", "!W",
       std::string("%v = nn.contract %cu, %cu \"ij,kj->ik\" : (!W, !W) -> !W\n%d = nn.contract %s, %v init %a : !S ") +
           times + "%n = nn.tanh %d : !S\n");
  loop("const broadcast", "3", "!V",
       "%b = nn.broadcast %cu dims [1] : !V -> !S\n%d = nn.mul %s, %b : !S\n%e = nn.add %d, %a : !S\n%n = nn.sin %e : "
       "!S\n");
  loop("const elementwise", "2x3", "!S", "%d = nn.mul %s, %cu : !S\n%e = nn.add %d, %a : !S\n%n = nn.sin %e : !S\n");
  loop("const elementwise and broadcast and reduced", "3", "!V",
       "%r = nn.reduce mul %cu dims [0] : !V -> tensor<f64>\n%q = nn.broadcast %r dims [] : tensor<f64> -> !S\n"
       "%b = nn.broadcast %cu dims [1] : !V -> !S\n%d = nn.mul %s, %b : !S\n%e = nn.add %d, %a : !S\n"
       "%g = nn.add %e, %q : !S\n%n = nn.sin %g : !S\n");
  loop("const of rank 0", "", "tensor<f64>",
       "%b = nn.broadcast %cu dims [] : tensor<f64> -> !S\n%d = nn.mul %s, %b : !S\n%e = nn.add %d, %a : !S\n"
       "%n = nn.sin %e : !S\n");
  loop("const that is the new state", "2x3", "!S", "%d = nn.mul %s, %a : !S\n%n = nn.add %d, %cu : !S\n");
  loop(
      "split and concat inside", "3x3", "!W",
      std::string("%d = nn.contract %s, %cu init %a : !S ") + times +
          "%p, %q = nn.split %d axis 1 : (!S) -> (tensor<2x1xf64>, tensor<2x2xf64>)\n%e = nn.sin %p : tensor<2x1xf64>\n"
          "%g = nn.concat %q, %e axis 1 : (tensor<2x2xf64>, tensor<2x1xf64>) -> !S\n%n = nn.tanh %g : !S\n");
  list.push_back(
      {"const in a loop inside the loop",
       {s, u, first},
       "2x3",
       std::string("%f = nn.scan steps #nn.dims<5> consts(%u) init(%h) xs(%x) [0] ys [] : (!W, !S, !X) -> !S {\n"
                   "^bb0(%t: tensor<i64>, %cu: !W, %s: !S, %a: !S):\n"
                   "%m:2 = nn.scan steps #nn.dims<3> consts(%cu, %a) init(%s) xs(%cu) [0] ys [0] : "
                   "(!W, !S, !S, !W) -> (!S, tensor<3x2x3xf64>) {\n"
                   "^bb1(%t1: tensor<i64>, %v: !W, %b: !S, %k: !S, %row: !V):\n"
                   "%d = nn.contract %k, %v init %b : !S ") +
           times +
           "%z = nn.broadcast %row dims [1] : !V -> !S\n%e = nn.mul %d, %z : !S\n%g = nn.sin %e : !S\n"
           "nn.yield %g, %g : !S, !S\n}\n%o = nn.reduce add %m#1 dims [0] : tensor<3x2x3xf64> -> !S\n"
           "%n = nn.mul %o, %m#0 : !S\nnn.yield %n : !S\n}\n%y = nn.neg %f : !S\n"});
  return list;
}

} // namespace

std::vector<ScanProgram> scanPrograms() {
  std::vector<ScanProgram> all = lengthsAndDirections();
  for (auto more : {carriesAndYields(), constants()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

} // namespace nnc::test
