// Normalisation along one axis.

class NN_AxisOp<string mnemonic> : NN_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let arguments = (ins NN_Float:$x, I64Attr:$axis);
  let results = (outs NN_Float:$y);
  let assemblyFormat = "$x `axis` $axis `:` type($x) attr-dict";
  let hasVerifier = 1;
}
def NN_SoftmaxOp : NN_AxisOp<"softmax"> { let summary = "exp(x - max) over their sum, along an axis"; }
def NN_LogSoftmaxOp : NN_AxisOp<"log_softmax"> { let summary = "x - logsumexp(x) along an axis"; }
def NN_LogSumExpOp : NN_Op<"logsumexp", [Pure]> {
  let summary = "log of the sum of exp along an axis, which disappears";
  let arguments = (ins NN_Float:$x, I64Attr:$axis);
  let results = (outs NN_Float:$y);
  let assemblyFormat = "$x `axis` $axis `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
}
