// A model that is made up behind a program's text, to look at one thing in it, and its evaluation in f64.
#pragma once

#include "compiler/Reference/Reference.h"
#include "dsl/Program.h"
#include "tools/nnc/Options.h"
#include "tools/nnc/Stages.h"
#include <optional>
#include <string>
#include <string_view>

namespace nnc::driver {

/// A name of a model that the text does not have.
std::string freshModelName(std::string_view text);

/// The model of that name in a text that stands for FILE, its functions with `backward` as they are. Nothing if the
/// text is wrong; `why` is the first message then.
std::optional<dsl::Program> compileProbe(const Options &options, const std::string &file, const std::string &text,
                                         const std::string &model, std::string &why);

/// Whether the conditions of an entry hold for these sizes, and all its values have elements.
bool fitSizes(const dsl::Entry &entry, const std::map<std::string, int64_t> &sizes);

/// One entry, `forward`, in the evaluator.
class Probe {
public:
  using Tensor = reference::Tensor<double>;
  using Tensors = reference::TensorMap<double>;

  Probe(const Options &options, const dsl::Program &program);

  bool isReady() const { return ready; }
  int exitCode() const { return stages.exitCode(); }
  /// Nothing if the evaluator refuses the inputs.
  std::optional<std::vector<Tensor>> evaluate(const Tensors &inputs, const std::map<std::string, int64_t> &sizes);

private:
  Session session;
  Stages stages;
  bool ready;
};

/// The kind and shape of a value at sizes, without elements of any meaning.
reference::Tensor<double> emptyTensor(const dsl::Type &type, const std::map<std::string, int64_t> &sizes);

} // namespace nnc::driver
