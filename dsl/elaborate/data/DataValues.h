// What stands in the cells of a data file that is there while compiling.
#pragma once

#include "dsl/elaborate/data/DataFile.h"
#include "dsl/elaborate/data/Dataset.h"

namespace nnc::dsl {

/// Labels are members of their dims (rule size-11), and what is computed with are numbers (rule data-1).
void checkValues(DatasetInfo &info, const DataFile &file, const Module &module, const support::SourceMap &sources,
                 support::DiagnosticSink &sink);

} // namespace nnc::dsl
