// kernel-expand-math: f32 functions become arithmetic that is the same for a scalar and for a lane of a vector.
//
// exp, expm1, log, log1p, tanh and erf are MLIR's polynomials. Powers and the trigonometric functions are our own: the
// upstream power is wrong for negative bases, the upstream argument reduction loses digits from |x| = 100 on. Each is a
// function of its own, once for each type: @exp_f32x16.
#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Approximation.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_EXPANDMATH
#include "codegen/Passes.h.inc"

namespace {

bool isF32(Operation *op) { return getElementTypeOrSelf(op->getResult(0).getType()).isF32(); }

/// Words for arithmetic on scalars and vectors alike.
struct Arithmetic : ImplicitLocOpBuilder {
  Arithmetic(Location loc, PatternRewriter &rewriter, Type type) : ImplicitLocOpBuilder(loc, rewriter), type(type) {}

  Value number(double value) {
    TypedAttr scalar = getF32FloatAttr(static_cast<float>(value));
    if (auto vector = dyn_cast<VectorType>(type))
      return arith::ConstantOp::create(*this, DenseElementsAttr::get(vector, Attribute(scalar)));
    return arith::ConstantOp::create(*this, scalar);
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(*this, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(*this, a, b); }
  Value neg(Value a) { return arith::NegFOp::create(*this, a); }
  Value fma(Value a, Value b, Value c) { return math::FmaOp::create(*this, a, b, c); }
  Value floor(Value a) { return math::FloorOp::create(*this, a); }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(*this, predicate, a, b);
  }
  Value equal(Value a, Value b) { return compare(arith::CmpFPredicate::OEQ, a, b); }
  Value select(Value c, Value a, Value b) { return arith::SelectOp::create(*this, c, a, b); }

  Type type;
};

/// sin and cos: x = k * pi/2 + r with pi/2 in three parts, |r| <= pi/4, and the quarter k mod 4 in floating point, so
/// that no value is too large for an integer. Exact to 2 ulp up to |x| = 10^4; infinities give NaN.
template <typename Op, int quarterOffset> struct ExpandTrigonometric : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isF32(op))
      return failure();
    Arithmetic b(op.getLoc(), rewriter, op.getType());
    Value x = op.getOperand();
    Value k = math::RoundEvenOp::create(b, b.mul(x, b.number(0.63661977236758134308)));
    Value minus = b.neg(k);
    Value r = b.fma(minus, b.number(1.57079601287841796875), x);
    r = b.fma(minus, b.number(3.1391647326017846353352069854736328125e-07), r);
    r = b.fma(minus, b.number(5.39030253e-15), r);

    Value z = b.mul(r, r);
    Value sine = b.fma(b.number(-1.9515295891e-4), z, b.number(8.3321608736e-3));
    sine = b.fma(sine, z, b.number(-1.6666654611e-1));
    sine = b.fma(b.mul(sine, z), r, r);
    Value cosine = b.fma(b.number(2.443315711809948e-5), z, b.number(-1.388731625493765e-3));
    cosine = b.fma(cosine, z, b.number(4.166664568298827e-2));
    cosine = b.fma(cosine, b.mul(z, z), b.fma(b.number(-0.5), z, b.number(1.0)));

    Value turn = quarterOffset ? b.add(k, b.number(quarterOffset)) : k;
    Value quarter = b.fma(b.floor(b.mul(turn, b.number(0.25))), b.number(-4.0), turn); // 0, 1, 2 or 3
    Value odd = arith::OrIOp::create(b, b.equal(quarter, b.number(1.0)), b.equal(quarter, b.number(3.0)));
    Value value = b.select(odd, cosine, sine);
    Value negative = b.compare(arith::CmpFPredicate::OGE, quarter, b.number(2.0));
    rewriter.replaceOp(op, b.select(negative, b.neg(value), value));
    return success();
  }
};

const llvm::StringSet<> &polynomials() {
  static const llvm::StringSet<> names = {"math.exp", "math.expm1", "math.log", "math.log1p", "math.tanh", "math.erf"};
  return names;
}

bool isExpanded(Operation *op) {
  return (isa<math::SinOp, math::CosOp>(op) || polynomials().contains(op->getName().getStringRef())) && isF32(op);
}

/// The functions, made where they are first needed, in front of all others.
class Functions {
public:
  explicit Functions(ModuleOp module) : symbols(module) {
    for (auto function : module.getOps<func::FuncOp>()) {
      front = function->getIterator();
      return;
    }
  }

  /// The op becomes a call of its function, whose body is the op.
  void replace(Operation *op) {
    Type type = op->getResult(0).getType();
    func::FuncOp &function = made[{op->getName(), type}];
    if (!function)
      function = make(op, type);
    OpBuilder builder(op);
    auto call = func::CallOp::create(builder, op->getLoc(), function, op->getOperands());
    op->replaceAllUsesWith(call);
    op->erase();
  }

private:
  func::FuncOp make(Operation *op, Type type) {
    auto signature = FunctionType::get(op->getContext(), type, type);
    std::string name = (op->getName().stripDialect() + "_" + suffixOf(type)).str();
    func::FuncOp function = makeInlineFunction(op->getLoc(), name, signature, {"x"});
    OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
    Operation *body = builder.clone(*op);
    body->setOperand(0, function.getArgument(0));
    func::ReturnOp::create(builder, op->getLoc(), body->getResults());
    symbols.insert(function, front); // under another name if an entry has this one
    return function;
  }

  SymbolTable symbols;
  Block::iterator front;
  llvm::MapVector<std::pair<OperationName, Type>, func::FuncOp> made;
};

struct ExpandMathPass : impl::ExpandMathBase<ExpandMathPass> {
  void runOnOperation() override {
    SmallVector<Operation *> found;
    getOperation().walk([&](Operation *op) {
      if (op->getNumResults() == 1 && isExpanded(op))
        found.push_back(op);
    });
    Functions functions(getOperation());
    for (Operation *op : found)
      functions.replace(op);
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandTrigonometric<math::SinOp, 0>, ExpandTrigonometric<math::CosOp, 1>>(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) { return polynomials().contains(name); });
    GreedyRewriteConfig config; // folding a function of a constant would give the bits of libm
    config.enableFolding(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return signalPassFailure();
  }
};

} // namespace
} // namespace nnc
