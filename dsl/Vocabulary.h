// The words that have no body in the library, from Vocabulary.def.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::dsl {

enum class CallGroup {
  Init,
  Optimizer,
  Schedule,
  Clip,
  Stop,
  Regularizer,
  Constraint,
  Batch,
  Start,
  WeightsSource,
  Pick,
  Metric,
  Source,
  Row,
  Block,
  Augment
};
enum class SettingBlock { Train, Generate };

/// `name: kind = default` of a signature; kind and default may be empty. A kind with `?` may be left out.
struct WordParam {
  std::string name, kind, defaultText;
  bool isOptional() const { return !defaultText.empty() || kind.ends_with('?'); }
};

struct WordCall {
  CallGroup group;
  std::string name;
  std::vector<WordParam> params;
  std::string signature, doc;
};

struct WordSetting {
  SettingBlock block;
  std::string name, kind, defaultText, doc; // without a default it is needed, or off
};

const std::vector<WordCall> &vocabularyCalls();
const std::vector<WordSetting> &vocabularySettings();
std::vector<std::string> settingNames(SettingBlock block); // in the order of the table
const WordCall *findCall(CallGroup group, std::string_view name);
std::vector<std::string> callNames(CallGroup group);
/// `sum max min mean training`: names that nothing can bear (rule name-3).
bool isReserved(std::string_view name);
/// A word of the language that a later version will know.
bool comesLater(std::string_view name);

} // namespace nnc::dsl
