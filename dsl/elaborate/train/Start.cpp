// `start = weights("ckpt.safetensors")`: whether the file, if it is there, fits the model (rule file-1, family E08).
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/train/WeightsFile.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

/// What the file and the model have, and what one number of the model would have to be for them to fit.
class StartCheck {
public:
  StartCheck(const std::vector<data::NamedShape> &file, const Program &program, const Elaborator &elaborator,
             const Definition &model, const SizeMap &dimSizes)
      : file(file), elaborator(elaborator), model(model), dimSizes(dimSizes) {
    for (const Param &param : program.params)
      add(param.name, param.type);
    for (const State &state : program.states)
      add(state.name, state.type);
  }

  const std::vector<data::NamedShape> &file;
  std::vector<data::NamedShape> tensors; // of the model

  /// "float[context = 256, width = 384]"
  std::string shapeOf(size_t tensor) const {
    const std::vector<Size> *written = writtenShape(tensor);
    std::string text;
    for (size_t axis = 0; axis < tensors[tensor].shape.size(); ++axis) {
      std::string number = std::to_string(tensors[tensor].shape[axis]);
      bool isNumber = !written || (*written)[axis].constant();
      text += (axis ? ", " : "") + (isNumber ? number : (*written)[axis].str() + " = " + number);
    }
    const std::string &type = tensors[tensor].type;
    return (type == "f32" || type == "f64" ? "float" : type) + "[" + text + "]";
  }

  /// The hyperparameters whose other values would give the shapes of the file.
  std::map<std::string, int64_t> wantedNumbers(const data::WeightsMatch &match, const data::NamePlan &plan) const {
    std::map<std::string, int64_t> wanted;
    constexpr size_t looked = 32; // `fitsWith` looks at all
    for (size_t tensor : std::vector(match.other.begin(), match.other.begin() + std::min(looked, match.other.size()))) {
      const std::vector<Size> *written = writtenShape(tensor);
      const std::vector<int64_t> *there = shapeInFile(tensor, plan);
      for (size_t axis = 0; written && there && axis < written->size() && axis < there->size(); ++axis) {
        auto name = (*written)[axis].symbolName();
        if (name && (*there)[axis] != tensors[tensor].shape[axis] && isNumber(*name))
          wanted.try_emplace(*name, (*there)[axis]);
      }
    }
    return wanted;
  }

  /// Whether all shapes fit with these numbers.
  bool fitsWith(const std::map<std::string, int64_t> &numbers, const data::NamePlan &plan) const {
    StartCheck other = *this;
    for (size_t i = 0; i < tensors.size(); ++i)
      if (const std::vector<Size> *written = writtenShape(i))
        for (size_t axis = 0; axis < written->size(); ++axis) {
          SizeMap sizes;
          for (const std::string &symbol : (*written)[axis].symbols())
            if (auto number = numbers.find(symbol); number != numbers.end())
              sizes[symbol] = Size(number->second);
          auto known = inNumbers(substitute((*written)[axis], sizes));
          other.tensors[i].shape[axis] = known.value_or(-1);
        }
    return data::matchWeights(file, other.tensors, plan).fits();
  }

private:
  const Elaborator &elaborator;
  const Definition &model;
  const SizeMap &dimSizes;

  void add(const std::string &name, const Type &type) {
    data::NamedShape tensor{name, spell(type.elem), {}};
    for (const Size &axis : type.shape)
      tensor.shape.push_back(axis.constant().value_or(-1));
    tensors.push_back(std::move(tensor));
  }

  std::optional<int64_t> inNumbers(const Size &size) const {
    return substitute(substitute(size, elaborator.modelSizes), dimSizes).constant();
  }

  /// In the terms of the model, if they say the same as the numbers.
  const std::vector<Size> *writtenShape(size_t tensor) const {
    auto found = elaborator.writtenShapes.find(tensors[tensor].name);
    if (found == elaborator.writtenShapes.end() || found->second.size() != tensors[tensor].shape.size())
      return nullptr;
    for (size_t axis = 0; axis < found->second.size(); ++axis)
      if (inNumbers(found->second[axis]) != tensors[tensor].shape[axis])
        return nullptr;
    return &found->second;
  }

  const std::vector<int64_t> *shapeInFile(size_t tensor, const data::NamePlan &plan) const {
    for (const data::NamedShape &stored : file)
      if (data::matchWeights({stored}, {tensors[tensor]}, plan).named)
        return &stored.shape;
    return nullptr;
  }

  bool isNumber(const std::string &name) const {
    auto isParam = [&](const ast::Param &param) {
      return param.name.text == name && param.type.name.text == "int" && !param.type.hasShape && !param.type.isList();
    };
    return model.layer->hyper && std::ranges::any_of(model.layer->hyper->params, isParam);
  }
};

} // namespace

