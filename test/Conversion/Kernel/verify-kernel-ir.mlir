// RUN: nnc-opt %s --nnc-verify-kernel-ir --split-input-file --verify-diagnostics
// One case per rule of the contract; the first is what passes.

func.func private @ok(%x1: memref<1x4xf32> {llvm.noalias}, %B: index, %task: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %tile = memref.alloca() : memref<2xvector<8xf32>>
  %x = memref.reinterpret_cast %x1 to offset: [0], sizes: [%B, 4], strides: [4, 1] : memref<1x4xf32> to memref<?x4xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    %v = memref.load %x[%task, %i] : memref<?x4xf32>
    %w = vector.broadcast %v : f32 to vector<8xf32>
    memref.store %w, %tile[%c0] : memref<2xvector<8xf32>>
  } {nnc.unroll}
  return
}

// -----

func.func private @a_tile_enters_an_inline_function(%tile: memref<2xvector<8xf32>>) attributes {nnc.inline} {
  return
}

// -----

// expected-error @+1 {{argument 0 has type 'memref<2xvector<8xf32>>': register tiles are arguments of inline functions only}}
func.func private @but_no_other(%tile: memref<2xvector<8xf32>>) {
  return
}

// -----

// expected-error @+1 {{is marked nnc.inline but not private}}
func.func @inline_and_public(%x: memref<2xf32>) attributes {nnc.inline} {
  return
}

// -----

func.func private @unrolled_by_a_word(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{has a factor nnc.unroll_by that is no integer}}
  scf.for %i = %c0 to %n step %c1 {
  } {nnc.unroll_by = "two"}
  return
}

// -----

func.func private @f64_may_call_libm(%x: f64) -> f64 {
  %y = math.exp %x : f64
  return %y : f64
}

// -----

func.func private @f32_may_not(%x: f32) -> f32 {
  // expected-error @+1 {{is not part of the kernel contract}}
  %y = math.exp %x : f32
  return %y : f32
}

// -----

func.func private @transfer(%x: memref<16xf32>, %i: index) -> vector<16xf32> {
  %z = arith.constant 0.0 : f32
  // expected-error @+1 {{is not part of the kernel contract}}
  %y = vector.transfer_read %x[%i], %z : memref<16xf32>, vector<16xf32>
  return %y : vector<16xf32>
}

// -----

func.func private @contract(%a: vector<8xf32>, %b: vector<8xf32>, %c: vector<8xf32>) -> vector<8xf32> {
  // expected-error @+1 {{is not part of the kernel contract}}
  %y = vector.fma %a, %b, %c : vector<8xf32>
  return %y : vector<8xf32>
}

// -----

func.func private @reduction(%a: vector<8xf32>) -> f32 {
  // expected-error @+1 {{is not part of the kernel contract}}
  %y = vector.reduction <add>, %a : vector<8xf32> into f32
  return %y : f32
}

// -----

func.func private @maximum(%a: f32, %b: f32) -> f32 {
  // expected-error @+1 {{is not part of the kernel contract}}
  %y = arith.maximumf %a, %b : f32
  return %y : f32
}

// -----

func.func private @allocation() {
  // expected-error @+1 {{is not part of the kernel contract}}
  %y = memref.alloc() : memref<4xf32>
  return
}

// -----

func.func private @copy(%a: memref<4xf32>, %b: memref<4xf32>) {
  // expected-error @+1 {{is not part of the kernel contract}}
  memref.copy %a, %b : memref<4xf32> to memref<4xf32>
  return
}

// -----

func.func private @subview(%a: memref<4xf32>) {
  // expected-error @+1 {{is not part of the kernel contract}}
  %b = memref.subview %a[0][2][1] : memref<4xf32> to memref<2xf32, strided<[1]>>
  return
}

// -----

func.func private @dimension(%a: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{is not part of the kernel contract}}
  %n = memref.dim %a, %c0 : memref<4xf32>
  return
}

// -----

func.func private @affine(%i: index) -> index {
  // expected-error @+1 {{is not part of the kernel contract}}
  %j = affine.apply affine_map<(d) -> (d floordiv 2)>(%i)
  return %j : index
}

// -----

func.func private @linalg(%a: memref<4xf32>, %v: f32) {
  // expected-error @+1 {{is not part of the kernel contract}}
  linalg.fill ins(%v : f32) outs(%a : memref<4xf32>)
  return
}

// -----

func.func private @fast_math(%a: f32, %b: f32) -> f32 {
  // expected-error @+1 {{kernel IR has no fast-math flags}}
  %y = arith.addf %a, %b fastmath<reassoc> : f32
  return %y : f32
}

// -----

// expected-error @+1 {{vectors have rank 1}}
func.func private @rank2(%a: vector<2x8xf32>) {
  return
}

// -----

// expected-error @+1 {{a vector is a register or a half, a quarter}}
func.func private @too_wide(%a: vector<32xf32>) {
  return
}

// -----

// expected-error @+1 {{a vector is a register or a half, a quarter}}
func.func private @odd(%a: vector<6xf32>) {
  return
}

