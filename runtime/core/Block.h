// A block of zeroed memory from the system, in huge pages where it is large; freed with its owner.
#pragma once
#include "runtime/core/Error.h"
#include <cstdint>

namespace nnc::rt {

class Block {
public:
  Block() = default;
  /// `touch`: fault the pages in now, so that the first step is not the slow one.
  static Result<Block> allocate(uint64_t bytes, bool touch = false);
  Block(Block &&other) noexcept;
  Block &operator=(Block &&other) noexcept;
  Block(const Block &) = delete;
  Block &operator=(const Block &) = delete;
  ~Block();

  char *data() const { return static_cast<char *>(base); }
  uint64_t size() const { return bytes; }

private:
  void *base = nullptr;
  uint64_t bytes = 0, mapped = 0;
};

} // namespace nnc::rt
