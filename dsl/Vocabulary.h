// The words that have no body in the library, from Vocabulary.def.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::dsl {

enum class CallGroup { Init, Optimizer, Schedule, Clip, Stop, Regularizer, Metric, Source, Row, Block };

/// `name: kind = default` of a signature; kind and default may be empty.
struct WordParam {
  std::string name, kind, defaultText;
};

struct WordCall {
  CallGroup group;
  std::string name;
  std::vector<WordParam> params;
  std::string signature, doc;
};

struct WordSetting {
  std::string name, kind, doc;
};

const std::vector<WordCall> &vocabularyCalls();
const std::vector<WordSetting> &vocabularySettings();
const WordCall *findCall(CallGroup group, std::string_view name);
std::vector<std::string> callNames(CallGroup group);
/// `sum max min mean training`: names that nothing can bear (rule name-3).
bool isReserved(std::string_view name);
/// A word of the language that a later version will know.
bool comesLater(std::string_view name);

} // namespace nnc::dsl
