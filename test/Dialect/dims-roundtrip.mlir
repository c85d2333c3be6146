// Equal sizes are equal attributes: every form below prints as one canonical form.
// RUN: nnc-opt %s | nnc-opt | FileCheck %s

// CHECK-DAG: #[[PANEL:.*]] = affine_map<(d0, d1) -> (d0 floordiv 16, d1, d0 mod 16)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>

// CHECK-LABEL: @sums
// CHECK-SAME: tensor<?x?xf32, #nn.dims<B + T + 1, B + T + 1>>
func.func private @sums(tensor<?x?xf32, #nn.dims<T + 1 + B, (B + 1) + T>>)
// CHECK-LABEL: @products
// CHECK-SAME: #nn.dims<B * T * 2, B * T * 2, B * T - B, T * T - 1>
func.func private @products(tensor<?x?x?x?xf32, #nn.dims<T * 2 * B, B * (T + T), (T - 1) * B, (T + 1) * (T - 1)>>)
// CHECK-LABEL: @divisions
// CHECK-SAME: #nn.dims<(T + 1) floordiv 2, T ceildiv 2 + 1, T * 2, (B * T) mod 4>
func.func private @divisions(tensor<?x?x?x?xf32, #nn.dims<(1 + T) floordiv 2, 1 + T ceildiv 2, (T * 4) floordiv 2, (T * B) mod 4>>)
// CHECK-LABEL: @cancelled
// CHECK-SAME: tensor<?x4xf32, #nn.dims<B, 4>>
func.func private @cancelled(tensor<?x4xf32, #nn.dims<B + T - T, 4>>)
// CHECK-LABEL: @semi_affine
// CHECK-SAME: #nn.dims<(B * T) floordiv N>
func.func private @semi_affine(tensor<?xf32, #nn.dims<(T * B) floordiv N>>)

// Names that read as something else are quoted.
// CHECK-LABEL: @names
// CHECK-SAME: #nn.dims<"mod" * 2, "gr\C3\B6\C3\9Fe" mod 4, floor>
func.func private @names(tensor<?x?x?xf32, #nn.dims<"mod" + "mod", "größe" mod 4, floor>>)
// CHECK-LABEL: @layouts
// CHECK-SAME: tensor<?x64x56x56xf32, #nn.dims<B, 64, 56, 56 layout #[[LAST]]>>
// CHECK-SAME: tensor<16x4xf32, #nn.dims<16, 4 layout #[[PANEL]]>>
func.func private @layouts(tensor<?x64x56x56xf32, #nn.dims<B, 64, 56, 56 layout affine_map<(n, c, h, w) -> (n, h, w, c)>>>,
                           tensor<16x4xf32, #nn.dims<16, 4 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>)

// CHECK: attributes {facts = [#nn.fact<T le 256, "T <= context", "gpt.nn:3:7">, #nn.fact<T mod 4 eq 0, "T divides", "gpt.nn:4:7">], sizes = [#nn.size<"T" min 4 max 256>]}
nn.entry @facts(%x: tensor<?xf32, #nn.dims<T>>) -> () attributes {sizes = [#nn.size<"T" min 4 max 256>],
    facts = [#nn.fact<T le 256, "T <= context", "gpt.nn:3:7">, #nn.fact<T mod 4 eq 0, "T divides", "gpt.nn:4:7">]} {
  nn.return
}
