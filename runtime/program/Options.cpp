#include "runtime/program/Options.h"
#include "data/Csv.h"
#include "data/Number.h"
#include <algorithm>

namespace nnc::rt {

namespace {

struct CommandInfo {
  Command command;
  const char *name, *arguments, *help;
};
constexpr CommandInfo commands[] = {
    {Command::Info, "info", "", "model, parameters, entries, data sets, settings"},
    {Command::Train, "train", "", "train as the program's `train` block says"},
    {Command::Eval, "eval", "", "loss and metrics of one part of the data"},
    {Command::Predict, "predict", "VALUE… | FILE… | -", "one result a line"},
    {Command::Generate, "generate", "", "text or numbers, as the `generate` block says"},
    {Command::Run, "run", "ENTRY", "one entry on tensors of a safetensors file"},
    {Command::Bench, "bench", "[forward|grad|step]", "time of an entry on random inputs"},
};

constexpr unsigned on(Command command) { return 1u << unsigned(command); }
constexpr unsigned training = on(Command::Train), everywhere = ~0u;
constexpr unsigned weighted =
    training | on(Command::Eval) | on(Command::Predict) | on(Command::Run) | on(Command::Bench) | on(Command::Info);
constexpr unsigned withData = weighted;
constexpr unsigned computing = weighted;

enum class Kind { Text, Number, Setting, Size, Flag, Refused };

struct OptionInfo {
  const char *name, *value;
  Kind kind;
  unsigned where; ///< the commands that take it
  std::string Options::*text;
  std::optional<int64_t> Options::*number;
  bool Options::*flag;
  int64_t least;
  const char *help; ///< for Refused: why
};

constexpr OptionInfo text(const char *name, const char *value, unsigned where, std::string Options::*to,
                          const char *help) {
  return {name, value, Kind::Text, where, to, nullptr, nullptr, 0, help};
}
constexpr OptionInfo number(const char *name, unsigned where, std::optional<int64_t> Options::*to, int64_t least,
                            const char *help) {
  return {name, "N", Kind::Number, where, nullptr, to, nullptr, least, help};
}
constexpr OptionInfo flag(const char *name, unsigned where, bool Options::*to, const char *help) {
  return {name, nullptr, Kind::Flag, where, nullptr, nullptr, to, 0, help};
}
constexpr OptionInfo refused(const char *name, const char *why) {
  return {name, nullptr, Kind::Refused, everywhere, nullptr, nullptr, nullptr, 0, why};
}

const OptionInfo options[] = {
    text("--run", "DIR", weighted, &Options::run, "run folder (default: this program's path + .run)"),
    text("--weights", "FILE", weighted, &Options::weights, "weights to read"),
    text("--data", "DIR", withData, &Options::data, "folder of the data files (default: the current one)"),
    text("--split", "NAME", on(Command::Eval), &Options::split, "train, valid or test"),
    text("--result", "NAME", on(Command::Predict), &Options::result, "the result to print"),
    text("--order", "FILE", training, &Options::order, "rows of each step, a line a step"),
    text("--log", "FILE", training, &Options::log, "log file (default: log.jsonl in the run folder)"),
    text("--inputs", "FILE", on(Command::Run), &Options::inputs, "safetensors with the inputs by name"),
    text("--outputs", "FILE", on(Command::Run), &Options::outputs, "safetensors to write"),
    number("--seed", computing, &Options::seed, 0, "seed of initial values, order and random draws"),
    number("--threads", computing, &Options::threads, 1, "threads (default: all cores; results are the same)"),
    number("--epochs", training, &Options::epochs, 1, "epochs"),
    number("--steps", training | on(Command::Run), &Options::steps, 1, "steps"),
    number("--batch", training | on(Command::Bench), &Options::batch, 1, "examples a step, up to the compiled batch"),
    number("--log-every", training, &Options::logEvery, 1, "steps between lines of the log (default: one epoch)"),
    number("--step", on(Command::Run), &Options::step, 0, "the number of the step"),
    {"--set", "NAME=VALUE", Kind::Setting, training | on(Command::Run) | on(Command::Bench), nullptr, nullptr, nullptr,
     0, "a setting that `info` lists"},
    {"--size", "NAME=N", Kind::Size, on(Command::Run) | on(Command::Bench), nullptr, nullptr, nullptr, 0,
     "a free size"},
    flag("--json", computing, &Options::json, "results as JSON, one object a line"),
    flag("--quiet", training, &Options::quiet, "no progress"),
    flag("--help", everywhere, &Options::help, "this text"),
    flag("--version", everywhere, &Options::version, "version of the compiler"),
    refused("--resume", "resuming is not part of this version; `train --weights FILE` starts from saved weights"),
    refused("--tap", "this program was built without taps, which this version does not have"),
    refused("--tensorboard", "event files are not part of this version; log.jsonl in the run folder has the figures"),
    refused("--prompt", "this program has no `generate` block"),
};

const OptionInfo *find(const std::string &name) {
  for (const OptionInfo &option : options)
    if (name == option.name)
      return &option;
  return nullptr;
}

const CommandInfo &infoOf(Command command) {
  return *std::find_if(std::begin(commands), std::end(commands), [&](auto &info) { return info.command == command; });
}

Error unknownOption(const std::string &name) {
  std::vector<std::string> names;
  for (const OptionInfo &option : options)
    names.emplace_back(option.name);
  std::string error = "unknown option `" + name + "`";
  if (std::optional<std::string> near = data::closest(name, names))
    error += "\n  help: did you mean `" + *near + "`?";
  return usage(error);
}

/// NAME=VALUE; false if there is no name or value.
bool assignment(const std::string &value, std::string &name, std::string &right) {
  size_t equals = value.find('=');
  if (equals == std::string::npos || equals == 0)
    return false;
  name = value.substr(0, equals);
  right = value.substr(equals + 1);
  return true;
}

Status apply(const OptionInfo &option, const std::string &value, Options &out) {
  std::string name, right;
  int64_t whole = 0;
  double real = 0;
  switch (option.kind) {
  case Kind::Text:
    if (value.empty())
      return usage(std::string("`") + option.name + "` needs a value");
    out.*option.text = value;
    break;
  case Kind::Number:
    if (data::parseInteger(value, whole) != data::NumberError::None || whole < option.least)
      return usage(std::string("`") + option.name + " " + value + "`: a whole number of at least " +
                   std::to_string(option.least) + " is needed");
    out.*option.number = whole;
    break;
  case Kind::Setting:
    if (!assignment(value, name, right) || data::parseNumber(right, real) != data::NumberError::None)
      return usage("`--set " + value + "`: write it as --set NAME=VALUE, for example --set optimizer.lr=0.01");
    out.set.emplace_back(name, real);
    break;
  case Kind::Size:
    if (!assignment(value, name, right) || data::parseInteger(right, whole) != data::NumberError::None || whole < 0)
      return usage("`--size " + value + "`: write it as --size NAME=N, for example --size B=16");
    out.sizes.emplace_back(name, whole);
    break;
  default:
    break;
  }
  return std::nullopt;
}

/// Whether a word that begins with `-` is a value all the same: `-`, or a negative number.
bool isWord(const std::string &argument) {
  double value;
  return argument.size() < 2 || argument[0] != '-' || data::parseNumber(argument, value) == data::NumberError::None;
}

Status checkUse(const OptionInfo &option, Command command) {
  if (option.kind == Kind::Refused)
    return usage(std::string("`") + option.name + "`: " + option.help);
  if (command == Command::None || (option.where & on(command)))
    return std::nullopt;
  std::string users;
  for (const CommandInfo &info : commands)
    if (option.where & on(info.command) && info.command != Command::Generate)
      users += std::string(users.empty() ? "" : ", ") + "`" + info.name + "`";
  return usage(std::string("`") + infoOf(command).name + "` has no use for `" + option.name +
               "`\n  note: " + option.name + " belongs to " + users);
}

} // namespace

Result<Options> parseOptions(int count, char **arguments) {
  Options out;
  std::vector<const OptionInfo *> used;
  for (int i = 1; i < count; ++i) {
    std::string argument = arguments[i];
    if (isWord(argument)) {
      if (out.command != Command::None) {
        out.words.push_back(argument);
        continue;
      }
      auto found = std::find_if(std::begin(commands), std::end(commands),
                                [&](const CommandInfo &info) { return argument == info.name; });
      if (found == std::end(commands)) {
        std::vector<std::string> names;
        for (const CommandInfo &info : commands)
          names.emplace_back(info.name);
        std::optional<std::string> near = data::closest(argument, names);
        return usage("unknown command `" + argument + "`\n  help: " +
                     (near ? "did you mean `" + *near + "`?" : std::string("--help lists the commands")));
      }
      out.command = found->command;
      continue;
    }
    size_t equals = argument.find('=');
    std::string name = argument == "-h" ? "--help" : argument.substr(0, equals);
    const OptionInfo *option = find(name);
    if (!option)
      return unknownOption(name);
    used.push_back(option);
    if (option->kind == Kind::Flag) {
      if (equals != std::string::npos)
        return usage("`" + name + "` takes no value");
      out.*option->flag = true;
      continue;
    }
    if (option->kind == Kind::Refused)
      continue;
    std::string value;
    if (equals != std::string::npos)
      value = argument.substr(equals + 1);
    else if (i + 1 < count)
      value = arguments[++i];
    else
      return usage("`" + name + "` needs a value: " + name + " " + option->value);
    if (Status failed = apply(*option, value, out))
      return *failed;
  }
  for (const OptionInfo *option : used)
    if (Status failed = checkUse(*option, out.command))
      return *failed;
  return out;
}

std::string helpText(const std::string &program, Command command) {
  std::string out;
  auto row = [&](std::string left, const char *right) {
    left.resize(std::max<size_t>(left.size() + 2, 24), ' ');
    out += "  " + left + right + "\n";
  };
  if (command == Command::None) {
    out = "usage: " + program + " COMMAND [OPTION]…\n\ncommands:\n";
    for (const CommandInfo &info : commands)
      if (info.command != Command::Generate)
        row(std::string(info.name), info.help);
    return out + "\n`" + program + " COMMAND --help` lists the options of a command.\n";
  }
  const CommandInfo &info = infoOf(command);
  out = "usage: " + program + " " + info.name + (*info.arguments ? " " : "") + info.arguments + " [OPTION]…\n" +
        info.help + "\n\noptions:\n";
  for (const OptionInfo &option : options)
    if (option.kind != Kind::Refused && (option.where & on(command)))
      row(std::string(option.name) + (option.value ? std::string(" ") + option.value : ""), option.help);
  return out;
}

} // namespace nnc::rt
