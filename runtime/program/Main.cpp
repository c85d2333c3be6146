// `main` of every compiled program.
#include "runtime/program/Session.h"
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <unistd.h>

namespace nnc::rt {

static void sayError(const std::string &program, const Error &error) {
  std::string text = program + ": error: " + error.text + "\n";
  size_t at = 0;
  while (at < text.size()) {
    ssize_t put = write(2, text.data() + at, text.size() - at);
    if (put <= 0)
      break;
    at += size_t(put);
  }
}

[[noreturn]] static void outOfMemory() {
  static const char text[] = "error: out of memory\n";
  (void)!write(2, text, sizeof text - 1);
  _exit(support::ExitMissing);
}

/// A file must not get the number of a standard stream that the caller has closed: what is said would go into it.
static void holdStandardStreams() {
  for (int stream = 0; stream < 3; ++stream)
    if (fcntl(stream, F_GETFD) < 0)
      (void)!open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY); // so that its use stays an error
}

/// What `generate` and a missing command lead to, and what needs no model.
static Result<ExitCode> early(const Options &options, const Recipe &recipe, const std::string &program) {
  if (options.version) {
    std::string compiler = "unknown";
    if (const Json *build = member(recipe.root, "build"))
      compiler = textOf(*build, "version", compiler);
    if (Status failed = print("compiled by nnc " + compiler + "\n"))
      return *failed;
    return support::ExitDone;
  }
  if (options.help) {
    if (Status failed = print(helpText(program, options.command)))
      return *failed;
    return support::ExitDone;
  }
  if (options.command == Command::None)
    return usage("what shall it do?\n" + helpText(program, Command::None));
  return usage("this program has no `generate` block, so there is nothing to generate");
}

static Result<ExitCode> dispatch(int count, char **arguments, const std::string &program) {
  Result<Options> options = parseOptions(count, arguments);
  if (!options)
    return options.error();
  Result<Model> model = Model::open(nnc_model_main);
  if (!model)
    return model.error();
  Result<Recipe> recipe = Recipe::parse(nnc_model_main.recipe);
  if (!recipe)
    return recipe.error();
  if (options->help || options->version || options->command == Command::None || options->command == Command::Generate)
    return early(*options, *recipe, program);
  Result<Session> session = Session::open(*options, *model, *recipe, program);
  if (!session)
    return session.error();
  switch (options->command) {
  case Command::Info:
    return infoCommand(*session);
  case Command::Train:
    return trainCommand(*session);
  case Command::Eval:
    return evalCommand(*session);
  case Command::Predict:
    return predictCommand(*session);
  case Command::Run:
    return runCommand(*session);
  default:
    return benchCommand(*session);
  }
}

} // namespace nnc::rt

int main(int count, char **arguments) {
  using namespace nnc::rt;
  holdStandardStreams();
  signal(SIGPIPE, SIG_IGN);
  std::set_new_handler(outOfMemory);
  std::string program = count > 0 && arguments[0][0] ? arguments[0] : "program";
  Result<ExitCode> result = dispatch(count, arguments, program);
  if (result)
    return *result;
  sayError(program, result.error());
  return result.error().code;
}
