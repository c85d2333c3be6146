// Layers that a layer makes, by their names: `encoder.table.weight` (rule layer-1).
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

/// What a layer makes under a name, or was given for a hyperparameter of that name: a layer, or a list of them. Nothing
/// if it is not known what it would be.
std::optional<Value> innerLayer(Elaborator &e, const Instance &instance, const std::string &name, Frame &frame);

/// `mlp.c_fc`, `features.0`: an element of a list of layers by its label or number, or null.
const Value *elementNamed(const Value &base, const std::string &name);

/// The names of the layers and lists that the body of a layer binds.
std::vector<std::string> innerNames(const Definition &definition);

/// Whether an instance was made only to be read, before or beside the use of the layer that makes it.
bool isForetold(const Instance &instance);

} // namespace nnc::dsl
