// nnc-verify-kernel-ir: the contract between the emitters and both backends, as a table of ops and a check of types.
#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_VERIFYKERNELIR
#include "codegen/Passes.h.inc"

namespace {

constexpr int64_t kMaxVectorBits = 512;
constexpr int64_t kMaxStackBytes = 16 * 1024;

/// Ops with a row in both backends. What needs more than its types checked has a case in `checkOp`.
const llvm::StringSet<> &allowedOps() {
  static const llvm::StringSet<> ops = {
      // functions and control
      "func.func", "func.call", "func.return", "scf.for", "scf.if", "scf.index_switch", "scf.yield",
      // memory
      "memref.load", "memref.store", "memref.alloca", "memref.view", "memref.reinterpret_cast", "memref.get_global",
      "memref.global",
      // vectors
      "vector.load", "vector.store", "vector.maskedload", "vector.maskedstore", "vector.gather", "vector.scatter",
      "vector.broadcast", "vector.shuffle", "vector.extract", "vector.insert", "vector.bitcast", "vector.create_mask",
      "vector.constant_mask", "vector.step",
      // arithmetic
      "arith.constant", "arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.negf", "arith.cmpf",
      "arith.cmpi", "arith.select", "arith.addi", "arith.subi", "arith.muli", "arith.mului_extended", "arith.divsi",
      "arith.divui", "arith.remsi", "arith.remui", "arith.shli", "arith.shrui", "arith.shrsi", "arith.andi",
      "arith.ori", "arith.xori", "arith.index_cast", "arith.extsi", "arith.extui", "arith.trunci", "arith.sitofp",
      "arith.uitofp", "arith.fptosi", "arith.extf", "arith.truncf", "arith.bitcast",
      // exact mathematics
      "math.fma", "math.sqrt", "math.absf", "math.floor", "math.ceil", "math.roundeven", "math.copysign"};
  return ops;
}

/// Functions of the C library that f64 programs may call; in f32 they were expanded.
bool isLibraryCallInF64(Operation *op) {
  static const llvm::StringSet<> ops = {"math.exp", "math.expm1", "math.log", "math.log1p", "math.tanh",
                                        "math.erf", "math.sin",   "math.cos", "math.powf"};
  return ops.contains(op->getName().getStringRef()) && op->getNumResults() == 1 && op->getResult(0).getType().isF64();
}

bool isScalar(Type type) {
  return type.isIndex() || type.isF32() || type.isF64() || type.isSignlessInteger(1) || type.isSignlessInteger(8) ||
         type.isSignlessInteger(32) || type.isSignlessInteger(64);
}

bool isMask(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getElementType().isInteger(1);
}

std::string checkVector(VectorType type) {
  if (type.getRank() != 1 || type.isScalable())
    return "vectors have rank 1";
  Type element = type.getElementType();
  if (element.isIndex())
    return "lane indices are i32, not index";
  if (!isScalar(element))
    return "not an element of a vector";
  int64_t lanes = type.getNumElements();
  int64_t laneBits = std::max<int64_t>(element.getIntOrFloatBitWidth(), element.isInteger(1) ? 32 : 8);
  if (!llvm::isPowerOf2_64(lanes) || lanes * laneBits > kMaxVectorBits)
    return "a vector is a register or a half, a quarter … of one";
  return "";
}

/// What memref.reinterpret_cast makes of an argument: part of a larger buffer, or a whole one with a free size behind
/// another dimension.
bool isPart(MemRefType type) {
  auto strided = dyn_cast<StridedLayoutAttr>(type.getLayout());
  if (!strided || strided.getStrides().empty() || ShapedType::isDynamic(strided.getStrides().back()))
    return false;
  return ShapedType::isDynamic(strided.getOffset()) ? ShapedType::isStaticShape(strided.getStrides())
                                                    : ShapedType::isDynamicShape(strided.getStrides());
}

std::string checkMemRef(MemRefType type) {
  Type element = type.getElementType();
  if (auto vector = dyn_cast<VectorType>(element)) {
    if (isMask(vector))
      return "masks are not stored";
    if (std::string why = checkVector(vector); !why.empty())
      return why;
  } else if (!isScalar(element) || element.isInteger(1) || element.isIndex()) {
    return "not an element of a buffer (truth values are i8)";
  }
  if (!type.getLayout().isIdentity() && !isPart(type))
    return "buffers have the identity layout; parts of them constant strides, and a value as offset";
  if (type.getMemorySpace())
    return "buffers have no memory space";
  for (int64_t i = 1; i < type.getRank(); ++i)
    if (type.isDynamicDim(i) && type.getLayout().isIdentity())
      return "only the outermost size of a buffer may be free";
  return "";
}

/// Why a type may not appear in kernel IR; empty if it may. A pointer is only the handle of the call.
std::string checkType(Type type, bool pointerAllowed) {
  if (isScalar(type) || (pointerAllowed && isa<LLVM::LLVMPointerType>(type)))
    return "";
  if (auto vector = dyn_cast<VectorType>(type))
    return checkVector(vector);
  if (auto memref = dyn_cast<MemRefType>(type))
    return checkMemRef(memref);
  return "not a type of kernel IR";
}

class Checker {
public:
  explicit Checker(ModuleOp module) : symbols(module) {}

