#include "data/Json.h"

#include <set>
#include <vector>

namespace nnc::data {

using nlohmann::json;

json parseJson(std::string_view text, std::string &wrong) {
  std::vector<std::set<std::string>> keys;
  wrong.clear();
  // Returning false drops a value and everything in it, so a document that is too deep is never built.
  auto watch = [&](int depth, json::parse_event_t event, json &value) {
    using Event = json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= jsonDepth) {
        wrong = "nested too deeply";
        return false;
      }
      if (event == Event::object_start)
        keys.emplace_back();
    } else if (event == Event::object_end && !keys.empty()) {
      keys.pop_back();
    } else if (event == Event::key && !keys.empty() && !keys.back().insert(value.get<std::string>()).second) {
      wrong = "ambiguous: a key stands there twice";
    }
    return wrong.empty();
  };
  json document = json::parse(text.begin(), text.end(), watch, false);
  if (wrong.empty() && document.is_discarded())
    wrong = "not valid JSON";
  return document;
}

} // namespace nnc::data
