// One function a command, each in the file of its name; they return the exit code.
#pragma once

#include "tools/nnc/Options.h"

namespace nnc::driver {

int compile(const Options &options);    ///< nnc FILE -o BIN, -c, -S, -emit-llvm, --emit=PHASE, -###
int check(const Options &options);      ///< nnc check FILE…
int summary(const Options &options);    ///< nnc summary FILE
int explain(const Options &options);    ///< nnc explain CODE|WORD
int doc(const Options &options);        ///< nnc doc [NAME…] [FILE.nn] [--source]
int format(const Options &options);     ///< nnc fmt [--check] FILE…
int graph(const Options &options);      ///< nnc graph FILE -o G.svg
int test(const Options &options);       ///< nnc test FILE…
int runProgram(const Options &options); ///< nnc train|eval|predict|run|bench|info FILE: compile to the cache, then run

} // namespace nnc::driver
