// Reading and writing JSON: documents with a bound on depth and no doubled keys; lines written piece by piece.
#pragma once
#include "data/Json.h"
#include "runtime/core/Error.h"
#include <string>
#include <string_view>

namespace nnc::rt {

using Json = nlohmann::json;
using data::jsonDepth;

/// Parses a whole document; the error says what is wrong, not in which file.
Result<Json> parseJson(std::string_view text);

// Lenient access: the default where the key is absent or of another type.
const Json *member(const Json &object, const char *key);
std::string textOf(const Json &object, const char *key, std::string otherwise = {});
double numberOf(const Json &object, const char *key, double otherwise);
int64_t integerOf(const Json &object, const char *key, int64_t otherwise);
bool boolOf(const Json &object, const char *key, bool otherwise);

/// Writes one JSON value into a string. Numbers take the shortest form that reads back; what is not finite is null.
class JsonWriter {
public:
  explicit JsonWriter(std::string &out) : out(out) {}
  JsonWriter &open(char bracket);  ///< '{' or '['
  JsonWriter &close(char bracket); ///< '}' or ']'
  JsonWriter &key(std::string_view name);
  JsonWriter &text(std::string_view value);
  JsonWriter &number(double value);
  JsonWriter &integer(int64_t value);
  JsonWriter &boolean(bool value);
  JsonWriter &null();
  /// Text that is JSON already.
  JsonWriter &raw(std::string_view json);

private:
  void separate();
  std::string &out;
  bool comma = false;
};

/// The shortest text that reads back as the same number: of a double, of a float. A NaN is `nan`, without a sign.
std::string shortest(double value);
std::string shortest(float value);

} // namespace nnc::rt
