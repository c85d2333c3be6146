#include "tools/nnc-random/CppForms.h"

#include "tools/nnc-random/Build.h"

namespace nnc::random {
namespace {

class Judge {
public:
  Judge(const CppForm &form, const TargetInfo &target) : form(form), target(target) {}

  std::optional<CppFailure> run(const std::vector<CppProgram> &programs) {
    std::string why;
    std::shared_ptr<void> library = compile(programs, 0, programs.size(), why);
    if (!library)
      return CppFailure{refused(programs), {Verdict::Disagreed, "compile " + form.name(), why}};
    for (size_t i = 0; i < programs.size(); ++i)
      if (std::optional<Verdict> verdict = judge(programs[i], library))
        return CppFailure{i, *verdict};
    return std::nullopt;
  }

private:
  std::shared_ptr<void> compile(const std::vector<CppProgram> &programs, size_t begin, size_t end, std::string &why) {
    std::string text;
    for (size_t i = begin; i < end; ++i)
      text += programs[i].text;
    auto bytes = compileCxx(text, form.compiler, {target, form.optLevel, CxxOutput::sharedLibrary, form.flags});
    if (bytes)
      return loadLibrary(*bytes, why);
    why = llvm::toString(bytes.takeError());
    return nullptr;
  }

  /// The first program that the compiler refuses, alone in its file.
  size_t refused(const std::vector<CppProgram> &programs) {
    std::string why;
    for (size_t i = 0; i + 1 < programs.size(); ++i)
      if (!compile(programs, i, i + 1, why))
        return i;
    return programs.size() - 1;
  }

  std::optional<Verdict> judge(const CppProgram &program, const std::shared_ptr<void> &library) {
    std::unique_ptr<Machine> machine = findMachine(library, program.space + "_model");
    if (!machine)
      return Verdict{Verdict::Disagreed, "compile " + form.name(), "there is no " + program.space + "_model"};
    for (const CppProgram::Run &run : program.runs) {
      std::string which = run.which + " through " + form.name(), why;
      std::optional<Values> got = machine->run(run.entry, run.call, why);
      if (!got)
        return Verdict{Verdict::Disagreed, "run " + form.name(), which + ": " + why};
      std::string wrong = differenceInBits(run.wanted, *got);
      if (!wrong.empty())
        return Verdict{Verdict::Disagreed, form.name(), which + ": " + wrong};
    }
    return std::nullopt;
  }

  const CppForm &form;
  const TargetInfo &target;
};

} // namespace

std::optional<CppFailure> judgeCpp(const std::vector<CppProgram> &programs, const std::vector<CppForm> &forms,
                                   const TargetInfo &target) {
  for (const CppForm &form : forms)
    if (std::optional<CppFailure> failure = Judge(form, target).run(programs))
      return failure;
  return std::nullopt;
}

} // namespace nnc::random
