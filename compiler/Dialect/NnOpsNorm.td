// Normalisation along one axis.

// With a mask, over what it admits: its indices are those of x.

class NN_AxisOp<string mnemonic> : NN_Op<mnemonic, [Pure, AllTypesMatch<["x", "y"]>]> {
  let arguments = (ins NN_Float:$x, Variadic<NN_Tensor>:$mask_args, I64Attr:$axis, OptionalAttr<NN_MaskAttr>:$mask);
  let results = (outs NN_Float:$y);
  let assemblyFormat = "$x `axis` $axis custom<Mask>($mask, $mask_args, type($mask_args)) `:` type($x) attr-dict";
  let builders = [OpBuilder<(ins "::mlir::Value":$x, "uint64_t":$axis), [{
    build($_builder, $_state, x.getType(), x, ::mlir::ValueRange(), $_builder.getI64IntegerAttr(axis), {});
  }]>];
  let hasVerifier = 1;
}
def NN_SoftmaxOp : NN_AxisOp<"softmax"> { let summary = "exp(x - max) over their sum, along an axis"; }
def NN_LogSoftmaxOp : NN_AxisOp<"log_softmax"> { let summary = "x - logsumexp(x) along an axis"; }
def NN_LogSumExpOp : NN_Op<"logsumexp", [Pure]> {
  let summary = "log of the sum of exp along an axis, which disappears";
  let arguments = (ins NN_Float:$x, Variadic<NN_Tensor>:$mask_args, I64Attr:$axis, OptionalAttr<NN_MaskAttr>:$mask);
  let results = (outs NN_Float:$y);
  let assemblyFormat = [{
    $x `axis` $axis custom<Mask>($mask, $mask_args, type($mask_args)) `:` type($x) `->` type($y) attr-dict
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$y, "::mlir::Value":$x, "uint64_t":$axis), [{
    build($_builder, $_state, y, x, ::mlir::ValueRange(), $_builder.getI64IntegerAttr(axis), {});
  }]>];
  let hasVerifier = 1;
}
