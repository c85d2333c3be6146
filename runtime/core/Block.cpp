#include "runtime/core/Block.h"
#include <sys/mman.h>
#include <utility>

namespace nnc::rt {

static constexpr uint64_t hugePage = uint64_t(2) << 20;

Result<Block> Block::allocate(uint64_t bytes, bool touch) {
  Block block;
  uint64_t page = bytes >= hugePage ? hugePage : 4096;
  uint64_t rounded = (bytes + page - 1) / page * page;
  if (rounded < bytes || rounded > uint64_t(1) << 46)
    return missing("out of memory: " + std::to_string(bytes) + " bytes are needed");
  if (rounded == 0)
    rounded = page;
  // One huge page more, so that the block can begin on a huge page.
  uint64_t mapped = rounded + (page == hugePage ? hugePage : 0);
  void *at = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return missing("out of memory: " + std::to_string(bytes) + " bytes are needed");
  auto address = reinterpret_cast<uintptr_t>(at);
  uintptr_t aligned = (address + page - 1) / page * page;
  if (aligned != address)
    munmap(at, aligned - address);
  uint64_t tail = mapped - (aligned - address) - rounded;
  if (tail)
    munmap(reinterpret_cast<void *>(aligned + rounded), tail);
  block.base = reinterpret_cast<void *>(aligned);
  block.bytes = bytes;
  block.mapped = rounded;
  if (page == hugePage)
    madvise(block.base, rounded, MADV_HUGEPAGE);
  if (touch)
    for (uint64_t i = 0; i < rounded; i += 4096)
      static_cast<volatile char *>(block.base)[i] = 0;
  return block;
}

Block::Block(Block &&other) noexcept
    : base(std::exchange(other.base, nullptr)), bytes(std::exchange(other.bytes, 0)),
      mapped(std::exchange(other.mapped, 0)) {}

Block &Block::operator=(Block &&other) noexcept {
  std::swap(base, other.base);
  std::swap(bytes, other.bytes);
  std::swap(mapped, other.mapped);
  return *this;
}

Block::~Block() {
  if (base)
    munmap(base, mapped);
}

} // namespace nnc::rt
