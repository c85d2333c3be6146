// The phases of compiler/Pipelines/Phases.def as data for --emit=, --dump-phases and the help.
#pragma once

#include <span>
#include <string_view>

namespace nnc::driver {

enum class PhaseId {
#define NNC_PHASE(id, name, text) id,
#include "compiler/Pipelines/Phases.def"
};

struct PhaseInfo {
  PhaseId id;
  std::string_view name, summary;
};

inline constexpr PhaseInfo phaseList[] = {
#define NNC_PHASE(id, name, text) {PhaseId::id, name, text},
#include "compiler/Pipelines/Phases.def"
};

inline const PhaseInfo *findPhase(std::string_view name) {
  for (const PhaseInfo &phase : phaseList)
    if (phase.name == name)
      return &phase;
  return nullptr;
}

} // namespace nnc::driver
