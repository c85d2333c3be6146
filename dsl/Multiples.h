// Free sizes in terms of what is known to divide them.
#pragma once

#include "dsl/Sizes.h"

#include <vector>

namespace nnc::dsl {

struct Fact;

/// What each size is because of what divides it: where 4 divides H, H is 4 * floor(H / 4); where 4 divides H - 1, it is
/// 4 * floor((H - 1) / 4) + 1; several facts of one size are joined (Chinese remainder theorem). Where 2 divides
/// T - S, T is 2 * floor((T - S) / 2) + S. With these values sizes that are equal because something divides are equal
/// as polynomials, and so for phases that know no facts. Products of sizes, and what contradicts the facts before, say
/// nothing here.
SizeMap inMultiples(const std::vector<Divides> &facts);

/// What the facts of an entry say of divisors: stated so, or as size - divisor * floor(size / divisor) == rest,
/// which says it of size - rest.
std::vector<Divides> dividesBy(const std::vector<Fact> &facts);

} // namespace nnc::dsl
