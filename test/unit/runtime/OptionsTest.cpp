// The command line of a compiled program.
#include "runtime/program/Options.h"
#include "gtest/gtest.h"

using namespace nnc::rt;

namespace {

Result<Options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "iris");
  std::vector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  return parseOptions(int(arguments.size()), arguments.data());
}

std::string error(std::vector<std::string> words) {
  Result<Options> result = parse(std::move(words));
  if (result)
    return "none";
  EXPECT_EQ(result.error().code, nnc::support::ExitUsage);
  return result.error().text;
}

TEST(Options, Values) {
  Result<Options> o = parse({"train", "--seed=7", "--epochs", "3", "--set", "optimizer.lr=0.5", "--quiet", "--run=/x"});
  ASSERT_TRUE(bool(o)) << o.error().text;
  EXPECT_EQ(o->command, Command::Train);
  EXPECT_EQ(o->seed, 7);
  EXPECT_EQ(o->epochs, 3);
  EXPECT_EQ(o->set.at(0).first, "optimizer.lr");
  EXPECT_EQ(o->set.at(0).second, 0.5);
  EXPECT_TRUE(o->quiet);
  EXPECT_EQ(o->run, "/x");
}

TEST(Options, NegativeNumbersAndDashAreWords) {
  Result<Options> o = parse({"predict", "-1.5", "-", "-2e3", "x.csv", "--json"});
  ASSERT_TRUE(bool(o));
  EXPECT_EQ(o->words, (std::vector<std::string>{"-1.5", "-", "-2e3", "x.csv"}));
  EXPECT_TRUE(o->json);
}

TEST(Options, OptionsMayStandBeforeTheCommand) {
  Result<Options> o = parse({"--json", "info"});
  ASSERT_TRUE(bool(o));
  EXPECT_EQ(o->command, Command::Info);
}

TEST(Options, Errors) {
  EXPECT_EQ(error({"trian"}), "unknown command `trian`\n  help: did you mean `train`?");
  EXPECT_EQ(error({"train", "--epoch", "3"}), "unknown option `--epoch`\n  help: did you mean `--epochs`?");
  EXPECT_EQ(error({"train", "--seed", "x"}), "`--seed x`: a whole number of at least 0 is needed");
  EXPECT_EQ(error({"train", "--threads", "0"}), "`--threads 0`: a whole number of at least 1 is needed");
  EXPECT_EQ(error({"train", "--seed"}), "`--seed` needs a value: --seed N");
  EXPECT_EQ(error({"train", "--quiet=1"}), "`--quiet` takes no value");
  EXPECT_EQ(error({"train", "--set", "lr"}),
            "`--set lr`: write it as --set NAME=VALUE, for example --set optimizer.lr=0.01");
  EXPECT_EQ(error({"run", "step", "--size", "B"}), "`--size B`: write it as --size NAME=N, for example --size B=16");
  EXPECT_EQ(error({"eval", "--epochs", "3"}), "`eval` has no use for `--epochs`\n  note: --epochs belongs to `train`");
}

TEST(Options, WhatThisVersionDoesNotHaveSaysSo) {
  for (const char *option : {"--resume", "--tap=a.b", "--tensorboard=x", "--prompt=x"})
    EXPECT_NE(error({"train", option}).find("this "), std::string::npos) << option;
}

TEST(Options, HelpListsWhatACommandTakes) {
  std::string help = helpText("iris", Command::Train);
  EXPECT_NE(help.find("--epochs N"), std::string::npos);
  EXPECT_EQ(help.find("--inputs"), std::string::npos);
  EXPECT_NE(helpText("iris", Command::None).find("predict"), std::string::npos);
}

} // namespace
