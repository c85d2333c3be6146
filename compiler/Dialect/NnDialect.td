// The nn dialect: the graph of a model, its state and its entries. SPEC.md gives the meaning of every op.
#ifndef NNC_NN_DIALECT
#define NNC_NN_DIALECT
include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/CommonTypeConstraints.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::nnc::nn";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

class NN_Op<string mnemonic, list<Trait> traits = []> : Op<NN_Dialect, mnemonic, traits>;

// Every value is a ranked tensor within the limits of Dims.h; dynamic dimensions are named by its #nn.dims encoding.
class NN_TensorOf<list<Type> elements, string what> : Type<
    And<[RankedTensorOf<elements>.predicate, CPred<"::nnc::nn::isValue($_self)">]>,
    "tensor of " # what # " with named sizes within the limits", "::mlir::RankedTensorType">;
def NN_Float : NN_TensorOf<[F32, F64], "f32 or f64">;
def NN_Index : NN_TensorOf<[I32, I64], "i32 or i64">;
def NN_Number : NN_TensorOf<[F32, F64, I32, I64], "f32, f64, i32 or i64">;
def NN_Bool : NN_TensorOf<[I1], "i1">;
def NN_Tensor : NN_TensorOf<[F32, F64, I32, I64, I1], "f32, f64, i32, i64 or i1">;

// One truth value: the switch of an update.
def NN_Flag : Type<CPred<"::nnc::nn::isFlag($_self)">, "tensor<i1>", "::mlir::RankedTensorType">,
    BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getI1Type())">;

// One whole number: the step of the loop around an op.
def NN_Step : Type<CPred<"::nnc::nn::isStep($_self)">, "tensor<i64>", "::mlir::RankedTensorType">,
    BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getI64Type())">;

// Results of the op replace operands whose storage they may take (tiedOperand in Nn.h): updates of state.
def NN_TiedUpdate : NativeOpTrait<"TiedUpdate"> { let cppNamespace = "::nnc::nn"; }

// Each element of the result depends on the same element of the operands alone (isElementwise in Nn.h).
def NN_Elementwise : NativeOpTrait<"ElementwiseOp"> { let cppNamespace = "::nnc::nn"; }
#endif
