#include "tools/nnc/Cache.h"

#include "compiler/Target/TargetInfo.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace llvm;

namespace nnc::driver {
namespace {

/// Parts are hashed with their length, so that no two lists of parts are the same bytes.
void add(BLAKE3 &hash, StringRef part) {
  uint64_t size = part.size();
  hash.update(StringRef(reinterpret_cast<const char *>(&size), sizeof size));
  hash.update(part);
}

void addFile(BLAKE3 &hash, const Twine &path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  add(hash, buffer ? (*buffer)->getBuffer() : StringRef());
}

/// The strings between the parentheses of every `words(…)`, `characters(…)` and `labels(…)` of a text: among them stand
/// the files of its vocabularies, whose members are compiled in.
std::vector<std::string> vocabularyStrings(StringRef text) {
  std::vector<std::string> strings;
  for (StringRef call : {"words", "characters", "labels"})
    for (size_t at = text.find(call); at != StringRef::npos; at = text.find(call, at + 1)) {
      StringRef rest = text.substr(at + call.size()).ltrim();
      for (int depth = 0; !rest.empty(); rest = rest.drop_front()) {
        depth += rest.front() == '(' ? 1 : rest.front() == ')' ? -1 : 0;
        if (depth <= 0)
          break;
        if (rest.front() != '"')
          continue;
        strings.push_back(rest.drop_front().take_until([](char c) { return c == '"' || c == '\n'; }).str());
        rest = rest.drop_front(strings.back().size() + 1);
        if (rest.empty())
          break;
      }
    }
  return strings;
}

/// The files of the vocabularies of a text; `file` is the program's, whichever text names them.
void addVocabularies(BLAKE3 &hash, StringRef text, const std::string &file, const Options &options) {
  for (const std::string &name : vocabularyStrings(text)) {
    SmallString<128> path(options.dataDir.empty() ? sys::path::parent_path(file) : StringRef(options.dataDir));
    sys::path::append(path, name);
    addFile(hash, sys::path::is_absolute(name) ? name : std::string(path));
  }
}

/// A text, the files of its vocabularies, and the texts that it imports: found by their lines, without a parser. A
/// line too many changes nothing but the key.
void addText(BLAKE3 &hash, const std::string &path, const std::string &program, const Options &options,
             StringSet<> &seen) {
  if (!seen.insert(path).second)
    return;
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return;
  add(hash, (*buffer)->getBuffer());
  addVocabularies(hash, (*buffer)->getBuffer(), program, options);
  SmallVector<StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n');
  for (StringRef line : lines) {
    line = line.ltrim();
    if (!line.consume_front("import"))
      continue;
    StringRef name = line.split('"').second.split('"').first;
    std::vector<std::string> folders = {sys::path::parent_path(path).str()};
    folders.insert(folders.end(), options.includeDirs.begin(), options.includeDirs.end());
    if (sys::path::is_absolute(name))
      folders = {""};
    for (const std::string &folder : folders) {
      SmallString<128> place(folder);
      sys::path::append(place, name);
      if (!sys::fs::exists(place))
        continue;
      addText(hash, place.str().str(), program, options, seen);
      break;
    }
  }
}

SmallString<128> cacheFolder() {
  SmallString<128> folder;
  const char *xdg = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  if (xdg && sys::path::is_absolute(xdg))
    folder = xdg;
  else if (home && sys::path::is_absolute(home))
    sys::path::append(folder = home, ".cache");
  if (!folder.empty()) {
    sys::path::append(folder, "nnc");
    if (!sys::fs::create_directories(folder, true, sys::fs::owner_all) &&
        !sys::fs::access(folder, sys::fs::AccessMode::Write))
      return folder;
  }
  folder.clear();
  if (sys::fs::createUniqueDirectory("nnc-cache", folder))
    folder.clear();
  return folder;
}

} // namespace

std::string cachedProgram(const Options &options, const std::string &file, const CxxCompiler &cxx) {
  BLAKE3 hash;
  StringSet<> seen;
  addText(hash, file, file, options, seen);
  addFile(hash, sys::fs::getMainExecutable(nullptr, nullptr));
  for (const auto &[name, value] : options.defines) {
    add(hash, name);
    add(hash, value);
  }
  for (const std::string *part : {&file, &options.targetFeatures, &options.dtype, &options.scan, &options.train,
                                  &options.resourceDir, &options.plant, &cxx.path, &cxx.version})
    add(hash, *part);
  add(hash, itostr(options.batch));
  add(hash, itostr(options.optLevel));
  add(hash, targetOfHost().llvmFeatures());
  SmallString<128> folder = cacheFolder();
  if (folder.empty()) {
    errs() << "nnc: error: there is no folder for compiled programs: set XDG_CACHE_HOME to one\n";
    return "";
  }
  auto digest = hash.final<16>();
  sys::path::append(folder, toHex(ArrayRef<uint8_t>(digest), /*LowerCase=*/true));
  return std::string(folder);
}

} // namespace nnc::driver
