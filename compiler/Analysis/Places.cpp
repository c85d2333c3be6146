#include "compiler/Analysis/Places.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Dimensions of size 1 have no step, so their stride says nothing.
bool isDense(RankedTensorType type, ArrayRef<int64_t> strides) {
  std::optional<SmallVector<int64_t, 4>> own = rowMajorStrides(type);
  if (!own || own->size() != strides.size())
    return false;
  for (auto [dim, size] : llvm::enumerate(nn::physicalShape(type)))
    if ((!size.isConstant() || size.value() > 1) && strides[dim] != (*own)[dim])
      return false;
  return true;
}

std::optional<Place> wholeBuffer(Place::Block block, int64_t offset, RankedTensorType type) {
  Place place;
  place.block = block;
  place.offset = offset;
  place.strides = rowMajorStrides(type).value_or(SmallVector<int64_t, 4>());
  return place;
}

/// The box of `type` that begins at index `low` of dimension `dim`.
std::optional<Place> boxOf(std::optional<Place> whole, unsigned dim, int64_t low, RankedTensorType type) {
  if (!whole || whole->strides.empty())
    return std::nullopt;
  whole->offset += low * whole->strides[dim] * nn::elementBytes(type.getElementType());
  whole->dense = isDense(type, whole->strides);
  return whole;
}

/// The slice without dimension `dim`, at every t of `scan`.
std::optional<Place> sliceOf(std::optional<Place> whole, nn::ScanOp scan, unsigned dim, RankedTensorType type) {
  if (!whole || whole->strides.empty())
    return std::nullopt;
  whole->moving.push_back({scan, whole->strides[dim] * nn::elementBytes(type.getElementType())});
  whole->strides.erase(whole->strides.begin() + dim);
  whole->dense = isDense(type, whole->strides);
  return whole;
}

nn::BufAttr listed(Operation *op, StringRef name, unsigned index) {
  auto list = op->getAttrOfType<ArrayAttr>(name);
  return list && index < list.size() ? dyn_cast<nn::BufAttr>(list[index]) : nn::BufAttr();
}

} // namespace

std::optional<SmallVector<int64_t, 4>> rowMajorStrides(RankedTensorType type) {
  SmallVector<nn::SizeExpr> shape = nn::physicalShape(type);
  SmallVector<int64_t, 4> strides(shape.size());
  int64_t stride = 1;
  for (size_t dim = shape.size(); dim-- > 0;) {
    strides[dim] = stride;
    if (dim > 0 && !shape[dim].isConstant())
      return std::nullopt;
    stride *= dim > 0 ? shape[dim].value() : 1;
  }
  return strides;
}

std::optional<Place> Places::of(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument ? ofArgument(argument) : ofResult(cast<OpResult>(value));
}

std::optional<Place> Places::at(nn::BufAttr at, RankedTensorType type, nn::ScanOp scan) {
  int64_t offset = at.getOffset().value_or(0);
  std::optional<Place> place;
  switch (at.getRegion()) {
  case nn::Region::input:
    return std::nullopt;
  case nn::Region::output:
    place = wholeBuffer(Place::Output, offset, type);
    if (place)
      place->port = at.getSlot();
    break;
  case nn::Region::carry:
    place = scan ? ofCarry(scan, at.getSlot(), /*final=*/false) : std::nullopt;
    if (place) {
      place->pingPong->next = true;
      place->offset += offset;
    }
    break;
  case nn::Region::stack:
    if (!scan || at.getSlot() >= int64_t(scan.numStacks()))
      return std::nullopt;
    place = sliceOf(ofStack(scan, at.getSlot()), scan, scan.getYsAxes()[at.getSlot()], type);
    if (place)
      place->offset += offset;
    break;
  default:
    if (!at.getOffset())
      return std::nullopt;
    bool state = at.getRegion() == nn::Region::state || at.getRegion() == nn::Region::derived;
    place = wholeBuffer(state ? Place::State : Place::Work, offset, type);
  }
  if (place && !at.getStrides().empty()) {
    place->strides.assign(at.getStrides().begin(), at.getStrides().end());
    place->dense = isDense(type, place->strides);
  }
  return place;
}

