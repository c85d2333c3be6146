// Random numbers, counted and not drawn in turn: what they are depends on the seed, the step, the site and the example.

def NN_SampleOp : NN_Op<"sample", [Pure]> {
  let summary = "the number of each example of the batch in the whole data set";
  let results = (outs NN_Index:$value);
  let assemblyFormat = "`:` type($value) attr-dict";
  let hasVerifier = 1;
}
def NN_DropoutOp : NN_Op<"dropout", [Pure, AttrSizedOperandSegments, AllTypesMatch<["x", "y"]>]> {
  let summary = "elements set to 0 with probability `rate`, the others divided by 1 - rate";
  let arguments = (ins NN_Float:$x, Optional<NN_Index>:$sample, Optional<NN_Step>:$time, F64Attr:$rate, StrAttr:$site);
  let results = (outs NN_Float:$y);
  let assemblyFormat = [{
    $x `rate` $rate `site` $site (`sample` $sample^ `:` type($sample))? (`time` $time^)? `:` type($x) attr-dict
  }];
  let hasVerifier = 1;
}
def NN_RandomOp : NN_Op<"random", [Pure, AttrSizedOperandSegments]> {
  let summary = "numbers uniform in [0, 1), or normal with mean 0 and deviation 1";
  let arguments = (ins NN_RandomKind:$kind, Optional<NN_Index>:$sample, Optional<NN_Step>:$time, StrAttr:$site);
  let results = (outs NN_Float:$y);
  let assemblyFormat = [{
    $kind `site` $site (`sample` $sample^ `:` type($sample))? (`time` $time^)? `:` type($y) attr-dict
  }];
  let hasVerifier = 1;
}
