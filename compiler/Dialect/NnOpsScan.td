// Scan family: the loop over time.

def NN_ScanOp : NN_Op<"scan", [AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "runs a body once a step; carries go from step to step, yields are stacked";
  let description = [{
    The body's arguments are the step t (tensor<i64>), the consts, the carries, and the slice of each of `xs` at t: its
    type without axis xs_axes[i]. It yields the new carries, then one slice of each stacked result. Results are the
    final carries, then the stacks: ys_axes[i] is the place of time in stack i. Step k, for k = 0 … steps - 1, has t = k,
    or t = steps - 1 - k if `reverse`; a yield is stored at its own t. With `lengths` row b, the first axis of every
    carry and slice, takes part where t < lengths[b]: elsewhere it keeps its carry, and its yields are 0.
  }];
  let arguments = (ins Variadic<NN_Tensor>:$consts, Variadic<NN_Tensor>:$init, Variadic<NN_Tensor>:$xs,
                       Optional<NN_Index>:$lengths, NN_DimsAttr:$steps, DenseI64ArrayAttr:$xs_axes,
                       DenseI64ArrayAttr:$ys_axes, UnitAttr:$reverse);
  let results = (outs Variadic<NN_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`reverse` $reverse^)? `steps` $steps `consts` `(` $consts `)` `init` `(` $init `)` `xs` `(` $xs `)` $xs_axes
    (`lengths` $lengths^)? `ys` $ys_axes `:` functional-type(operands, results) attr-dict-with-keyword $body
  }];
  let extraClassDeclaration = [{
    /// How many steps there are.
    ::nnc::nn::SizeExpr stepCount();
    unsigned numCarries() { return getInit().size(); }
    unsigned numStacks() { return getYsAxes().size(); }
    ::mlir::BlockArgument stepArgument() { return getBody().getArgument(0); }
    ::mlir::Block::BlockArgListType constArguments() { return getBody().getArguments().slice(1, getConsts().size()); }
    ::mlir::Block::BlockArgListType carryArguments() {
      return getBody().getArguments().slice(1 + getConsts().size(), getInit().size());
    }
    ::mlir::Block::BlockArgListType sliceArguments() {
      return getBody().getArguments().drop_front(1 + getConsts().size() + getInit().size());
    }
    ::mlir::ResultRange finalCarries() { return getResults().take_front(getInit().size()); }
    ::mlir::ResultRange stacks() { return getResults().drop_front(getInit().size()); }
  }];
  let hasVerifier = 1;
}
