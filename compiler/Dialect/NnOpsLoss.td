// Losses: one value per row (softmax_cross_entropy) or per element (mse); the mean is an op of its own.

def NN_SoftmaxCrossEntropyOp : NN_Op<"softmax_cross_entropy", [Pure]> {
  let summary = "cross entropy of softmax(logits) along the last axis with integer labels; lse = logsumexp per row";
  let arguments = (ins NN_Float:$logits, NN_Index:$labels, DefaultValuedAttr<F64Attr, "0.0">:$smoothing);
  let results = (outs NN_Float:$loss, NN_Float:$lse);
  let assemblyFormat = [{
    $logits `,` $labels (`smoothing` $smoothing^)? `:` `(` type($logits) `,` type($labels) `)` `->`
    `(` type($loss) `,` type($lse) `)` attr-dict
  }];
  let hasVerifier = 1;
}
def NN_SoftmaxCrossEntropyGradOp : NN_Op<"softmax_cross_entropy_grad", [Pure]> {
  let summary = "(softmax(logits) - target) * g per row, from the saved lse";
  let arguments = (ins NN_Float:$logits, NN_Index:$labels, NN_Float:$lse, NN_Float:$g,
                       DefaultValuedAttr<F64Attr, "0.0">:$smoothing);
  let results = (outs NN_Float:$dx);
  let assemblyFormat = [{
    $logits `,` $labels `,` $lse `,` $g (`smoothing` $smoothing^)? `:` `(` type(operands) `)` `->` type($dx) attr-dict
  }];
  let hasVerifier = 1;
}
def NN_MseOp : NN_Op<"mse", [Pure, SameOperandsAndResultType, NN_Elementwise]> {
  let summary = "squared difference of each element";
  let arguments = (ins NN_Float:$pred, NN_Float:$target);
  let results = (outs NN_Float:$y);
  let assemblyFormat = "$pred `,` $target `:` type($y) attr-dict";
}
