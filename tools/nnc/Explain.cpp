#include "tools/nnc/Commands.h"

#include "support/Diagnostics.h"
#include "support/ExitCodes.h"
#include "support/Suggest.h"
#include "tools/nnc/Explanations.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc::driver {

int explain(const Options &options) {
  for (const std::string &word : options.inputs) {
    std::string code = llvm::StringRef(word).upper();
    const support::DiagnosticInfo *found = nullptr;
    std::vector<std::string> codes;
    for (const support::DiagnosticInfo *info : support::allDiagnostics()) {
      codes.emplace_back(info->code);
      if (info->code == code)
        found = info;
    }
    if (!found) {
      llvm::errs() << "nnc: error: no diagnostic has the code `" << word << "`";
      if (auto near = support::nearestName(code, codes))
        llvm::errs() << ": did you mean `" << *near << "`?";
      llvm::errs() << "\n";
      return support::ExitUsage;
    }
    llvm::outs() << found->code << ": " << found->text << "\n";
    if (std::string_view text = explanation(found->code); !text.empty())
      llvm::outs() << "\n" << text;
  }
  return support::ExitDone;
}

} // namespace nnc::driver
