// RUN: nnc-opt %s --nn-verify-plan --split-input-file --verify-diagnostics
// Five loops in each other: the second buffer of the innermost carry lies over what every step reads.
!t = tensor<4xf32>
nn.entry @f(%arg0: !t {nn.name = "x"}) -> (!t {nn.name = "h"}) attributes {sizes = [], work_bytes = 704 : i64} {
  %0 = nn.group (%arg1 = %arg0 : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %4 = nn.exp %arg1 : !t
    nn.yield %4 : !t
  }
  %1 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 1, offset = 64>], tasks = #nn.tasks<1>} {
    %4 = nn.constant dense<0.000000e+00> : tensor<f32> : tensor<f32>
    %5 = nn.broadcast %4 dims [] : tensor<f32> -> !t
    nn.yield %5 : !t
  }
  %2 = nn.scan steps <3> consts(%0) init(%1) xs() [] ys [] : (!t, !t) -> !t attributes {nn.carries = [[#nn.buf<scratch, 1, offset = 64>, #nn.buf<scratch, 3, offset = 192>]], nn.stacks = []} {
  ^bb0(%arg1: tensor<i64>, %arg2: !t, %arg3: !t):
    %4 = nn.group (%arg4 = %arg3 : !t) -> !t attributes {into = [#nn.buf<scratch, 2, offset = 128>], tasks = #nn.tasks<1>} {
      nn.yield %arg4 : !t
    }
    %5 = nn.scan steps <3> consts(%arg2) init(%4) xs() [] ys [] : (!t, !t) -> !t attributes {nn.carries = [[#nn.buf<scratch, 2, offset = 128>, #nn.buf<scratch, 5, offset = 320>]], nn.stacks = []} {
    ^bb0(%arg4: tensor<i64>, %arg5: !t, %arg6: !t):
      %7 = nn.group (%arg7 = %arg6 : !t) -> !t attributes {into = [#nn.buf<scratch, 4, offset = 256>], tasks = #nn.tasks<1>} {
        nn.yield %arg7 : !t
      }
      %8 = nn.scan steps <3> consts(%arg5) init(%7) xs() [] ys [] : (!t, !t) -> !t attributes {nn.carries = [[#nn.buf<scratch, 4, offset = 256>, #nn.buf<scratch, 7, offset = 448>]], nn.stacks = []} {
      ^bb0(%arg7: tensor<i64>, %arg8: !t, %arg9: !t):
        %10 = nn.group (%arg10 = %arg9 : !t) -> !t attributes {into = [#nn.buf<scratch, 6, offset = 384>], tasks = #nn.tasks<1>} {
          nn.yield %arg10 : !t
        }
        %11 = nn.scan steps <3> consts(%arg8) init(%10) xs() [] ys [] : (!t, !t) -> !t attributes {nn.carries = [[#nn.buf<scratch, 6, offset = 384>, #nn.buf<scratch, 9, offset = 576>]], nn.stacks = []} {
        ^bb0(%arg10: tensor<i64>, %arg11: !t, %arg12: !t):
          %13 = nn.group (%arg13 = %arg12 : !t) -> !t attributes {into = [#nn.buf<scratch, 8, offset = 512>], tasks = #nn.tasks<1>} {
            nn.yield %arg13 : !t
          }
          %14 = nn.scan steps <3> consts(%arg11) init(%13) xs() [] ys [] : (!t, !t) -> !t attributes {nn.carries = [[#nn.buf<scratch, 8, offset = 512>, #nn.buf<scratch, 10, offset = 0>]], nn.stacks = []} {
          ^bb0(%arg13: tensor<i64>, %arg14: !t, %arg15: !t):
            // expected-error@+2 {{plan: this group reads bytes that another one has overwritten}}
            // expected-note@+1 {{the other group}}
            %16 = nn.group (%arg16 = %arg15 : !t, %arg17 = %arg14 : !t) -> !t attributes {into = [#nn.buf<carry, 0, offset = 0>], tasks = #nn.tasks<1>} {
              %17 = nn.mul %arg16, %arg17 : !t
              nn.yield %17 : !t
            }
            nn.yield %16 : !t
          }
          %15 = nn.group (%arg13 = %14 : !t) -> !t attributes {into = [#nn.buf<carry, 0, offset = 0>], tasks = #nn.tasks<1>} {
            nn.yield %arg13 : !t
          }
          nn.yield %15 : !t
        }
        %12 = nn.group (%arg10 = %11 : !t) -> !t attributes {into = [#nn.buf<carry, 0, offset = 0>], tasks = #nn.tasks<1>} {
          nn.yield %arg10 : !t
        }
        nn.yield %12 : !t
      }
      %9 = nn.group (%arg7 = %8 : !t) -> !t attributes {into = [#nn.buf<carry, 0, offset = 0>], tasks = #nn.tasks<1>} {
        nn.yield %arg7 : !t
      }
      nn.yield %9 : !t
    }
    %6 = nn.group (%arg4 = %5 : !t) -> !t attributes {into = [#nn.buf<carry, 0, offset = 0>], tasks = #nn.tasks<1>} {
      nn.yield %arg4 : !t
    }
    nn.yield %6 : !t
  }
  %3 = nn.group (%arg1 = %2 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %arg1 : !t
  }
  nn.return %3 : !t
}
