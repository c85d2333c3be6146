// Planning changes no value: the evaluator returns the same bits before and after, for nets (random programs: test/Random).
// Packed copies exist only after it; they must hold what their parameter holds.
// RUN: nnc-opt %root/test/Transforms/Inputs/classifier.mlir "--nn-evaluate=entry=step sizes=B=5 scalars=lr=0.1,c1=10,c2=1000" -o /dev/null > %t.before
// RUN: nnc-opt %root/test/Transforms/Inputs/classifier.mlir --phase-planned "--nn-evaluate=entry=step sizes=B=5 scalars=lr=0.1,c1=10,c2=1000" -o /dev/null > %t.after
// RUN: grep -v packed %t.after | cmp - %t.before
// RUN: grep 'update fc2.weight = ' %t.after | sed 's/.* = //' > %t.weight
// RUN: grep 'update fc2.weight.packed.0x' %t.after | sed 's/.* = //' | cmp - %t.weight
// RUN: grep 'update fc2.weight.packed.1x' %t.after | sed 's/.* = //' | cmp - %t.weight

// Loops over time and views: an LSTM and its way back.
// RUN: for entry in forward back; do for rows in 1 5; do \
// RUN:   nnc-opt %root/test/Transforms/Inputs/lstm.mlir "--nn-evaluate=entry=$entry sizes=B=$rows" -o /dev/null > %t.before && \
// RUN:   nnc-opt %root/test/Transforms/Inputs/lstm.mlir --phase-planned "--nn-evaluate=entry=$entry sizes=B=$rows" -o /dev/null > %t.all && \
// RUN:   grep -v packed %t.all | cmp - %t.before || exit 1; done; done
