#include "dsl/elaborate/Hints.h"

#include "dsl/elaborate/Frame.h"
#include "dsl/elaborate/Module.h"

#include <algorithm>

namespace nnc::dsl {

using support::DiagnosticBuilder;
using support::Edit;
using support::SourceMap;
using support::SourceRange;

std::vector<Edit> around(SourceRange range, const std::string &before, const std::string &behind) {
  return {{range.before(), before}, {range.after(), behind}};
}

/// Whether the axes of `small` stand in `large`, in order.
static bool liesIn(const std::vector<Size> &small, const std::vector<Size> &large, const SizeFacts &facts) {
  size_t at = 0;
  for (const Size &size : large)
    if (at < small.size() && facts.proveEqual(small[at], size))
      ++at;
  return at == small.size();
}

bool differInUnits(const std::vector<Size> &a, const std::vector<Size> &b, const SizeFacts &facts) {
  const std::vector<Size> &large = a.size() > b.size() ? a : b, &small = a.size() > b.size() ? b : a;
  if (small.empty() || small.size() == large.size()) // one number goes with every shape
    return false;
  size_t at = 0;
  for (const Size &size : large) {
    if (at < small.size() && facts.proveEqual(small[at], size))
      ++at;
    else if (!(size == Size(1)))
      return false;
  }
  return at == small.size();
}

/// `[:, 0]`: all axes up to `axis`, and of that the only element.
static std::string onlyElement(size_t axis) {
  std::string subscript = "[";
  for (size_t i = 0; i < axis; ++i)
    subscript += ":, ";
  return subscript + "0]";
}

static std::vector<Size> without(std::vector<Size> shape, size_t axis) {
  shape.erase(shape.begin() + std::ptrdiff_t(axis));
  return shape;
}

void hintUnitAxis(DiagnosticBuilder &builder, const WrittenTensor &a, const WrittenTensor &b, bool sameRank,
                  const SizeFacts &facts, const SourceMap &sources) {
  for (const WrittenTensor *one : {&a, &b}) {
    const std::vector<Size> &shape = one->type.shape, &other = (one == &a ? b : a).type.shape;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      bool mayFit = !sameRank || shape.size() == other.size() + 1;
      if (!mayFit || !(shape[axis] == Size(1)) || !liesIn(without(shape, axis), other, facts))
        continue;
      bool isSimple = sources.text(one->range).find_first_of(" \t\n+-*/@%") == std::string_view::npos;
      std::string subscript = onlyElement(axis);
      builder.help("an axis of size 1 is never stretched: take it away",
                   isSimple ? std::vector<Edit>{{one->range.after(), subscript}}
                            : around(one->range, "(", ")" + subscript));
      return;
    }
  }
}

void hintMoreAxes(DiagnosticBuilder &builder, const TensorType &given, const TensorType &promised,
                  const SizeFacts &facts) {
  const std::vector<Size> &more = given.shape, &less = promised.shape;
  if (less.empty() || more.size() <= less.size())
    return;
  auto same = [&](const Size &a, const Size &b) { return facts.proveEqual(a, b); };
  for (size_t axis = 1; more.size() == less.size() + 1 && axis < more.size(); ++axis) {
    if (!std::ranges::equal(without(more, axis), less, same))
      continue;
    std::string over = more[axis].symbolName() ? more[axis].str() : "axis(" + std::to_string(axis) + ")";
    if (more[axis] == Size(1))
      builder.help("`" + onlyElement(axis) + "` behind it takes the axis of size 1 away");
    else
      builder.help("`last(over = " + over + ")` keeps the last of these steps, `mean(over = " + over + ")` their mean");
    return;
  }
  if (less.size() == 2 && same(more.front(), less.front()) && same(more.back(), less.back()))
    builder.help(
        "`Flatten` makes one axis of all behind the first: it stands before the layer that gives the last one");
}

void hintDim(support::DiagnosticBuilder &builder, const TensorType &given, const TensorType &promised,
             const Module &module, const SourceMap &sources) {
  for (size_t axis = 0; axis < std::min(given.shape.size(), promised.shape.size()); ++axis) {
    std::optional<std::string> name = promised.shape[axis].symbolName();
    auto dim = name ? module.dims.find(*name) : module.dims.end();
    auto number = given.shape[axis].constant();
    if (dim == module.dims.end() || !number || dim->second.size != *number)
      continue;
    builder.fact("`" + *name + "` has " + std::to_string(*number) + " members, but a number is no dim");
    SourceRange written = given.origin(axis);
    if (written.valid() && sources.text(written) == std::to_string(*number))
      builder.help("write `" + *name + "`", {{written, *name}});
    return;
  }
}

void hintNegativeAxis(DiagnosticBuilder &builder, const ast::CastStep &step, const std::vector<Size> &from,
                      const std::vector<Size> &to, const SizeFacts &facts) {
  auto isNegative = [](const Size &size) { return size.constant().value_or(1) < 0; };
  auto at = std::ranges::find_if(to, isNegative);
  if (at == to.end())
    return;
  builder.fact("a size is not worked out from the others: it is written");
  if (std::ranges::count_if(to, isNegative) > 1 || step.shape.size() != to.size())
    return;
  Size all(1), others(1);
  for (const Size &size : from)
    all = all * size;
  for (const Size &size : to)
    others = isNegative(size) ? others : others * size;
  if (!facts.proveDivides(all, others))
    return;
  std::string size = facts.normal(Size::quotient(all, others)).str();
  builder.help("write `" + size + "`", {{step.shape[size_t(at - to.begin())].range, size}});
}

