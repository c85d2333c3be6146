// Kernel IR and a ModelInfo become a shared library; the test reads the descriptor back through the ABI's header, field
// by field, and runs the entry.
#include "codegen/Codegen.h"
#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "runtime/abi/nnc_abi.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"
#include <cmath>
#include <dlfcn.h>
#include <unistd.h>

using namespace nnc;

namespace {

// y[b] = x[b] * lr + labels[b], then a barrier; the state's first word counts the calls.
constexpr const char *kKernels = R"mlir(
func.func private @nnc_barrier(!llvm.ptr, index, index)
func.func @step(%call: !llvm.ptr, %x1: memref<1xf32>, %n1: memref<1xi32>, %lr: f32, %y1: memref<1xf32>,
                %state: memref<64xi8>, %work: memref<128xi8>, %B: index, %tid: index, %threads: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %x = memref.reinterpret_cast %x1 to offset: [0], sizes: [%B], strides: [1] : memref<1xf32> to memref<?xf32>
  %n = memref.reinterpret_cast %n1 to offset: [0], sizes: [%B], strides: [1] : memref<1xi32> to memref<?xi32>
  %y = memref.reinterpret_cast %y1 to offset: [0], sizes: [%B], strides: [1] : memref<1xf32> to memref<?xf32>
  scf.for %i = %tid to %B step %threads {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %n[%i] : memref<?xi32>
    %c = arith.sitofp %b : i32 to f32
    %d = math.fma %a, %lr, %c : f32
    memref.store %d, %y[%i] : memref<?xf32>
  }
  func.call @nnc_barrier(%call, %tid, %threads) : (!llvm.ptr, index, index) -> ()
  %count = memref.view %state[%c0][] : memref<64xi8> to memref<1xf32>
  %first = arith.cmpi eq, %tid, %c0 : index
  scf.if %first {
    %old = memref.load %count[%c0] : memref<1xf32>
    %new = arith.addf %old, %one : f32
    memref.store %new, %count[%c0] : memref<1xf32>
  }
  return
}
func.func @step.scalars(%lr: f64, %step: i64, %steps: i64, %per_epoch: i64) -> f64 attributes {nn.settings = []} {
  %n = arith.sitofp %step : i64 to f64
  %e = math.exp %n : f64
  %r = arith.mulf %lr, %e : f64
  return %r : f64
}
)mlir";

struct Library {
  void *handle = nullptr;
  std::string path;
  const nnc_model *model() { return static_cast<const nnc_model *>(dlsym(handle, "nnc_model_main")); }
  ~Library() {
    if (handle)
      dlclose(handle);
    (void)llvm::sys::fs::remove(path);
  }
};

class Descriptor : public ::testing::Test {
protected:
  Descriptor() : context(mlir::MLIRContext::Threading::DISABLED) {
    context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::LLVM::LLVMDialect,
                        mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect,
                        mlir::vector::VectorDialect, nn::NNDialect>();
  }

  ModelInfo describe() {
    ModelInfo model;
    model.name = "Small";
    model.cpuFeatures = options.target.startCheck();
    model.recipe = "{\"version\":1}";
    model.stateBytes = 64;
    model.structureHash = 0xfedcba9876543210u;
    TensorInfo weight;
    weight.name = "fc1.weight";
    weight.offset = 0;
    weight.bytes = 24;
    weight.dims = {2, 3};
    weight.initArgs[0] = -0.5;
    weight.initArgs[1] = 0.25;
    weight.dtype = NNC_F32;
    weight.role = NNC_PARAM;
    weight.init = NNC_INIT_UNIFORM;
    weight.trainable = true;
    TensorInfo slot = weight;
    slot.name = "optimizer.fc1.weight.m";
    slot.owner = 0;
    slot.role = NNC_SLOT;
    slot.init = NNC_INIT_VALUES;
    slot.trainable = false;
    slot.decay = true;
    slot.initValues = {1, 2, 3, 4};
    model.tensors = {weight, slot};
    EntryInfo entry;
    entry.name = "step";
    entry.kind = NNC_STEP;
    entry.sizes = {{"B", 1, 16}};
    nn::SizeExpr batch = nn::SizeExpr::symbol(&context, "B");
    PortInfo x, labels, y;
    x.name = "x";
    x.shape = {batch};
    x.dtype = NNC_F32;
    labels = x;
    labels.name = "labels";
    labels.dtype = NNC_I32;
    labels.indexBound = 3;
    labels.labels = {"a", "b", "c"};
    y = x;
    y.name = "loss";
    y.metric = NNC_METRIC_SQRT;
    entry.inputs = {x, labels};
    entry.outputs = {y};
    entry.settings = {{"optimizer.lr", 0.5}};
    entry.scalars = 1;
    entry.workBytes = 128;
    entry.facts = {{batch * nn::SizeExpr::constant(&context, 2), nn::SizeExpr::constant(&context, 30), Relation::atMost,
                    "a.nn:3:1"}};
    model.entries = {entry};
    return model;
  }

