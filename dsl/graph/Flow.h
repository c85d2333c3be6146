// What `nnc graph` draws of a program: boxes, and arrows between them.
#pragma once
#include "dsl/Program.h"
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nnc::dsl::graph {

struct Box {
  /// Step: what happens outside of layers, and several values or parameters meet there.
  enum Kind : uint8_t { Input, Output, Layer, Step };
  Kind kind = Layer;
  std::string name;  ///< features.0; image; +
  std::string text;  ///< Conv2d(6, 5) → relu; float[B, 1, 28, 28]
  std::string shape; ///< 6 × 14 × 14
  int64_t parameters = 0;
  bool isShared = false; ///< its parameters are counted in an earlier box

  /// The lines that stand in it.
  std::vector<std::string> lines() const;
};

using Arrow = std::pair<uint32_t, uint32_t>;

struct Flow {
  std::string title, total; ///< LeNet; 61,706 parameters, …
  std::vector<Box> boxes;
  std::vector<Arrow> arrows; ///< sorted, each once; all lead to a box with a higher number
};

/// The name of the library's definition in whose text a place lies; "" if there is none.
using NameAt = std::function<std::string(const Place &)>;

/// The layers of `forward`. Where they make more than `most` boxes they are folded into the layers that they belong to,
/// as deep as fits, then neighbours of one kind into one box; of what is still far too large the model is one box.
Flow flowOf(const Program &program, const NameAt &nameAt, size_t most = 40);

/// Boxes of one kind, each with nothing but the next behind it, become one.
Flow foldChains(const Flow &flow);

} // namespace nnc::dsl::graph
