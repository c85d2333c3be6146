#include "codegen/Target/Link/Link.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

LLD_HAS_DRIVER(elf)

namespace nnc {

char MissingFile::ID;

namespace {

/// Where distributions keep the C library, by convention of the loader; no file is parsed for it.
constexpr const char *kLibraryFolders[] = {
    "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"};
constexpr const char *kLoader = "/lib64/ld-linux-x86-64.so.2";

llvm::Error missing(const llvm::Twine &text) { return llvm::make_error<MissingFile>(text.str()); }

llvm::Expected<std::string> systemLibrary(llvm::StringRef name) {
  for (const char *folder : kLibraryFolders) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    if (llvm::sys::fs::exists(path))
      return std::string(path);
  }
  return missing("this machine has no " + name + " in its library folders; nnc links programs against it");
}

/// A file that is gone at the end of its scope, also if a signal ends the process before.
class Temporary {
public:
  explicit Temporary(llvm::StringRef path) : path(path), remover(path) { llvm::sys::RemoveFileOnSignal(path); }
  ~Temporary() { llvm::sys::DontRemoveFileOnSignal(path); }
  Temporary(const Temporary &) = delete;
  Temporary &operator=(const Temporary &) = delete;
  /// It has another name now.
  void release() { remover.releaseFile(); }

private:
  std::string path;
  llvm::FileRemover remover;
};

/// Appends inputs by name, each checked to exist, so that the linker cannot fail over a path.
class Inputs {
public:
  Inputs(std::vector<std::string> &args, const std::string &folder) : args(args), folder(folder) {}

  void resource(llvm::StringRef name) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    add(std::string(path), "of nnc's resource folder (--resource-dir=DIR names another folder)");
  }
  void sharedObject(llvm::StringRef name) {
    llvm::Expected<std::string> path = systemLibrary(name);
    if (path)
      args.push_back(*path);
    else
      note(llvm::toString(path.takeError()));
  }
  void add(const std::string &path, llvm::StringRef what) {
    if (!llvm::sys::fs::exists(path))
      note("the file '" + path + "' " + what.str() + " is missing");
    args.push_back(path);
  }
  llvm::Error take() { return problem.empty() ? llvm::Error::success() : missing(problem); }

private:
  void note(std::string text) { // the first says it; the others usually have the same cause
    if (problem.empty())
      problem = std::move(text);
  }
  std::vector<std::string> &args;
  const std::string &folder;
  std::string problem;
};

} // namespace

std::string defaultResourceDir(const std::string &executable) {
  llvm::SmallString<128> path(llvm::sys::path::parent_path(executable));
  llvm::sys::path::append(path, "..", "lib", "nnc");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

llvm::Expected<std::vector<std::string>> linkArguments(const std::vector<std::string> &objects,
                                                       const std::string &output, const LinkOptions &options) {
  bool program = options.kind == LinkKind::program;
  std::vector<std::string> args = {"ld.lld",
                                   "-m",
                                   "elf_x86_64",
                                   "--hash-style=gnu",
                                   "--build-id=none",
                                   "--gc-sections",
                                   "--threads=1",
                                   "-z",
                                   "relro",
                                   "-z",
                                   "now",
                                   "-z",
                                   "noexecstack",
                                   "-o",
                                   output};
  Inputs inputs(args, options.resourceDir);
  if (options.strip)
    args.push_back("-s");
  if (program) {
    args.insert(args.end(), {"-pie", "--dynamic-linker", kLoader});
    inputs.resource("Scrt1.o");
  } else {
    args.insert(args.end(), {"-shared", "-z", "defs"});
  }
  inputs.resource("crti.o");
  inputs.resource("crtbeginS.o");
  for (const std::string &object : objects)
    inputs.add(object, "to link");
  for (const std::string &extra : options.extras)
    inputs.add(extra, "to link");
  if (program)
    inputs.resource("libnnc_runtime.a");
  for (const char *archive : {"libstdc++.a", "libgcc.a", "libgcc_eh.a"})
    inputs.resource(archive);
  inputs.sharedObject("libm.so.6");
  inputs.sharedObject("libc.so.6");
  inputs.resource("libc_nonshared.a");
  args.push_back("--as-needed");
  inputs.add(kLoader, "(the machine's loader)");
  args.push_back("--no-as-needed");
  inputs.resource("libgcc.a");
  inputs.resource("crtendS.o");
  inputs.resource("crtn.o");
  if (llvm::Error error = inputs.take())
    return std::move(error);
  return args;
}

/// The linker writes through a mapping, and dies on a full disk: whether the result finds room is asked before. A
/// program is smaller than its objects and what it takes from the runtime and its archives.
static llvm::Error checkRoom(const std::vector<std::string> &objects, const std::string &output) {
  uint64_t needed = 1 << 20, size = 0;
  for (const std::string &object : objects)
    needed += llvm::sys::fs::file_size(object, size) ? 0 : size;
  llvm::StringRef folder = llvm::sys::path::parent_path(output);
  llvm::ErrorOr<llvm::sys::fs::space_info> space = llvm::sys::fs::disk_space(folder.empty() ? "." : folder);
  if (space && space->available < needed)
    return missing("cannot write '" + output + "': no room on the device, " + llvm::Twine(needed >> 10) +
                   " KiB are needed");
  return llvm::Error::success();
}

llvm::Error link(const std::vector<std::string> &objects, const std::string &output, const LinkOptions &options) {
  if (llvm::Error error = checkRoom(objects, output))
    return error;
  // Written beside the result and renamed: an interrupted link leaves no half a program.
  llvm::SmallString<128> partial;
  llvm::sys::fs::createUniquePath(output + ".%%%%%%.partial", partial, /*MakeAbsolute=*/false);
  Temporary temporary(partial);
  // The linker would say that it cannot in words of its own.
  if (llvm::Expected<llvm::sys::fs::file_t> file =
          llvm::sys::fs::openNativeFileForWrite(partial, llvm::sys::fs::CD_CreateNew, llvm::sys::fs::OF_None))
    llvm::sys::fs::closeFile(*file);
  else
    return missing("cannot write '" + output + "': " + llvm::toString(file.takeError()));
  llvm::Expected<std::vector<std::string>> args = linkArguments(objects, std::string(partial), options);
  if (!args)
    return args.takeError();
  std::vector<const char *> raw;
  for (const std::string &arg : *args)
    raw.push_back(arg.c_str());
  std::string messages;
  llvm::raw_string_ostream out(messages);
  lld::Result result = lld::lldMain(raw, out, out, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return llvm::createStringError("the linker failed: " + messages);
  if (std::error_code code = llvm::sys::fs::rename(partial, output))
    return missing("cannot write '" + output + "': " + code.message());
  temporary.release();
  return llvm::Error::success();
}

llvm::Error linkObject(llvm::StringRef object, const std::string &output, const LinkOptions &options) {
  llvm::SmallString<128> path;
  int file = -1;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("nnc", "o", file, path)) {
    llvm::SmallString<128> folder;
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
    return missing("cannot make a file in '" + folder.str() + "': " + code.message() +
                   "; set TMPDIR to a folder with room that can be written");
  }
  Temporary temporary(path);
  llvm::raw_fd_ostream stream(file, /*shouldClose=*/true);
  stream << object;
  stream.close();
  if (stream.has_error()) {
    std::string why = stream.error().message();
    stream.clear_error();
    return missing("cannot write '" + path.str() + "': " + why + "; set TMPDIR to a folder with room");
  }
  return link({std::string(path)}, output, options);
}

} // namespace nnc
