#include "tools/nnc/Commands.h"
#include "tools/nnc/DrawMask.h"
#include "tools/nnc/Session.h"

#include "dsl/Source.h"
#include "dsl/doc/Page.h"
#include "support/Suggest.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

static int unknownName(const dsl::doc::Names &names, const std::string &name, const char *what) {
  llvm::errs() << "nnc: error: " << what << " `" << name << "`";
  if (auto near = support::nearestName(name, names.names()); near && *near != name)
    llvm::errs() << ": did you mean `" << *near << "`?";
  llvm::errs() << "\n";
  return support::ExitUsage;
}

/// Names and files, in any order: what ends in .nn is a file whose definitions are known, too.
int doc(const Options &options) {
  Session session(options);
  dsl::doc::Names names(session.sources);
  std::vector<std::string> wanted;
  for (const std::string &input : options.inputs) {
    if (!llvm::StringRef(input).ends_with(".nn")) {
      wanted.push_back(input);
      continue;
    }
    dsl::LoadedSource loaded = dsl::loadSource(input, session.sources, session.sink);
    session.fileMissing |= loaded.missing;
    if (loaded.file)
      names.add(*loaded.file, session.sink);
  }
  if (int code = session.finish())
    return code;
  if (wanted.empty() && options.at.empty()) {
    llvm::outs() << dsl::doc::index(names);
    return support::ExitDone;
  }
  if (!options.at.empty()) {
    if (wanted.size() == 1)
      return drawMask(options, names, session.sources, wanted[0]);
    llvm::errs() << "nnc: error: `--at` draws one mask: write `nnc doc causal --at T=6,S=10`\n";
    return support::ExitUsage;
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    auto text = options.source ? dsl::doc::alone(names, wanted[i]) : dsl::doc::page(names, wanted[i]);
    if (!text)
      return unknownName(names, wanted[i],
                         options.source ? "nothing with a text has the name" : "nothing has the name");
    llvm::outs() << (i ? "\n" : "") << *text;
  }
  return support::ExitDone;
}

} // namespace nnc::driver
