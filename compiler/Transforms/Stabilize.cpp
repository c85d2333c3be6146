// nn-stabilize: forms that lose precision or work become the named forms that do not.
#include "compiler/Dialect/Nn.h"
#include "compiler/Transforms/Passes.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace nnc {
#define GEN_PASS_DEF_STABILIZE
#include "compiler/Transforms/Passes.h.inc"
} // namespace nnc

using namespace mlir;
using namespace nnc::nn;

namespace {

constexpr auto stabilized = remark::RemarkOpts::name("stabilized").category("nn-stabilize");

void say(Operation *op, StringRef text) { remark::passed(op->getLoc(), stabilized) << text; }

/// Whether every element of `value` is the number `wanted`: a splat constant, broadcast or not.
bool isSplat(Value value, double wanted) {
  if (auto broadcast = value.getDefiningOp<BroadcastOp>())
    value = broadcast.getX();
  auto constant = value.getDefiningOp<ConstantOp>();
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : SplatElementsAttr();
  return splat && isa<FloatType>(splat.getElementType()) && splat.getSplatValue<APFloat>().convertToDouble() == wanted;
}

/// The operand of a sum beside the constant one.
Value besideOne(AddOp add) {
  return isSplat(add.getA(), 1) ? add.getB() : isSplat(add.getB(), 1) ? add.getA() : Value();
}

/// The dimension that a broadcast adds, if it is one.
std::optional<int64_t> addedDim(BroadcastOp op) {
  if (op.getType().getRank() != int64_t(op.getDims().size()) + 1)
    return std::nullopt;
  for (int64_t dim = 0;; ++dim)
    if (!llvm::is_contained(op.getDims(), dim))
      return dim;
}

/// If `value` is `kind` of x along one axis, broadcast back along it: that axis.
std::optional<int64_t> axisOfRepeated(Value value, ReduceKind kind, Value x) {
  auto broadcast = value.getDefiningOp<BroadcastOp>();
  auto reduce = broadcast ? broadcast.getX().getDefiningOp<ReduceOp>() : ReduceOp();
  std::optional<int64_t> dim = reduce ? addedDim(broadcast) : std::nullopt;
  bool matches = dim && reduce.getKind() == kind && reduce.getX() == x && reduce.getDims() == ArrayRef<int64_t>{*dim};
  return matches ? dim : std::nullopt;
}

struct StabilizeLog : OpRewritePattern<LogOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LogOp op, PatternRewriter &rewriter) const override {
    Operation *inner = op.getX().getDefiningOp();
    if (auto softmax = dyn_cast_or_null<SoftmaxOp>(inner)) {
      say(op, "log(softmax x) became log_softmax x");
      rewriter.replaceOpWithNewOp<LogSoftmaxOp>(op, op.getType(), softmax.getX(), softmax.getMaskArgs(),
                                                softmax.getAxisAttr(), softmax.getMaskAttr());
      return success();
    }
    if (auto sigmoid = dyn_cast_or_null<SigmoidOp>(inner)) {
      say(op, "log(sigmoid x) became -softplus(-x)");
      Value negative = NegOp::create(rewriter, op.getLoc(), sigmoid.getX());
      rewriter.replaceOpWithNewOp<NegOp>(op, SoftplusOp::create(rewriter, op.getLoc(), negative));
      return success();
    }
    return success(ofDifference(op, rewriter) || ofSum(op, rewriter) || ofReduction(op, rewriter));
  }

private:
  /// log(1 - sigmoid x)
  static bool ofDifference(LogOp op, PatternRewriter &rewriter) {
    auto difference = op.getX().getDefiningOp<SubOp>();
    auto sigmoid = difference ? difference.getB().getDefiningOp<SigmoidOp>() : SigmoidOp();
    if (!sigmoid || !isSplat(difference.getA(), 1))
      return false;
    say(op, "log(1 - sigmoid x) became -softplus x");
    rewriter.replaceOpWithNewOp<NegOp>(op, SoftplusOp::create(rewriter, op.getLoc(), sigmoid.getX()));
    return true;
  }
  /// log(1 + exp x)
  static bool ofSum(LogOp op, PatternRewriter &rewriter) {
    auto sum = op.getX().getDefiningOp<AddOp>();
    Value other = sum ? besideOne(sum) : Value();
    auto exp = other ? other.getDefiningOp<ExpOp>() : ExpOp();
    if (!exp)
      return false;
    say(op, "log(1 + exp x) became softplus x");
    rewriter.replaceOpWithNewOp<SoftplusOp>(op, exp.getX());
    return true;
  }
  /// log(sum(exp x)) along one axis
  static bool ofReduction(LogOp op, PatternRewriter &rewriter) {
    auto sum = op.getX().getDefiningOp<ReduceOp>();
    auto exp = sum && sum.getKind() == ReduceKind::add && sum.getDims().size() == 1 ? sum.getX().getDefiningOp<ExpOp>()
                                                                                    : ExpOp();
    if (!exp)
      return false;
    say(op, "log(sum(exp x)) became logsumexp x");
    rewriter.replaceOpWithNewOp<LogSumExpOp>(op, op.getType(), exp.getX(), sum.getDims()[0]);
    return true;
  }
};

