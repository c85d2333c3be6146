// Lists side by side: `zip(a, b)`, and `for` with several names.
#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

Value Elaborator::zip(const std::vector<ast::Arg> &args, SourceRange range, Frame &frame) {
  std::vector<Value> lists;
  for (const ast::Arg &arg : args) {
    lists.push_back(eval(*arg.value, frame));
    if (lists.back().nothing())
      return {};
    if (arg.name) {
      error(diag::UnknownArgument, frame, arg.name->range, "zip", arg.name->text).cause(range);
      return {};
    }
    const auto *list = lists.back().as<ListValue>();
    if (!list) {
      error(diag::NotAList, frame, arg.value->range, show(lists.back())).cause(range);
      return {};
    }
    size_t length = lists[0].as<ListValue>()->elements.size();
    if (list->elements.size() != length) {
      error(diag::ZipLengths, frame, arg.value->range, int64_t(length), int64_t(list->elements.size())).cause(range);
      return {};
    }
  }
  if (lists.size() < 2) {
    error(diag::WrongArgumentCount, frame, range, "zip", "2 or more", std::to_string(args.size())).cause(range);
    return {};
  }
  ListValue rows;
  for (size_t i = 0; i < lists[0].as<ListValue>()->elements.size(); ++i) {
    ListValue row;
    for (const Value &list : lists)
      row.elements.push_back({"", list.as<ListValue>()->elements[i].value});
    rows.elements.push_back({"", std::make_shared<Value>(std::move(row))});
  }
  return rows;
}

/// Gives the names of a `for` their values, in the innermost scope: several names take an element of a list each.
bool Elaborator::bindClause(const ast::ForClause &clause, const Value &item, Frame &frame) {
  const auto *row = clause.names.size() > 1 ? item.as<ListValue>() : nullptr;
  if (clause.names.size() > 1 && (!row || row->elements.size() != clause.names.size())) {
    SourceRange names = support::join(clause.names.front().range, clause.names.back().range);
    error(diag::NameCount, frame, names, int64_t(clause.names.size()), int64_t(row ? row->elements.size() : 1))
        .help("zip(a, b) puts lists side by side: `for x, y in zip(a, b)`")
        .cause(names);
    return false;
  }
  for (size_t i = 0; i < clause.names.size(); ++i)
    if (const std::string &name = clause.names[i].text; name != "_")
      frame.scopes.back()[name] = row ? *row->elements[i].value : item;
  return true;
}

} // namespace nnc::dsl
