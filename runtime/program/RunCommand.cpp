#include "data/Csv.h"
#include "runtime/core/Dtype.h"
#include "runtime/program/Session.h"
#include <cstring>

namespace nnc::rt {

namespace {

std::string sizeText(const nnc_entry &entry, int64_t dim) {
  return dim >= 0 ? std::to_string(dim) : std::string(entry.sizes[size_t(~dim)].name);
}

std::string portShape(const nnc_entry &entry, const nnc_port &port) {
  std::string text = "[";
  for (uint8_t i = 0; i < port.rank; ++i)
    text += (i ? ", " : "") + sizeText(entry, port.dims[i]);
  return text + "]";
}

/// Reads the free sizes off the shape of one given tensor.
Status bindSizes(const nnc_entry &entry, const nnc_port &port, const StoredTensor &given, std::vector<int64_t> &sizes) {
  bool fits = given.shape.size() == port.rank;
  for (uint8_t i = 0; fits && i < port.rank; ++i) {
    if (port.dims[i] >= 0) {
      fits = port.dims[i] == given.shape[i];
      continue;
    }
    int64_t &size = sizes[size_t(~port.dims[i])];
    fits = size < 0 || size == given.shape[i];
    size = given.shape[i];
  }
  if (fits)
    return std::nullopt;
  std::string shape = "[";
  for (size_t i = 0; i < given.shape.size(); ++i)
    shape += (i ? ", " : "") + std::to_string(given.shape[i]);
  return doesNotFit("the input `" + given.name + "` has shape " + shape + "], entry `" + entry.name + "` takes " +
                    portShape(entry, port));
}

/// Every tensor of the file must be an input of the entry, an optimiser slot or a note of the data.
Status checkNames(const Session &session, const nnc_entry &entry, const Safetensors &file) {
  for (const StoredTensor &given : file.tensors()) {
    bool known = session.model.find(given.name) >= 0;
    for (uint32_t i = 0; i < entry.n_inputs; ++i)
      known |= given.name == entry.inputs[i].name;
    if (known)
      continue;
    std::string names;
    for (uint32_t i = 0; i < entry.n_inputs; ++i)
      names += std::string(names.empty() ? "" : ", ") + entry.inputs[i].name;
    return doesNotFit(file.file() + ": `" + given.name + "` is no input of entry `" + entry.name +
                      "`\n  note: inputs: " + names);
  }
  return std::nullopt;
}

/// Parameters, states and optimiser slots that stand among the inputs.
Status loadGivenState(Session &session, const Safetensors &file) {
  for (const StoredTensor &given : file.tensors()) {
    int32_t index = session.model.find(given.name);
    if (index < 0 || session.model.tensor(uint32_t(index)).role == NNC_DERIVED)
      continue;
    const nnc_tensor &tensor = session.model.tensor(uint32_t(index));
    std::string why = "has another shape";
    if (given.shape != std::vector<int64_t>(tensor.dims, tensor.dims + tensor.rank) ||
        !convertStored(file, given, tensor.dtype, session.state.data(tensor), why))
      return doesNotFit(file.file() + ": `" + given.name + "` " + why);
  }
  return session.state.pack(session.model, *session.pool);
}

class InputFile {
public:
  /// Sizes and converted copies of all inputs.
  Status take(const Session &session, Runner &runner, const Safetensors &file) {
    const nnc_entry &entry = runner.entry();
    sizes.assign(entry.n_sizes, -1);
    for (uint32_t i = 0; i < entry.n_inputs; ++i) {
      const StoredTensor *given = file.find(entry.inputs[i].name);
      if (!given)
        return doesNotFit(file.file() + ": has no `" + entry.inputs[i].name + "`, an input of entry `" + entry.name +
                          "` of shape " + portShape(entry, entry.inputs[i]));
      if (Status failed = bindSizes(entry, entry.inputs[i], *given, sizes))
        return failed;
    }
    for (const auto &[name, value] : session.options.sizes) {
      bool known = false;
      for (uint32_t i = 0; i < entry.n_sizes; ++i)
        if (name == entry.sizes[i].name) {
          known = true;
          if (sizes[i] >= 0 && sizes[i] != value)
            return doesNotFit("--size " + name + "=" + std::to_string(value) + ", but the inputs have " +
                              std::to_string(sizes[i]));
          sizes[i] = value;
        }
      if (!known)
        return usage("entry `" + std::string(entry.name) + "` has no free size `" + name + "`");
    }
    for (int64_t &size : sizes)
      size = size < 0 ? 1 : size;
    return copy(runner, file);
  }

