#include "dsl/Vocabulary.h"

#include <algorithm>

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

const std::vector<WordCall> &vocabularyCalls() {
  static const std::vector<WordCall> calls = {
#define NNC_CALL(GROUP, NAME, SIGNATURE, DOC)                                                                          \
  WordCall{CallGroup::GROUP, NAME, parseSignature(SIGNATURE), SIGNATURE, DOC},
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
