// Every example that a syntax error shows is itself right.
#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"

using nnc::dsl::testing::Parsed;

namespace {

enum class Place { Item, Statement, Expression, Type, Setting, Field, Rule };

std::string complete(Place place, const std::string &example) {
  switch (place) {
  case Place::Item:
    return example + "\n";
  case Place::Setting:
    return "train Iris on iris { " + example + " }\n";
  case Place::Field:
    return "dataset iris = csv(\"iris.csv\") { " + example + " }\n";
  case Place::Rule:
    return "weights old = safetensors(\"old.safetensors\") { " + example + " }\n";
  case Place::Type:
    return "fn f(x: " + example + ") -> float { x }\n";
  case Place::Statement:
  case Place::Expression:
    return "fn f() -> float {\n  " + example + "\n}\n";
  }
  return example;
}

TEST(Examples, Parse) {
  const std::pair<Place, const char *> examples[] = {
#define NNC_EXAMPLE(NAME, PLACE, TEXT) {Place::PLACE, TEXT},
#include "dsl/grammar/Examples.def"
#undef NNC_EXAMPLE
  };
  for (const auto &[place, example] : examples)
    EXPECT_EQ(Parsed(complete(place, example)).messages(), "") << example;
}

} // namespace