  std::vector<int64_t> sizes;

private:
  Status copy(Runner &runner, const Safetensors &file) {
    const nnc_entry &entry = runner.entry();
    for (uint32_t i = 0; i < entry.n_inputs; ++i) {
      const StoredTensor &given = *file.find(entry.inputs[i].name);
      Result<Block> block = Block::allocate(given.elements() * widthOf(entry.inputs[i].dtype) + 64);
      if (!block)
        return block.error();
      std::string why;
      if (!convertStored(file, given, entry.inputs[i].dtype, block->data(), why))
        return doesNotFit(file.file() + ": `" + given.name + "` " + why);
      runner.inputs[i] = block->data();
      blocks.push_back(std::move(*block));
    }
    return std::nullopt;
  }

  std::vector<Block> blocks;
};

Status writeOutputs(const Session &session, const Runner &runner, const std::string &path) {
  SafetensorsWriter file;
  const nnc_entry &entry = runner.entry();
  file.note("format", "nnc-run");
  file.note("entry", entry.name);
  for (uint32_t i = 0; i < entry.n_outputs; ++i) {
    const int64_t *dims = runner.outputDims(i);
    file.add(entry.outputs[i].name, entry.outputs[i].dtype, {dims, dims + entry.outputs[i].rank}, runner.output(i));
  }
  if (entry.kind == NNC_STEP)
    for (uint32_t i = 0; i < session.model.tensorCount(); ++i) {
      const nnc_tensor &tensor = session.model.tensor(i);
      if (tensor.role != NNC_DERIVED)
        file.add(tensor.name, tensor.dtype, {tensor.dims, tensor.dims + tensor.rank}, session.state.data(tensor));
    }
  return file.write(path);
}

Result<const nnc_entry *> chooseEntry(const Session &session) {
  std::vector<std::string> names;
  std::string list;
  for (uint32_t i = 0; i < session.model.descriptor().n_entries; ++i) {
    const nnc_entry &entry = session.model.descriptor().entries[i];
    if (entry.kind == NNC_PACK)
      continue;
    names.emplace_back(entry.name);
    list += " " + names.back();
  }
  const std::vector<std::string> &words = session.options.words;
  if (words.size() != 1)
    return usage("`run` needs the name of one entry\n  note: entries:" + list);
  const nnc_entry *entry = session.model.entry(std::string_view(words[0]));
  if (entry && entry->kind != NNC_PACK)
    return entry;
  std::optional<std::string> near = data::closest(words[0], names);
  return usage("no entry `" + words[0] + "`\n  " +
               (near ? "help: did you mean `" + *near + "`?" : "note: entries:" + list));
}

} // namespace

Result<ExitCode> runCommand(Session &session) {
  const Options &options = session.options;
  Result<const nnc_entry *> chosen = chooseEntry(session);
  if (!chosen)
    return chosen.error();
  const nnc_entry &entry = **chosen;
  if (options.outputs.empty() || (options.inputs.empty() && entry.n_inputs > 0))
    return usage("`run` needs --inputs FILE and --outputs FILE, both safetensors");
  if (Status failed = session.checkSettings(entry))
    return *failed;
  Result<Safetensors> file = options.inputs.empty()
                                 ? Safetensors::parse("(no inputs)", std::string("\2\0\0\0\0\0\0\0{}", 10))
                                 : Safetensors::open(options.inputs);
  if (!file)
    return file.error();
  if (Status failed = checkNames(session, entry, *file))
    return *failed;
  std::string start; // a single entry says nothing about it
  if (Status failed = session.begin(session.seed(session.recipe.train.seed), start))
    return *failed;
  if (Status failed = loadGivenState(session, *file))
    return *failed;
  Runner runner(session.model, session.state.data(), *session.pool, entry);
  session.applySettings(runner);
  InputFile inputs;
  if (Status failed = inputs.take(session, runner, *file))
    return *failed;
  if (Status failed = runner.reserve(inputs.sizes))
    return *failed;
  int64_t most = 1;
  for (int64_t size : inputs.sizes)
    most = size > most ? size : most;
  for (int64_t i = 0; i < most; ++i)
    runner.samples.push_back(i);
  runner.seed = session.seed(session.recipe.train.seed);
  runner.step = options.step.value_or(0);
  nnc_status status = runner.prepare();
  if (status == NNC_OK) {
    runner.scalars(options.steps.value_or(1000), 1);
    status = runner.run();
  }
  if (status != NNC_OK)
    return runner.explain(status);
  if (Status failed = writeOutputs(session, runner, options.outputs))
    return *failed;
  return support::ExitDone;
}

} // namespace nnc::rt
