// One register tile of a contraction: start, sums over all terms, epilogue.
#include "codegen/Conversion/Emit/Contraction.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc::emit {

// A dimension of one that no other tile has larger is none.
void ContractionEmitter::eachRow(const Tile &tile, llvm::function_ref<void(Value)> body) {
  b.unrolled(tile.shape.rows, body, "m", tile.severalHeights);
}

void ContractionEmitter::eachVector(const Tile &tile, llvm::function_ref<void(Value)> body) {
  b.unrolled(tile.shape.vectors, body, "n", tile.severalWidths);
}

void ContractionEmitter::each(const Tile &tile, llvm::function_ref<void(Value, Value)> body) {
  eachRow(tile, [&](Value m) { eachVector(tile, [&](Value n) { body(m, n); }); });
}

Value ContractionEmitter::registers(const Tile &tile, StringRef name) {
  SmallVector<int64_t> shape;
  if (tile.shape.rows > 1 || tile.severalHeights)
    shape.push_back(tile.shape.rows);
  if (tile.shape.vectors > 1 || tile.severalWidths || shape.empty())
    shape.push_back(tile.shape.vectors);
  return b.tile(shape, name);
}

SmallVector<Value> ContractionEmitter::spot(const Tile &tile, Value m, Value n) {
  SmallVector<Value> at;
  if (tile.shape.rows > 1 || tile.severalHeights)
    at.push_back(m);
  if (tile.shape.vectors > 1 || tile.severalWidths || at.empty())
    at.push_back(n);
  return at;
}

Value ContractionEmitter::load(const Tile &tile, Value registers, Value m, Value n) {
  return memref::LoadOp::create(b, registers, spot(tile, m, n));
}

void ContractionEmitter::store(const Tile &tile, Value value, Value registers, Value m, Value n) {
  memref::StoreOp::create(b, value, registers, spot(tile, m, n));
}

void ContractionEmitter::startTile(const Tile &tile, Value accumulators, bool fromInit) {
  each(tile, [&](Value m, Value n) {
    Value start = b.zero(b.floats());
    if (op.getInit() && fromInit) {
      Evaluator evaluator(kernel);
      Point point = resultPoint(b.add(tile.row, m), b.add(tile.column, b.mul(n, b.lanes())));
      start = check(evaluator, evaluator.evaluate(op.getInit(), point));
    }
    store(tile, start, accumulators, m, n);
  });
}

// One term: a row of vectors, and for each tile row one element in all lanes.
void ContractionEmitter::sumTurn(const Tile &tile, Value accumulators, Value term) {
  at[roles.summed.back()] = term;
  bool single = tile.shape.vectors == 1 && !tile.severalWidths;
  Value vectors = single ? Value() : b.tile({tile.shape.vectors}, "w"), only;
  eachVector(tile, [&](Value n) {
    Value column = b.add(tile.column, b.mul(n, b.lanes()));
    at[roles.lanes] = column;
    Point point = pointOf(vector->letters);
    point.lanes = vector->letters.find(roles.lanes);
    point.mask = maskAt(column);
    Value row = read(*vector, point);
    if (single)
      only = b.named(row, "w");
    else
      memref::StoreOp::create(b, row, vectors, n);
  });
  eachRow(tile, [&](Value m) {
    assignRow(b.add(tile.row, m));
    Value repeated = b.named(b.splat(read(*scalar, pointOf(scalar->letters))), "x");
    eachVector(tile, [&](Value n) {
      Value vector = single ? only : memref::LoadOp::create(b, vectors, n).getResult();
      Value next = math::FmaOp::create(b, repeated, vector, load(tile, accumulators, m, n));
      store(tile, next, accumulators, m, n);
    });
  });
}

// The innermost summed letter over a range; the outer ones stand.
void ContractionEmitter::sumTerms(const Tile &tile, Value accumulators, Range terms) {
  APInt from, to;
  if (matchPattern(terms.from, m_ConstantInt(&from)) && matchPattern(terms.to, m_ConstantInt(&to)) &&
      (to - from).sle(mostUnrolledTerms)) {
    int64_t count = (to - from).getSExtValue();
    b.unrolled(count, [&](Value k) { sumTurn(tile, accumulators, b.add(terms.from, k)); }, "k");
    return;
  }
  b.loop(
      terms.from, terms.to, 1, [&](Value k) { sumTurn(tile, accumulators, k); }, "k", unrolledTerms(target.registers));
}

