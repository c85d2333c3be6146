#include "tools/nnc/DrawMask.h"

#include "support/Diagnostics.h"
#include "support/ExitCodes.h"
#include "tools/nnc/Probe.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <map>

using llvm::StringRef;

namespace nnc::driver {
namespace {

namespace ast = dsl::ast;
using Numbers = std::map<std::string, std::vector<int64_t>>;
using Sizes = std::map<std::string, int64_t>;

int wrongUsage(const llvm::Twine &text) {
  llvm::errs() << "nnc: error: " << text << "\n";
  return support::ExitUsage;
}

/// `T=6,S=10,n=2:5`: a tensor takes the numbers of its list in turn. False after a sentence if it is something else.
bool readNumbers(StringRef text, Numbers &numbers) {
  while (!text.empty()) {
    auto [item, rest] = text.split(',');
    auto [name, list] = item.split('=');
    std::vector<int64_t> &values = numbers[name.str()];
    bool good = !name.empty() && !list.empty();
    while (good && !list.empty()) {
      auto [one, others] = list.split(':');
      good = !one.getAsInteger(10, values.emplace_back()) && values.back() >= 0;
      list = others;
    }
    if (!good)
      return wrongUsage("`--at " + item + "`: write --at T=6,S=10, and n=4 or n=2:5 for a parameter n"), false;
    text = rest;
  }
  return true;
}

class Drawing {
public:
  Drawing(const Options &options, const support::SourceMap &sources, const dsl::doc::Definition &definition)
      : options(options), sources(sources), definition(definition),
        mask(std::get<ast::MaskItem>(definition.item->node)) {}

  int run() {
    if (!readNumbers(options.at, numbers))
      return support::ExitUsage;
    if (int code = check())
      return code;
    std::string text = definition.isLibrary ? "" : std::string(sources.text(definition.item->range.file));
    std::string file = definition.isLibrary ? "<mask>" : std::string(sources.name(definition.item->range.file));
    std::string why;
    // Masks that compare what is read with the reader need as many of both.
    std::optional<dsl::Program> program;
    for (const char *columns : {"S", "T"})
      if (!program && (*columns == 'S' || sizes["S"] == sizes["T"])) {
        std::string model = freshModelName(text);
        program = compileProbe(options, file, text + modelText(model, columns), model, why);
      }
    if (!program) {
      llvm::errs() << "nnc: error: `" << mask.name.text << "` cannot be drawn: " << why << "\n";
      return support::ExitProgramErrors;
    }
    return draw(*program);
  }

private:
  std::vector<const ast::Param *> params() const {
    std::vector<const ast::Param *> all;
    for (size_t i = 0; mask.params && i < mask.params->params.size(); ++i)
      all.push_back(&mask.params->params[i]);
    return all;
  }

  /// The names that may be given numbers: sizes, those of parameters too, and parameters.
  std::vector<std::string> sizeNames() const {
    std::vector<std::string> names{"T", "S", "B", "H"};
    for (const ast::Param *param : params())
      for (const ast::Axis &axis : param->type.shape)
        if (StringRef text = sources.text(axis.range); !text.empty() && text[0] >= 'A' && text[0] <= 'Z')
          if (std::find(names.begin(), names.end(), text.str()) == names.end())
            names.push_back(text.str());
    return names;
  }

  bool has(const std::string &name) const { return numbers.count(name) != 0; }

  int check() {
    std::vector<std::string> known = sizeNames();
    for (const std::string &name : known) {
      if (has(name) && (numbers[name].size() != 1 || numbers[name][0] < 1))
        return wrongUsage("`--at " + name + "`: a size is a number from 1 on");
      if (has(name))
        sizes[name] = numbers[name][0];
    }
    for (const ast::Param *param : params()) {
      const std::string &name = param->name.text;
      known.push_back(name);
      if (!has(name) && !param->defaultValue)
        return wrongUsage("`--at`: `" + mask.name.text + "` needs a number for `" + name + "`: write --at " +
                          options.at + "," + name + "=4");
      if (has(name) && !param->type.hasShape && numbers[name].size() != 1)
        return wrongUsage("`--at " + name + "`: it is one number");
    }
    std::string list;
    for (const std::string &name : known)
      list += (list.empty() ? "" : ", ") + name;
    for (const auto &[name, values] : numbers)
      if (std::find(known.begin(), known.end(), name) == known.end())
        return wrongUsage("`--at " + name + "`: `" + mask.name.text + "` has no size or parameter `" + name +
                          "`; it has " + list);
    if (!has("T"))
      return wrongUsage("`--at`: the number of rows is missing: write --at T=6,S=10");
    sizes.try_emplace("S", sizes["T"]);
    sizes.try_emplace("B", 1);
    sizes.try_emplace("H", 1);
    constexpr int64_t most = 1 << 18;
    int64_t count = 1;
    for (const char *name : {"B", "H", "T", "S"}) {
      if (sizes[name] > most / count)
        return wrongUsage("`--at`: at most " + support::formatNumber(most) + " positions can be drawn");
      count *= sizes[name];
    }
    return support::ExitDone;
  }

