// A function with a derivative of its own.

def NN_CustomOp : NN_Op<"custom", [IsolatedFromAbove, RecursiveMemoryEffects]> {
  let summary = "what the first region computes; its derivative is the second region";
  let description = [{
    `forward` takes the operands and yields the results, then what the backward reads of its other values. `backward`
    takes the operands, all that `forward` yields, and a cotangent of each float result; it yields a cotangent of each
    float operand.
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs);
  let results = (outs Variadic<NN_Tensor>:$results);
  let regions = (region SizedRegion<1>:$forward, SizedRegion<1>:$backward);
  let assemblyFormat = [{
    `(` $inputs `)` `:` functional-type($inputs, $results) attr-dict-with-keyword $forward `backward` $backward
  }];
  let hasVerifier = 1;
}
