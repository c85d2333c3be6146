// RUN: nnc-translate %S/../LLVM/effort.mlir --emit=lib -o %t.so
// RUN: nnc-translate %S/../LLVM/effort.mlir --emit=lib -o %t.again.so
// RUN: cmp %t.so %t.again.so
// A resource folder that lacks a file is the machine's fault, not the program's: exit 3, and the sentence names it.
// RUN: mkdir -p %t.empty && not nnc-translate %S/../LLVM/effort.mlir --emit=lib --resource-dir=%t.empty -o %t.none 2>&1 | FileCheck %s
// RUN: test ! -e %t.none
// CHECK: the file '{{.*}}.empty/crti.o' of nnc's resource folder {{.*}} is missing
