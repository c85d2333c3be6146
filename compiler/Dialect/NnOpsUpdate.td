// Updates of parameters. Results may take the storage of the operands they replace (TiedUpdate).

class NN_Update<string mnemonic> : NN_Op<mnemonic, [Pure, AttrSizedOperandSegments, NN_TiedUpdate]> {
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}
def NN_SgdOp : NN_Update<"sgd"> {
  let summary = "gradient descent with optional momentum; scalars: lr, then decay where the parameter decays";
  let description = [{
    `nn.sgd %p, %g [velocity %v] lr %lr [decay %d] [finite %f] {momentum = 0.9, nesterov} : type(p), type(lr)`;
    a second result, the new velocity, exists exactly if there is a velocity. `finite` = false keeps all values.
  }];
  let arguments = (ins NN_Float:$param, NN_Float:$grad, Optional<NN_Float>:$velocity, NN_Float:$lr,
                       Optional<NN_Float>:$decay, Optional<NN_Flag>:$finite,
                       DefaultValuedAttr<F64Attr, "0.0">:$momentum, UnitAttr:$nesterov);
  let results = (outs NN_Float:$new_param, Optional<NN_Float>:$new_velocity);
  let builders = [OpBuilder<(ins "::mlir::Value":$param, "::mlir::Value":$grad, "::mlir::Value":$velocity,
                                 "::mlir::Value":$lr, "::mlir::Value":$decay, "::mlir::Value":$finite,
                                 CArg<"double", "0.0">:$momentum, CArg<"bool", "false">:$nesterov)>];
}
def NN_AdamOp : NN_Update<"adam"> {
  let summary = "Adam; scalars: lr, 1/(1-beta1^t), 1/(1-beta2^t), then decay where the parameter decays";
  let description = [{
    `nn.adam %p, %g, %m, %v scalars %lr, %c1, %c2[, %decay] [finite %f] {beta1, beta2, eps, decoupled} : type(p), type(lr)`.
    `decoupled` makes the decay AdamW's.
  }];
  let arguments = (ins NN_Float:$param, NN_Float:$grad, NN_Float:$m, NN_Float:$v, Variadic<NN_Float>:$scalars,
                       Optional<NN_Flag>:$finite, F64Attr:$beta1, F64Attr:$beta2, F64Attr:$eps, UnitAttr:$decoupled);
  let results = (outs NN_Float:$new_param, NN_Float:$new_m, NN_Float:$new_v);
  let builders = [OpBuilder<(ins "::mlir::Value":$param, "::mlir::Value":$grad, "::mlir::Value":$m, "::mlir::Value":$v,
                                 "::mlir::ValueRange":$scalars, "::mlir::Value":$finite, "double":$beta1,
                                 "double":$beta2, "double":$eps, CArg<"bool", "false">:$decoupled)>];
}
def NN_RmspropOp : NN_Op<"rmsprop", [Pure, AttrSizedOperandSegments, NN_TiedUpdate]> {
  let summary = "RMSprop with optional momentum; `square` is the running mean of squared gradients";
  let arguments = (ins NN_Float:$param, NN_Float:$grad, NN_Float:$square, Optional<NN_Float>:$velocity, NN_Float:$lr,
                       Optional<NN_Float>:$decay, Optional<NN_Flag>:$finite, F64Attr:$alpha, F64Attr:$eps,
                       DefaultValuedAttr<F64Attr, "0.0">:$momentum);
  let results = (outs NN_Float:$new_param, NN_Float:$new_square, Optional<NN_Float>:$new_velocity);
  let assemblyFormat = [{
    $param `,` $grad `,` $square (`velocity` $velocity^)? `lr` $lr (`decay` $decay^)? (`finite` $finite^)? attr-dict `:`
    functional-type(operands, results)
  }];
  let hasVerifier = 1;
}
def NN_AdagradOp : NN_Op<"adagrad", [Pure, AttrSizedOperandSegments, NN_TiedUpdate]> {
  let summary = "Adagrad; `sum` is the sum of squared gradients";
  let arguments = (ins NN_Float:$param, NN_Float:$grad, NN_Float:$sum, NN_Float:$lr, Optional<NN_Float>:$decay,
                       Optional<NN_Flag>:$finite, F64Attr:$eps);
  let results = (outs NN_Float:$new_param, NN_Float:$new_sum);
  let assemblyFormat = [{
    $param `,` $grad `,` $sum `lr` $lr (`decay` $decay^)? (`finite` $finite^)? attr-dict `:`
    functional-type(operands, results)
  }];
  let hasVerifier = 1;
}
