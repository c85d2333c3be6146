// RUN: nnc-opt %s -verify-diagnostics -split-input-file

// expected-error@+1 {{a mask has 1 to 16 indices}}
func.func private @rank() attributes {mask = #nn.mask<0 all>}

// -----

// expected-error@+1 {{expected eq, ne, lt, le, gt or ge}}
func.func private @predicate() attributes {mask = #nn.mask<2 d0 near d1>}

// -----

// expected-error@+1 {{a read names an index that the mask has not}}
func.func private @read() attributes {mask = #nn.mask<2 [0[2]] d0 lt s0>}

// -----

// expected-error@+1 {{use of undeclared identifier}}
func.func private @side() attributes {mask = #nn.mask<2 d0 lt d2>}

// -----

// expected-error@+1 {{and, or take parts, not takes one}}
func.func private @parts() attributes {mask = #nn.mask<2 not(all, all)>}

// -----

// expected-error@+1 {{a side divides by positive constants only}}
func.func private @division() attributes {mask = #nn.mask<2 ["T"] d0 floordiv s0 eq d1>}