  LogicalResult checkModule(ModuleOp module) {
    LogicalResult result = success();
    for (Operation &op : module.getOps()) {
      // Declarations of the graph stay beside the kernels: the descriptor is written from them.
      if (op.getName().getDialectNamespace() == "nn" && op.getNumRegions() == 0)
        continue;
      // What the host calls once a step is plain f64 code and no kernel.
      if (op.hasAttr("nn.settings"))
        continue;
      if (failed(checkTree(&op)))
        result = failure();
    }
    return result;
  }

private:
  LogicalResult checkTree(Operation *root) {
    WalkResult walk = root->walk<WalkOrder::PreOrder>(
        [&](Operation *op) { return failed(checkOp(op)) ? WalkResult::interrupt() : WalkResult::advance(); });
    return failure(walk.wasInterrupted());
  }

  LogicalResult checkOp(Operation *op) {
    StringRef name = op->getName().getStringRef();
    if (!allowedOps().contains(name) && !isLibraryCallInF64(op))
      return op->emitOpError("is not part of the kernel contract");
    if (failed(checkTypes(op)))
      return failure();
    if (auto math = dyn_cast<arith::ArithFastMathInterface>(op))
      if (auto flags = math.getFastMathFlagsAttr(); flags && flags.getValue() != arith::FastMathFlags::none)
        return op->emitOpError("kernel IR has no fast-math flags");
    return llvm::TypeSwitch<Operation *, LogicalResult>(op)
        .Case([&](func::FuncOp func) { return checkFunction(func); })
        .Case([&](func::CallOp call) { return checkCall(call); })
        .Case([&](scf::ForOp loop) { return checkLoop(loop); })
        .Case([&](scf::IfOp branch) { return checkCarried(branch, branch.getResultTypes()); })
        .Case([&](memref::AllocaOp alloca) { return checkAlloca(alloca); })
        .Case([&](memref::ViewOp view) { return checkView(view); })
        .Case([&](memref::ReinterpretCastOp cast) { return checkCast(cast); })
        .Case([&](memref::GlobalOp global) { return checkGlobal(global); })
        .Case<vector::ExtractOp, vector::InsertOp>([&](auto lane) { return checkLane(lane); })
        .Default([](Operation *) { return success(); });
  }

