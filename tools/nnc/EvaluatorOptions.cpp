#include "tools/nnc/EvaluatorOptions.h"

#include "support/ExitCodes.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using llvm::StringRef;

namespace nnc::driver {

int usageError(const llvm::Twine &text) {
  llvm::errs() << "nnc: error: " << text << "\n";
  return support::ExitUsage;
}

int readOptions(const std::vector<std::string> &words, RunOptions &run) {
  for (size_t i = 0; i < words.size(); ++i) {
    StringRef word = words[i];
    if (!word.starts_with("--")) {
      if (!run.entry.empty())
        return usageError("`run` takes one entry: `" + run.entry + "` and `" + word + "` were given");
      run.entry = word;
      continue;
    }
    auto [name, value] = word.split('=');
    std::string next = value.str();
    if (!word.contains('=')) {
      if (i + 1 == words.size())
        return usageError("`" + word + "` wants a value");
      next = words[++i];
    }
    value = next;
    bool good = true;
    if (name == "--inputs")
      run.inputs = next;
    else if (name == "--outputs")
      run.outputs = next;
    else if (name == "--weights")
      run.weights = next;
    else if (name == "--seed")
      good = !value.getAsInteger(10, run.seed);
    else if (name == "--step")
      good = !value.getAsInteger(10, run.step) && run.step >= 0;
    else if (name == "--steps")
      good = !value.getAsInteger(10, run.steps) && run.steps > 0;
    else if (name == "--set") {
      auto [setting, number] = value.split('=');
      double real = 0;
      good = !setting.empty() && !number.getAsDouble(real) && std::isfinite(real);
      run.settings[setting.str()] = real;
    } else
      return usageError("the evaluator has no option `" + name +
                        "`: it takes --inputs, --outputs, --weights, --seed, --step, "
                        "--steps and --set");
    if (!good)
      return usageError("`" + name + " " + value + "`: this is not a value for it");
  }
  if (run.entry.empty() || run.inputs.empty() || run.outputs.empty())
    return usageError("write `nnc run FILE ENTRY --inputs F --outputs F --backend=reference`\n"
                      "Both F are safetensors files: tensors by the names of the program. From Python: "
                      "`safetensors.numpy.save_file({\"x\": x}, \"in.safetensors\")`");
  return support::ExitDone;
}

} // namespace nnc::driver