static data::NamePlan planOf(const StartSetting &start, const std::map<std::string, WeightsInfo> &weights) {
  data::NamePlan plan;
  for (const PathUse &path : start.except)
    plan.except.push_back(path.path);
  plan.into = start.into ? start.into->path : "";
  plan.strip = start.strip;
  if (start.isBlock)
    for (const WeightsRuleInfo &rule : weights.at(start.source).rules)
      plan.rules.push_back({rule.from, rule.to, rule.skip, rule.transpose});
  return plan;
}

/// "256 is the default of `context`", where it is written.
void ProgramBuilder::noteNumber(support::DiagnosticBuilder &builder, const std::string &name) const {
  auto number = substitute(Size::symbol(name), elaborator->modelSizes).constant();
  std::string said = number ? std::to_string(*number) : "this";
  for (const ast::Setting &define : defines)
    if (define.name.text == name) {
      builder.note(said + " is what -D gives to `" + name + "`");
      return;
    }
  const std::vector<ast::Param> &params = model->layer->hyper->params;
  for (size_t i = 0; i < params.size(); ++i) {
    if (params[i].name.text != name)
      continue;
    for (size_t given = 0; train && given < train->args.size(); ++given) {
      const ast::Arg &arg = train->args[given];
      if (arg.name ? arg.name->text == name : given == i) {
        builder.note(arg.value->range, said + " is given to `" + name + "`");
        return;
      }
    }
    if (params[i].defaultValue)
      builder.note(params[i].name.range, said + " is the default of `" + name + "`");
  }
}

/// The layers that the file lacks, by their first names: `fc`.
static std::vector<std::string> layersOf(const std::vector<data::NamedShape> &tensors,
                                         const data::WeightsMatch &match) {
  std::vector<std::string> layers;
  for (const std::vector<size_t> *list : {&match.missing, &match.other})
    for (size_t tensor : *list) {
      std::string layer = tensors[tensor].name.substr(0, tensors[tensor].name.find('.'));
      if (std::ranges::find(layers, layer) == layers.end())
        layers.push_back(layer);
    }
  return layers;
}

bool ProgramBuilder::checkStartFile() {
  const StartSetting &start = *settings.start;
  const std::string name = start.isBlock ? weights.at(start.source).path : start.source;
  if (!options.checkData || name.empty())
    return true;
  std::string path = name[0] == '/' || options.dataDir.empty() ? name : options.dataDir + "/" + name;
  auto file = readWeightsFile(path, name);
  if (!file)
    return true;
  if (!file->error.empty()) {
    sink.report(diag::WeightsBroken, start.range, file->error).cause(start.range);
    return false;
  }
  StartCheck check(file->tensors, program, *elaborator, *model, module.dimSizes);
  data::NamePlan plan = planOf(start, weights);
  if (data::matchWeights(file->tensors, check.tensors, plan).fits())
    return true;
  auto report =
      data::reportWeights(file->tensors, check.tensors, plan, [&](size_t tensor) { return check.shapeOf(tensor); });
  auto builder = sink.report(diag::WeightsDoNotFit, start.range, name, model->name);
  builder.withoutExcerpt().cause(start.range);
  for (const std::string &fact : report.facts)
    builder.fact(fact);
  SourceRange end{start.at.file, start.at.end - 1, start.at.end - 1};
  std::string call(sources.text(start.at)), strip;
  std::vector<support::Edit> edits;
  if (!report.prefix.empty()) {
    plan.strip = report.prefix;
    strip = ", strip = \"" + report.prefix + "\"";
    edits.push_back({end, strip});
    call.insert(call.size() - 1, strip);
  }
  std::map<std::string, int64_t> numbers = check.wantedNumbers(report.match, plan);
  for (const auto &[number, value] : numbers)
    noteNumber(builder, number);
  std::vector<std::string> layers = layersOf(check.tensors, report.match);
  if (report.match.fits()) {
    builder.help("leave out what all names begin with", edits);
  } else if (!numbers.empty() && check.fitsWith(numbers, plan)) {
    std::string defined;
    for (const auto &[number, value] : numbers)
      defined += " -D " + number + "=" + std::to_string(value);
    builder.help((strip.empty() ? "" : call + ", ") + "built with" + defined);
  } else if (layers.size() <= 2 && start.except.empty() && !start.into &&
             report.match.named > report.match.other.size()) {
    std::string list = ", except = [" + layers[0] + (layers.size() == 2 ? ", " + layers[1] : "") + "]";
    edits.push_back({end, list});
    builder.help("begin without what the file lacks", edits);
  }
  return false;
}

} // namespace nnc::dsl
