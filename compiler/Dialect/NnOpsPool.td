// Pooling over windows of the axes behind [N, C].

def NN_MaxPoolOp : NN_Op<"max_pool", [Pure]> {
  let summary = "the largest element of each window; padding is none";
  let arguments = (ins NN_Number:$x, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$dilation,
                       DenseI64ArrayAttr:$pad_low, DenseI64ArrayAttr:$pad_high, UnitAttr:$ceil);
  let results = (outs NN_Number:$y);
  let assemblyFormat = [{
    $x `kernel` $kernel `stride` $stride `dilation` $dilation `pad` $pad_low `,` $pad_high (`ceil` $ceil^)? `:`
    type($x) `->` type($y) attr-dict
  }];
  let hasVerifier = 1;
}
def NN_AvgPoolOp : NN_Op<"avg_pool", [Pure]> {
  let summary = "the mean of each window; padding counts as 0";
  let arguments = (ins NN_Float:$x, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad_low,
                       DenseI64ArrayAttr:$pad_high, UnitAttr:$ceil);
  let results = (outs NN_Float:$y);
  let assemblyFormat = [{
    $x `kernel` $kernel `stride` $stride `pad` $pad_low `,` $pad_high (`ceil` $ceil^)? `:` type($x) `->` type($y)
    attr-dict
  }];
  let hasVerifier = 1;
}
