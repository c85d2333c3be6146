// Sizes: canonical form, arithmetic, bounds, types and layouts.
#include "compiler/Dialect/Dims.h"
#include "compiler/Dialect/Nn.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace nnc::nn;

namespace {

struct Dims : testing::Test {
  Dims() { context.loadDialect<NNDialect>(); }
  SizeExpr k(int64_t value) { return SizeExpr::constant(&context, value); }
  SizeExpr s(StringRef name) { return SizeExpr::symbol(&context, name); }
  AffineMap map(ArrayRef<AffineExpr> results, unsigned rank) { return AffineMap::get(rank, 0, results, &context); }
  AffineExpr d(unsigned i) { return getAffineDimExpr(i, &context); }

  MLIRContext context;
  Type f32 = Float32Type::get(&context), i1 = IntegerType::get(&context, 1);
};

TEST_F(Dims, EqualSizesAreEqual) {
  EXPECT_EQ(s("T") + s("B") + k(1), k(1) + s("B") + s("T"));
  EXPECT_EQ((s("B") + k(1)) * (s("B") - k(1)), s("B") * s("B") - k(1));
  EXPECT_EQ((s("T") * k(4)).floorDiv(k(2)), s("T") * k(2));
  EXPECT_EQ((s("T") * k(2) + k(1)).floorDiv(k(4)), s("T").floorDiv(k(2)));
  EXPECT_EQ((s("T") * k(2) + k(2)).floorDiv(k(4)), (s("T") + k(1)).floorDiv(k(2)));
  EXPECT_EQ((s("T").floorDiv(k(2)) * k(2)).floorDiv(k(4)), s("T").floorDiv(k(4)));
  EXPECT_EQ(s("B") - s("B"), k(0));
  EXPECT_EQ((s("B") - s("B") + k(3)).value(), 3);
  EXPECT_NE(s("B"), s("T"));
  EXPECT_NE(s("B").floorDiv(k(2)), s("B").ceilDiv(k(2)));
  // A name that cancels is no longer one of the expression's.
  EXPECT_EQ((s("A") + s("B") - s("A")).getSymbols().size(), 1u);
  EXPECT_EQ(((s("A") + s("T")).floorDiv(k(2)) - s("A") + s("A")).str(), "(A + T) floordiv 2");
}

TEST_F(Dims, KnowFreeSizesByNameAndForm) {
  SizeExpr four = s("H").floorDiv(k(4)) * k(4), odd = s("W") - k(1);
  SizeExpr rest = odd.floorDiv(k(2)) * k(2) + k(1);
  SizeForms forms = {{"H", four}, {"W", rest}};
  EXPECT_EQ(freeSize(s("B"), forms)->getValue(), "B");
  EXPECT_EQ(freeSize(four, forms)->getValue(), "H");
  EXPECT_EQ(freeSize(rest, forms)->getValue(), "W");
  // Halves of what 4 divides, and what is next to it, are other sizes; so is what only looks like a form.
  EXPECT_EQ(four.floorDiv(k(2)), s("H").floorDiv(k(4)) * k(2));
  for (const SizeExpr &other : {four.floorDiv(k(2)), four + k(1), rest - k(1), s("B").floorDiv(k(4)) * k(4), k(4)})
    EXPECT_FALSE(freeSize(other, forms)) << other.str();
}

TEST_F(Dims, Values) {
  SizeExpr e = (s("T") + k(1)).floorDiv(k(2)) * s("B");
  EXPECT_EQ(e.evaluate({{"T", 6}, {"B", 5}}), 15);
  EXPECT_EQ(e.evaluate({{"T", 6}}), std::nullopt);
  EXPECT_EQ((s("B") * s("B")).evaluate({{"B", int64_t(1) << 40}}), std::nullopt);
  EXPECT_EQ(k(8).floorDiv(s("N")).evaluate({{"N", 0}}), std::nullopt);
  EXPECT_EQ(s("T").mod(k(4)).evaluate({{"T", 7}}), 3);
}

TEST_F(Dims, Bounds) {
  SizeRanges ranges{{"B", {1, 16}}, {"T", {2, 100}}, {"N", {1, std::nullopt}}};
  EXPECT_EQ((s("B") * s("T") + k(1)).upperBound(ranges), 1601);
  EXPECT_EQ((s("T") - s("B")).upperBound(ranges), 99);
  EXPECT_EQ((s("T") - s("B")).lowerBound(ranges), -14);
  EXPECT_EQ((s("T") + k(1)).ceilDiv(k(2)).upperBound(ranges), 51);
  EXPECT_EQ(s("N").mod(k(8)).upperBound(ranges), 7);
  EXPECT_EQ(s("N").upperBound(ranges), std::nullopt);
  EXPECT_EQ((s("N") * s("B")).lowerBound(ranges), 1);
}

TEST_F(Dims, Types) {
  RankedTensorType type = makeType(f32, {s("B"), k(4)});
  EXPECT_EQ(type.getDimSize(0), ShapedType::kDynamic);
  EXPECT_EQ(sizeOf(type, 0), s("B"));
  EXPECT_EQ(elementCount(type), s("B") * k(4));
  EXPECT_FALSE(makeType(f32, {k(3), k(4)}).getEncoding());
  EXPECT_TRUE(isValue(type));
  EXPECT_FALSE(isValue(RankedTensorType::get({ShapedType::kDynamic}, f32)));
  EXPECT_FALSE(isValue(makeType(f32, {k(maxElements), k(2)})));
  EXPECT_EQ(bufferBytes(type, {{"B", 3}}), 48);
  EXPECT_EQ(bufferBytes(withElement(type, i1), {{"B", 3}}), 12);
  EXPECT_EQ(maxBufferBytes(type, {{"B", {1, 16}}}), 256);
  EXPECT_EQ(maxBufferBytes(type, {{"B", {1, std::nullopt}}}), std::nullopt);
}

TEST_F(Dims, Layouts) {
  RankedTensorType type = makeType(f32, {k(20), k(4)});
  AffineMap panel = map({d(0).floorDiv(16), d(1), d(0) % 16}, 2);
  RankedTensorType packed = withLayout(type, panel);
  EXPECT_TRUE(sameLogicalType(type, packed));
  EXPECT_NE(type, packed);
  EXPECT_EQ(withoutLayout(packed), type);
  SmallVector<SizeExpr> physical = physicalShape(packed);
  ASSERT_EQ(physical.size(), 3u);
  EXPECT_EQ(physical[0].value(), 2); // 20 rows are two panels of 16
  EXPECT_EQ(physical[1].value(), 4);
  EXPECT_EQ(physical[2].value(), 16);
  EXPECT_EQ(bufferBytes(packed, {}), 2 * 4 * 16 * 4);
  RankedTensorType free = withLayout(makeType(f32, {s("B"), k(4)}), map({d(1), d(0)}, 2));
  EXPECT_EQ(physicalShape(free)[1], s("B"));
  EXPECT_FALSE(isLayout(map({d(0), d(0)}, 2), 2));
  EXPECT_FALSE(isLayout(map({d(0).floorDiv(16), d(0) % 8}, 1), 1));
}

} // namespace
