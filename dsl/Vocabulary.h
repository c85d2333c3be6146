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

/// `eps >= 0` of a signature.
struct WordCondition {
  std::string name, op; // > >= < <=
  double bound = 0;
  bool holds(double value) const;
};

struct WordCall {
  CallGroup group;
  std::string name;
  std::vector<WordParam> params;
  std::vector<WordCondition> conditions; // behind `where`
  std::string signature, doc;
  /// The first condition on `name` that the value does not meet.
  const WordCondition *broken(const std::string &name, double value) const;
  /// "a number, at least 0 and less than 1": what all conditions on `name` allow.
  std::string allowed(const std::string &name) const;
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
