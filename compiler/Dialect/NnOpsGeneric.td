// Any other index notation.

def NN_GenericOp : NN_Op<"generic", [Pure, SingleBlock, IsolatedFromAbove]> {
  let summary = "a scalar body over an index domain with affine accesses and a reducer";
  let description = [{
    For each point of `domain` the body gets one element of each input (rank 0; `maps[i]` gives its index from the
    domain's indices), then, if it has that many arguments, the indices themselves (tensor<i64>). What it yields is
    combined into the element of the result that the last map names. `outside[i]` is the value of an access beyond
    input i's box; a unit there says that it never is.
  }];
  let arguments = (ins NN_ReduceKind:$reduce, Variadic<NN_Tensor>:$inputs, NN_DimsAttr:$domain, AffineMapArrayAttr:$maps,
                       OptionalAttr<ArrayAttr>:$outside);
  let results = (outs NN_Tensor:$y);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $reduce `over` $domain `(` $inputs `)` `maps` $maps (`outside` $outside^)? `:` functional-type($inputs, $y)
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}
