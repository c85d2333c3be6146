// Registration of the dialect; generated definitions live here once.
#include "compiler/Dialect/Nn.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace nnc::nn;

#include "compiler/Dialect/NnDialect.cpp.inc"
#include "compiler/Dialect/NnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/NnAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/NnOps.cpp.inc"

void NNDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/Dialect/NnAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/Dialect/NnOps.cpp.inc"
      >();
}

Operation *NNDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  return elements && elements.getType() == type ? ConstantOp::create(builder, loc, elements).getOperation() : nullptr;
}

LogicalResult InitAttr::verify(function_ref<InFlightDiagnostic()> error, InitKind kind, Attribute args) {
  if (kind == InitKind::values)
    return isa<ElementsAttr>(args) ? success() : error() << "initial values are a dense attribute";
  auto list = dyn_cast<ArrayAttr>(args);
  size_t count = kind == InitKind::constant || kind == InitKind::orthogonal ? 1 : 2;
  if (!list || list.size() != count || !llvm::all_of(list, llvm::IsaPred<FloatAttr>))
    return error() << "initial value '" << stringifyInitKind(kind) << "' takes " << count << " number(s)";
  return success();
}
