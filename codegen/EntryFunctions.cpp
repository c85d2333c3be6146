// The functions that the descriptor points to: `prepare` checks, `scalars` computes on the host, `run` unpacks the call
// and enters the entry; and the barrier. Written as LLVM IR, because only here the structs of the ABI have a shape.
#include "codegen/ModelInfo.h"
#include "mlir/IR/AffineExpr.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace nnc {
namespace {

/// Fields of nnc_call by number.
enum CallField {
  callSizes,
  callInputs,
  callOutputs,
  callState,
  callWork,
  callScalars,
  callSample,
  callSeed,
  callStep,
  callBarrier,
  callBarrierArg,
  callError
};
/// Fields of nnc_error by number.
enum ErrorField { errorFact, errorInput, errorValue, errorLimit, errorWhere };

class EntryWriter {
public:
  EntryWriter(Module &module, const EntryInfo &entry)
      : module(module), entry(entry), context(module.getContext()), builder(context), ptr(PointerType::get(context, 0)),
        i32(Type::getInt32Ty(context)), i64(Type::getInt64Ty(context)), f64(Type::getDoubleTy(context)),
        callType(StructType::get(context, {ptr, ptr, ptr, ptr, ptr, ptr, ptr, i64, i64, ptr, ptr, ptr})),
        errorType(StructType::get(context, {i32, i32, i64, i64, ptr})) {}

  Expected<detail::EntryFunctions> write() {
    Expected<Constant *> run = writeRun();
    if (!run)
      return run.takeError();
    writeBarrier();
    Constant *scalars = ConstantPointerNull::get(ptr);
    if (entry.scalars != 0) {
      Expected<Constant *> function = writeScalars();
      if (!function)
        return function.takeError();
      scalars = *function;
    }
    return detail::EntryFunctions{writePrepare(), scalars, *run};
  }

private:
  Function *function(const Twine &name, Type *result, ArrayRef<Type *> arguments) {
    auto *type = FunctionType::get(result, arguments, /*isVarArg=*/false);
    Function *f = Function::Create(type, GlobalValue::InternalLinkage, name, module);
    f->setDoesNotThrow();
    builder.SetInsertPoint(BasicBlock::Create(context, "", f));
    return f;
  }
  Value *element(Type *type, Value *array, uint64_t index) {
    return builder.CreateLoad(type, builder.CreateConstInBoundsGEP1_64(type, array, index));
  }
  Value *field(Value *call, CallField index) {
    return builder.CreateLoad(callType->getElementType(index), builder.CreateStructGEP(callType, call, index));
  }

  // run(call, tid, threads): the entry's arguments in the order of `kernel-lower-entries`.
  Expected<Constant *> writeRun() {
    Function *body = module.getFunction(entry.name);
    size_t expected = 1 + entry.inputs.size() + entry.scalars + entry.outputs.size() + 2 + entry.sizes.size() + 2;
    if (!body || body->isDeclaration() || body->arg_size() != expected)
      return createStringError("the entry '" + entry.name + "' was not lowered as its description says");
    body->setLinkage(GlobalValue::InternalLinkage);
    Function *run = function(entry.name + ".run", i32, {ptr, i32, i32});
    Value *call = run->getArg(0);
    SmallVector<Value *> args = {call};
    Value *inputs = field(call, callInputs), *outputs = field(call, callOutputs);
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      args.push_back(element(ptr, inputs, i));
    Value *scalars = field(call, callScalars);
    for (uint32_t i = 0; i < entry.scalars; ++i) {
      Value *value = element(f64, scalars, i);
      args.push_back(entry.doublePrecision ? value : builder.CreateFPTrunc(value, Type::getFloatTy(context)));
    }
    for (size_t i = 0; i < entry.outputs.size(); ++i)
      args.push_back(element(ptr, outputs, i));
    args.push_back(field(call, callState));
    args.push_back(field(call, callWork));
    Value *sizes = field(call, callSizes);
    for (size_t i = 0; i < entry.sizes.size(); ++i)
      args.push_back(element(i64, sizes, i));
    args.push_back(builder.CreateSExt(run->getArg(1), i64));
    args.push_back(builder.CreateSExt(run->getArg(2), i64));
    for (auto [i, arg] : enumerate(args))
      if (arg->getType() != body->getArg(i)->getType())
        return createStringError("argument " + Twine(i) + " of the entry '" + entry.name + "' has another type");
    builder.CreateCall(body, args);
    builder.CreateRet(builder.getInt32(NNC_OK));
    return run;
  }

