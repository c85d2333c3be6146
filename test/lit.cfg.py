"""How lit runs the tests: `./dev test`, or `lit build/test` for all, `lit build/test/Dialect` style filters by --filter."""
import os
import platform

import lit.formats

config.name = "nnc"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".mlir", ".nn", ".test"]
config.excludes = ["Inputs", "golden", "corpus"]
config.test_source_root = os.path.join(config.nnc_source, "test")
config.test_exec_root = os.path.join(config.nnc_build, "test")
# The suites e2e-gcc and e2e-clang run the tests of e2e through a C++ compiler.
cxx = getattr(config, "nnc_cxx", None)
if cxx:
    folder = "e2e-gcc" if cxx == "g++" else "e2e-clang"
    config.name = f"nnc, {cxx}"
    config.test_source_root = os.path.join(config.nnc_source, "test", "e2e")
    config.test_exec_root = os.path.join(config.nnc_build, "test", folder)
    # What is not about the code of programs, or has both back ends in it already.
    config.excludes += ["link-inputs.test", "golden-attention.test", "golden-reference.test", "golden-transformers.test",
                        "golden-windows.test", "backends-agree.test", "recurrent-object.test"]
    config.environment["NNC_CXX"] = cxx

path = [os.path.join(config.nnc_build, "bin"), os.path.join(config.nnc_source, "test", "tools"), config.llvm_tools]
config.environment["PATH"] = os.pathsep.join(path + [config.environment.get("PATH", "")])
for name in ("HOME", "XDG_CACHE_HOME"):
    config.environment[name] = os.path.join(config.test_exec_root, "home")
os.makedirs(config.environment["HOME"], exist_ok=True)
# The shared MLIR is not instrumented: what its allocators poison, and how its vectors grow, ASan cannot follow.
config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allow_user_poisoning=0:detect_container_overflow=0"

# Longest names first: lit replaces text, not words.
config.substitutions.append(("%nnc-opt", os.path.join(config.nnc_build, "bin", "nnc-opt")))
config.substitutions.append(("%unit", os.path.join(config.nnc_build, "test", "unit")))
config.substitutions.append(("%root", config.nnc_source))
config.substitutions.append(("%build", config.nnc_build))
config.substitutions.append(("%examples", os.path.join(config.nnc_source, "examples")))
nnc = os.path.join(config.nnc_source, "test", "tools", "nnc-through-cpp") if cxx else os.path.join(config.nnc_build, "bin", "nnc")
config.substitutions.append(("%nnc", nnc))

# Features of this CPU, for tests that compare register widths; the rest of the suite depends on none.
flags = set()
if platform.machine() == "x86_64":
    with open("/proc/cpuinfo") as info:
        flags = next((set(line.split()) for line in info if line.startswith("flags")), set())
if {"avx2", "fma"} <= flags:
    config.available_features.add("avx2")
if {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= flags:
    config.available_features.add("avx512")
if config.sanitize:
    config.available_features.add("asan")