  LogicalResult checkTypes(Operation *op) {
    bool pointer = isa<func::FuncOp, func::CallOp>(op);
    auto check = [&](Type type) -> LogicalResult {
      std::string why = checkType(type, pointer);
      if (why.empty())
        return success();
      return op->emitOpError() << "has type " << type << ": " << why;
    };
    for (Type type :
         llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()), SmallVector<Type>(op->getResultTypes())))
      if (failed(check(type)))
        return failure();
    return success();
  }

  LogicalResult checkFunction(func::FuncOp func) {
    bool barrier = func.getName() == "nnc_barrier";
    bool isPrivate = func.isPrivate();
    if (func.isDeclaration() && !barrier)
      return func.emitOpError("has no body: kernel IR calls nothing outside the module but the barrier");
    for (auto [i, type] : llvm::enumerate(func.getArgumentTypes())) {
      std::string why = checkType(type, /*pointerAllowed=*/i == 0 && (barrier || !isPrivate));
      auto memref = dyn_cast<MemRefType>(type);
      if (why.empty() && memref && !memref.hasStaticShape())
        why = "arguments are static; a free size enters by memref.reinterpret_cast from one row";
      if (memref && why.empty() && !memref.getLayout().isIdentity())
        why = "arguments have the identity layout; a part of a buffer enters by memref.reinterpret_cast";
      if (memref && why.empty() && isa<VectorType>(memref.getElementType()) && !func->hasAttr(kInlineAttr))
        why = "register tiles are arguments of inline functions only";
      if (why.empty() && isa<VectorType>(type) && !isPrivate)
        why = "vectors are arguments of private functions only";
      if (!why.empty())
        return func.emitOpError() << "argument " << i << " has type " << type << ": " << why;
    }
    for (Type type : func.getResultTypes())
      if (!isPrivate || (!isScalar(type) && !isa<VectorType>(type)) || isMask(type))
        return func.emitOpError() << "returns " << type
                                  << ": private functions return scalars and vectors, others nothing";
    if (func->hasAttr(kInlineAttr) && !isPrivate)
      return func.emitOpError("is marked nnc.inline but not private");
    if (!func.isDeclaration() && !func.getBody().hasOneBlock())
      return func.emitOpError("has more than one block");
    return success();
  }

  LogicalResult checkCall(func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || !callee.isPrivate())
      return call.emitOpError("calls something else than a private function of the module");
    return success();
  }

  LogicalResult checkLoop(scf::ForOp loop) {
    APInt bound;
    if (loop->hasAttr("nnc.unroll"))
      for (Value value : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
        if (!matchPattern(value, m_ConstantInt(&bound)))
          return loop.emitOpError("is tagged nnc.unroll but its bounds are not constants");
    if (auto factor = loop->getAttr("nnc.unroll_by"); factor && !isa<IntegerAttr>(factor))
      return loop.emitOpError("has a factor nnc.unroll_by that is no integer");
    if (!loop.getInductionVar().getType().isIndex())
      return loop.emitOpError("counts in something else than index");
    return checkCarried(loop, loop.getResultTypes());
  }

  static LogicalResult checkCarried(Operation *op, TypeRange types) {
    for (Type type : types)
      if (isMask(type) || isa<MemRefType>(type))
        return op->emitOpError() << "carries " << type << ": masks and buffers are not carried";
    return success();
  }

  static LogicalResult checkAlloca(memref::AllocaOp alloca) {
    MemRefType type = alloca.getType();
    if (!type.hasStaticShape() || !type.getLayout().isIdentity())
      return alloca.emitOpError("needs a static shape and the identity layout");
    int64_t bits = 0;
    if (auto vector = dyn_cast<VectorType>(type.getElementType()))
      bits = vector.getNumElements() * vector.getElementTypeBitWidth();
    else
      bits = type.getElementTypeBitWidth();
    if (type.getNumElements() * (bits / 8) > kMaxStackBytes)
      return alloca.emitOpError("takes more than 16 KiB of stack");
    if (!isa<func::FuncOp>(alloca->getParentOp()))
      return alloca.emitOpError("stands inside a loop or a branch: the stack would grow");
    return success();
  }

  static LogicalResult checkView(memref::ViewOp view) {
    auto source = cast<MemRefType>(view.getSource().getType());
    if (!source.getElementType().isInteger(8) || !isa<BlockArgument>(view.getSource()))
      return view.emitOpError("looks into something else than a block of memory that the function got");
    if (!view.getType().hasStaticShape())
      return view.emitOpError("needs a static shape");
    return success();
  }

  static LogicalResult checkCast(memref::ReinterpretCastOp cast) {
    if (!isa<BlockArgument>(cast.getSource()) && !cast.getSource().getDefiningOp<memref::ViewOp>())
      return cast.emitOpError("casts something else than an argument or a view");
    return success();
  }

  static LogicalResult checkGlobal(memref::GlobalOp global) {
    if (!global.getConstant() || !global.getInitialValue() || global.isPublic())
      return global.emitOpError("is not a private constant: kernels have no state of their own");
    if (std::string why = checkMemRef(global.getType()); !why.empty())
      return global.emitOpError() << "has type " << global.getType() << ": " << why;
    return success();
  }

  template <typename LaneOp> static LogicalResult checkLane(LaneOp op) {
    if (op.hasDynamicPosition())
      return op.emitOpError("names its lane by a value; lanes are constants");
    return success();
  }

  SymbolTable symbols;
};

struct VerifyKernelIRPass : impl::VerifyKernelIRBase<VerifyKernelIRPass> {
  void runOnOperation() override {
    if (failed(Checker(getOperation()).checkModule(getOperation())))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace nnc
