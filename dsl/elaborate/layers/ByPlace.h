// Numbers that are given by place and mean something else in PyTorch, whose layers are told the width of their input.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

/// `Conv2d(3, 32, 3)` of three channels: who means PyTorch's numbers is told so, who means these writes their names
/// (W0502). Where the first number is not how much comes in, PyTorch's list would not fit either.
void warnByPlace(Elaborator &elaborator, const Instance &layer, const Frame &inner);

/// `LayerNorm(10)`, `GroupNorm(8, 64)`: a condition on `failing` does not hold, as the width of the input stands there.
void helpWithWidth(support::DiagnosticBuilder &builder, const Instance &layer, const std::vector<std::string> &failing);

/// `BatchNorm2d(3)`: the name of another system, of a layer that would take its numbers for something else. False if it
/// is not one.
bool reportForeignCall(Elaborator &elaborator, const std::string &name, const std::vector<ast::Arg> &args,
                       support::SourceRange range, support::SourceRange nameRange, const Frame &frame);

} // namespace nnc::dsl
