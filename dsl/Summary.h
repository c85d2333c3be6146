// What `nnc check`, `nnc summary` and `nnc info` say about a program: layers, sizes, parameters, multiply-adds.
#pragma once

#include "dsl/Program.h"

namespace nnc::dsl {

struct SummaryRow {
  std::string path, layer, result;
  int64_t parameters = 0, trained = 0, multiplyAdds = 0;
  std::string sees; ///< receptive field: 5 x 5, all; empty without windows
};

struct Summary {
  std::string header; // LeNet(image: float[B, 1, 28, 28])
  std::vector<SummaryRow> rows;
  int64_t tensors = 0, parameters = 0, trained = 0, multiplyAdds = 0;
  std::map<std::string, int64_t> smallest; ///< free sizes that count as more than 1 though nobody said so
};

/// Free sizes count as given in `at`, else as small as they may be. Numbers that leave 64 bits are cut there.
Summary summarize(const Program &program, const std::map<std::string, int64_t> &at = {});
/// A table with columns in line.
std::string summaryTable(const Summary &summary);
/// {"model", "layers": […], "parameters": [{"name", "shape", "trainable", "decay"}], "parameter_count",
/// "multiply_adds"}
std::string summaryJson(const Program &program, const std::map<std::string, int64_t> &at = {});
/// float[B, 1, 28, 28]: a type in the words of the language, labels by their dim, the precision of the program as
/// `float`.
std::string typeText(const Type &type, Elem precision);
/// 6 x 14 x 14: the shape without the batch, with the sizes of `at` in place of their names.
std::string shapeText(const Type &type, const SizeMap &at = {});
/// The elements of a parameter.
int64_t countOf(const Param &param);
/// ok: 1 model, 76 tensors, 10,770,816 parameters. Programs of one model count once.
std::string checkLine(const std::vector<Program> &programs);

} // namespace nnc::dsl
