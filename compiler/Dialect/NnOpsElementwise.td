// Elementwise ops: operands and result have one shape; nothing broadcasts.

class NN_Unary<string mnemonic, Type type = NN_Float> : NN_Op<mnemonic, [Pure, SameOperandsAndResultType, NN_Elementwise]> {
  let arguments = (ins type:$x);
  let results = (outs type:$y);
  let assemblyFormat = "$x `:` type($x) attr-dict";
}
class NN_Binary<string mnemonic, Type type = NN_Number, list<Trait> traits = []>
    : NN_Op<mnemonic, [Pure, SameOperandsAndResultType, NN_Elementwise] # traits> {
  let arguments = (ins type:$a, type:$b);
  let results = (outs type:$y);
  let assemblyFormat = "$a `,` $b `:` type($y) attr-dict";
}

def NN_AddOp : NN_Binary<"add", NN_Number, [Commutative]>;
def NN_SubOp : NN_Binary<"sub">;
def NN_MulOp : NN_Binary<"mul", NN_Number, [Commutative]>;
def NN_DivOp : NN_Binary<"div", NN_Float>;
def NN_MaxOp : NN_Binary<"max">;
def NN_MinOp : NN_Binary<"min">;
def NN_PowOp : NN_Binary<"pow", NN_Float>;
def NN_FloorDivOp : NN_Binary<"floor_div", NN_Index> { let summary = "the quotient rounded down"; }
def NN_ModOp : NN_Binary<"mod", NN_Index> { let summary = "what floor_div leaves: it has the sign of b"; }

def NN_NegOp : NN_Unary<"neg", NN_Number> { let hasFolder = 1; }
def NN_AbsOp : NN_Unary<"abs", NN_Number>;
def NN_SignOp : NN_Unary<"sign", NN_Number>;
def NN_ExpOp : NN_Unary<"exp">;
def NN_LogOp : NN_Unary<"log">;
def NN_Log1pOp : NN_Unary<"log1p">;
def NN_Expm1Op : NN_Unary<"expm1">;
def NN_SqrtOp : NN_Unary<"sqrt">;
def NN_RsqrtOp : NN_Unary<"rsqrt">;
def NN_TanhOp : NN_Unary<"tanh">;
def NN_SigmoidOp : NN_Unary<"sigmoid">;
def NN_ReluOp : NN_Unary<"relu">;
def NN_FloorOp : NN_Unary<"floor">;
def NN_CeilOp : NN_Unary<"ceil">;
def NN_RoundOp : NN_Unary<"round">;
def NN_ErfOp : NN_Unary<"erf">;
def NN_SinOp : NN_Unary<"sin">;
def NN_CosOp : NN_Unary<"cos">;
def NN_SoftplusOp : NN_Unary<"softplus">;
def NN_StepOp : NN_Unary<"step">;
def NN_GeluOp : NN_Unary<"gelu">;
def NN_StopGradientOp : NN_Unary<"stop_gradient", NN_Tensor> {
  let summary = "its operand, through which no gradient flows; gone after phase grad";
}

def NN_ReluGradOp : NN_Op<"relu_grad", [Pure, SameOperandsAndResultType, NN_Elementwise]> {
  let summary = "g where the result y of relu is positive, else 0";
  let arguments = (ins NN_Float:$y, NN_Float:$g);
  let results = (outs NN_Float:$dx);
  let assemblyFormat = "$y `,` $g `:` type($dx) attr-dict";
}

def NN_AndOp : NN_Binary<"and", NN_Bool, [Commutative]>;
def NN_OrOp : NN_Binary<"or", NN_Bool, [Commutative]>;
def NN_NotOp : NN_Unary<"not", NN_Bool> { let hasFolder = 1; }

def NN_CompareOp : NN_Op<"compare", [Pure, NN_Elementwise, AllTypesMatch<["a", "b"]>]> {
  let summary = "compares elements; a NaN is unequal to everything and in no order";
  let arguments = (ins NN_ComparePred:$pred, NN_Tensor:$a, NN_Tensor:$b);
  let results = (outs NN_Bool:$y);
  let assemblyFormat = "$pred $a `,` $b `:` type($a) `->` type($y) attr-dict";
  let builders = [OpBuilder<(ins "ComparePred":$pred, "::mlir::Value":$a, "::mlir::Value":$b)>];
  let hasVerifier = 1;
}
def NN_SelectOp : NN_Op<"select", [Pure, NN_Elementwise, AllTypesMatch<["a", "b", "y"]>]> {
  let summary = "a where the condition holds, else b";
  let arguments = (ins NN_Bool:$condition, NN_Tensor:$a, NN_Tensor:$b);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$condition `,` $a `,` $b `:` type($condition) `,` type($y) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_CastOp : NN_Op<"cast", [Pure, NN_Elementwise]> {
  let summary = "converts elements; float to integer truncates and saturates, NaN becomes 0";
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `:` type($x) `->` type($y) attr-dict";
  let builders = [OpBuilder<(ins "::mlir::Value":$x, "::mlir::Type":$element)>];
  let hasVerifier = 1;
  let hasFolder = 1;
}
