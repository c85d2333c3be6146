// A predicate on indices as #nn.mask.
#include "compiler/Import/ImportNode.h"

using namespace mlir;

namespace nnc::import {
namespace {

/// The tree, and the values that its comparisons name, each once.
class MaskImporter {
public:
  MaskImporter(NodeImporter &nodes, MLIRContext *context) : nodes(nodes), context(context) {}

  /// Null if a comparison has no such predicate.
  nn::MaskNodeAttr node(const dsl::Mask &mask) {
    if (mask.kind == dsl::Mask::All)
      return nn::maskAlways(context);
    if (mask.kind == dsl::Mask::Compare) {
      std::optional<nn::ComparePred> pred = nn::symbolizeComparePred(mask.predicate);
      return pred ? nn::maskCompare(*pred, side(mask.left), side(mask.right)) : nn::MaskNodeAttr();
    }
    SmallVector<nn::MaskNodeAttr> parts;
    for (const dsl::Mask &part : mask.parts)
      if (parts.emplace_back(node(part)); !parts.back())
        return {};
    nn::MaskKind kind = mask.kind == dsl::Mask::And  ? nn::MaskKind::both
                        : mask.kind == dsl::Mask::Or ? nn::MaskKind::either
                                                     : nn::MaskKind::negation;
    return nn::maskOf(kind, parts, context);
  }

  SmallVector<Attribute> values;

private:
  AffineExpr value(Attribute value) {
    size_t at = llvm::find(values, value) - values.begin();
    if (at == values.size())
      values.push_back(value);
    return getAffineSymbolExpr(at, context);
  }

  /// A size over its free sizes, which are values of the mask.
  AffineExpr constant(const dsl::Size &size) {
    nn::SizeExpr expr = nodes.size(size);
    SmallVector<AffineExpr> names;
    for (StringAttr name : expr.getSymbols())
      names.push_back(value(name));
    return expr.getExpr().replaceSymbols(names);
  }

  AffineExpr side(const dsl::MaskTerm &term) {
    switch (term.kind) {
    case dsl::MaskTerm::Index:
      return getAffineDimExpr(term.number, context);
    case dsl::MaskTerm::Constant:
      return constant(term.size);
    case dsl::MaskTerm::Read:
      return value(nn::MaskReadAttr::get(context, term.number, SmallVector<int64_t>(term.at.begin(), term.at.end())));
    case dsl::MaskTerm::Add:
      return side(term.parts[0]) + side(term.parts[1]);
    case dsl::MaskTerm::Mul:
      return side(term.parts[0]) * side(term.parts[1]);
    case dsl::MaskTerm::FloorDiv:
      return side(term.parts[0]).floorDiv(side(term.parts[1]));
    case dsl::MaskTerm::Mod:
      return side(term.parts[0]) % side(term.parts[1]);
    }
    llvm_unreachable("all kinds are listed");
  }

  NodeImporter &nodes;
  MLIRContext *context;
};

} // namespace

LogicalResult NodeImporter::mask(const dsl::Node &node, OperationState &state) {
  if (!node.mask || node.mask->kind == dsl::Mask::All)
    return success();
  MaskImporter importer(*this, builder.getContext());
  nn::MaskNodeAttr tree = importer.node(*node.mask);
  if (!tree)
    return emitError(state.location) << "import: a mask compares by no known predicate";
  // Attention's are b, h, q, k; those of the others the axes of their operand.
  int64_t rank = cast<RankedTensorType>(state.operands.front().getType()).getRank();
  nn::MaskAttr made =
      nn::makeMask([&] { return emitError(state.location) << "import: "; }, rank, importer.values, tree);
  if (!made)
    return failure();
  state.addAttribute("mask", made);
  return success();
}

} // namespace nnc::import