std::optional<Place> Places::ofArgument(BlockArgument argument) {
  Operation *parent = argument.getOwner()->getParentOp();
  unsigned index = argument.getArgNumber();
  if (parent == entry.getOperation()) {
    std::optional<Place> place = wholeBuffer(Place::Input, 0, typeOf(argument));
    if (place)
      place->port = index;
    return place;
  }
  auto scan = dyn_cast<nn::ScanOp>(parent);
  if (!scan)
    return std::nullopt;
  if (index == 0) {
    Place step;
    step.block = Place::StepNumber;
    step.scan = scan;
    return step;
  }
  index -= 1;
  if (index < scan.getConsts().size())
    return of(scan.getConsts()[index]);
  index -= scan.getConsts().size();
  if (index < scan.numCarries())
    return ofCarry(scan, index, /*final=*/false);
  index -= scan.numCarries();
  return sliceOf(of(scan.getXs()[index]), scan, scan.getXsAxes()[index], typeOf(argument));
}

std::optional<Place> Places::ofCarry(nn::ScanOp scan, unsigned carry, bool final) {
  auto pairs = scan->getAttrOfType<ArrayAttr>(kCarriesAttr);
  auto pair = pairs && carry < pairs.size() ? dyn_cast<ArrayAttr>(pairs[carry]) : ArrayAttr();
  if (!pair || pair.size() != 2)
    return std::nullopt;
  auto first = dyn_cast<nn::BufAttr>(pair[0]), second = dyn_cast<nn::BufAttr>(pair[1]);
  if (!first || !second || !first.getOffset() || !second.getOffset())
    return std::nullopt;
  std::optional<int64_t> steps = scan.stepCount().asConstant();
  if (final && !steps)
    return std::nullopt;
  if (final)
    return at(*steps % 2 ? second : first, typeOf(scan.finalCarries()[carry]), {});
  std::optional<Place> place = wholeBuffer(Place::Work, 0, typeOf(scan.finalCarries()[carry]));
  if (place)
    place->pingPong = Place::PingPong{scan, {*first.getOffset(), *second.getOffset()}, false};
  return place;
}

std::optional<Place> Places::ofStack(nn::ScanOp scan, unsigned stack) {
  nn::BufAttr buf = listed(scan, kStacksAttr, stack);
  return buf ? at(buf, typeOf(scan.stacks()[stack]), {}) : std::nullopt;
}

std::optional<Place> Places::ofResult(OpResult result) {
  Operation *op = result.getOwner();
  if (auto get = dyn_cast<nn::GetOp>(op)) {
    Operation *symbol = SymbolTable::lookupNearestSymbolFrom(entry, get.getSourceAttr());
    auto offset = symbol ? symbol->getAttrOfType<IntegerAttr>("offset") : IntegerAttr();
    return offset ? wholeBuffer(Place::State, offset.getInt(), typeOf(result)) : std::nullopt;
  }
  if (auto scan = dyn_cast<nn::ScanOp>(op)) {
    unsigned index = result.getResultNumber();
    return index < scan.numCarries() ? ofCarry(scan, index, /*final=*/true) : ofStack(scan, index - scan.numCarries());
  }
  if (auto slice = dyn_cast<nn::SliceOp>(op)) {
    std::optional<Place> place = of(slice.getX());
    for (auto [dim, low] : llvm::enumerate(slice.getLow()))
      place = boxOf(std::move(place), dim, low, typeOf(result));
    return place;
  }
  if (auto split = dyn_cast<nn::SplitOp>(op)) {
    int64_t low = 0;
    for (Value part : split.getParts().take_front(result.getResultNumber()))
      low += nn::sizeOf(typeOf(part), split.getAxis()).value();
    return boxOf(of(split.getX()), split.getAxis(), low, typeOf(result));
  }
  auto scan = dyn_cast<nn::ScanOp>(op->getParentOp());
  nn::BufAttr into =
      isa<nn::ConcatOp>(op) ? op->getAttrOfType<nn::BufAttr>(kIntoAttr) : listed(op, "into", result.getResultNumber());
  return into ? at(into, typeOf(result), scan) : std::nullopt;
}

} // namespace nnc
