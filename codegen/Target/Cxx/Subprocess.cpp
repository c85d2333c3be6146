#include "codegen/Target/Cxx/Subprocess.h"
#include "codegen/Target/Link/Link.h"
#include "support/Files.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <variant>
#include <vector>

extern char **environ;

using llvm::StringRef;

namespace nnc::detail {
namespace {

constexpr int watched[] = {SIGINT, SIGTERM, SIGHUP};
struct sigaction before[std::size(watched)];
int watches = 0;
volatile sig_atomic_t caught = 0; // the signal that came
bool reported = false;            // to who asked for a program
int wake[2] = {-1, -1};           // a pipe: what comes between a look at `caught` and a wait ends the wait

void onSignal(int signal) {
  int saved = errno;
  caught = signal;
  (void)!write(wake[1], "", 1);
  errno = saved;
}

std::string contents(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : "";
}

/// Ours, with the messages of other programs in English: they are read to see whose mistake it is. Their temporary
/// files go into `folder`: one that is killed cannot remove them.
std::vector<char *> environment(std::string &folder) {
  static char english[] = "LC_ALL=C";
  std::vector<char *> all = {english, folder.data()};
  for (char **entry = environ; *entry; ++entry)
    if (llvm::none_of(std::initializer_list<StringRef>{"LC_ALL=", "LANGUAGE=", "TMPDIR="},
                      [&](StringRef name) { return StringRef(*entry).starts_with(name); }))
      all.push_back(*entry);
  all.push_back(nullptr);
  return all;
}

/// Starts a command in a process group of its own: what it starts in its turn ends with it. 0 or an error number.
int start(llvm::ArrayRef<std::string> command, const Scratch &scratch, const std::string &output,
          const std::string &errors, pid_t &pid) {
  std::vector<char *> words;
  for (const std::string &word : command)
    words.push_back(const_cast<char *>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&files, 2, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  std::string folder = "TMPDIR=" + scratch.folder();
  int error = posix_spawn(&pid, words[0], &files, &attributes, words.data(), environment(folder).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

/// A program that runs.
class Child {
public:
  explicit Child(pid_t pid) : pid(pid), handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  ~Child() {
    if (handle >= 0)
      close(handle);
  }

  /// Has it ended within this time, or with the next signal? -1: however long that takes.
  bool ended(int milliseconds) {
    if (handle < 0 && (milliseconds < 0 || milliseconds > 10))
      milliseconds = 10; // an old kernel: look now and then
    pollfd files[] = {{wake[0], POLLIN, 0}, {handle, POLLIN, 0}};
    if (!reaped())
      (void)poll(files, 2, milliseconds);
    return reaped();
  }

  /// Ends it and all that it started: asks, and insists after a second.
  void end() {
    kill(-pid, SIGTERM);
    char bytes[16];
    while (read(wake[0], bytes, sizeof bytes) > 0) { // the signal was seen: it ends no wait any more
    }
    for (int i = 0; i < 100 && !ended(10); ++i) {
    }
    kill(-pid, SIGKILL);
    while (!ended(-1)) {
    }
  }

  int status = 0;

private:
  bool reaped() { return isReaped = isReaped || waitpid(pid, &status, WNOHANG) == pid; }
  pid_t pid;
  int handle;
  bool isReaped = false;
};

/// Waits; says why if the program was ended, or died.
void finish(Child &child, const std::string &output, Limits limits, Finished &finished) {
  bool limited = limits.seconds != 0 || limits.bytes != 0;
  auto begin = std::chrono::steady_clock::now();
  while (!child.ended(limited ? 20 : -1)) {
    uint64_t size = 0;
    if (caught)
      finished.interrupted = true;
    else if (limits.seconds && std::chrono::steady_clock::now() - begin > std::chrono::seconds(limits.seconds))
      finished.late = true;
    else if (limits.bytes && !llvm::sys::fs::file_size(output, size) && size > limits.bytes)
      finished.why = "it writes without an end";
    else
      continue;
    if (finished.late)
      finished.why = "it did not end within " + std::to_string(limits.seconds) + " seconds";
    finished.code = -2;
    return child.end();
  }
  if (WIFEXITED(child.status)) {
    finished.code = WEXITSTATUS(child.status);
  } else {
    finished.code = -2;
    finished.why = strsignal(WTERMSIG(child.status));
  }
  finished.interrupted = caught != 0;
}

} // namespace

SignalWatch::SignalWatch() {
  if (watches++ != 0)
    return;
  caught = 0;
  reported = false;
  if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
    wake[0] = wake[1] = -1; // a signal then ends a wait that is short, or none
  for (size_t i = 0; i < std::size(watched); ++i) {
    struct sigaction action = {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    sigaction(watched[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) // of a program in the background
      sigaction(watched[i], &action, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  if (--watches != 0)
    return;
  for (size_t i = 0; i < std::size(watched); ++i)
    sigaction(watched[i], &before[i], nullptr);
  for (int &end : wake)
    if (end >= 0)
      close(end);
  if (caught && !reported)
    raise(caught);
}

llvm::Expected<Scratch> Scratch::make() {
  auto watch = std::make_unique<SignalWatch>();
  llvm::SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("nnc-cpp", path)) {
    llvm::SmallString<128> folder;
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
    return llvm::make_error<MissingFile>("cannot make a folder in `" + std::string(folder) + "`: " + code.message() +
                                         "; set TMPDIR to a folder that can be written");
  }
  return Scratch(std::string(path), std::move(watch));
}

Scratch::~Scratch() {
  if (!path.empty() && kept.empty())
    llvm::sys::fs::remove_directories(path);
}

std::string Scratch::problem() const {
  std::string probe = file("room");
  auto written = support::writeFile(probe, std::string(64 << 10, ' '));
  (void)llvm::sys::fs::remove(probe);
  const auto *error = std::get_if<support::FileError>(&written);
  return error ? "`" + path + "` " + error->text + "; set TMPDIR to a folder with room" : "";
}

std::string Scratch::keep(StringRef name) {
  kept = file(name);
  std::error_code code;
  for (llvm::sys::fs::directory_iterator at(path, code), end; at != end && !code; at.increment(code))
    if (at->path() != kept)
      llvm::sys::fs::remove(at->path());
  return kept;
}

Finished runProgram(llvm::ArrayRef<std::string> command, const Scratch &scratch, Limits limits) {
  Finished finished;
  std::string output = scratch.file("output"), errors = scratch.file("errors");
  pid_t pid = 0;
  if (int error = start(command, scratch, output, errors, pid)) {
    finished.code = -1;
    finished.why = std::strerror(error);
    return finished;
  }
  Child child(pid);
  finish(child, output, limits, finished);
  reported = reported || finished.interrupted;
  if (finished.why != "it writes without an end")
    finished.output = contents(output);
  finished.errors = contents(errors);
  return finished;
}

} // namespace nnc::detail
