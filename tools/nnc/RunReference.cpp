#include "tools/nnc/RunReference.h"

#include "compiler/Reference/EntryBounds.h"
#include "compiler/Reference/Reference.h"
#include "compiler/Target/TargetInfo.h"
#include "runtime/checkpoint/Weights.h"
#include "runtime/core/Dtype.h"
#include "runtime/core/Initial.h"
#include "tools/nnc/EvaluatorOptions.h"
#include "tools/nnc/FrontEnd.h"
#include "tools/nnc/Stages.h"

#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <deque>

namespace nnc::driver {
namespace {

int report(const rt::Error &error) {
  llvm::errs() << "nnc: error: " << error.text << "\n";
  return error.code;
}

uint8_t dtypeOf(mlir::Type element) {
  if (element.isF32())
    return NNC_F32;
  if (element.isF64())
    return NNC_F64;
  if (element.isInteger(1))
    return NNC_BOOL;
  return element.isInteger(32) ? NNC_I32 : NNC_I64;
}

/// Raw elements of one dtype, to and from the evaluator's tensors.
template <class S> reference::Tensor<S> fromBytes(uint8_t dtype, llvm::ArrayRef<int64_t> shape, const char *bytes) {
  using reference::ElementKind;
  bool real = rt::isFloat(dtype);
  reference::Tensor<S> tensor(real                ? ElementKind::Real
                              : dtype == NNC_BOOL ? ElementKind::Bool
                              : dtype == NNC_I32  ? ElementKind::I32
                                                  : ElementKind::I64,
                              shape);
  for (int64_t i = 0; i < tensor.size(); ++i)
    switch (dtype) {
    case NNC_F32:
      tensor.reals[i] = S(reinterpret_cast<const float *>(bytes)[i]);
      break;
    case NNC_F64:
      tensor.reals[i] = S(reinterpret_cast<const double *>(bytes)[i]);
      break;
    case NNC_I32:
      tensor.integers[i] = reinterpret_cast<const int32_t *>(bytes)[i];
      break;
    case NNC_I64:
      tensor.integers[i] = reinterpret_cast<const int64_t *>(bytes)[i];
      break;
    default:
      tensor.integers[i] = bytes[i] != 0;
    }
  return tensor;
}

template <class S> std::vector<char> toBytes(const reference::Tensor<S> &tensor, uint8_t dtype) {
  std::vector<char> bytes(tensor.size() * rt::widthOf(dtype));
  for (int64_t i = 0; i < tensor.size(); ++i)
    switch (dtype) {
    case NNC_F32:
      reinterpret_cast<float *>(bytes.data())[i] = float(tensor.reals[i]);
      break;
    case NNC_F64:
      reinterpret_cast<double *>(bytes.data())[i] = double(tensor.reals[i]);
      break;
    case NNC_I32:
      reinterpret_cast<int32_t *>(bytes.data())[i] = int32_t(tensor.integers[i]);
      break;
    case NNC_I64:
      reinterpret_cast<int64_t *>(bytes.data())[i] = tensor.integers[i];
      break;
    default:
      bytes[i] = char(tensor.integers[i]);
    }
  return bytes;
}

/// One run of one entry in the scalar S, whose width is the program's.
template <class S> class ReferenceRun {
public:
  ReferenceRun(Stages &stages, const dsl::Program &program, const RunOptions &run)
      : stages(stages), module(stages.getModule()), program(program), run(run) {}

  int execute() {
    entry = module.lookupSymbol<nn::EntryOp>(run.entry);
    if (!entry)
      return noEntry();
    if (int code = takeState())
      return code;
    if (int code = takeInputs())
      return code;
    if (int code = takeScalars())
      return code;
    arguments.seed = run.seed;
    arguments.step = run.step;
    reference::EntryResults<S> results;
    auto evaluate = [&] { return succeeded(reference::evaluateEntry(module, run.entry, arguments, results)); };
    if (!stages.attempt("the evaluator failed", evaluate))
      return stages.exitCode();
    return write(results);
  }

private:
  static constexpr uint8_t floatType = sizeof(S) == 4 ? NNC_F32 : NNC_F64;

  int noEntry() {
    std::string names;
    for (nn::EntryOp known : module.getOps<nn::EntryOp>())
      names += (names.empty() ? "" : ", ") + known.getSymName().str();
    return usageError("the program has no entry `" + run.entry + "`: it has " + names);
  }

  static uint8_t typeOf(const reference::Tensor<S> &tensor) {
    using reference::ElementKind;
    return tensor.isReal()                    ? floatType
           : tensor.kind == ElementKind::Bool ? NNC_BOOL
           : tensor.kind == ElementKind::I32  ? NNC_I32
                                              : NNC_I64;
  }

  /// One tensor of a file as a tensor of the given type.
  int take(const rt::Safetensors &file, const rt::StoredTensor &stored, uint8_t dtype, reference::TensorMap<S> &into) {
    std::vector<char> bytes(stored.elements() * rt::widthOf(dtype));
    std::string why;
    if (!rt::convertStored(file, stored, dtype, bytes.data(), why)) {
      llvm::errs() << "nnc: error: " << file.file() << ": `" << stored.name << "` " << why << "\n";
      return support::ExitDoesNotFit;
    }
    into[stored.name] = fromBytes<S>(dtype, stored.shape, bytes.data());
    return support::ExitDone;
  }

  template <class Declaration> void initialise(const Declaration &declared) {
    std::vector<int64_t> shape;
    for (const dsl::Size &size : declared.type.shape)
      shape.push_back(size.constant().value_or(0));
    // Counts and the like: their starts are those of the module.
    if (declared.type.elem != dsl::Elem::F32 && declared.type.elem != dsl::Elem::F64)
      return;
    rt::InitialValues values;
    std::vector<char> given;
    static constexpr uint8_t kinds[] = {NNC_INIT_CONSTANT, NNC_INIT_UNIFORM, NNC_INIT_NORMAL, NNC_INIT_ORTHOGONAL,
                                        NNC_INIT_VALUES};
    values.kind = kinds[declared.init.kind];
    values.args[0] = declared.init.a;
    values.args[1] = declared.init.b;
    std::vector<S> list(declared.init.values.begin(), declared.init.values.end());
    values.values = list.data();
    std::vector<S> out(reference::countElements(shape));
    rt::fillInitial(values, declared.name, run.seed, floatType, shape.data(), shape.size(), out.data());
    arguments.state[declared.name] = fromBytes<S>(floatType, shape, reinterpret_cast<const char *>(out.data()));
  }

  int takeState() {
    arguments.state = reference::initialState<S>(module, run.seed);
    for (const dsl::Param &param : program.params)
      initialise(param);
    for (const dsl::State &state : program.states)
      initialise(state);
    if (run.weights.empty())
      return takeStart();
    auto file = rt::Safetensors::open(run.weights);
    if (!file)
      return report(file.error());
    std::vector<std::string> names;
    for (const dsl::Param &param : program.params)
      names.push_back(param.name);
    for (const dsl::State &state : program.states)
      names.push_back(state.name);
    for (const std::string &name : names)
      if (!file->find(name)) {
        llvm::errs() << "nnc: error: " << run.weights << ": has no `" << name << "`\n";
        return support::ExitDoesNotFit;
      }
    return takeStored(*file);
  }

  /// Without --weights: what `start` of the `train` block names, as in the compiled program.
  int takeStart() {
    auto recipe = rt::parseJson(program.recipe);
    std::optional<rt::StartPlan> start = recipe ? rt::startPlan(*recipe) : std::nullopt;
    if (!start)
      return support::ExitDone;
    auto file = rt::openStart(*start, run.data);
    if (!file)
      return report(file.error());
    std::vector<data::NamedShape> stored = rt::layerTensors(*file), tensors;
    auto add = [&](const auto &declared) {
      tensors.push_back({declared.name, dsl::spell(declared.type.elem), {}});
      for (const dsl::Size &size : declared.type.shape)
        tensors.back().shape.push_back(size.constant().value_or(0));
    };
    llvm::for_each(program.params, add);
    llvm::for_each(program.states, add);
    if (rt::Status wrong = rt::misfit(*file, stored, program.model, tensors, start->names))
      return report(*wrong);
    data::WeightsMatch match = data::matchWeights(stored, tensors, start->names);
    for (size_t i = 0; i < tensors.size(); ++i)
      if (const auto &source = match.sources[i]) {
        reference::Tensor<S> &into = arguments.state[tensors[i].name];
        reference::TensorMap<S> taken;
        const std::string &name = stored[source->number].name;
        if (int code = take(*file, *file->find(name), typeOf(into), taken))
          return code;
        into = source->transposed ? transposed(taken.at(name)) : taken.at(name);
      }
    return support::ExitDone;
  }

  static reference::Tensor<S> transposed(const reference::Tensor<S> &matrix) {
    uint8_t dtype = typeOf(matrix);
    std::vector<char> bytes = toBytes(matrix, dtype);
    rt::transpose(bytes.data(), matrix.shape[0], matrix.shape[1], rt::widthOf(dtype));
    return fromBytes<S>(dtype, {matrix.shape[1], matrix.shape[0]}, bytes.data());
  }

  /// Parameters, states and optimizer slots that a file holds.
  int takeStored(const rt::Safetensors &file) {
    for (const rt::StoredTensor &stored : file.tensors()) {
      auto declared = arguments.state.find(stored.name);
      if (declared == arguments.state.end())
        continue;
      if (stored.shape != llvm::ArrayRef<int64_t>(declared->second.shape).vec()) {
        llvm::errs() << "nnc: error: " << file.file() << ": `" << stored.name << "` has another shape\n";
        return support::ExitDoesNotFit;
      }
      if (int code = take(file, stored, typeOf(declared->second), arguments.state))
        return code;
    }
    return support::ExitDone;
  }

  static std::string shapeText(llvm::ArrayRef<std::string> axes) { return "[" + llvm::join(axes, ", ") + "]"; }

  /// The first input that names a free size fixes it, also for inputs before it; then those that are only computed
  /// with.
  void bindSizes(const rt::Safetensors &file) {
    nn::SizeForms forms = nn::formsOf(entry);
    auto eachInput = [&](auto &&bind) {
      for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
        const rt::StoredTensor *stored = file.find(entry.getArgName(i));
        auto type = mlir::cast<mlir::RankedTensorType>(entry.getArgumentTypes()[i]);
        if (stored && stored->shape.size() == size_t(type.getRank()))
          bind(nn::sizesOf(type), stored->shape);
      }
    };
    eachInput([&](const auto &axes, const auto &extents) { reference::bindSizes(axes, extents, forms, sizes); });
    eachInput([&](const auto &axes, const auto &extents) { reference::solveSizes(axes, extents, sizes); });
  }

