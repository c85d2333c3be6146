#include "dsl/Vocabulary.h"

#include <algorithm>
#include <cstdlib>

namespace nnc::dsl {

static std::string trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos)
    return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

/// Splits `lr: Schedule, betas: Pair = (0.9, 0.999)` at the commas outside of parentheses.
static std::vector<WordParam> parseSignature(std::string_view text) {
  std::vector<WordParam> params;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(')
      ++depth;
    if (i < text.size() && text[i] == ')')
      --depth;
    if (i < text.size() && (text[i] != ',' || depth))
      continue;
    std::string one = trimmed(text.substr(begin, i - begin));
    begin = i + 1;
    if (one.empty())
      continue;
    WordParam param;
    size_t equals = one.find('='), colon = one.find(':');
    if (equals != std::string::npos)
      param.defaultText = trimmed(std::string_view(one).substr(equals + 1));
    if (colon != std::string::npos)
      param.kind =
          trimmed(std::string_view(one).substr(colon + 1, equals == std::string::npos ? equals : equals - colon - 1));
    param.name = trimmed(std::string_view(one).substr(0, std::min(colon, equals)));
    params.push_back(std::move(param));
  }
  return params;
}

/// What stands in front of ` where `, and the conditions behind it.
static std::pair<std::string_view, std::string_view> splitWhere(std::string_view signature) {
  constexpr std::string_view word = " where ";
  size_t at = signature.find(word);
  return at == std::string_view::npos ? std::pair(signature, std::string_view())
                                      : std::pair(signature.substr(0, at), signature.substr(at + word.size()));
}

/// `momentum >= 0, momentum < 1`
static std::vector<WordCondition> parseConditions(std::string_view text) {
  std::vector<WordCondition> conditions;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    std::string one = trimmed(text.substr(begin, end - begin));
    size_t name = one.find(' '), op = one.find(' ', name + 1);
    conditions.push_back(
        {one.substr(0, name), one.substr(name + 1, op - name - 1), std::strtod(one.c_str() + op + 1, nullptr)});
    begin = end + 1;
  }
  return conditions;
}

static WordCall makeCall(CallGroup group, std::string name, std::string_view signature, std::string doc) {
  auto [params, conditions] = splitWhere(signature);
  return {group,         std::move(name), parseSignature(params), parseConditions(conditions), std::string(signature),
          std::move(doc)};
}

bool WordCondition::holds(double value) const {
  return op == ">" ? value > bound : op == ">=" ? value >= bound : op == "<" ? value < bound : value <= bound;
}

const WordCondition *WordCall::broken(const std::string &param, double value) const {
  for (const WordCondition &condition : conditions)
    if (condition.name == param && !condition.holds(value))
      return &condition;
  return nullptr;
}

std::string WordCall::allowed(const std::string &param) const {
  std::string text;
  for (const WordCondition &condition : conditions) {
    if (condition.name != param)
      continue;
    std::string bound = std::to_string(condition.bound);
    bound.erase(bound.find_last_not_of('0') + 1);
    if (bound.back() == '.')
      bound.pop_back();
    const char *words = condition.op == ">"    ? "more than "
                        : condition.op == ">=" ? "at least "
                        : condition.op == "<"  ? "less than "
                                               : "at most ";
    text += (text.empty() ? ", " : " and ") + (words + bound);
  }
  return "a number" + text;
}

const std::vector<WordCall> &vocabularyCalls() {
  static const std::vector<WordCall> calls = {
#define NNC_CALL(GROUP, NAME, SIGNATURE, DOC) makeCall(CallGroup::GROUP, NAME, SIGNATURE, DOC),
#define NNC_SETTING(BLOCK, NAME, KIND, DEFAULT, DOC)
#define NNC_LATER(NAME)
#include "dsl/Vocabulary.def"
#undef NNC_CALL
#undef NNC_SETTING
#undef NNC_LATER
  };
  return calls;
}

const std::vector<WordSetting> &vocabularySettings() {
  static const std::vector<WordSetting> settings = {
#define NNC_CALL(GROUP, NAME, SIGNATURE, DOC)
#define NNC_SETTING(BLOCK, NAME, KIND, DEFAULT, DOC) WordSetting{SettingBlock::BLOCK, NAME, KIND, DEFAULT, DOC},
#define NNC_LATER(NAME)
#include "dsl/Vocabulary.def"
#undef NNC_CALL
#undef NNC_SETTING
#undef NNC_LATER
  };
  return settings;
}

std::vector<std::string> settingNames(SettingBlock block) {
  std::vector<std::string> names;
  for (const WordSetting &one : vocabularySettings())
    if (one.block == block)
      names.push_back(one.name);
  return names;
}

const WordCall *findCall(CallGroup group, std::string_view name) {
  for (const WordCall &call : vocabularyCalls())
    if (call.group == group && call.name == name)
      return &call;
  return nullptr;
}

std::vector<std::string> callNames(CallGroup group) {
  std::vector<std::string> names;
  for (const WordCall &call : vocabularyCalls())
    if (call.group == group)
      names.push_back(call.name);
  return names;
}

bool isReserved(std::string_view name) {
  static const std::vector<std::string_view> names = {"sum", "max", "min", "mean", "training"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool comesLater(std::string_view name) {
  static const std::vector<std::string_view> names = {
#define NNC_CALL(GROUP, NAME, SIGNATURE, DOC)
#define NNC_SETTING(BLOCK, NAME, KIND, DEFAULT, DOC)
#define NNC_LATER(NAME) NAME,
#include "dsl/Vocabulary.def"
#undef NNC_CALL
#undef NNC_SETTING
#undef NNC_LATER
  };
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace nnc::dsl
