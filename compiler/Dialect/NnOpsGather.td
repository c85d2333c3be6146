// Reading and writing at computed places.

def NN_GatherOp : NN_Op<"gather", [Pure]> {
  let summary = "elements of a table at indices: the index's axes take the place of one axis of the table";
  let description = [{
    y[a..., i..., c...] = table[a..., index[i...], c...]; the first `batch` axes belong to both and stand once in the
    result. `checked`: the indices come from run time and may be wrong; without it their type says that they are right.
  }];
  let arguments = (ins NN_Tensor:$table, NN_Index:$index, I64Attr:$axis, DefaultValuedAttr<I64Attr, "0">:$batch,
                       UnitAttr:$checked);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = [{
    $table `at` $index `axis` $axis (`batch` $batch^)? (`checked` $checked^)? `:` `(` type($table) `,` type($index) `)`
    `->` type($y) attr-dict
  }];
  let hasVerifier = 1;
}
def NN_ScatterOp : NN_Op<"scatter", [Pure]> {
  let summary = "values combined at indices: the transpose of nn.gather for `add`, a reduction by segments";
  let description = [{
    The values' axes of the index become one axis of the result, typed like the table of a gather. Where nothing lands
    the result is `init`, or the start value of the kind.
  }];
  let arguments = (ins NN_ReduceKind:$kind, NN_Tensor:$values, NN_Index:$index, Optional<NN_Tensor>:$init,
                       I64Attr:$axis, DefaultValuedAttr<I64Attr, "0">:$batch, UnitAttr:$checked);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = [{
    $kind $values `at` $index (`init` $init^ `:` type($init))? `axis` $axis (`batch` $batch^)? (`checked` $checked^)?
    `:` `(` type($values) `,` type($index) `)` `->` type($y) attr-dict
  }];
  let hasVerifier = 1;
}