  void build(Library &library, unsigned optLevel = 2) {
    options.optLevel = optLevel;
    auto module = mlir::parseSourceString<mlir::ModuleOp>(kKernels, &context);
    ASSERT_TRUE(module);
    mlir::PassManager passes(&context);
    buildLLVMPipeline(passes, options);
    ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
    auto object = emitArtifact(*module, describe(), options, Artifact::object);
    ASSERT_TRUE(bool(object)) << llvm::toString(object.takeError());
    library.path = "descriptor-test-" + std::to_string(getpid()) + ".so";
    LinkOptions link;
    link.kind = LinkKind::sharedLibrary;
    link.resourceDir = NNC_RESOURCE_DIR;
    llvm::Error error = linkObject(*object, library.path, link);
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
    library.handle = dlopen(("./" + library.path).c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library.handle) << dlerror();
  }

  mlir::MLIRContext context;
  CodegenOptions options{targetOfHost()};
};

TEST_F(Descriptor, EveryFieldReadsBack) {
  Library library;
  build(library);
  const nnc_model *m = library.model();
  ASSERT_TRUE(m);
  EXPECT_EQ(m->magic, NNC_ABI_MAGIC);
  EXPECT_EQ(m->major, NNC_ABI_MAJOR);
  EXPECT_STREQ(m->name, "Small");
  EXPECT_STREQ(m->cpu_features, options.target.startCheck().c_str());
  EXPECT_STREQ(m->recipe, "{\"version\":1}");
  EXPECT_EQ(m->state_bytes, 64u);
  EXPECT_EQ(m->structure_hash, 0xfedcba9876543210u);
  ASSERT_EQ(m->n_tensors, 2u);
  const nnc_tensor &w = m->tensors[0], &s = m->tensors[1];
  EXPECT_STREQ(w.name, "fc1.weight");
  EXPECT_EQ(w.bytes, 24u);
  EXPECT_EQ(w.rank, 2);
  EXPECT_EQ(w.dims[0], 2);
  EXPECT_EQ(w.dims[1], 3);
  EXPECT_EQ(w.init_args[0], -0.5);
  EXPECT_EQ(w.init_args[1], 0.25);
  EXPECT_EQ(w.init_values, nullptr);
  EXPECT_EQ(w.owner, -1);
  EXPECT_EQ(w.dtype, NNC_F32);
  EXPECT_EQ(w.role, NNC_PARAM);
  EXPECT_EQ(w.init, NNC_INIT_UNIFORM);
  EXPECT_EQ(w.trainable, 1);
  EXPECT_EQ(w.decay, 0);
  EXPECT_EQ(s.owner, 0);
  EXPECT_EQ(s.role, NNC_SLOT);
  EXPECT_EQ(s.init, NNC_INIT_VALUES);
  EXPECT_EQ(static_cast<const char *>(s.init_values)[3], 4);
  EXPECT_EQ(s.trainable, 0);
  EXPECT_EQ(s.decay, 1);
  ASSERT_EQ(m->n_entries, 1u);
  const nnc_entry &e = m->entries[0];
  EXPECT_STREQ(e.name, "step");
  EXPECT_EQ(e.kind, static_cast<uint32_t>(NNC_STEP));
  ASSERT_EQ(e.n_sizes, 1u);
  EXPECT_STREQ(e.sizes[0].name, "B");
  EXPECT_EQ(e.sizes[0].min, 1);
  EXPECT_EQ(e.sizes[0].max, 16);
  ASSERT_EQ(e.n_inputs, 2u);
  EXPECT_STREQ(e.inputs[1].name, "labels");
  EXPECT_EQ(e.inputs[1].dims[0], ~int64_t(0));
  EXPECT_STREQ(e.inputs[1].labels[2], "c");
  EXPECT_EQ(e.inputs[1].index_bound, 3);
  EXPECT_EQ(e.inputs[1].dtype, NNC_I32);
  EXPECT_EQ(e.inputs[1].rank, 1);
  ASSERT_EQ(e.n_outputs, 1u);
  EXPECT_EQ(e.outputs[0].metric, NNC_METRIC_SQRT);
  ASSERT_EQ(e.n_settings, 1u);
  EXPECT_STREQ(e.settings[0].name, "optimizer.lr");
  EXPECT_EQ(e.settings[0].value, 0.5);
  EXPECT_EQ(e.n_scalars, 1u);
}

