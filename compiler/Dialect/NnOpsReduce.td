// Reductions: dimensions disappear.

def NN_ReduceOp : NN_Op<"reduce", [Pure]> {
  let summary = "reduces the listed dimensions (ascending) by one kind";
  let arguments = (ins NN_ReduceKind:$kind, NN_Tensor:$x, DenseI64ArrayAttr:$dims);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$kind $x `dims` $dims `:` type($x) `->` type($y) attr-dict";
  let builders = [OpBuilder<(ins "ReduceKind":$kind, "::mlir::Value":$x, "::llvm::ArrayRef<int64_t>":$dims)>];
  let hasVerifier = 1;
}
class NN_ArgReduce<string mnemonic> : NN_Op<mnemonic, [Pure]> {
  let arguments = (ins NN_Number:$x, I64Attr:$axis);
  let results = (outs NN_Index:$y);
  let assemblyFormat = "$x `axis` $axis `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
}
def NN_ArgMaxOp : NN_ArgReduce<"arg_max"> { let summary = "index of the largest element, the first of ties"; }
def NN_ArgMinOp : NN_ArgReduce<"arg_min"> { let summary = "index of the smallest element, the first of ties"; }