  /// softmax of zeros is 0 exactly where nothing may be seen.
  std::string modelText(const std::string &model, const std::string &columns) const {
    std::string shape = "float[B, H, T, " + columns + "]", inputs = "scores: " + shape, arguments;
    for (const ast::Param *param : params()) {
      const std::string &name = param->name.text;
      if (!has(name))
        continue;
      std::string value = name + "_given";
      if (param->type.hasShape)
        inputs += ", " + value + ": " + std::string(sources.text(param->type.range));
      else
        value = std::to_string(numbers.at(name)[0]);
      arguments += (arguments.empty() ? "" : ", ") + name + " = " + value;
    }
    return "\nmodel " + model + "(" + inputs + ") -> " + shape +
           " {\n  softmax(scores, over = axis(-1), where = " + mask.name.text +
           (arguments.empty() ? "" : "(" + arguments + ")") + ")\n}\n";
  }

  int draw(const dsl::Program &program) {
    const dsl::Entry &entry = *program.entry(dsl::EntryKind::Forward);
    Sizes needed;
    for (const dsl::FreeSize &size : entry.sizes) {
      if (!sizes.count(size.name))
        return wrongUsage("`--at`: `" + mask.name.text + "` needs a number for `" + size.name + "`");
      needed[size.name] = sizes[size.name];
    }
    if (!fitSizes(entry, needed))
      return wrongUsage("`--at " + options.at + "`: these sizes do not fit `" + mask.name.text + "`");
    Probe probe(options, program);
    if (!probe.isReady())
      return support::ExitOurBug;
    Probe::Tensors inputs;
    for (const dsl::Input &input : entry.inputs) {
      Probe::Tensor tensor = emptyTensor(input.type, needed);
      StringRef name = input.name;
      if (name.consume_back("_given"))
        fill(tensor, numbers.at(name.str()));
      inputs[input.name] = std::move(tensor);
    }
    auto results = probe.evaluate(inputs, needed);
    if (!results)
      return wrongUsage("`--at " + options.at + "`: with these numbers `" + mask.name.text +
                        "` reads what is not there");
    print((*results)[0]);
    return support::ExitDone;
  }

  static void fill(Probe::Tensor &tensor, const std::vector<int64_t> &values) {
    for (size_t i = 0; i < tensor.reals.size(); ++i)
      tensor.reals[i] = double(values[i % values.size()]);
    for (size_t i = 0; i < tensor.integers.size(); ++i)
      tensor.integers[i] = values[i % values.size()];
  }

  void print(const Probe::Tensor &seen) const {
    llvm::outs() << StringRef(sources.text(definition.item->range)).rtrim() << "\n";
    const int64_t heads = seen.shape[1], rows = seen.shape[2], columns = seen.shape[3];
    for (int64_t block = 0; block < seen.shape[0] * heads; ++block) {
      llvm::outs() << "\n";
      if (seen.shape[0] * heads > 1)
        llvm::outs() << "  b = " << block / heads << ", h = " << block % heads << "\n";
      for (int64_t row = 0; row < rows; ++row) {
        llvm::outs() << "  ";
        for (int64_t column = 0; column < columns; ++column)
          llvm::outs() << (seen.reals[(block * rows + row) * columns + column] > 0 ? '#' : '.');
        llvm::outs() << "\n";
      }
    }
  }

  const Options &options;
  const support::SourceMap &sources;
  const dsl::doc::Definition &definition;
  const ast::MaskItem &mask;
  Numbers numbers;
  Sizes sizes;
};

} // namespace

int drawMask(const Options &options, const dsl::doc::Names &names, const support::SourceMap &sources,
             const std::string &name) {
  std::string known;
  for (const dsl::doc::Group &group : names.groups())
    for (const dsl::doc::Definition &one : group.definitions) {
      if (one.kind != "mask")
        continue;
      if (one.name == name)
        return Drawing(options, sources, one).run();
      known += (known.empty() ? "" : ", ") + one.name;
    }
  return wrongUsage("`--at` draws a mask, and `" + name + "` is none" + (known.empty() ? "" : "; there are " + known));
}

} // namespace nnc::driver
