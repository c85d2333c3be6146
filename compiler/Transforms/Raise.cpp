// nn-raise: index notation that is a named op becomes that op.
#include "compiler/Dialect/Nn.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/RaiseConvolution.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace nnc {
#define GEN_PASS_DEF_RAISE
#include "compiler/Transforms/Passes.h.inc"
} // namespace nnc

using namespace mlir;
using namespace nnc::nn;

namespace {

void say(Operation *op, const llvm::Twine &text) {
  // One text: each piece of a remark would be a field of its own.
  remark::passed(op->getLoc(), remark::RemarkOpts::name("raised").category("nn-raise")) << text.str();
}
constexpr auto keptGeneric = remark::RemarkOpts::name("kept").category("nn-raise");

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The domain's index of each dimension of a tensor, if the map only permutes and covers whole dimensions.
std::optional<SmallVector<int64_t>> wholeDims(AffineMap map, RankedTensorType type, ArrayRef<SizeExpr> domain) {
  SmallVector<int64_t> dims;
  for (auto [i, result] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    if (!dim || llvm::is_contained(dims, int64_t(dim.getPosition())) || sizeOf(type, i) != domain[dim.getPosition()])
      return std::nullopt;
    dims.push_back(dim.getPosition());
  }
  return dims;
}

/// A read of a box: its place in the input, its sizes, and of these the ones that an index runs over.
struct BoxRead {
  SmallVector<int64_t> low, dims; // dims: the domain's index of each kept axis
  SmallVector<SizeExpr> box, kept;

  Value of(PatternRewriter &rewriter, Location loc, Value x) const {
    Type element = tensorType(x).getElementType();
    if (sizesOf(tensorType(x)) != box)
      x = SliceOp::create(rewriter, loc, makeType(element, box), x, low);
    return kept.size() == box.size() ? x : ReshapeOp::create(rewriter, loc, makeType(element, kept), x).getResult();
  }
};

/// The number that an index is shifted by, if `expr` is an index with or without one.
std::optional<std::pair<int64_t, int64_t>> shiftedIndex(AffineExpr expr) {
  int64_t shift = 0;
  if (auto sum = dyn_cast<AffineBinaryOpExpr>(expr); sum && sum.getKind() == AffineExprKind::Add)
    if (auto constant = dyn_cast<AffineConstantExpr>(sum.getRHS())) {
      shift = constant.getValue();
      expr = sum.getLHS();
    }
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim ? std::optional(std::pair<int64_t, int64_t>(dim.getPosition(), shift)) : std::nullopt;
}

/// The read of an input by a map whose results are indices, shifted by constants or not, and constants, each index
/// once; nothing if it leaves the input.
std::optional<BoxRead> boxRead(AffineMap map, RankedTensorType type, ArrayRef<SizeExpr> domain) {
  BoxRead read;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    SizeExpr size = sizeOf(type, i), part = SizeExpr::constant(map.getContext(), 1);
    auto fixed = dyn_cast<AffineConstantExpr>(expr);
    auto index = shiftedIndex(expr);
    if (!fixed && (!index || llvm::is_contained(read.dims, index->first)))
      return std::nullopt;
    int64_t low = fixed ? fixed.getValue() : index->second;
    if (!fixed) {
      part = domain[index->first];
      read.dims.push_back(index->first);
      read.kept.push_back(part);
    }
    bool whole = !fixed && low == 0 && part == size;
    if (!whole && (!size.isConstant() || !part.isConstant() || low < 0 || low + part.value() > size.value()))
      return std::nullopt;
    read.low.push_back(low);
    read.box.push_back(part);
  }
  return read;
}

/// What a generic accesses, where all reads are of boxes and the result is stored whole.
struct Accesses {
  SmallVector<SizeExpr> domain;
  SmallVector<BoxRead> reads;
  SmallVector<SmallVector<int64_t>> inputs;
  SmallVector<int64_t> result;
};

