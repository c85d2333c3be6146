// Lists and reductions of the plain form: SPEC.md sections 2 and 6.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;
using arith::CmpFPredicate;

namespace nnc {

constexpr int64_t kPartials = 64;
constexpr int64_t kBlock = 1024;
constexpr int64_t kUnrolled = 16; // lists up to this length are written out

Value PlainEmitter::startOf(nn::ReduceKind kind, Type type) {
  auto lowest = [&](bool largest) {
    if (isa<FloatType>(type))
      return number(type, largest ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity());
    unsigned bits = type.getIntOrFloatBitWidth();
    APInt value = largest ? APInt::getSignedMaxValue(bits) : APInt::getSignedMinValue(bits);
    return integer(type, value.getSExtValue());
  };
  switch (kind) {
  case nn::ReduceKind::add:
    return number(type, 0);
  case nn::ReduceKind::mul:
    return number(type, 1);
  case nn::ReduceKind::max:
    return lowest(false);
  case nn::ReduceKind::min:
    return lowest(true);
  case nn::ReduceKind::any:
    return integer(type, 0);
  case nn::ReduceKind::all:
    return integer(type, 1);
  }
  return {};
}

Value PlainEmitter::combine(nn::ReduceKind kind, Value accumulator, Value term) {
  bool isFloat = isa<FloatType>(term.getType());
  // The larger (smaller), and any NaN.
  auto extreme = [&](Value better) {
    Value kept = isFloat ? select(compare(CmpFPredicate::OEQ, term, term), accumulator, term) : accumulator;
    return select(better, term, kept);
  };
  switch (kind) {
  case nn::ReduceKind::add:
    return add(accumulator, term);
  case nn::ReduceKind::mul:
    return mul(accumulator, term);
  case nn::ReduceKind::max:
    return extreme(greater(term, accumulator));
  case nn::ReduceKind::min:
    return extreme(greater(accumulator, term));
  case nn::ReduceKind::any:
    return op<arith::OrIOp>({accumulator, term});
  case nn::ReduceKind::all:
    return op<arith::AndIOp>({accumulator, term});
  }
  return {};
}

Value PlainEmitter::chain(nn::ReduceKind kind, Value start, unsigned depth, Value lo, Value hi, Term term) {
  return loop(depth, lo, hi, 1, {start},
              [&](Value i, ValueRange carried) { return SmallVector<Value>{combine(kind, carried[0], term(i))}; })[0];
}

Value PlainEmitter::blocks(nn::ReduceKind kind, Type type, const nn::SizeExpr &count, unsigned depth, Term term) {
  Value start = startOf(kind, type), n = size(count);
  std::optional<int64_t> length = count.asConstant();
  bool ordered = isa<FloatType>(type); // integers and truth values have no order to keep
  if (!ordered || (length && *length <= kBlock))
    return chain(kind, start, depth, index(0), n, term);
  return loop(depth, index(0), n, kBlock, {start}, [&](Value block, ValueRange carried) {
    Value end = min(add(block, index(kBlock)), n);
    Value sum = chain(kind, start, currentDepth(), block, end, term);
    return SmallVector<Value>{combine(kind, carried[0], sum)};
  })[0];
}

/// A missing partial sum is the start value, which changes nothing: it is left out.
Value PlainEmitter::trailingShort(nn::ReduceKind kind, Type type, int64_t count, Term term) {
  if (count == 0)
    return startOf(kind, type);
  SmallVector<Value> p;
  for (int64_t j = 0; j < count; ++j)
    p.push_back(combine(kind, startOf(kind, type), term(index(j))));
  for (int64_t width = 8; width > 0; width /= 2)
    for (int64_t j = 0; j < width && j + width < static_cast<int64_t>(p.size()); ++j)
      p[j] = combine(kind, p[j], p[j + width]);
  return p[0];
}

Value PlainEmitter::trailing(nn::ReduceKind kind, Type type, const nn::SizeExpr &count, unsigned depth, Term term) {
  std::optional<int64_t> length = count.asConstant();
  if (!isa<FloatType>(type))
    return chain(kind, startOf(kind, type), depth, index(0), size(count), term);
  if (length && *length <= kUnrolled)
    return trailingShort(kind, type, *length, term);
  builder.setInsertionPointToStart(frames[0].block);
  Value p = memref::AllocaOp::create(builder, loc, MemRefType::get({kPartials}, type));
  auto get = [&](Value at) {
    return makeHere([&](OpBuilder &b) -> Value { return memref::LoadOp::create(b, loc, p, at); });
  };
  auto set = [&](Value value, Value at) {
    insertAt(currentDepth());
    memref::StoreOp::create(builder, loc, value, p, at);
    return SmallVector<Value>();
  };
  loop(depth, index(0), index(kPartials), 1, {}, [&](Value j, ValueRange) { return set(startOf(kind, type), j); });
  loop(depth, index(0), size(count), 1, {}, [&](Value i, ValueRange) {
    Value x = term(i), j = op<arith::RemUIOp>({i, index(kPartials)});
    return set(combine(kind, get(j), x), j);
  });
  loop(depth, index(0), index(16), 1, {}, [&](Value j, ValueRange) {
    Value left = combine(kind, get(j), get(add(j, index(16))));
    return set(combine(kind, left, combine(kind, get(add(j, index(32))), get(add(j, index(48))))), j);
  });
  for (int64_t width = 8; width > 0; width /= 2)
    loop(depth, index(0), index(width), 1, {},
         [&](Value j, ValueRange) { return set(combine(kind, get(j), get(add(j, index(width)))), j); });
  Value zero = index(0);
  return makeAt(depth, [&](OpBuilder &b) -> Value { return memref::LoadOp::create(b, loc, p, zero); });
}

Value PlainEmitter::reduce(nn::ReduceOp op, const Indices &at) {
  SmallVector<nn::SizeExpr> sizes = nn::sizesOf(op.getX().getType()), reduced;
  ArrayRef<int64_t> dims = op.getDims();
  if (dims.empty())
    return element(op.getX(), at);
  for (int64_t dim : dims)
    reduced.push_back(sizes[dim]);
  auto term = [&](Value position) {
    Indices inner = split(position, reduced), source(sizes.size());
    for (auto [i, dim] : llvm::enumerate(dims))
      source[dim] = inner[i];
    for (unsigned d = 0, next = 0; d < sizes.size(); ++d)
      if (!source[d])
        source[d] = at[next++];
    return element(op.getX(), source);
  };
  bool isTrailing = dims.front() == static_cast<int64_t>(sizes.size() - dims.size());
  Type type = op.getType().getElementType();
  return isTrailing ? trailing(op.getKind(), type, product(reduced), depthOf(at), term)
                    : blocks(op.getKind(), type, product(reduced), depthOf(at), term);
}

Value PlainEmitter::argReduce(Value x, int64_t axis, bool largest, Type type, const Indices &at) {
  auto source = [&](Value i) {
    Indices indices(at);
    indices.insert(indices.begin() + axis, i);
    return element(x, indices);
  };
  auto tensor = ::mlir::cast<RankedTensorType>(x.getType());
  Value first = index(0), start = source(first);
  SmallVector<Value> best =
      loop(depthOf(at), index(1), size(nn::sizeOf(tensor, axis)), 1, {first, start}, [&](Value i, ValueRange carried) {
        Value value = source(i);
        Value better;
        if (isa<FloatType>(value.getType())) // a NaN wins, and nothing wins over it
          better = op<arith::AndIOp>({compare(largest ? CmpFPredicate::UGT : CmpFPredicate::ULT, value, carried[1]),
                                      compare(CmpFPredicate::OEQ, carried[1], carried[1])});
        else
          better = largest ? greater(value, carried[1]) : greater(carried[1], value);
        return SmallVector<Value>{select(better, i, carried[0]), select(better, value, carried[1])};
      });
  return op<arith::IndexCastOp>(type, {best[0]});
}

Value PlainEmitter::axisSum(Value x, int64_t axis, const Indices &row, function_ref<Value(Value)> f) {
  auto type = ::mlir::cast<RankedTensorType>(x.getType());
  auto term = [&](Value i) {
    Indices source(row);
    source.insert(source.begin() + axis, i);
    return f(element(x, source));
  };
  nn::SizeExpr count = nn::sizeOf(type, axis);
  return axis == type.getRank() - 1 ? trailing(nn::ReduceKind::add, type.getElementType(), count, depthOf(row), term)
                                    : blocks(nn::ReduceKind::add, type.getElementType(), count, depthOf(row), term);
}

/// A plain chain that passes over NaN: they come back through exp(x - m).
Value PlainEmitter::axisMax(Operation *op, Value x, int64_t axis, const Indices &row) {
  return once(op, 100, row, [&] {
    auto type = ::mlir::cast<RankedTensorType>(x.getType());
    Value start = startOf(nn::ReduceKind::max, type.getElementType());
    return loop(depthOf(row), index(0), size(nn::sizeOf(type, axis)), 1, {start}, [&](Value i, ValueRange carried) {
      Indices source(row);
      source.insert(source.begin() + axis, i);
      Value value = element(x, source);
      return SmallVector<Value>{select(greater(value, carried[0]), value, carried[0])};
    })[0];
  });
}

} // namespace nnc