  /// A stored input has the entry's shape.
  int checkShape(const rt::StoredTensor &stored, mlir::RankedTensorType type) {
    std::vector<std::string> has, takes;
    for (int64_t extent : stored.shape)
      has.push_back(std::to_string(extent));
    bool fits = stored.shape.size() == size_t(type.getRank());
    nn::SizeRanges ranges = nn::rangesOf(entry);
    for (auto [axis, size] : llvm::enumerate(nn::sizesOf(type))) {
      std::optional<mlir::StringAttr> free = nn::freeSize(size, nn::formsOf(entry));
      takes.push_back(free ? free->str() : size.str());
      if (!fits)
        continue;
      // Whether what must divide it does is said with the conditions of the entry.
      std::optional<int64_t> expected = free ? std::optional(sizes.find(takes.back())->second) : size.evaluate(sizes);
      fits = !expected || *expected == stored.shape[axis];
      auto range = ranges.find(takes.back());
      // A bound that a condition of the program gives is told with its place, by the evaluator.
      if (fits && range != ranges.end() && !reference::failingFact(entry, sizes) &&
          (stored.shape[axis] < range->second.min || stored.shape[axis] > range->second.max.value_or(INT64_MAX))) {
        llvm::errs() << "nnc: error: " << run.inputs << ": `" << stored.name << "`: size " << takes.back() << " = "
                     << stored.shape[axis];
        if (range->second.max)
          llvm::errs() << " is not between " << range->second.min << " and " << *range->second.max << "\n";
        else
          llvm::errs() << " is below " << range->second.min << "\n";
        return support::ExitDoesNotFit;
      }
    }
    if (fits)
      return support::ExitDone;
    llvm::errs() << "nnc: error: " << run.inputs << ": the input `" << stored.name << "` has shape " << shapeText(has)
                 << ", entry `" << run.entry << "` takes " << shapeText(takes);
    const char *joined = " with ";
    for (const auto &[name, value] : sizes) {
      llvm::errs() << joined << name << " = " << value;
      joined = ", ";
    }
    llvm::errs() << "\n";
    return support::ExitDoesNotFit;
  }