std::optional<Accesses> accessesOf(GenericOp op) {
  Accesses accesses{sizesOf(op.getDomain()), {}, {}, {}};
  for (auto [i, map] : llvm::enumerate(op.getMaps().getAsValueRange<AffineMapAttr>())) {
    if (i == op.getInputs().size()) {
      auto dims = wholeDims(map, op.getType(), accesses.domain);
      if (!dims)
        return std::nullopt;
      accesses.result = *dims;
      continue;
    }
    auto read = boxRead(map, tensorType(op.getInputs()[i]), accesses.domain);
    if (!read)
      return std::nullopt;
    accesses.inputs.push_back(read->dims);
    accesses.reads.push_back(*read);
  }
  return accesses;
}

std::string letters(ArrayRef<int64_t> dims) {
  std::string text;
  for (int64_t dim : dims)
    text += char('a' + dim);
  return text;
}

/// The spec of a generic that is `add` over the product of its two inputs.
std::optional<ContractSpec> contractionOf(GenericOp op, const Accesses &accesses) {
  Block &body = op.getBody().front();
  if (op.getReduce() != ReduceKind::add || op.getInputs().size() != 2 || !isa<FloatType>(op.getType().getElementType()))
    return std::nullopt;
  auto product = body.getTerminator()->getOperand(0).getDefiningOp<MulOp>();
  if (!product || &body.front() != product.getOperation() || product->getNextNode() != body.getTerminator())
    return std::nullopt;
  Value a = product.getA(), b = product.getB(), first = body.getArgument(0), second = body.getArgument(1);
  if (!((a == first && b == second) || (a == second && b == first)))
    return std::nullopt;
  for (int64_t dim = 0, end = accesses.domain.size(); dim < end; ++dim) {
    int64_t readers = llvm::is_contained(accesses.inputs[0], dim) + llvm::is_contained(accesses.inputs[1], dim);
    if (readers == 0 || (readers == 1 && !llvm::is_contained(accesses.result, dim)))
      return std::nullopt;
  }
  return ContractSpec::parse(letters(accesses.inputs[0]) + "," + letters(accesses.inputs[1]) + "->" +
                             letters(accesses.result));
}

/// `x` over the whole domain: transposed to ascending dimensions, then broadcast.
Value spread(PatternRewriter &rewriter, Location loc, Value x, ArrayRef<int64_t> dims, ArrayRef<SizeExpr> domain) {
  SmallVector<int64_t> perm(llvm::to_vector(llvm::seq<int64_t>(0, dims.size())));
  llvm::sort(perm, [&](int64_t a, int64_t b) { return dims[a] < dims[b]; });
  SmallVector<int64_t> ascending;
  for (int64_t p : perm)
    ascending.push_back(dims[p]);
  if (!llvm::is_sorted(perm))
    x = TransposeOp::create(rewriter, loc, x, perm);
  RankedTensorType type = makeType(tensorType(x).getElementType(), domain);
  return x.getType() == type ? x : BroadcastOp::create(rewriter, loc, type, x, ascending).getResult();
}

/// The body's ops on the whole domain instead of on one element; the mapping holds the arguments.
Value cloneOverDomain(PatternRewriter &rewriter, Block &body, IRMapping &mapping, ArrayRef<SizeExpr> domain) {
  for (Operation &op : body.without_terminator()) {
    if (!isElementwise(&op)) { // a constant or size of rank 0
      Operation *scalar = rewriter.clone(op, mapping);
      mapping.map(op.getResult(0), spread(rewriter, op.getLoc(), scalar->getResult(0), {}, domain));
      continue;
    }
    OperationState state(op.getLoc(), op.getName());
    for (Value operand : op.getOperands())
      state.operands.push_back(mapping.lookup(operand));
    state.addTypes(makeType(tensorType(op.getResult(0)).getElementType(), domain));
    state.addAttributes(op.getAttrs());
    mapping.map(op.getResult(0), rewriter.create(state)->getResult(0));
  }
  return mapping.lookup(body.getTerminator()->getOperand(0));
}

