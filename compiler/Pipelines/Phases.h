// The phases as an enumeration, with their names and meanings. Depends on nothing, so that every tool may ask.
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace nnc {

enum class Phase {
#define NNC_PHASE(identifier, name, text) identifier,
#include "compiler/Pipelines/Phases.def"
};

struct PhaseInfo {
  Phase phase;
  std::string_view name, text;
};

inline constexpr std::array phases = {
#define NNC_PHASE(identifier, name, text) PhaseInfo{Phase::identifier, name, text},
#include "compiler/Pipelines/Phases.def"
};

inline std::optional<Phase> parsePhase(std::string_view name) {
  for (const PhaseInfo &info : phases)
    if (info.name == name)
      return info.phase;
  return std::nullopt;
}

} // namespace nnc
