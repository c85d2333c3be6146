#include "compiler/Target/TargetInfo.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#ifdef __x86_64__
#include <cpuid.h>
#endif

using namespace llvm;

namespace nnc {
namespace {

// The features generated code may use, with the level of the x86-64 psABI that brings each.
// Nothing else of the host is passed on: the object and the start check stay short and reproducible.
struct Feature {
  StringLiteral name;
  int level;
};
constexpr Feature knownFeatures[] = {
    {"avx", 3},    {"avx2", 3}, {"avx512bw", 4}, {"avx512cd", 4}, {"avx512dq", 4}, {"avx512f", 4}, {"avx512vl", 4},
    {"bmi", 3},    {"bmi2", 3}, {"cx16", 2},     {"f16c", 3},     {"fma", 3},      {"lzcnt", 3},   {"movbe", 3},
    {"popcnt", 2}, {"sahf", 2}, {"sse3", 2},     {"sse4.1", 2},   {"sse4.2", 2},   {"ssse3", 2},
};

// What LLVM would switch on by itself when the key is on; written out so that the start check is complete.
struct Implication {
  StringLiteral feature, needs;
};
constexpr Implication implications[] = {
    {"avx512vl", "avx512f"}, {"avx512dq", "avx512f"}, {"avx512cd", "avx512f"}, {"avx512bw", "avx512f"},
    {"avx512f", "avx2"},     {"avx512f", "fma"},      {"avx512f", "f16c"},     {"avx2", "avx"},
    {"fma", "avx"},          {"f16c", "avx"},         {"avx", "sse4.2"},       {"sse4.2", "sse4.1"},
    {"sse4.1", "ssse3"},     {"ssse3", "sse3"},
};

constexpr StringLiteral avx512[] = {"avx512f", "avx512dq", "avx512bw", "avx512vl"};

bool isKnown(StringRef name) {
  return any_of(knownFeatures, [&](const Feature &feature) { return feature.name == name; });
}

void finish(TargetInfo &target) {
  // The table lists a feature before what it needs, so one sweep reaches the bottom.
  for (const Implication &rule : implications)
    if (target.has(rule.feature) && !target.has(rule.needs))
      target.features.push_back(rule.needs.str());
  llvm::sort(target.features);
  target.triple = "x86_64-unknown-linux-gnu";
  bool wide = all_of(avx512, [&](StringRef name) { return target.has(name); });
  target.lanes = wide ? 16 : target.has("avx") ? 8 : 4;
  target.registers = wide ? 32 : 16;
  target.fma = target.has("fma");
  target.fast512 = wide;
}

TargetInfo ofLevel(int level) {
  TargetInfo target;
  for (const Feature &feature : knownFeatures)
    if (feature.level <= level)
      target.features.push_back(feature.name.str());
  finish(target);
  return target;
}

#ifdef __x86_64__
struct Cpuid {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  Cpuid(unsigned leaf, unsigned sub) {
    if (leaf > __get_cpuid_max(leaf & 0x80000000u, nullptr))
      return;
    __cpuid_count(leaf, sub, eax, ebx, ecx, edx);
  }
};

bool isAmd() {
  Cpuid vendor(0, 0);
  return vendor.ebx == signature_AMD_ebx && vendor.ecx == signature_AMD_ecx && vendor.edx == signature_AMD_edx;
}

// Leaf 4 (Intel) and 0x8000001D (AMD) describe one cache per sub-leaf in the same form.
void readCaches(TargetInfo &target) {
  unsigned leaf = isAmd() ? 0x8000001Du : 4u;
  for (unsigned sub = 0; sub < 16; ++sub) {
    Cpuid cache(leaf, sub);
    unsigned type = cache.eax & 31, level = (cache.eax >> 5) & 7;
    if (type == 0)
      return;
    if (type == 2)
      continue; // instructions
    int64_t ways = (cache.ebx >> 22) + 1, partitions = ((cache.ebx >> 12) & 1023) + 1, line = (cache.ebx & 4095) + 1;
    int64_t bytes = ways * partitions * line * (int64_t(cache.ecx) + 1);
    (level == 1 ? target.l1Bytes : level == 2 ? target.l2Bytes : target.l3Bytes) = bytes;
  }
}

// AMD tells the width of its data path. Intel does not tell the number of 512-bit units; two is the common case.
bool pathIs512() { return !isAmd() || (Cpuid(0x8000001Au, 0).eax & 8); }
#else
void readCaches(TargetInfo &) {}
bool pathIs512() { return false; }
#endif

std::optional<TargetInfo> parseList(StringRef spec, std::string &error) {
  TargetInfo target;
  SmallVector<StringRef> parts;
  spec.split(parts, ',', -1, false);
  for (StringRef part : parts) {
    StringRef name = part.trim();
    if (!name.consume_front("+") || !isKnown(name)) {
      SmallVector<StringRef> names;
      for (const Feature &feature : knownFeatures)
        names.push_back(feature.name);
      error =
          ("unknown target feature '" + part.trim() +
           "'; expected native, x86-64, x86-64-v2, x86-64-v3, x86-64-v4, or a list of + and one of " + join(names, " "))
              .str();
      return std::nullopt;
    }
    if (!target.has(name))
      target.features.push_back(name.str());
  }
  finish(target);
  return target;
}

} // namespace

bool TargetInfo::has(StringRef feature) const { return is_contained(features, feature); }

std::string TargetInfo::llvmFeatures() const {
  std::string text;
  for (const std::string &feature : features)
    text += (text.empty() ? "+" : ",+") + feature;
  return text;
}

std::string TargetInfo::startCheck() const { return join(features, ","); }

TargetInfo targetOfHost() {
  TargetInfo target;
  StringMap<bool> host = sys::getHostCPUFeatures();
  for (const Feature &feature : knownFeatures)
    if (host.lookup(feature.name))
      target.features.push_back(feature.name.str());
  finish(target);
  target.fast512 = target.lanes == 16 && pathIs512();
  readCaches(target);
  return target;
}

std::optional<TargetInfo> parseTarget(StringRef spec, std::string &error) {
  spec = spec.trim();
  if (spec.empty() || spec == "native")
    return targetOfHost();
  for (auto [name, level] :
       {std::pair<StringRef, int>{"x86-64", 1}, {"x86-64-v2", 2}, {"x86-64-v3", 3}, {"x86-64-v4", 4}})
    if (spec == name)
      return ofLevel(level);
  return parseList(spec, error);
}

} // namespace nnc