// -----

func.func private @index_lanes(%i: index) {
  // expected-error @+1 {{lane indices are i32, not index}}
  %v = vector.broadcast %i : index to vector<4xindex>
  return
}

// -----

// expected-error @+1 {{arguments are static; a free size enters by memref.reinterpret_cast}}
func.func private @dynamic(%a: memref<?x4xf32>) {
  return
}

// -----

// expected-error @+1 {{not an element of a buffer}}
func.func private @truth(%a: memref<4xi1>) {
  return
}

// -----

// expected-error @+1 {{buffers have the identity layout; parts of them constant strides, and a value as offset}}
func.func private @strided(%a: memref<4xf32, strided<[2]>>) {
  return
}

// -----

// expected-error @+1 {{not a type of kernel IR}}
func.func private @bf16(%a: bf16) {
  return
}

// -----

// expected-error @+1 {{vectors are arguments of private functions only}}
func.func @entry(%a: vector<8xf32>) {
  return
}

// -----

// expected-error @+1 {{private functions return scalars and vectors, others nothing}}
func.func @entry(%a: f32) -> f32 {
  return %a : f32
}

// -----

// expected-error @+1 {{not a type of kernel IR}}
func.func private @pointer(%a: !llvm.ptr) {
  return
}

// -----

// expected-error @+1 {{has no body: kernel IR calls nothing outside the module but the barrier}}
func.func private @external(index)

// -----

func.func @entry(%x: memref<4xf32>) {
  return
}
func.func private @calls_entry(%x: memref<4xf32>) {
  // expected-error @+1 {{calls something else than a private function of the module}}
  call @entry(%x) : (memref<4xf32>) -> ()
  return
}

// -----

func.func private @unroll(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{is tagged nnc.unroll but its bounds are not constants}}
  scf.for %i = %c0 to %n step %c1 {
  } {nnc.unroll}
  return
}

// -----

func.func private @carried_mask(%m: vector<8xi1>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{masks and buffers are not carried}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %m) -> vector<8xi1> {
    scf.yield %p : vector<8xi1>
  }
  return
}

// -----

func.func private @big_stack() {
  // expected-error @+1 {{takes more than 16 KiB of stack}}
  %t = memref.alloca() : memref<4097xf32>
  return
}

// -----

func.func private @stack_in_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @+1 {{stands inside a loop or a branch}}
    %t = memref.alloca() : memref<4xf32>
  }
  return
}

// -----

// Part of a buffer: its strides are constants, its place is a value.
func.func private @part(%x: memref<1xf32>, %at: index, %n: index) {
  %c0 = arith.constant 0 : index
  %y = memref.reinterpret_cast %x to offset: [%at], sizes: [%n, 8], strides: [40, 1] : memref<1xf32> to memref<?x8xf32, strided<[40, 1], offset: ?>>
  %v = vector.load %y[%c0, %c0] : memref<?x8xf32, strided<[40, 1], offset: ?>>, vector<8xf32>
  vector.store %v, %y[%n, %c0] : memref<?x8xf32, strided<[40, 1], offset: ?>>, vector<8xf32>
  return
}

// -----

// expected-error @+1 {{arguments have the identity layout; a part of a buffer enters by memref.reinterpret_cast}}
func.func private @part_argument(%x: memref<4x8xf32, strided<[40, 1], offset: ?>>) {
  return
}

// -----

func.func private @part_alloca(%at: index) {
  // expected-error @+1 {{needs a static shape and the identity layout}}
  %x = memref.alloca()[%at] : memref<8xf32, strided<[4], offset: ?>>
  return
}

// -----

func.func private @free_stride(%x: memref<1xf32>, %n: index) {
  // expected-error @+1 {{buffers have the identity layout}}
  %y = memref.reinterpret_cast %x to offset: [%n], sizes: [4], strides: [%n] : memref<1xf32> to memref<4xf32, strided<[?], offset: ?>>
  return
}

// -----

func.func private @offset(%x: memref<4xf32>, %n: index) {
  // expected-error @+1 {{buffers have the identity layout}}
  %y = memref.reinterpret_cast %x to offset: [1], sizes: [%n], strides: [1] : memref<4xf32> to memref<?xf32, strided<[1], offset: 1>>
  return
}

// -----

func.func private @view(%n: index) {
  %c0 = arith.constant 0 : index
  %t = memref.alloca() : memref<64xi8>
  // expected-error @+1 {{looks into something else than a block of memory that the function got}}
  %y = memref.view %t[%c0][] : memref<64xi8> to memref<16xf32>
  return
}

// -----

func.func private @lane(%v: vector<8xf32>, %i: index) -> f32 {
  // expected-error @+1 {{names its lane by a value; lanes are constants}}
  %x = vector.extract %v[%i] : f32 from vector<8xf32>
  return %x : f32
}

// -----

// expected-error @+1 {{is not a private constant: kernels have no state of their own}}
memref.global "private" @counter : memref<1xf32> = dense<0.0>
