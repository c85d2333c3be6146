// RUN: nnc-opt %S/Inputs/classifier.mlir --nn-fuse --nn-choose-layouts=target-features=x86-64-v4 --nn-pack-weights | FileCheck %s

// Forward and backward want different panels of fc2.weight: two copies. Entries that only read have no relayout.
// CHECK: nn.derived @fc1.weight.packed.0x64 of @fc1.weight : tensor<256x784xf32, #nn.dims<256, 784 layout
// CHECK-NEXT: nn.derived @fc2.weight.packed.0x64 of @fc2.weight
// CHECK-NEXT: nn.derived @fc3.weight.packed.0x16 of @fc3.weight
// CHECK-NEXT: nn.derived @fc2.weight.packed.1x64 of @fc2.weight
// CHECK-LABEL: nn.entry @forward
// CHECK-NOT: nn.get @fc1.weight :
// CHECK: %[[P:.*]] = nn.get @fc1.weight.packed.0x64
// CHECK-NOT: nn.relayout
// CHECK: nn.group ({{.*}} = %[[P]] : tensor<256x784xf32, #nn.dims<256, 784 layout
// CHECK-NOT: nn.relayout
// CHECK-LABEL: nn.entry @step
// The update packs what it has just computed.
// CHECK: nn.contract {{.*}} "bo,bi->oi" : (tensor<?x256xf32
// CHECK: %[[W1:.*]]:4 = nn.group
// CHECK: %[[NEW:[^,]*]], %{{.*}}, %{{.*}} = nn.adam
// CHECK-NEXT: %[[R:.*]] = nn.relayout %[[NEW]]
// CHECK-NEXT: nn.yield %[[NEW]], %{{.*}}, %{{.*}}, %[[R]]
// CHECK: %[[W2:.*]]:5 = nn.group
// CHECK-COUNT-2: nn.relayout
// CHECK: nn.return {{.*}}@fc1.weight.packed.0x64, @fc2.weight.packed.0x64, @fc3.weight.packed.0x16, @fc2.weight.packed.1x64]
// CHECK-SAME: %[[W1]]#3, %[[W2]]#3, %{{[0-9]+}}#3, %[[W2]]#4
// CHECK-LABEL: nn.entry @pack() attributes {kind = "pack"
// CHECK-COUNT-4: nn.relayout
// CHECK: nn.return update [@fc1.weight.packed.0x64, @fc2.weight.packed.0x64, @fc3.weight.packed.0x16, @fc2.weight.packed.1x64]
