#include "runtime/core/Cpu.h"
#include <cpuid.h>
#include <cstdint>

namespace nnc::rt {

namespace {

enum Register { A, B, C, D };
/// What the operating system must save for the registers of a feature.
enum Saved : uint8_t { None, Ymm, Zmm, Tile };

struct Feature {
  std::string_view name;
  uint32_t leaf, subleaf;
  Register where;
  uint8_t bit;
  Saved saved;
};

constexpr uint32_t extended = 0x80000001u;

// Names as LLVM spells them.
constexpr Feature features[] = {
    {"sse3", 1, 0, C, 0, None},
    {"pclmul", 1, 0, C, 1, None},
    {"ssse3", 1, 0, C, 9, None},
    {"fma", 1, 0, C, 12, Ymm},
    {"cx16", 1, 0, C, 13, None},
    {"sse4.1", 1, 0, C, 19, None},
    {"sse4.2", 1, 0, C, 20, None},
    {"movbe", 1, 0, C, 22, None},
    {"popcnt", 1, 0, C, 23, None},
    {"aes", 1, 0, C, 25, None},
    {"xsave", 1, 0, C, 26, None},
    {"avx", 1, 0, C, 28, Ymm},
    {"f16c", 1, 0, C, 29, Ymm},
    {"rdrnd", 1, 0, C, 30, None},
    {"cx8", 1, 0, D, 8, None},
    {"cmov", 1, 0, D, 15, None},
    {"mmx", 1, 0, D, 23, None},
    {"fxsr", 1, 0, D, 24, None},
    {"sse", 1, 0, D, 25, None},
    {"sse2", 1, 0, D, 26, None},
    {"fsgsbase", 7, 0, B, 0, None},
    {"bmi", 7, 0, B, 3, None},
    {"avx2", 7, 0, B, 5, Ymm},
    {"bmi2", 7, 0, B, 8, None},
    {"avx512f", 7, 0, B, 16, Zmm},
    {"avx512dq", 7, 0, B, 17, Zmm},
    {"rdseed", 7, 0, B, 18, None},
    {"adx", 7, 0, B, 19, None},
    {"avx512ifma", 7, 0, B, 21, Zmm},
    {"clflushopt", 7, 0, B, 23, None},
    {"clwb", 7, 0, B, 24, None},
    {"avx512cd", 7, 0, B, 28, Zmm},
    {"sha", 7, 0, B, 29, None},
    {"avx512bw", 7, 0, B, 30, Zmm},
    {"avx512vl", 7, 0, B, 31, Zmm},
    {"avx512vbmi", 7, 0, C, 1, Zmm},
    {"avx512vbmi2", 7, 0, C, 6, Zmm},
    {"gfni", 7, 0, C, 8, None},
    {"vaes", 7, 0, C, 9, Ymm},
    {"vpclmulqdq", 7, 0, C, 10, Ymm},
    {"avx512vnni", 7, 0, C, 11, Zmm},
    {"avx512bitalg", 7, 0, C, 12, Zmm},
    {"avx512vpopcntdq", 7, 0, C, 14, Zmm},
    {"avx512vp2intersect", 7, 0, D, 8, Zmm},
    {"amx-bf16", 7, 0, D, 22, Tile},
    {"avx512fp16", 7, 0, D, 23, Zmm},
    {"amx-tile", 7, 0, D, 24, Tile},
    {"amx-int8", 7, 0, D, 25, Tile},
    {"avxvnni", 7, 1, A, 4, Ymm},
    {"avx512bf16", 7, 1, A, 5, Zmm},
    {"avxifma", 7, 1, A, 23, Ymm},
    {"lzcnt", extended, 0, C, 5, None},
    {"sse4a", extended, 0, C, 6, None},
    {"prfchw", extended, 0, C, 8, None},
    {"xop", extended, 0, C, 11, Ymm},
    {"fma4", extended, 0, C, 16, Ymm},
    {"tbm", extended, 0, C, 21, None},
};

struct Level {
  std::string_view name, members;
};
constexpr Level levels[] = {
    {"x86-64-v2", "cx16,popcnt,sse3,ssse3,sse4.1,sse4.2"},
    {"x86-64-v3", "cx16,popcnt,sse3,ssse3,sse4.1,sse4.2,avx,avx2,bmi,bmi2,f16c,fma,lzcnt,movbe"},
    {"x86-64-v4", "cx16,popcnt,sse3,ssse3,sse4.1,sse4.2,avx,avx2,bmi,bmi2,f16c,fma,lzcnt,movbe,"
                  "avx512f,avx512bw,avx512cd,avx512dq,avx512vl"},
};

/// The registers that the operating system saves (XCR0); 0 if it saves none beyond SSE.
uint64_t savedRegisters() {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1))
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t(high) << 32 | low;
}

bool has(const Feature &feature) {
  uint32_t r[4];
  if (!__get_cpuid_count(feature.leaf, feature.subleaf, &r[A], &r[B], &r[C], &r[D]) ||
      !(r[feature.where] >> feature.bit & 1))
    return false;
  static constexpr uint64_t masks[] = {0, 0x6, 0xe6, 0x60006};
  uint64_t needed = masks[feature.saved];
  return needed == 0 || (savedRegisters() & needed) == needed;
}

void collect(std::string_view wanted, std::vector<std::string> &lacking) {
  while (!wanted.empty()) {
    size_t comma = wanted.find(',');
    std::string_view name = wanted.substr(0, comma);
    wanted = comma == std::string_view::npos ? std::string_view() : wanted.substr(comma + 1);
    if (!name.empty() && name[0] == '-')
      continue;
    if (!name.empty() && name[0] == '+')
      name.remove_prefix(1);
    for (const Level &level : levels)
      if (level.name == name)
        collect(level.members, lacking);
    for (const Feature &feature : features)
      if (feature.name == name && !has(feature))
        lacking.emplace_back(name);
  }
}

} // namespace

std::vector<std::string> missingFeatures(std::string_view wanted) {
  std::vector<std::string> lacking;
  collect(wanted, lacking);
  return lacking;
}

} // namespace nnc::rt
