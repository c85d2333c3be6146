// Attributes and enumerations of the nn dialect.
#ifndef NNC_NN_ATTRS
#define NNC_NN_ATTRS
include "compiler/Dialect/NnDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"

class NN_Attr<string name, string mnemonicText, list<Trait> traits = []> : AttrDef<NN_Dialect, name, traits> {
  let mnemonic = mnemonicText;
}
class NN_Enum<string name, list<string> cases>
    : I32EnumAttr<name, "", !foreach(i, !range(!size(cases)), I32EnumAttrCase<cases[i], i>)> {
  let cppNamespace = "::nnc::nn";
}
// Enumerations that are parameters of other attributes.
class NN_ParameterEnum<string name, list<string> cases> : NN_Enum<name, cases> { let genSpecializedAttr = 0; }

def NN_InitKind : NN_ParameterEnum<"InitKind", ["constant", "uniform", "normal", "orthogonal", "values"]>;
def NN_Region : NN_ParameterEnum<"Region", ["state", "derived", "saved", "scratch", "input", "output",
                                                   "carry", "stack"]>;
def NN_ClipKind : NN_ParameterEnum<"ClipKind", ["norm", "value"]>;
def NN_ReduceKind : NN_Enum<"ReduceKind", ["add", "mul", "max", "min", "any", "all"]>;
def NN_ComparePred : NN_Enum<"ComparePred", ["eq", "ne", "lt", "le", "gt", "ge"]>;

def NN_RandomKind : NN_Enum<"RandomKind", ["uniform", "normal"]>;
def NN_MaskKind : NN_ParameterEnum<"MaskKind", ["always", "both", "either", "negation", "comparison"]>;