void hintFloat(DiagnosticBuilder &builder, const Value &a, SourceRange aRange, const Value &b, SourceRange bRange) {
  auto isFloat = [](const Value &value) {
    const auto *tensor = value.as<TensorValue>();
    const auto *number = value.as<NumberValue>();
    return tensor ? tensor->type.elem.isFloat() : number && !number->whole;
  };
  auto isWhole = [](const Value &value) {
    const auto *tensor = value.as<TensorValue>();
    return tensor && !tensor->type.elem.isFloat() && tensor->type.elem.kind != ElemType::Label;
  };
  auto isLabel = [](const Value &value) {
    const auto *tensor = value.as<TensorValue>();
    return tensor && tensor->type.elem.kind == ElemType::Label;
  };
  if (isLabel(a) && b.as<NumberValue>())
    builder.help("`int(…)` gives the numbers of members", around(aRange, "int(", ")"));
  else if (isWhole(a) && isFloat(b))
    builder.help("`float(…)` makes numbers to compute with of them", around(aRange, "float(", ")"));
  else if (isFloat(a) && isWhole(b))
    builder.help("`float(…)` makes numbers to compute with of them", around(bRange, "float(", ")"));
}

/// By which numbers a named size is divided and rounded in `size`, wherever.
static void collectDivisors(const Size &size, std::vector<Divides> &found) {
  for (const Size::Term &term : size.products())
    for (const auto &atom : term.atoms) {
      if (atom->kind == SizeAtom::Symbol)
        continue;
      std::vector<std::string> names = atom->numerator.symbols();
      if (names.size() == 1 && atom->denominator.constant())
        found.push_back({Size::symbol(names[0]), atom->denominator});
      collectDivisors(atom->numerator, found);
    }
}

void hintDivisors(DiagnosticBuilder &builder, const std::vector<Size> &a, const std::vector<Size> &b,
                  const SizeFacts &facts) {
  std::vector<std::string> conditions;
  for (size_t i = 0; a.size() == b.size() && i < a.size(); ++i) {
    if (facts.proveEqual(a[i], b[i]))
      continue;
    std::vector<Divides> tried;
    collectDivisors(a[i], tried);
    collectDivisors(b[i], tried);
    auto suits = std::ranges::find_if(tried, [&](const Divides &one) {
      SizeFacts with = facts;
      with.addDivides(one.size, one.divisor);
      return with.proveEqual(a[i], b[i]);
    });
    if (suits == tried.end())
      return;
    std::string condition = suits->size.str() + " % " + suits->divisor.str() + " == 0";
    if (!std::ranges::count(conditions, condition))
      conditions.push_back(condition);
  }
  std::string all;
  for (const std::string &condition : conditions)
    all += (all.empty() ? "" : ", ") + condition;
  if (!all.empty())
    builder.help("they are equal if nothing is rounded off: state `where " + all + "` behind the result");
}

std::string elementCount(const std::vector<Size> &shape) {
  int64_t count = 1;
  std::string sizes;
  for (const Size &size : shape) {
    auto known = size.constant();
    if (known && __builtin_mul_overflow(count, *known, &count))
      return "";
    if (!known)
      sizes += size.symbolName() ? " * " + size.str() : " * (" + size.str() + ")";
  }
  if (count == 1 && !sizes.empty())
    return sizes.substr(3) + " elements";
  return support::formatNumber(count) + sizes + " elements";
}

std::vector<Edit> nameBefore(const Instance &layer, const SourceMap &sources) {
  const Frame &home = *layer.home;
  SourceRange statement = home.statement, made = layer.made;
  bool isInside =
      statement.valid() && statement.file == made.file && statement.begin <= made.begin && made.end <= statement.end;
  if (!isInside || home.perUse || home.scan) // a loop would make it several times
    return {};
  auto isTaken = [&](const std::string &name) {
    return home.find(name) || std::ranges::any_of(home.later, [&](const auto &block) { return block.count(name) > 0; });
  };
  std::string base, name;
  for (char c : layer.definition->name)
    base += char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  name = base;
  for (int i = 1; isTaken(name); ++i)
    name = base + std::to_string(i);
  std::string indent(sources.lineColumn(statement.file, statement.begin).column - 1, ' ');
  return {{statement.before(), name + " = " + std::string(sources.text(made)) + "\n" + indent}, {made, name}};
}

const Instance *outermost(const Instance *layer) {
  while (layer && layer->home->inLibrary() && layer->home->instance)
    layer = layer->home->instance;
  return layer;
}

Edit lineBehind(SourceRange statement, const std::string &line, const SourceMap &sources) {
  std::string indent(sources.lineColumn(statement.file, statement.begin).column - 1, ' ');
  return {statement.after(), "\n" + indent + line};
}

SourceRange placeOfFree(const Size &size, const Frame &frame) {
  SourceRange found;
  for (const Frame *f = &frame; f; f = f->caller) {
    if (!f->definition || f->definition->isLibrary)
      continue;
    for (const ast::Param &param : f->definition->data().params)
      for (const ast::Axis &axis : param.type.shape) {
        const auto *name = axis.size && !axis.ellipsis ? axis.size->as<ast::NameExpr>() : nullptr;
        if (name && size.symbolName() == std::optional(name->name))
          found = axis.range;
      }
  }
  return found;
}

} // namespace nnc::dsl
