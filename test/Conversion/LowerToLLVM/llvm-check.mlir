// RUN: nnc-opt %s --llvm-check --split-input-file --verify-diagnostics


// expected-error @+1 {{is left after the conversion to LLVM}}
func.func private @left(%x: f32) -> f32 {
  // expected-error @+1 {{is left after the conversion to LLVM}}
  %y = arith.addf %x, %x : f32
  // expected-error @+1 {{is left after the conversion to LLVM}}
  return %y : f32
}

// -----

llvm.func @cast(%x: i64) {
  // expected-error @+1 {{is left: a type has no form in LLVM}}
  %y = builtin.unrealized_conversion_cast %x : i64 to index
  llvm.return
}

// -----

llvm.func @flags(%x: f32) {
  // expected-error @+1 {{has fast-math flags}}
  %y = llvm.fadd %x, %x {fastmathFlags = #llvm.fastmath<reassoc>} : f32
  llvm.return
}

// -----

llvm.func @fused_or_not(%x: f32) {
  // expected-error @+1 {{is fused or not as the target likes}}
  %y = llvm.intr.fmuladd(%x, %x, %x) : (f32, f32, f32) -> f32
  llvm.return
}

// -----

llvm.func @reduction(%x: f32, %v: vector<4xf32>) {
  // expected-error @+1 {{has no order of its own}}
  %y = "llvm.intr.vector.reduce.fadd"(%x, %v) : (f32, vector<4xf32>) -> f32
  llvm.return
}

// -----

llvm.func @library(%x: f32) {
  // expected-error @+1 {{would call the C library}}
  %y = llvm.intr.exp(%x) : (f32) -> f32
  llvm.return
}

// -----

llvm.func @malloc(i64) -> !llvm.ptr
llvm.func @allocates(%n: i64) {
  // expected-error @+1 {{calls 'malloc', which a step must not need}}
  %y = llvm.call @malloc(%n) : (i64) -> !llvm.ptr
  llvm.return
}

// -----

llvm.func @copies(%a: !llvm.ptr, %b: !llvm.ptr, %n: i64) {
  // expected-error @+1 {{copies memory}}
  "llvm.intr.memcpy"(%a, %b, %n) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.return
}
