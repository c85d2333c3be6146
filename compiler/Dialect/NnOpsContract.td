// Products: every matrix product and einsum of two operands.

def NN_ContractOp : NN_Op<"contract", [Pure]> {
  let summary = "sum of products by letters: \"bi,oi->bo\"";
  let description = [{
    Letters of one operand are distinct; a letter that the result lacks is summed and stands in both operands. `init`,
    typed as the result, is what the sum starts from.
  }];
  let arguments = (ins NN_Float:$lhs, NN_Float:$rhs, Optional<NN_Float>:$init, StrAttr:$spec);
  let results = (outs NN_Float:$y);
  let assemblyFormat = [{
    $lhs `,` $rhs (`init` $init^ `:` type($init))? $spec `:` `(` type($lhs) `,` type($rhs) `)` `->` type($y) attr-dict
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$lhs, "::mlir::Value":$rhs, "::llvm::StringRef":$spec,
                                 CArg<"::mlir::Value", "{}">:$init)>];
  let extraClassDeclaration = [{
    ::nnc::nn::ContractSpec getLetters();
  }];
  let hasVerifier = 1;
}