  // The entries call @nnc_barrier(call, tid, threads); one thread needs none.
  void writeBarrier() {
    Function *barrier = module.getFunction("nnc_barrier");
    if (!barrier || !barrier->isDeclaration())
      return;
    barrier->setLinkage(GlobalValue::InternalLinkage);
    auto *start = BasicBlock::Create(context, "", barrier), *wait = BasicBlock::Create(context, "wait", barrier),
         *done = BasicBlock::Create(context, "done", barrier);
    Value *call = barrier->getArg(0);
    builder.SetInsertPoint(start);
    builder.CreateCondBr(builder.CreateICmpSGT(barrier->getArg(2), builder.getInt64(1)), wait, done);
    builder.SetInsertPoint(wait);
    auto *type = FunctionType::get(Type::getVoidTy(context), {ptr, i32}, /*isVarArg=*/false);
    Value *tid = builder.CreateTrunc(barrier->getArg(1), i32);
    builder.CreateCall(type, field(call, callBarrier), {field(call, callBarrierArg), tid});
    builder.CreateBr(done);
    builder.SetInsertPoint(done);
    builder.CreateRetVoid();
  }

  // scalars(settings, step, steps, steps_per_epoch, out)
  Expected<Constant *> writeScalars() {
    Function *body = module.getFunction(entry.name + ".scalars");
    if (!body || body->isDeclaration() || body->arg_size() != entry.settings.size() + 3)
      return createStringError("the scalars of '" + entry.name + "' were not lowered as their description says");
    body->setLinkage(GlobalValue::InternalLinkage);
    Function *f = function(entry.name + ".set_scalars", Type::getVoidTy(context), {ptr, i64, i64, i64, ptr});
    SmallVector<Value *> args;
    for (size_t i = 0; i < entry.settings.size(); ++i)
      args.push_back(element(f64, f->getArg(0), i));
    for (unsigned i = 1; i <= 3; ++i)
      args.push_back(f->getArg(i));
    Value *result = builder.CreateCall(body, args);
    for (uint32_t i = 0; i < entry.scalars; ++i) {
      Value *value = result->getType()->isStructTy() ? builder.CreateExtractValue(result, i) : result;
      builder.CreateStore(value, builder.CreateConstInBoundsGEP1_64(f64, f->getArg(4), i));
    }
    builder.CreateRetVoid();
    return f;
  }

  // prepare(sizes, inputs, work_bytes, output_dims, error): nothing is written before every check passed.
  Constant *writePrepare() {
    prepare = function(entry.name + ".prepare", i32, {ptr, ptr, ptr, ptr, ptr});
    for (size_t i = 0; i < entry.sizes.size(); ++i)
      sizes.push_back(element(i64, prepare->getArg(0), i));
    for (auto [i, size] : enumerate(entry.sizes)) {
      check(builder.CreateICmpSGE(sizes[i], builder.getInt64(size.min)), NNC_E_SIZE, -1, -1, sizes[i],
            builder.getInt64(size.min), size.name);
      if (size.max >= 0)
        check(builder.CreateICmpSLE(sizes[i], builder.getInt64(size.max)), NNC_E_SIZE, -1, -1, sizes[i],
              builder.getInt64(size.max), size.name);
    }
    for (auto [i, fact] : enumerate(entry.facts)) {
      Value *left = evaluate(fact.left), *right = evaluate(fact.right);
      Value *holds = fact.relation == Relation::equal     ? builder.CreateICmpEQ(left, right)
                     : fact.relation == Relation::unequal ? builder.CreateICmpNE(left, right)
                                                          : builder.CreateICmpSLE(left, right);
      check(holds, NNC_E_FACT, static_cast<int>(i), -1, left, right, fact.where);
    }
    checkInputs();
    builder.CreateStore(builder.getInt64(entry.workBytes), prepare->getArg(2));
    uint64_t next = 0;
    for (const PortInfo &port : entry.outputs)
      for (const nn::SizeExpr &size : port.shape)
        builder.CreateStore(evaluate(size), builder.CreateConstInBoundsGEP1_64(i64, prepare->getArg(3), next++));
    builder.CreateRet(builder.getInt32(NNC_OK));
    return prepare;
  }

  /// Goes on if `holds`, else fills the error and returns `status`.
  void check(Value *holds, nnc_status status, int fact, int input, Value *value, Value *limit, StringRef where) {
    auto *fail = BasicBlock::Create(context, "fail", prepare), *next = BasicBlock::Create(context, "next", prepare);
    builder.CreateCondBr(holds, next, fail);
    builder.SetInsertPoint(fail);
    auto store = [&](Value *what, ErrorField index) {
      builder.CreateStore(what, builder.CreateStructGEP(errorType, prepare->getArg(4), index));
    };
    store(builder.getInt32(fact), errorFact);
    store(builder.getInt32(input), errorInput);
    store(value, errorValue);
    store(limit, errorLimit);
    store(where.empty() ? static_cast<Value *>(ConstantPointerNull::get(ptr))
                        : builder.CreateGlobalString(where, "nnc.where"),
          errorWhere);
    builder.CreateRet(builder.getInt32(status));
    builder.SetInsertPoint(next);
  }

