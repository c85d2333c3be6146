// Convolution and its two transposes: the family is closed under differentiation.

class NN_ConvFamily<string mnemonic, dag operands> : NN_Op<mnemonic, [Pure]> {
  let arguments = !con(operands, (ins Optional<NN_Float>:$init, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$dilation,
                                      DenseI64ArrayAttr:$pad_low, DenseI64ArrayAttr:$pad_high,
                                      DefaultValuedAttr<I64Attr, "1">:$groups));
  let results = (outs NN_Float:$y);
  let hasVerifier = 1;
}
def NN_ConvOp : NN_ConvFamily<"conv", (ins NN_Float:$x, NN_Float:$filter)> {
  let summary = "convolution of x [N, C, S...] with a filter [O, C/groups, K...], one to three spatial axes";
  let assemblyFormat = [{
    $x `,` $filter (`init` $init^ `:` type($init))? `stride` $stride `dilation` $dilation `pad` $pad_low `,` $pad_high
    (`groups` $groups^)? `:` `(` type($x) `,` type($filter) `)` `->` type($y) attr-dict
  }];
}
def NN_ConvInputGradOp : NN_ConvFamily<"conv_input_grad", (ins NN_Float:$g, NN_Float:$filter)> {
  let summary = "the transpose of nn.conv in x, also the transposed convolution; the result type gives the sizes";
  let assemblyFormat = [{
    $g `,` $filter (`init` $init^ `:` type($init))? `stride` $stride `dilation` $dilation `pad` $pad_low `,` $pad_high
    (`groups` $groups^)? `:` `(` type($g) `,` type($filter) `)` `->` type($y) attr-dict
  }];
}
def NN_ConvFilterGradOp : NN_ConvFamily<"conv_filter_grad", (ins NN_Float:$x, NN_Float:$g)> {
  let summary = "the transpose of nn.conv in its filter; the result type gives the taps";
  let assemblyFormat = [{
    $x `,` $g (`init` $init^ `:` type($init))? `stride` $stride `dilation` $dilation `pad` $pad_low `,` $pad_high
    (`groups` $groups^)? `:` `(` type($x) `,` type($g) `)` `->` type($y) attr-dict
  }];
}
