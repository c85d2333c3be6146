// SIGINT and SIGTERM ask for an end: the step is finished, a checkpoint saved. A second one ends at once.
#pragma once

namespace nnc::rt {

/// From now on the first signal only sets a flag. SIGPIPE is ignored from the program's start.
void watchSignals();
/// Whether one has come.
bool interrupted();

} // namespace nnc::rt
