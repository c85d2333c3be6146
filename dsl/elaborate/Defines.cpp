// -D name=value: hyperparameters of the model, over what `train` says (rule set-1). A value is read as the language
// reads one; what is wrong with it is a mistake of the command line, told in one sentence.
#include "dsl/Parser.h"
#include "dsl/elaborate/Builder.h"

#include "support/Suggest.h"

namespace nnc::dsl {

using support::SourceRange;

/// The message with what it knows beside the text, in one sentence.
static std::string sentenceOf(const support::Diagnostic &diagnostic) {
  std::string sentence = diagnostic.message;
  for (const std::string &fact : diagnostic.facts)
    sentence += "; " + fact;
  for (const support::Help &help : diagnostic.helps)
    sentence += "; " + help.text;
  return sentence;
}

/// Reads one value and tries whether it fits its hyperparameter, in an elaborator that is not asked again.
bool ProgramBuilder::readDefine(const std::string &name, const std::string &text, const ast::Param &param,
                                std::string &usage) {
  support::DiagnosticSink own;
  auto define = parseDefine(sources, sources.add("command line", "-D " + name + "=" + text), own);
  if (define) {
    Program unused;
    Elaborator trial(module, unused, sources, own, Elem::F32);
    trial.beginEntry(EntryKind::Forward);
    Frame &frame = trial.newFrame(nullptr, nullptr, {});
    Hint hint;
    hint.path = name;
    Given given{name, trial.evalHyper(param.type, *define->value, frame, hint), define->value->range,
                define->name.range};
    if (!given.value.nothing() && !trial.fitsKind(param.type, given.value, frame))
      trial.reportKind(*model, param, given, nullptr, frame);
  }
  if (!own.hasErrors()) {
    defines.push_back(std::move(*define));
    return true;
  }
  const support::Diagnostic &wrong = own.diagnostics().front();
  usage = "-D " + name + "=" + text + ": " + (define ? sentenceOf(wrong) : wrong.message);
  if (wrong.info != &support::diag::WrongKind)
    usage += "; " + name + " is of kind " + std::string(sources.text(param.type.range));
  if (param.defaultValue)
    usage += "; its default is " + std::string(sources.text(param.defaultValue->range));
  if (param.type.name.text == "string" && !text.starts_with('"'))
    usage += ": a string has quotes of its own, -D '" + name + "=\"…\"'";
  return false;
}

bool ProgramBuilder::setDefines(std::string &usage) {
  for (const auto &[name, text] : options.defines) {
    const ast::Param *param = nullptr;
    std::vector<std::string> known;
    if (model->layer->hyper)
      for (const ast::Param &one : model->layer->hyper->params) {
        known.push_back(one.name.text);
        if (one.name.text == name)
          param = &one;
      }
    if (!param) {
      auto near = support::nearestName(name, known);
      usage = "-D " + name + ": model " + model->name + " has no such hyperparameter" +
              (near ? "; did you mean " + *near + "?" : "");
      return false;
    }
    std::erase_if(defines, [&](const ast::Setting &before) { return before.name.text == name; }); // the last one counts
    if (!readDefine(name, text, *param, usage))
      return false;
  }
  return true;
}

/// Gives the hyperparameters of -D their values, in the place of those that `train` gives.
bool ProgramBuilder::giveDefines(std::vector<Given> &given, const Instance &instance, Frame &frame) {
  const std::vector<ast::Param> none, &params = model->layer->hyper ? model->layer->hyper->params : none;
  for (const ast::Setting &define : defines) {
    const std::string &name = define.name.text;
    for (size_t i = 0; i < params.size(); ++i) {
      if (params[i].name.text != name)
        continue;
      Hint hint;
      hint.path = instance.path.empty() ? name : instance.path + "." + name;
      Value value = elaborator->evalHyper(params[i].type, *define.value, frame, hint);
      if (value.nothing())
        return false;
      size_t at = 0;
      while (at < given.size() && (given[at].name.empty() ? at != i : given[at].name != name))
        ++at;
      if (at == given.size())
        given.push_back({name, {}, {}, define.name.range});
      given[at].value = std::move(value);
      given[at].range = define.value->range;
    }
  }
  return true;
}

} // namespace nnc::dsl