struct StabilizeLog1p : OpRewritePattern<Log1pOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Log1pOp op, PatternRewriter &rewriter) const override {
    auto exp = op.getX().getDefiningOp<ExpOp>();
    if (!exp)
      return failure();
    auto inner = exp.getX().getDefiningOp<NegOp>();
    if (inner && isa_and_nonnull<AbsOp>(inner.getX().getDefiningOp()))
      return failure(); // already a stable form written by hand
    say(op, "log1p(exp x) became softplus x");
    rewriter.replaceOpWithNewOp<SoftplusOp>(op, exp.getX());
    return success();
  }
};

/// e / sum e with e = exp x or exp(x - max x): softmax x.
struct StabilizeQuotient : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DivOp op, PatternRewriter &rewriter) const override {
    auto exp = op.getA().getDefiningOp<ExpOp>();
    std::optional<int64_t> axis = exp ? axisOfRepeated(op.getB(), ReduceKind::add, exp) : std::nullopt;
    if (!axis)
      return failure();
    Value x = exp.getX();
    auto shifted = x.getDefiningOp<SubOp>();
    if (shifted && axisOfRepeated(shifted.getB(), ReduceKind::max, shifted.getA()) == axis)
      x = shifted.getA();
    say(op, "exp x over its sum became softmax x");
    rewriter.replaceOpWithNewOp<SoftmaxOp>(op, x, uint64_t(*axis));
    return success();
  }
};

/// The addend of a contraction or convolution becomes what its sum starts from.
struct FoldInit : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    // The later operand first: of two contractions, the second starts from the first.
    for (auto [candidate, addend] : {std::pair{op.getB(), op.getA()}, std::pair{op.getA(), op.getB()}})
      if (auto contract = candidate.getDefiningOp<ContractOp>();
          contract && contract->hasOneUse() && candidate != addend)
        if (fold(op, contract, addend, rewriter))
          return success();
    for (auto [candidate, addend] : {std::pair{op.getA(), op.getB()}, std::pair{op.getB(), op.getA()}})
      if (candidate != addend && foldConvolution(op, candidate.getDefiningOp(), addend, rewriter))
        return success();
    return failure();
  }

private:
  static bool foldConvolution(AddOp op, Operation *conv, Value addend, PatternRewriter &rewriter) {
    constexpr unsigned init = 2; // behind input and filter
    if (!isa_and_nonnull<ConvOp, ConvInputGradOp>(conv) || !conv->hasOneUse() || conv->getNumOperands() > init)
      return false;
    say(op, "an addend became the init of " + conv->getName().getStringRef().str());
    Operation *made = rewriter.clone(*conv);
    made->insertOperands(init, addend);
    made->setLoc(rewriter.getFusedLoc({conv->getLoc(), op.getLoc()}));
    rewriter.replaceOp(op, made->getResults());
    rewriter.eraseOp(conv);
    return true;
  }
  static bool fold(AddOp op, ContractOp contract, Value addend, PatternRewriter &rewriter) {
    Value init = contract.getInit();
    if (init) { // what is added to a chain of contractions goes to its start
      auto first = init.getDefiningOp<ContractOp>();
      if (!first || !first->hasOneUse())
        return false;
      addend = AddOp::create(rewriter, op.getLoc(), init, addend);
    }
    say(op,
        init ? "an addend moved to the start of a chain of contractions" : "an addend became the init of nn.contract");
    auto loc = rewriter.getFusedLoc({contract.getLoc(), op.getLoc()});
    Value y = ContractOp::create(rewriter, loc, contract.getLhs(), contract.getRhs(), contract.getSpec(), addend);
    rewriter.replaceOp(op, y);
    rewriter.eraseOp(contract);
    return true;
  }
};

struct Stabilize : nnc::impl::StabilizeBase<Stabilize> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<StabilizeLog, StabilizeLog1p, StabilizeQuotient, FoldInit>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
