#include "runtime/core/Json.h"
#include <charconv>
#include <cmath>

namespace nnc::rt {

Result<Json> parseJson(std::string_view text) {
  std::string wrong;
  Json document = data::parseJson(text, wrong);
  if (!wrong.empty())
    return doesNotFit(wrong);
  return document;
}

const Json *member(const Json &object, const char *key) {
  if (!object.is_object())
    return nullptr;
  auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string textOf(const Json &object, const char *key, std::string otherwise) {
  const Json *value = member(object, key);
  return value && value->is_string() ? value->get<std::string>() : otherwise;
}

double numberOf(const Json &object, const char *key, double otherwise) {
  const Json *value = member(object, key);
  return value && value->is_number() ? value->get<double>() : otherwise;
}

int64_t integerOf(const Json &object, const char *key, int64_t otherwise) {
  const Json *value = member(object, key);
  if (!value || !value->is_number())
    return otherwise;
  if (value->is_number_integer())
    return value->get<int64_t>();
  double number = value->get<double>();
  return std::fabs(number) < 0x1p53 ? int64_t(number) : otherwise;
}

bool boolOf(const Json &object, const char *key, bool otherwise) {
  const Json *value = member(object, key);
  return value && value->is_boolean() ? value->get<bool>() : otherwise;
}

void JsonWriter::separate() {
  if (comma)
    out += ',';
  comma = true;
}

JsonWriter &JsonWriter::open(char bracket) {
  separate();
  out += bracket;
  comma = false;
  return *this;
}

JsonWriter &JsonWriter::close(char bracket) {
  out += bracket;
  comma = true;
  return *this;
}

JsonWriter &JsonWriter::key(std::string_view name) {
  text(name);
  out += ':';
  comma = false;
  return *this;
}

/// The length of the well-formed UTF-8 sequence at `at`, 0 if there is none.
static size_t sequence(std::string_view value, size_t at) {
  auto byte = [&](size_t i) { return at + i < value.size() ? uint8_t(value[at + i]) : uint8_t(0); };
  uint8_t lead = byte(0);
  size_t length = lead < 0x80                   ? 1
                  : lead >= 0xC2 && lead < 0xE0 ? 2
                  : lead >= 0xE0 && lead < 0xF0 ? 3
                  : lead >= 0xF0 && lead < 0xF5 ? 4
                                                : 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80)
      return 0;
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF0 && byte(1) < 0x90) ||
      (lead == 0xF4 && byte(1) > 0x8F))
    return 0;
  return length;
}

JsonWriter &JsonWriter::text(std::string_view value) {
  static const char hex[] = "0123456789abcdef";
  separate();
  out += '"';
  for (size_t i = 0; i < value.size();) {
    auto c = uint8_t(value[i]);
    size_t length = sequence(value, i);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += char(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    } else if (length == 0) {
      out += "\\ufffd"; // bytes that are not UTF-8
    } else {
      out.append(value, i, length);
    }
    i += length ? length : 1;
  }
  out += '"';
  return *this;
}

template <class T> static std::string shortestOf(T value) {
  if (std::isnan(value))
    return "nan"; // its sign means nothing
  char buffer[40];
  auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}
std::string shortest(double value) { return shortestOf(value); }
std::string shortest(float value) { return shortestOf(value); }

JsonWriter &JsonWriter::number(double value) {
  if (!std::isfinite(value))
    return null();
  separate();
  out += shortest(value);
  return *this;
}

JsonWriter &JsonWriter::integer(int64_t value) {
  separate();
  out += std::to_string(value);
  return *this;
}

JsonWriter &JsonWriter::boolean(bool value) {
  separate();
  out += value ? "true" : "false";
  return *this;
}

JsonWriter &JsonWriter::null() {
  separate();
  out += "null";
  return *this;
}

JsonWriter &JsonWriter::raw(std::string_view json) {
  separate();
  out += json;
  return *this;
}

} // namespace nnc::rt
