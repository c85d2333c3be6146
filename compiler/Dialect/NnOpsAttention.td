// Scaled dot-product attention.

def NN_AttentionOp : NN_Op<"attention", [Pure, AttrSizedOperandSegments]> {
  let summary = "softmax(q k^T * scale + bias) v over the keys that the mask admits";
  let description = [{
    q [B, H, T, D], k [B, G, S, D], v [B, G, S, E], G divides H: head h reads group h / (H/G). The mask's indices are
    (b, h, q, k). lse [B, H, T] is the logarithm of the sum of exp, +inf for a query that may see nothing.
  }];
  let arguments = (ins NN_Float:$q, NN_Float:$k, NN_Float:$v, Optional<NN_Float>:$bias, Variadic<NN_Tensor>:$mask_args,
                       Optional<NN_Index>:$sample, Optional<NN_Step>:$time, F64Attr:$scale,
                       DefaultValuedAttr<F64Attr, "0.0">:$dropout, OptionalAttr<StrAttr>:$site,
                       OptionalAttr<NN_MaskAttr>:$mask);
  let results = (outs NN_Float:$out, NN_Float:$lse);
  let assemblyFormat = [{
    $q `,` $k `,` $v (`bias` $bias^ `:` type($bias))? custom<Mask>($mask, $mask_args, type($mask_args)) `scale` $scale
    (`dropout` $dropout^)? (`site` $site^)? (`sample` $sample^ `:` type($sample))? (`time` $time^)? `:`
    `(` type($q) `,` type($k) `,` type($v) `)` `->` `(` type($out) `,` type($lse) `)` attr-dict
  }];
  let hasVerifier = 1;
}