void ContractionEmitter::finishTile(const Tile &tile, Value accumulators) {
  each(tile, [&](Value m, Value n) {
    Point point = resultPoint(b.add(tile.row, m), b.add(tile.column, b.mul(n, b.lanes())));
    Evaluator evaluator(kernel);
    evaluator.bind(op.getResult(), point, load(tile, accumulators, m, n));
    for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
      Value element = check(evaluator, evaluator.evaluate(value, point));
      if (!evaluator.store(i, point, element) && reason.empty())
        reason = evaluator.why().str();
    }
  });
}

// More than 4,096 terms, or maybe so: the sums of finished blocks wait in memory while the next block starts from 0;
// they are touched once in 4,096 terms.
void ContractionEmitter::sumRestarting(const Tile &tile, Value accumulators, Value depth) {
  Value totals = registers(tile, "total");
  b.loop(
      b.index(0), depth, kRestart,
      [&](Value from) {
        Value later = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, from, b.index(0));
        b.when(later, [&] {
          each(tile, [&](Value m, Value n) {
            store(tile, load(tile, accumulators, m, n), totals, m, n);
            store(tile, b.zero(b.floats()), accumulators, m, n);
          });
        });
        sumTerms(tile, accumulators, {from, b.smaller(b.add(from, kRestart), depth)});
        b.when(later, [&] {
          each(tile, [&](Value m, Value n) {
            Value sum = load(tile, accumulators, m, n);
            store(tile, arith::AddFOp::create(b, load(tile, totals, m, n), sum), accumulators, m, n);
          });
        });
      },
      "from");
}

// Two summed letters, block after block of 4,096 terms: the rows of the inner letter, the first and last one in part.
// The sums of finished blocks start from -0, which changes nothing that is added to it.
void ContractionEmitter::sumBlocks(const Tile &tile, Value accumulators) {
  Value totals = registers(tile, "total");
  auto addUp = [&](Value m, Value n) {
    return arith::AddFOp::create(b, load(tile, totals, m, n), load(tile, accumulators, m, n));
  };
  Value nothing = b.splat(b.constant(b.getF32FloatAttr(-0.0f)));
  each(tile, [&](Value m, Value n) { store(tile, nothing, totals, m, n); });
  char outer = roles.summed.front();
  Value row = extentOf(roles.summed.back()), depth = b.mul(extentOf(outer), row);
  auto block = [&](Value from) {
    auto later = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, from, b.index(0));
    b.when(later, [&] {
      each(tile, [&](Value m, Value n) { store(tile, addUp(m, n), totals, m, n); });
      startTile(tile, accumulators, /*fromInit=*/false);
    });
    Value to = b.smaller(b.add(from, kRestart), depth);
    Value end = b.div(b.add(to, b.sub(row, b.index(1))), row);
    b.loop(
        b.div(from, row), end, 1,
        [&](Value k) {
          at[outer] = k;
          Value start = b.mul(k, row);
          sumTerms(tile, accumulators, {b.sub(from, b.smaller(from, start)), b.smaller(row, b.sub(to, start))});
        },
        std::string(1, outer));
  };
  b.loop(b.index(0), depth, kRestart, block, "from");
  each(tile, [&](Value m, Value n) { store(tile, addUp(m, n), accumulators, m, n); });
}

// Outer summed letters are loops around the innermost; the register tile stands in all of them.
void ContractionEmitter::sumNested(const Tile &tile, Value accumulators, size_t next) {
  if (next + 1 == roles.summed.size())
    return sumTerms(tile, accumulators, {b.index(0), extentOf(roles.summed.back())});
  auto inside = [&](Value k) {
    at[roles.summed[next]] = k;
    sumNested(tile, accumulators, next + 1);
  };
  b.loop(b.index(0), extentOf(roles.summed[next]), 1, inside, std::string(1, roles.summed[next]));
}

void ContractionEmitter::emitTile(const Tile &tile) {
  Value accumulators = registers(tile, "acc");
  startTile(tile, accumulators, /*fromInit=*/true);
  std::optional<int64_t> largest = largestExtent(roles.summed.back());
  if (restarts)
    sumBlocks(tile, accumulators);
  else if (roles.summed.size() > 1 || (largest && *largest <= kRestart))
    sumNested(tile, accumulators, 0);
  else
    sumRestarting(tile, accumulators, extentOf(roles.summed.back()));
  finishTile(tile, accumulators);
}

} // namespace nnc::emit