TEST_F(Descriptor, PrepareChecksBeforeItWrites) {
  Library library;
  build(library);
  const nnc_entry &e = library.model()->entries[0];
  float x[16] = {};
  int32_t labels[16] = {0, 1, 2};
  const void *inputs[] = {x, labels};
  uint64_t work = 7;
  int64_t dims[1] = {-9};
  nnc_error error = {};
  int64_t size = 17;
  EXPECT_EQ(e.prepare(&size, inputs, &work, dims, &error), NNC_E_SIZE);
  EXPECT_EQ(error.value, 17);
  EXPECT_EQ(error.limit, 16);
  EXPECT_STREQ(error.where, "B");
  size = 0;
  EXPECT_EQ(e.prepare(&size, inputs, &work, dims, &error), NNC_E_SIZE);
  size = 16;
  EXPECT_EQ(e.prepare(&size, inputs, &work, dims, &error), NNC_E_FACT);
  EXPECT_EQ(error.fact, 0);
  EXPECT_EQ(error.value, 32);
  EXPECT_STREQ(error.where, "a.nn:3:1");
  size = 4;
  labels[3] = -1;
  EXPECT_EQ(e.prepare(&size, inputs, &work, dims, &error), NNC_E_INDEX);
  EXPECT_EQ(error.input, 1);
  EXPECT_EQ(error.value, -1);
  EXPECT_EQ(error.limit, 3);
  EXPECT_EQ(work, 7u);
  EXPECT_EQ(dims[0], -9);
  EXPECT_EQ(e.prepare(&size, nullptr, &work, dims, &error), NNC_OK);
  size = 3;
  EXPECT_EQ(e.prepare(&size, inputs, &work, dims, &error), NNC_OK);
  EXPECT_EQ(work, 128u);
  EXPECT_EQ(dims[0], 3);
}

int barrierCalls = 0;

TEST_F(Descriptor, RunAndScalars) {
  for (unsigned level : {0u, 1u, 2u, 3u}) {
    Library library;
    build(library, level);
    const nnc_entry &e = library.model()->entries[0];
    double setting = 0.5, scalar = 0;
    e.scalars(&setting, 2, 10, 5, &scalar);
    EXPECT_EQ(scalar, 0.5 * std::exp(2.0));
    alignas(64) float x[16], y[16] = {}, state[16] = {}, work[32];
    alignas(64) int32_t labels[16];
    for (int i = 0; i < 16; ++i) {
      x[i] = 0.1f * static_cast<float>(i);
      labels[i] = i % 3;
    }
    const void *inputs[] = {x, labels};
    void *outputs[] = {y};
    int64_t size = 5;
    nnc_error error = {};
    barrierCalls = 0;
    nnc_call call = {&size,         inputs,  outputs, state, work,
                     &scalar,       nullptr, 0,       0,     [](void *arg, int32_t tid) { ++*static_cast<int *>(arg); },
                     &barrierCalls, &error};
    EXPECT_EQ(e.run(&call, 0, 1), NNC_OK);
    EXPECT_EQ(barrierCalls, 0);
    EXPECT_EQ(state[0], 1.0f);
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(y[i], std::fma(x[i], static_cast<float>(scalar), static_cast<float>(i % 3)));
    EXPECT_EQ(y[5], 0.0f);
    y[1] = y[2] = 99;
    EXPECT_EQ(e.run(&call, 1, 2), NNC_OK); // the second of two threads
    EXPECT_EQ(barrierCalls, 1);
    EXPECT_NE(y[1], 99.0f);
    EXPECT_EQ(y[2], 99.0f);
    EXPECT_EQ(state[0], 1.0f);
  }
}

TEST_F(Descriptor, MissingResourcesAreNamed) {
  LinkOptions link;
  link.resourceDir = "no-such-folder";
  auto arguments = linkArguments({}, "out", link);
  ASSERT_FALSE(bool(arguments));
  llvm::Error error = arguments.takeError();
  EXPECT_TRUE(error.isA<MissingFile>());
  EXPECT_NE(llvm::toString(std::move(error)).find("no-such-folder/Scrt1.o"), std::string::npos);
}

} // namespace
