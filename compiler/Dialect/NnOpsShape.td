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
