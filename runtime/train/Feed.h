// Batches: rows of a data set, gathered into the inputs of an entry.
#pragma once
#include "runtime/core/Runner.h"
#include "runtime/recipe/Dataset.h"

namespace nnc::rt {

/// The fields that the inputs of an entry name, each with the type its input wants.
Result<std::vector<FieldUse>> fieldsFor(const nnc_entry &entry, const DatasetRecipe &dataset);
/// Adds what is not in `uses` yet.
void mergeUses(std::vector<FieldUse> &uses, const std::vector<FieldUse> &more);

/// The free size that is the leading axis of an entry's inputs; -1 if there is none.
int32_t batchSize(const nnc_entry &entry);
/// The largest batch the entry takes; `otherwise` if it is unbounded.
int64_t batchBound(const nnc_entry &entry, int64_t otherwise);

class Feed {
public:
  /// Connects each input of `runner` to the field of its name, for batches of up to `capacity` rows, and reserves the
  /// runner's memory.
  Status connect(Runner &runner, const Dataset &data, int64_t capacity);
  /// The next call works on these rows.
  void fill(Runner &runner, const uint32_t *rows, int64_t count);
  int64_t capacity() const { return most; }

private:
  struct Input {
    const char *from;
    char *to;
    uint64_t rowBytes, stride;
  };
  std::vector<Input> inputs;
  Block block;
  int64_t most = 0;
  int32_t batch = -1;
};

} // namespace nnc::rt
