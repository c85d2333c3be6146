#include "runtime/program/Session.h"
#include "data/Csv.h"
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace nnc::rt {

Result<Session> Session::open(const Options &options, const Model &model, const Recipe &recipe,
                              const std::string &program) {
  int64_t threads = options.threads.value_or(Pool::available());
  if (threads > Pool::most)
    return usage("`--threads " + std::to_string(threads) + "`: a program runs on at most " +
                 std::to_string(Pool::most) + " threads");
  Session session(options, model, recipe, RunFolder(options.run.empty() ? defaultRunFolder() : options.run));
  session.program = program;
  Result<State> state = State::allocate(model);
  if (!state)
    return state.error();
  session.state = std::move(*state);
  session.pool = std::make_unique<Pool>(int32_t(threads));
  return session;
}

Status Session::initialise(uint64_t seed) {
  state.initialise(model, seed);
  if (!options.weights.empty())
    return load(options.weights);
  return state.pack(model, *pool);
}

Status Session::begin(uint64_t seed, std::string &said) {
  std::optional<StartPlan> start = startPlan(recipe.root);
  if (!start || !options.weights.empty())
    return initialise(seed);
  state.initialise(model, seed);
  Result<Safetensors> file = openStart(*start, options.data);
  if (!file)
    return file.error();
  Result<std::string> loaded = loadStart(*file, start->names, model, state.data());
  if (!loaded)
    return loaded.error();
  said = *loaded;
  return state.pack(model, *pool);
}

Status Session::loadTrained() {
  std::string file = options.weights.empty() ? folder.weights() : options.weights;
  if (file.empty()) {
    std::string train = program + " train";
    if (!options.data.empty())
      train += " --data " + options.data;
    if (!options.run.empty())
      train += " --run " + options.run;
    return doesNotFit("this program has no weights yet: there are none in " + folder.folder() +
                      "\n  help: train it with `" + train + "`, or name a file with --weights FILE");
  }
  state.initialise(model, 0); // optimiser slots that no file holds
  return load(file);
}

Status Session::load(const std::string &path) {
  Result<Safetensors> file = Safetensors::open(path);
  if (!file)
    return file.error();
  Result<Extras> loaded = loadWeights(*file, model, recipe, state.data());
  if (!loaded)
    return loaded.error();
  extras = std::move(*loaded);
  weights = path;
  return state.pack(model, *pool);
}

Status Session::checkSettings(const nnc_entry &entry) const {
  for (const auto &[name, value] : options.set) {
    std::vector<std::string> names;
    bool known = false;
    for (uint32_t i = 0; i < entry.n_settings; ++i) {
      names.emplace_back(entry.settings[i].name);
      known |= name == names.back();
    }
    if (known)
      continue;
    std::string text = "no setting `" + name + "`";
    if (std::optional<std::string> near = data::closest(name, names))
      return usage(text + "\n  help: did you mean `" + *near + "`?");
    text += names.empty() ? "\n  note: this entry has no settings" : "\n  note: settings:";
    for (const std::string &setting : names)
      text += " " + setting;
    return usage(text);
  }
  return std::nullopt;
}

void Session::applySettings(Runner &runner) const {
  for (const auto &[name, value] : options.set)
    for (uint32_t i = 0; i < runner.entry().n_settings; ++i)
      if (name == runner.entry().settings[i].name)
        runner.settings[i] = value;
}

Status print(std::string_view text) {
  while (!text.empty()) {
    ssize_t put = write(1, text.data(), text.size());
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0 && errno == EPIPE)
      _exit(support::ExitDone); // the reader has seen enough
    if (put < 0)
      return missing(std::string("standard output cannot be written: ") + strerror(errno));
    text.remove_prefix(size_t(put));
  }
  return std::nullopt;
}

} // namespace nnc::rt
