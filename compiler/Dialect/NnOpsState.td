// Module level: parameters, states, entries; and how an entry reads and commits them.

def NN_ParamOp : NN_Op<"param", [Symbol]> {
  let summary = "a trained tensor, named by its dotted path";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<NN_Tensor>:$type, NN_InitAttr:$init, UnitAttr:$frozen,
                       UnitAttr:$no_decay, OptionalAttr<I64Attr>:$offset);
  let assemblyFormat = "$sym_name `:` $type `=` $init (`frozen` $frozen^)? (`no_decay` $no_decay^)? attr-dict";
  let hasVerifier = 1;
}
def NN_StateOp : NN_Op<"state", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a tensor kept between steps; `of` makes it an optimizer's slot of a parameter";
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<FlatSymbolRefAttr>:$of, TypeAttrOf<NN_Tensor>:$type,
                       NN_InitAttr:$init, OptionalAttr<I64Attr>:$offset);
  let assemblyFormat = "$sym_name (`of` $of^)? `:` $type `=` $init attr-dict";
  let hasVerifier = 1;
}
def NN_GetOp : NN_Op<"get", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of a parameter, state or derived copy at the start of the step";
  let arguments = (ins FlatSymbolRefAttr:$source);
  let results = (outs NN_Tensor:$value);
  let assemblyFormat = "$source `:` type($value) attr-dict";
}
def NN_EntryOp : NN_Op<"entry", [FunctionOpInterface, Symbol, IsolatedFromAbove]> {
  let summary = "a function of the compiled model: forward, eval, loss, grad, step, pack";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, OptionalAttr<StrAttr>:$kind,
                       ArrayAttr:$sizes, OptionalAttr<ArrayAttr>:$facts, OptionalAttr<NN_OptimizerAttr>:$optimizer,
                       OptionalAttr<NN_ClipAttr>:$clip, OptionalAttr<I64Attr>:$work_bytes,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// The kind, or the symbol's name where none is given.
    ::llvm::StringRef getKindName() { return getKind().value_or(getSymName()); }
    /// Name of argument or result `i` (its nn.name or nn.scalar attribute), empty if it has none.
    ::llvm::StringRef getArgName(unsigned i);
    ::llvm::StringRef getResultName(unsigned i);
  }];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}
def NN_ReturnOp : NN_Op<"return", [Pure, Terminator, ReturnLike, HasParent<"EntryOp">, AttrSizedOperandSegments,
                                   DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "results of an entry, and the state that it commits";
  let arguments = (ins Variadic<NN_Tensor>:$outputs, Variadic<NN_Tensor>:$updates,
                       OptionalAttr<FlatSymbolRefArrayAttr>:$targets);
  let assemblyFormat = "($outputs^ `:` type($outputs))? (`update` $targets^ `=` $updates `:` type($updates))? attr-dict";
  let hasVerifier = 1;
}
def NN_ConstantOp : NN_Op<"constant", [Pure, ConstantLike]> {
  let summary = "a constant tensor";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$value `:` type($result) attr-dict";
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value)>];
  let hasVerifier = 1;
  let hasFolder = 1;
}
def NN_SizeOp : NN_Op<"size", [Pure]> {
  let summary = "a free size as a number";
  let arguments = (ins StrAttr:$name);
  let results = (outs NN_Number:$value);
  let assemblyFormat = "$name `:` type($value) attr-dict";
  let hasVerifier = 1;
}
