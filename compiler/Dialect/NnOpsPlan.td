// What planning adds: groups, layouts, packed copies; and kernels after outlining.

def NN_DerivedOp : NN_Op<"derived", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a packed copy of a parameter, rebuilt with it and never saved";
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$of, TypeAttrOf<NN_Tensor>:$type,
                       OptionalAttr<I64Attr>:$offset);
  let assemblyFormat = "$sym_name `of` $of `:` $type attr-dict";
}
def NN_YieldOp : NN_Op<"yield", [Pure, Terminator, ReturnLike, ParentOneOf<["CustomOp", "GenericOp", "GroupOp", "KernelOp", "ScanOp"]>]> {
  let summary = "results of a region";
  let arguments = (ins Variadic<NN_Tensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let hasVerifier = 1;
}
def NN_RelayoutOp : NN_Op<"relayout", [Pure]> {
  let summary = "the same tensor in another physical layout";
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$y);
  let assemblyFormat = "$x `:` type($x) `->` type($y) attr-dict";
  let hasVerifier = 1;
}
def NN_GroupOp : NN_Op<"group", [IsolatedFromAbove, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "ops that become one kernel";
  let arguments = (ins Variadic<NN_Tensor>:$inputs, OptionalAttr<ArrayAttr>:$into, OptionalAttr<NN_TasksAttr>:$tasks,
                       UnitAttr:$barrier);
  let results = (outs Variadic<NN_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}
def NN_KernelOp : NN_Op<"kernel", [FunctionOpInterface, Symbol, IsolatedFromAbove]> {
  let summary = "the specification of a kernel: the nn ops that it computes";
  let description = [{
    `tied[i]` is the input over which result i is written, or -1; absent if all are -1.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<NN_TasksAttr>:$tasks, OptionalAttr<DenseI64ArrayAttr>:$tied,
                       OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
  }];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}
def NN_LaunchOp : NN_Op<"launch", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel; results go where `into` says";
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<NN_Tensor>:$inputs, ArrayAttr:$into,
                       OptionalAttr<NN_TasksAttr>:$tasks, UnitAttr:$barrier);
  let results = (outs Variadic<NN_Tensor>:$results);
  let assemblyFormat = [{
    $kernel `(` $inputs `)` `into` $into (`tasks` $tasks^)? (`barrier` $barrier^)? `:`
    functional-type($inputs, $results) attr-dict
  }];
}