  /// Every integer input with a bound: each element is in [0, bound). Skipped if the caller has no inputs yet.
  void checkInputs() {
    if (none_of(entry.inputs, [](const PortInfo &port) { return port.indexBound > 0; }))
      return;
    auto *look = BasicBlock::Create(context, "look", prepare), *done = BasicBlock::Create(context, "done", prepare);
    builder.CreateCondBr(builder.CreateIsNotNull(prepare->getArg(1)), look, done);
    builder.SetInsertPoint(look);
    for (auto [i, port] : enumerate(entry.inputs))
      if (port.indexBound > 0)
        checkInput(static_cast<int>(i), port);
    builder.CreateBr(done);
    builder.SetInsertPoint(done);
  }

  void checkInput(int index, const PortInfo &port) {
    Value *count = builder.getInt64(1);
    for (const nn::SizeExpr &size : port.shape)
      count = builder.CreateMul(count, evaluate(size));
    Type *type = port.dtype == NNC_I64 ? i64 : port.dtype == NNC_BOOL ? Type::getInt8Ty(context) : i32;
    Value *data = element(ptr, prepare->getArg(1), static_cast<uint64_t>(index));
    BasicBlock *before = builder.GetInsertBlock();
    auto *loop = BasicBlock::Create(context, "loop", prepare), *body = BasicBlock::Create(context, "body", prepare),
         *after = BasicBlock::Create(context, "after", prepare);
    builder.CreateBr(loop);
    builder.SetInsertPoint(loop);
    PHINode *at = builder.CreatePHI(i64, 2);
    at->addIncoming(builder.getInt64(0), before);
    builder.CreateCondBr(builder.CreateICmpSLT(at, count), body, after);
    builder.SetInsertPoint(body);
    Value *value = builder.CreateSExt(builder.CreateLoad(type, builder.CreateInBoundsGEP(type, data, at)), i64);
    Value *limit = builder.getInt64(port.indexBound);
    check(builder.CreateICmpULT(value, limit), NNC_E_INDEX, -1, index, value, limit, port.name); // negative: huge
    at->addIncoming(builder.CreateAdd(at, builder.getInt64(1)), builder.GetInsertBlock());
    builder.CreateBr(loop);
    builder.SetInsertPoint(after);
  }

  Value *evaluate(const nn::SizeExpr &size) { return evaluate(size.getExpr(), size.getSymbols()); }
  Value *evaluate(mlir::AffineExpr expr, ArrayRef<mlir::StringAttr> symbols) {
    if (auto constant = dyn_cast<mlir::AffineConstantExpr>(expr))
      return builder.getInt64(constant.getValue());
    if (auto symbol = dyn_cast<mlir::AffineSymbolExpr>(expr)) {
      for (auto [i, free] : enumerate(entry.sizes))
        if (symbols[symbol.getPosition()].getValue() == free.name)
          return sizes[i];
      return builder.getInt64(0); // no such size: the verifier of nn.entry refuses it
    }
    auto binary = cast<mlir::AffineBinaryOpExpr>(expr);
    Value *left = evaluate(binary.getLHS(), symbols), *right = evaluate(binary.getRHS(), symbols);
    switch (binary.getKind()) {
    case mlir::AffineExprKind::Add:
      return builder.CreateAdd(left, right);
    case mlir::AffineExprKind::Mul:
      return builder.CreateMul(left, right);
    case mlir::AffineExprKind::Mod: // sizes are not negative, divisors are positive
      return builder.CreateSRem(left, right);
    case mlir::AffineExprKind::CeilDiv:
      return builder.CreateSDiv(builder.CreateAdd(left, builder.CreateSub(right, builder.getInt64(1))), right);
    default: {
      // Rounds down: also a negative difference.
      Value *quotient = builder.CreateSDiv(left, right), *rest = builder.CreateSRem(left, right);
      Value *borrow = builder.CreateZExt(builder.CreateICmpSLT(rest, builder.getInt64(0)), i64);
      return builder.CreateSub(quotient, borrow);
    }
    }
  }

  Module &module;
  const EntryInfo &entry;
  LLVMContext &context;
  IRBuilder<> builder;
  PointerType *ptr;
  Type *i32, *i64, *f64;
  StructType *callType, *errorType;
  Function *prepare = nullptr;
  SmallVector<Value *> sizes;
};

} // namespace

Expected<detail::EntryFunctions> detail::addEntryFunctions(Module &module, const EntryInfo &entry) {
  return EntryWriter(module, entry).write();
}

} // namespace nnc