  /// Inputs of the entry, and optimizer slots that stand among them.
  int takeInputs() {
    auto file = rt::Safetensors::open(run.inputs);
    if (!file)
      return report(file.error());
    bindSizes(*file);
    for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
      auto name = entry.getArgAttrOfType<mlir::StringAttr>(i, "nn.name");
      if (!name)
        continue;
      const rt::StoredTensor *stored = file->find(name.getValue());
      if (!stored) {
        llvm::errs() << "nnc: error: " << run.inputs << ": has no `" << name.getValue() << "`, an input of entry `"
                     << run.entry << "`\n";
        return support::ExitDoesNotFit;
      }
      auto type = mlir::cast<mlir::RankedTensorType>(entry.getArgumentTypes()[i]);
      if (int code = checkShape(*stored, type))
        return code;
      if (int code = take(*file, *stored, dtypeOf(type.getElementType()), arguments.inputs))
        return code;
    }
    if (int code = takeStored(*file))
      return code;
    tellUnknown(*file);
    return checkIndices();
  }

  /// A file may serve several entries, and be what one of them wrote; what none of them takes is told: it may be a name
  /// spelt in another way.
  void tellUnknown(const rt::Safetensors &file) {
    std::string inputs;
    std::set<std::string> known;
    for (nn::EntryOp one : module.getOps<nn::EntryOp>())
      for (unsigned i = 0; i < one.getNumArguments(); ++i) {
        known.insert(one.getArgName(i).str());
        if (one == entry && one.getArgAttr(i, "nn.name"))
          inputs += (inputs.empty() ? "" : ", ") + one.getArgName(i).str();
      }
    for (const rt::StoredTensor &stored : file.tensors())
      if (!known.count(stored.name) && !arguments.state.count(stored.name))
        llvm::errs() << "nnc: warning: " << run.inputs << ": `" << stored.name << "` is no input of entry `"
                     << run.entry << "`\n  note: inputs: " << inputs << "\n";
  }