def NN_DimsAttr : NN_Attr<"Dims", "dims", [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "sizes of a tensor over named free sizes, and its physical layout once chosen";
  let description = [{
    `#nn.dims<B, 64, (T + 1) floordiv 2 layout affine_map<...>>`. Canonical: symbols alphabetical and used, sums and
    products sorted, so equal sizes are equal attributes. Built by Dims.h only.
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::StringAttr">:$symbols, ArrayRefParameter<"::mlir::AffineExpr">:$dims,
                        "::mlir::AffineMap":$layout);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}
def NN_MaskReadAttr : AttrDef<NN_Dialect, "MaskRead"> {
  let summary = "an element of mask operand `arg`, at the indices `at` of the mask";
  let attrName = "nn.mask_read"; // a part of #nn.mask, without a text form of its own
  let parameters = (ins "int64_t":$arg, ArrayRefParameter<"int64_t">:$at);
}
def NN_MaskNodeAttr : AttrDef<NN_Dialect, "MaskNode"> {
  let summary = "a node of a mask's tree: `parts` of both, either and negation; `left pred right` of a comparison";
  let attrName = "nn.mask_node";
  let description = "Sides are affine in the indices (dimensions) and the mask's values (symbols).";
  let parameters = (ins "::nnc::nn::MaskKind":$kind, ArrayRefParameter<"::mlir::Attribute">:$parts,
                        "::nnc::nn::ComparePred":$pred, "::mlir::AffineExpr":$left, "::mlir::AffineExpr":$right);
}
def NN_MaskAttr : NN_Attr<"Mask", "mask"> {
  let summary = "a predicate over the indices of an op: #nn.mask<4 [0[0], \"T\"] and(d3 le d2, d3 lt s0)>";
  let description = [{
    Over `rank` indices d0, d1, ...; s0, s1, ... are the listed values: `0[0]` is mask operand 0 at index d0 (a length, an
    index, a bool as 0 or 1), `"T"` a free size. The tree: `all`, `and(...)`, `or(...)`, `not(...)`, comparisons of affine
    expressions. Built by Mask.h.
  }];
  let parameters = (ins "int64_t":$rank, ArrayRefParameter<"::mlir::Attribute">:$values,
                        "::nnc::nn::MaskNodeAttr":$tree);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}
def NN_SizeAttr : NN_Attr<"Size", "size"> {
  let summary = "a free size of an entry, its bounds, and how it is written where something divides it: #nn.size<\"B\" max 16 as <(B floordiv 2) * 2>>";
  let parameters = (ins StringRefParameter<>:$name, DefaultValuedParameter<"int64_t", "1">:$min,
                        OptionalParameter<"std::optional<int64_t>">:$max,
                        OptionalParameter<"::nnc::nn::DimsAttr">:$form);
  let assemblyFormat = "`<` $name (`min` $min^)? (`max` $max^)? (`as` $form^)? `>`";
  let genVerifyDecl = 1;
}
def NN_FactAttr : NN_Attr<"Fact", "fact"> {
  let summary = "a relation of sizes checked before an entry runs: #nn.fact<T le 256, \"T <= context\", \"gpt.nn:3:7\">";
  let description = "`sides` has two sizes, left and right of `eq`, `ne` or `le`; then the words of the program and the place.";
  let parameters = (ins "::nnc::nn::DimsAttr":$sides, "::nnc::nn::ComparePred":$pred,
                        StringRefParameter<>:$text, StringRefParameter<>:$where);
  let hasCustomAssemblyFormat = 1;
}
def NN_InitAttr : NN_Attr<"Init", "init"> {
  let summary = "initial value of a parameter or state: <uniform, [-0.5, 0.5]>, <constant, [0.0]>, <values, dense<...>>";
  let parameters = (ins EnumParameter<NN_InitKind>:$kind, "::mlir::Attribute":$args);
  let assemblyFormat = "`<` $kind `,` $args `>`";
  let genVerifyDecl = 1;
}
def NN_OptimizerAttr : NN_Attr<"Optimizer", "optimizer"> {
  let summary = "the optimizer that a step asks for: #nn.optimizer<\"adam\", {lr = 0.01, beta1 = 0.9}>";
  let parameters = (ins StringRefParameter<>:$kind, "::mlir::DictionaryAttr":$settings);
  let assemblyFormat = "`<` $kind `,` $settings `>`";
}
def NN_ClipAttr : NN_Attr<"Clip", "clip"> {
  let summary = "gradient clipping by global norm or by value: #nn.clip<norm, 1.0>";
  let parameters = (ins EnumParameter<NN_ClipKind>:$kind, "::mlir::FloatAttr":$limit);
  let assemblyFormat = "`<` $kind `,` $limit `>`";
}
def NN_BufAttr : NN_Attr<"Buf", "buf"> {
  let summary = "where a planned value lives: #nn.buf<saved, 0, offset = 64>, in bytes";
  let description = [{
    `strides`, in elements and one a dimension, are given where the value is part of something larger:
    #nn.buf<scratch, 3, offset = 512, strides = [512, 1]>; without them its buffer is its own, row-major. In the body of
    an nn.scan `carry` i is the buffer of carry i that is not read in this step, and `stack` j is the slice of stack j
    at the step; their offsets count from the start of that buffer, or slice.
  }];
  let parameters = (ins EnumParameter<NN_Region>:$region, "int64_t":$slot,
                        OptionalParameter<"std::optional<int64_t>">:$offset,
                        OptionalArrayRefParameter<"int64_t">:$strides);
  let builders = [AttrBuilder<(ins "::nnc::nn::Region":$region, "int64_t":$slot, "std::optional<int64_t>":$offset), [{
    return $_get($_ctxt, region, slot, offset, ::llvm::ArrayRef<int64_t>());
  }]>];
  let assemblyFormat = [{
    `<` $region `,` $slot (`,` `offset` `=` $offset^ (`,` `strides` `=` `[` $strides^ `]`)?)? `>`
  }];
}
def NN_TasksAttr : NN_Attr<"Tasks", "tasks"> {
  let summary = "how a group is cut: #nn.tasks<\"B\" by 32> by a free size, #nn.tasks<dim 1 by 64> by a dimension of "
                "the first result, #nn.tasks<1> not at all";
  let parameters = (ins "::mlir::StringAttr":$size, "int64_t":$dim, "int64_t":$chunk);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// One task that does it all.
    bool isSingle() const { return !getSize() && getDim() < 0; }
  }];
}
#endif
