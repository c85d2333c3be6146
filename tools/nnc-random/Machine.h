// Machine code of a program in this process, and calls of its entries.
#pragma once

#include "runtime/abi/nnc_abi.h"
#include "tools/nnc-random/Values.h"

#include <memory>

namespace nnc::random {

/// What an entry is called with. Reals are rounded to the program's type already.
struct Call {
  reference::TensorMap<double> inputs, state;
  int64_t batch = 1;
  int threads = 1;
  uint8_t workspace = 0; // the byte that fills it before the call: 0 or 0xff, which is NaN
};

class Machine {
public:
  /// `code` is what keeps the descriptor and its functions in memory.
  Machine(std::shared_ptr<void> code, const nnc_model *model) : code(std::move(code)), model(model) {}

  /// Nothing, after filling `why`, if the entry refuses.
  std::optional<Values> run(const std::string &entry, const Call &call, std::string &why) const;
  /// The step's scalars, in order.
  std::vector<double> scalarsOf(const std::string &entry) const;

private:
  const nnc_entry *find(const std::string &name) const;
  std::shared_ptr<void> code;
  const nnc_model *model;
};

} // namespace nnc::random