  /// Labels and lengths are in their range.
  int checkIndices() {
    for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
      std::optional<int64_t> bound = reference::indexBound(entry, i, sizes);
      for (int64_t index : arguments.inputs[entry.getArgName(i).str()].integers) {
        if (!bound || (index >= 0 && index < *bound))
          continue;
        llvm::errs() << "nnc: error: " << run.inputs << ": `" << entry.getArgName(i) << "` holds " << index
                     << ", it must be at least 0 and below " << *bound << "\n";
        return support::ExitDoesNotFit;
      }
    }
    return support::ExitDone;
  }

  /// --set names settings of the entry.
  int checkSettings() {
    auto function = module.lookupSymbol<mlir::func::FuncOp>(run.entry + ".scalars");
    auto declared = function ? function->getAttrOfType<mlir::ArrayAttr>("nn.settings") : mlir::ArrayAttr();
    std::vector<std::string> names;
    for (unsigned i = 0; declared && i < declared.size(); ++i)
      names.push_back(mlir::cast<mlir::DictionaryAttr>(declared[i]).getAs<mlir::StringAttr>("name").getValue().str());
    for (const auto &[name, value] : run.settings)
      if (!llvm::is_contained(names, name))
        return usageError("entry `" + run.entry + "` has no setting `" + name + "`: it has " +
                          (names.empty() ? "none" : llvm::join(names, ", ")));
    return support::ExitDone;
  }

  int takeScalars() {
    if (int code = checkSettings())
      return code;
    std::vector<std::string> names;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      if (auto scalar = entry.getArgAttrOfType<mlir::StringAttr>(i, "nn.scalar"))
        names.push_back(scalar.str());
    if (names.empty())
      return support::ExitDone;
    // One step is one epoch, as in `PROGRAM run`: there is no data set whose size could tell.
    constexpr int64_t stepsPerEpoch = 1;
    auto values =
        reference::evaluateScalars(module, run.entry + ".scalars", run.settings, run.step, run.steps, stepsPerEpoch);
    if (mlir::failed(values) || values->size() != names.size())
      return stages.internalError("the scalars of the entry could not be computed");
    for (size_t i = 0; i < names.size(); ++i)
      arguments.scalars[names[i]] = (*values)[i];
    return support::ExitDone;
  }

  void add(rt::SafetensorsWriter &file, const std::string &name, const reference::Tensor<S> &tensor) {
    uint8_t dtype = typeOf(tensor);
    buffers.push_back(toBytes(tensor, dtype));
    file.add(name, dtype, llvm::ArrayRef<int64_t>(tensor.shape).vec(), buffers.back().data());
  }

  int write(const reference::EntryResults<S> &results) {
    rt::SafetensorsWriter file;
    file.note("format", "nnc-run");
    file.note("entry", run.entry);
    for (const auto &[name, tensor] : results.outputs)
      add(file, name, tensor);
    if (entry.getKind() == "step")
      for (const auto &[name, before] : arguments.state) {
        auto updated = results.updates.find(name);
        add(file, name, updated == results.updates.end() ? before : updated->second);
      }
    if (rt::Status failed = file.write(run.outputs))
      return report(*failed);
    return support::ExitDone;
  }

  Stages &stages;
  mlir::ModuleOp module;
  const dsl::Program &program;
  const RunOptions &run;
  nn::EntryOp entry;
  reference::EntryArguments<S> arguments;
  nn::SizeBindings sizes;                // of the free sizes, as the inputs give them
  std::deque<std::vector<char>> buffers; // what the writer refers to
};

} // namespace

int runReference(const Options &commandLine) {
  Options options = commandLine;
  RunOptions run;
  if (int code = readOptions(options.programArguments, run))
    return code;
  run.data = compileOptions(options, options.inputs.front()).dataDir;
  // What cannot be read is reported when the inputs are taken: mistakes of the program come first.
  if (auto file = rt::Safetensors::open(run.inputs))
    for (options.given.emplace(); const rt::StoredTensor &stored : file->tensors())
      options.given->insert(stored.name);
  Session session(options);
  dsl::Program program;
  if (int code = readProgram(session, program))
    return code;
  Stages stages(session, targetOfHost());
  // Only these two need derivatives.
  bool derives = run.entry == "grad" || run.entry == "step";
  if (!stages.run(program, derives ? Phase::Grad : Phase::Nn, [](Phase, mlir::ModuleOp) { return true; }))
    return stages.exitCode();
  if (program.precision == dsl::Elem::F64)
    return ReferenceRun<double>(stages, program, run).execute();
  return ReferenceRun<float>(stages, program, run).execute();
}

} // namespace nnc::driver
