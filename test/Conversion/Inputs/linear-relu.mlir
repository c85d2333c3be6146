// Kernel IR by hand: one kernel, and the entry that every thread runs.
func.func private @k0_linear_relu(%x1: memref<1x4xf32> {llvm.noalias}, %w: memref<4x16xf32> {llvm.noalias}, %b: memref<16xf32> {llvm.noalias}, %y1: memref<1x16xf32> {llvm.noalias}, %B: index, %task: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : vector<16xf32>
  %x = memref.reinterpret_cast %x1 to offset: [0], sizes: [%B, 4], strides: [4, 1] : memref<1x4xf32> to memref<?x4xf32>
  %y = memref.reinterpret_cast %y1 to offset: [0], sizes: [%B, 16], strides: [16, 1] : memref<1x16xf32> to memref<?x16xf32>
  %lo = arith.muli %task, %c32 : index
  %end = arith.addi %lo, %c32 : index
  %last = arith.cmpi slt, %end, %B : index
  %hi = arith.select %last, %end, %B : index
  %bias = vector.load %b[%c0] : memref<16xf32>, vector<16xf32>
  scf.for %m = %lo to %hi step %c1 {
    %acc = scf.for %k = %c0 to %c4 step %c1 iter_args(%p = %bias) -> (vector<16xf32>) {
      %row = vector.load %w[%k, %c0] : memref<4x16xf32>, vector<16xf32>
      %s = memref.load %x[%m, %k] : memref<?x4xf32>
      %v = vector.broadcast %s : f32 to vector<16xf32>
      %q = math.fma %v, %row, %p : vector<16xf32>
      scf.yield %q : vector<16xf32>
    }
    %neg = arith.cmpf ogt, %zero, %acc : vector<16xf32>
    %out = arith.select %neg, %zero, %acc : vector<16xi1>, vector<16xf32>
    vector.store %out, %y[%m, %c0] : memref<?x16xf32>, vector<16xf32>
  }
  return
}
func.func private @nnc_barrier(!llvm.ptr, index, index)
func.func @hidden(%call: !llvm.ptr, %x: memref<1x4xf32>, %out: memref<1x16xf32>, %state: memref<4096xi8>, %B: index, %tid: index, %threads: index) {
  %w_at = arith.constant 1024 : index
  %b_at = arith.constant 256 : index
  %c31 = arith.constant 31 : index
  %c32 = arith.constant 32 : index
  %w = memref.view %state[%w_at][] : memref<4096xi8> to memref<4x16xf32>
  %b = memref.view %state[%b_at][] : memref<4096xi8> to memref<16xf32>
  %up = arith.addi %B, %c31 : index
  %tasks = arith.divui %up, %c32 : index
  scf.for %t = %tid to %tasks step %threads {
    func.call @k0_linear_relu(%x, %w, %b, %out, %B, %t) : (memref<1x4xf32>, memref<4x16xf32>, memref<16xf32>, memref<1x16xf32>, index, index) -> ()
  }
  func.call @nnc_barrier(%call, %tid, %threads) : (!llvm.ptr, index, index) -> ()
  return
}
