#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"

#include "dsl/Summary.h"
#include "dsl/SummarySizes.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using llvm::StringRef;

namespace nnc::driver {

/// `B=1,T=256` as sizes; false after a sentence if it is something else.
static bool readSizes(StringRef text, std::map<std::string, int64_t> &sizes) {
  while (!text.empty()) {
    auto [item, rest] = text.split(',');
    auto [name, number] = item.split('=');
    int64_t value = 0;
    if (name.empty() || number.getAsInteger(10, value) || value < 1) {
      llvm::errs() << "nnc: error: `--at " << item << "`: write --at B=1,T=256\n";
      return false;
    }
    sizes[name.str()] = value;
    text = rest;
  }
  return true;
}

/// Whether the model has this free size; a sentence if not.
static bool hasSize(const dsl::Program &program, const std::string &name) {
  std::string known;
  for (const dsl::Entry &entry : program.entries)
    for (const dsl::FreeSize &size : entry.sizes) {
      if (entry.kind != dsl::EntryKind::Forward)
        continue;
      if (size.name == name)
        return true;
      known += (known.empty() ? "" : ", ") + size.name;
    }
  llvm::errs() << "nnc: error: `--at " << name << "`: the model has no free size `" << name << "`"
               << (known.empty() ? "" : "; it has " + known) << "\n";
  return false;
}

int summary(const Options &options) {
  std::map<std::string, int64_t> sizes;
  if (!readSizes(options.at, sizes))
    return support::ExitUsage;
  Session session(options);
  dsl::Program program;
  if (int code = readProgram(session, program))
    return code;
  for (const auto &[name, value] : sizes)
    if (!hasSize(program, name))
      return support::ExitUsage;
  const dsl::Entry *forward = program.entry(dsl::EntryKind::Forward);
  if (std::string wrong = forward ? dsl::chooseSizes(*forward, sizes).wrong : ""; !wrong.empty()) {
    llvm::errs() << "nnc: error: `--at " << options.at << "`: " << wrong << "\n";
    return support::ExitUsage;
  }
  if (options.json)
    llvm::outs() << dsl::summaryJson(program, sizes);
  else
    llvm::outs() << dsl::summaryTable(dsl::summarize(program, sizes));
  return support::ExitDone;
}

} // namespace nnc::driver
