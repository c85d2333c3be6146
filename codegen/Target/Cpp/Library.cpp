#include "codegen/Target/Cpp/Library.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nnc::cpp {
namespace {

/// The branches that the first thread takes; nothing if its number is used for anything else.
std::optional<SmallVector<scf::IfOp>> branchesOfFirst(Value thread) {
  SmallVector<scf::IfOp> branches;
  for (Operation *user : thread.getUsers()) {
    auto isFirst = dyn_cast<arith::CmpIOp>(user);
    if (!isFirst || isFirst.getPredicate() != arith::CmpIPredicate::eq)
      return std::nullopt;
    for (Operation *reader : isFirst->getUsers()) {
      auto branch = dyn_cast<scf::IfOp>(reader);
      if (!branch || branch.elseBlock() || branch.getNumResults() != 0)
        return std::nullopt;
      branches.push_back(branch);
    }
  }
  return branches;
}

} // namespace

bool makePlain(func::FuncOp function, const EntryInfo &entry, StringRef name) {
  Block &body = function.front();
  unsigned sizes = entry.sizes.size(), count = function.getNumArguments(), ports = count - 5 - sizes;
  Value thread = body.getArgument(count - 2);
  std::optional<SmallVector<scf::IfOp>> branches = branchesOfFirst(thread);
  if (!branches || !body.getArgument(0).use_empty() || !body.getArgument(count - 1).use_empty())
    return false;
  for (scf::IfOp branch : *branches) {
    for (Operation &op : llvm::make_early_inc_range(branch.thenBlock()->without_terminator()))
      op.moveBefore(branch);
    branch.erase();
  }
  for (Operation *unused : llvm::make_early_inc_range(thread.getUsers()))
    unused->erase();
  SmallVector<unsigned> order = {1 + ports, 2 + ports};
  for (unsigned i = 0; i < sizes; ++i)
    order.push_back(3 + ports + i);
  for (unsigned i = 0; i < ports; ++i)
    order.push_back(1 + i);
  SmallVector<Type> types;
  SmallVector<Attribute> attributes;
  for (unsigned old : order) {
    types.push_back(body.getArgument(old).getType());
    DictionaryAttr known = function.getArgAttrDict(old);
    attributes.push_back(known ? known : DictionaryAttr::get(function.getContext()));
    body.getArgument(old).replaceAllUsesWith(body.addArgument(types.back(), function.getLoc()));
  }
  Builder builder(function.getContext());
  types.push_back(builder.getI32Type());
  attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr("nnc.name", builder.getStringAttr("threads"))));
  body.addArgument(types.back(), function.getLoc());
  body.eraseArguments(0, count);
  function.setFunctionType(builder.getFunctionType(types, {}));
  function.setAllArgAttrs(attributes);
  function->setAttr(plainAttr, builder.getUnitAttr());
  function->setAttr("nnc.name", builder.getStringAttr(name));
  return true;
}

} // namespace nnc::cpp
