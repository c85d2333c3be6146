// What a name of the library is called in PyTorch and in Keras.
#pragma once
#include <string>
#include <string_view>

namespace nnc::dsl::doc {

/// "PyTorch: nn.Conv1d(C, out, kernel); Keras: Conv1D(out, kernel)\n", and what differs; "" for a name without a row.
std::string elsewhere(std::string_view name);

} // namespace nnc::dsl::doc
