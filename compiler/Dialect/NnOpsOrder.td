// Ops along an axis in its order: running sums, sorting, reversal.

def NN_CumSumOp : NN_Op<"cumsum", [Pure, SameOperandsAndResultType]> {
  let summary = "the sum up to each element along an axis, from its end with `reverse`";
  let arguments = (ins NN_Number:$x, I64Attr:$axis, UnitAttr:$reverse);
  let results = (outs NN_Number:$y);
  let assemblyFormat = "(`reverse` $reverse^)? $x `axis` $axis `:` type($x) attr-dict";
  let hasVerifier = 1;
}
def NN_SortOp : NN_Op<"sort", [Pure]> {
  let summary = "values in order along an axis and the places they come from; stable; the first k where the results have k";
  let arguments = (ins NN_Number:$x, I64Attr:$axis, UnitAttr:$descending);
  let results = (outs NN_Number:$values, NN_Index:$indices);
  let assemblyFormat = [{
    (`descending` $descending^)? $x `axis` $axis `:` type($x) `->` `(` type($values) `,` type($indices) `)` attr-dict
  }];
  let hasVerifier = 1;
}
def NN_FlipOp : NN_Op<"flip", [Pure, SameOperandsAndResultType]> {
  let summary = "the elements along the listed dimensions in reverse";
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$dims);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `dims` $dims `:` type($x) attr-dict";
  let hasVerifier = 1;
}
