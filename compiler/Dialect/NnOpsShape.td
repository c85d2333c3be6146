// Ops that move elements and compute nothing.

def NN_BroadcastOp : NN_Op<"broadcast", [Pure]> {
  let summary = "repeats an operand along new dimensions; dims[i] is the result's dimension of operand dimension i";
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$dims);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `dims` $dims `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_ReshapeOp : NN_Op<"reshape", [Pure]> {
  let summary = "the same elements in row-major order under another shape";
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_TransposeOp : NN_Op<"transpose", [Pure]> {
  let summary = "permutes dimensions; result dimension i is operand dimension perm[i]";
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$perm);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `perm` $perm `:` type($x) `->` type($y) attr-dict";
  let builders = [OpBuilder<(ins "::mlir::Value":$x, "::llvm::ArrayRef<int64_t>":$perm)>];
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_SliceOp : NN_Op<"slice", [Pure]> {
  let summary = "a box of the operand: result index i is operand index low + i";
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$low);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `low` $low `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_PadOp : NN_Op<"pad", [Pure]> {
  let summary = "the operand as a box in zeros: operand index i is result index low + i";
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$low);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `low` $low `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_ConcatOp : NN_Op<"concat", [Pure]> {
  let summary = "operands one behind the other along an axis";
  let arguments = (ins Variadic<NN_Tensor>:$parts, I64Attr:$axis);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$parts `axis` $axis `:` functional-type($parts, $y) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_SplitOp : NN_Op<"split", [Pure]> {
  let summary = "parts of the operand, one behind the other along an axis: the inverse of nn.concat";
  let arguments = (ins NN_Tensor:$x, I64Attr:$axis);
  let results = (outs Variadic<NN_Tensor>:$parts);
  let assemblyFormat = "$x `axis` $axis `:` functional-type($x, $parts) attr-dict";
  let hasVerifier = 1;
}
