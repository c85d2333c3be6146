// Numbers in text: what counts as one.
#include "data/Number.h"
#include "gtest/gtest.h"

using namespace nnc::data;

namespace {

TEST(Number, Reads) {
  struct Case {
    const char *text;
    double value;
  };
  for (Case c : {Case{"1", 1},
                 {"-2.5", -2.5},
                 {" 3 ", 3},
                 {"+4", 4},
                 {"1e3", 1000},
                 {".5", 0.5},
                 {"1e-400", 0},
                 {"0.1", 0.1},
                 {"1.7976931348623157e308", 1.7976931348623157e308}}) {
    double value = -1;
    EXPECT_EQ(parseNumber(c.text, value), NumberError::None) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
}

TEST(Number, Refuses) {
  struct Case {
    const char *text;
    NumberError error;
  };
  for (Case c : {Case{"", NumberError::Empty},
                 {"  ", NumberError::Empty},
                 {"abc", NumberError::NotNumber},
                 {"1x", NumberError::NotNumber},
                 {"1,5", NumberError::NotNumber},
                 {"nan", NumberError::NotFinite},
                 {"inf", NumberError::NotFinite},
                 {"-Infinity", NumberError::NotFinite},
                 {"1e400", NumberError::Range},
                 {"-1e999", NumberError::Range},
                 {"+-1", NumberError::NotNumber},
                 {"0x10", NumberError::NotNumber}}) {
    double value = -1;
    EXPECT_EQ(parseNumber(c.text, value), c.error) << c.text;
  }
}

TEST(Number, Integers) {
  int64_t value = -1;
  EXPECT_EQ(parseInteger("7", value), NumberError::None);
  EXPECT_EQ(value, 7);
  EXPECT_EQ(parseInteger("5.0", value), NumberError::None);
  EXPECT_EQ(value, 5);
  EXPECT_EQ(parseInteger("-9223372036854775808", value), NumberError::None);
  EXPECT_EQ(value, INT64_MIN);
  EXPECT_EQ(parseInteger("5.5", value), NumberError::NotNumber);
  EXPECT_EQ(parseInteger("99999999999999999999", value), NumberError::Range);
  EXPECT_EQ(parseInteger("", value), NumberError::Empty);
}

} // namespace