struct RaiseGeneric : OpRewritePattern<GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GenericOp op, PatternRewriter &rewriter) const override {
    std::optional<Accesses> accesses = accessesOf(op);
    Block &body = op.getBody().front();
    if (!accesses || body.getNumArguments() != op.getInputs().size())
      return failure();
    SmallVector<Value> inputs;
    for (auto [input, read] : llvm::zip_equal(op.getInputs(), accesses->reads))
      inputs.push_back(read.of(rewriter, op.getLoc(), input));
    if (std::optional<ContractSpec> spec = contractionOf(op, *accesses)) {
      say(op, "index notation became nn.contract \"" + spec->str() + "\"");
      rewriter.replaceOpWithNewOp<ContractOp>(op, inputs[0], inputs[1], spec->str());
      return success();
    }
    IRMapping mapping;
    for (auto [i, argument] : llvm::enumerate(body.getArguments()))
      mapping.map(argument, spread(rewriter, op.getLoc(), inputs[i], accesses->inputs[i], accesses->domain));
    Value y = cloneOverDomain(rewriter, body, mapping, accesses->domain);
    bool reduces = accesses->result.size() < accesses->domain.size();
    say(op, llvm::Twine("index notation became elementwise ops") + (reduces ? " and nn.reduce" : ""));
    rewriter.replaceOp(op, finish(rewriter, op, y, *accesses));
    return success();
  }

  /// Reduces what the result lacks and puts the rest into the result's order.
  static Value finish(PatternRewriter &rewriter, GenericOp op, Value y, const Accesses &accesses) {
    SmallVector<int64_t> reduced, kept, perm;
    for (int64_t dim = 0, end = accesses.domain.size(); dim < end; ++dim)
      (llvm::is_contained(accesses.result, dim) ? kept : reduced).push_back(dim);
    if (!reduced.empty())
      y = ReduceOp::create(rewriter, op.getLoc(), op.getReduce(), y, reduced);
    for (int64_t dim : accesses.result)
      perm.push_back(llvm::find(kept, dim) - kept.begin());
    return llvm::is_sorted(perm) ? y : TransposeOp::create(rewriter, op.getLoc(), y, perm).getResult();
  }
};

struct RaiseConvolution : OpRewritePattern<GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GenericOp op, PatternRewriter &rewriter) const override {
    std::optional<nnc::RaisedConvolution> conv = nnc::convolutionOf(op);
    if (!conv)
      return failure();
    say(op, "index notation became nn.conv");
    rewriter.replaceOpWithNewOp<ConvOp>(op, op.getType(), op.getInputs()[conv->x], op.getInputs()[conv->filter],
                                        Value(), conv->stride, conv->dilation, conv->low, conv->high);
    return success();
  }
};

/// A transposed operand is the same contraction with the operand's letters permuted.
struct FoldOperandTranspose : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    ContractSpec spec = op.getLetters();
    Value lhs = op.getLhs(), rhs = op.getRhs();
    bool left = fold(lhs, spec.lhs), right = fold(rhs, spec.rhs);
    if (!left && !right)
      return failure();
    say(op, "transpose folded into nn.contract \"" + spec.str() + "\"");
    rewriter.replaceOpWithNewOp<ContractOp>(op, lhs, rhs, spec.str(), op.getInit());
    return success();
  }

  static bool fold(Value &operand, std::string &letters) {
    auto transpose = operand.getDefiningOp<TransposeOp>();
    if (!transpose || layoutOf(transpose.getType()))
      return false;
    std::string before = letters;
    for (auto [i, p] : llvm::enumerate(transpose.getPerm()))
      letters[p] = before[i];
    operand = transpose.getX();
    return true;
  }
};

/// A transposed result is the same contraction with the result's letters permuted.
struct FoldResultTranspose : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto contract = op.getX().getDefiningOp<ContractOp>();
    if (!contract || contract.getInit() || !contract->hasOneUse())
      return failure();
    ContractSpec spec = contract.getLetters();
    std::string before = spec.result;
    for (auto [i, p] : llvm::enumerate(op.getPerm()))
      spec.result[i] = before[p];
    say(op, "transpose folded into nn.contract \"" + spec.str() + "\"");
    rewriter.setInsertionPoint(contract);
    rewriter.replaceOpWithNewOp<ContractOp>(op, contract.getLhs(), contract.getRhs(), spec.str());
    rewriter.eraseOp(contract);
    return success();
  }
};

struct Raise : nnc::impl::RaiseBase<Raise> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseConvolution>(&getContext(), /*benefit=*/2);
    patterns.add<RaiseGeneric, FoldOperandTranspose, FoldResultTranspose>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    getOperation().walk([](GenericOp op) {
      remark::missed(op.getLoc(), keptGeneric)
          << "index notation stays generic: it shifts, strides, or reads its indices";
    });
  }
};

} // namespace
