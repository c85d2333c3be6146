// The program: a checked file with every decision of the language taken. Hyperparameters are numbers, compile-time
// `if`, lists and calls are gone, layers have become named parameters and flat lists of nodes, broadcasts are explicit.
// `check`, `summary` and the import into the `nn` dialect read it; nothing in it depends on MLIR.
#pragma once

#include "dsl/Sizes.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nnc::dsl {

/// A place in a source file; `file` is an index into Program::files. Lines and columns count from 1.
struct Place {
  uint32_t file = 0, line = 0, column = 0;
};

/// Where a thing comes from: the user's outermost file first, then, call by call, into the library.
using PlaceChain = std::vector<Place>;

enum class Elem : uint8_t { F32, F64, I32, I64, Bool };
const char *spell(Elem elem); // f32 f64 i32 i64 bool

struct Type {
  Elem elem = Elem::F32;
  /// Constants, or normal forms over the free sizes of the entry.
  std::vector<Size> shape;
  /// The dim that an axis carries ("Species"), or "". For messages, `info` and dumps; either empty or of shape's
  /// length.
  std::vector<std::string> dims;
  /// For labels: the dim whose members the elements are ("Species"), or "".
  std::string members;
};
bool sameType(const Type &a, const Type &b); // element and shape
std::string str(const Type &type);           // f32[B, 16]

/// Results of nodes and inputs of an entry share one numbering per entry: inputs first (0 … n-1), then the results of
/// the nodes in order.
using ValueId = uint32_t;

/// Position in one axis of an operand of `generic`: sum of factors[i] * index i, plus offset.
struct AffineIndex {
  std::vector<int64_t> factors; // one per index of the domain
  int64_t offset = 0;
};

struct Node;

/// A whole number made of the indices of an op and the elements of its mask operands.
struct MaskTerm {
  enum Kind : uint8_t { Index, Constant, Read, Add, Mul, FloorDiv, Mod };
  Kind kind = Constant;
  uint32_t number = 0;         // Index: which; Read: which of the node's mask operands
  Size size;                   // Constant: a number, or a free size
  std::vector<uint32_t> at;    // Read: the number of an index for each axis of the operand
  std::vector<MaskTerm> parts; // the others: two
};

/// Who may see whom: a predicate on the indices of an op, true where it may. The indices of softmax, log_softmax and
/// logsumexp are the axes of x in order, those of attention are b, h, q, k. A condition that is an operand is compared
/// with 0: `$0[b, k] ne 0`.
struct Mask {
  enum Kind : uint8_t { All, And, Or, Not, Compare };
  Kind kind = All;
  std::vector<Mask> parts; // And, Or: two or more; Not: one
  std::string predicate;   // Compare: eq ne lt le gt ge
  MaskTerm left, right;    // Compare
};
/// `k le q and k lt $0[b]`, with these names for the indices.
std::string str(const Mask &mask, const std::vector<std::string> &indices);

/// What `generic` holds beside operands and result.
///   y[result] = reduce over the other indices of body(operand 0 at maps[0], operand 1 at maps[1], …)
/// The first `resultRank` indices of the domain are the axes of the result, in order; the rest is reduced.
struct Generic {
  std::vector<std::string> names; // of the indices, as written: "b", "o", "i"
  std::vector<Size> domain;       // their ranges
  uint32_t resultRank = 0;
  std::vector<std::vector<AffineIndex>> maps; // one per operand, one entry per axis of it
  std::vector<std::optional<double>> outside; // one per operand: its value outside its axes, if it may be read there
  std::string reduce = "none";                // none add mul max min any all
  /// The body sees the indices themselves, too.
  bool indices = false;
  /// Elementwise nodes on rank-0 values. Values are numbered: operands of the generic first, then, with `indices`, one
  /// i64 for each index of the domain, then results of `body`.
  std::vector<Node> body;
  ValueId result = 0;
};

struct Scan;
struct Custom;

using Attr = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>, std::vector<double>>;

/// One operation. `op` is the mnemonic of the nn dialect. Attributes by op (all others have none):
///   get                    symbol: string            (a parameter or state by its path)
///   constant               value: double (splat), or values: double list (row-major); integers and bools too
///   size                   name: string              (rank 0; a free size, as float or i64)
///   broadcast              dims: int list            (result axis of each operand axis)
///   transpose              perm: int list            (result axis i is operand axis perm[i])
///   reshape, cast          (the result type says it)
///   reduce                 kind: add mul max min any all, dims: int list
///   arg_max, arg_min       axis: int                 (result i64)
///   softmax, log_softmax, logsumexp   axis: int; the field `mask`, whose operands follow x
///   attention              scale: double, and, where they are given, bias, sample, time: true, dropout: double, site:
///                          string; the field `mask`; operands q k v, bias, those of the mask, sample, time; results
///                          out, lse
///   contract               spec: string              ("bi,oi->bo")
///   generic                the field `generic`
///   scan                   the field `scan`; operands: consts, starts of the carries, scanned values, lengths if any
///   slice, pad             low: int list             (the box begins there; the result type says its sizes)
///   concat, split          axis: int                 (split: one result per part)
///   compare                predicate: eq ne lt le gt ge
///   conv, conv_input_grad, conv_filter_grad   stride, dilation, pad_low, pad_high: int lists, groups: int; operands x
///                          and filter, g and filter, x and g; then, if wished, what the sums start from
///   max_pool, avg_pool     kernel, stride, dilation (max only), pad_low, pad_high: int lists, ceil: bool
///   gather                 axis, batch: int, checked: bool; operands table, index
///   scatter                kind as reduce, axis, batch: int, checked: bool; operands values, index, and what it starts
///   from cumsum, sort, flip     axis: int, reverse: bool · axis: int, descending: bool; results values, places · dims:
///   int list dropout, random        rate: double · kind: uniform normal; site: string, sample, time: bool: which
///   operands follow sample                 (the result, i64[B]: the number of each example) custom                 the
///   field `custom` softmax_cross_entropy  smoothing: double, only if not 0; operands logits (classes last), labels
///   i32; results loss, lse mse                    operands prediction, target; squared difference, elementwise
/// and elementwise without attributes: add sub mul div max min pow, floor_div mod (integers), neg exp log log1p expm1
/// sqrt rsqrt tanh sigmoid relu abs sign floor ceil round erf sin cos softplus step gelu, and or not, select (cond, a,
/// b), stop_gradient.
struct Node {
  std::string op;
  std::vector<ValueId> operands;
  std::vector<Type> results;
  std::map<std::string, Attr> attrs;
  std::shared_ptr<const Generic> generic;
  std::shared_ptr<const Scan> scan;
  std::shared_ptr<const Mask> mask; // null: everything
  std::shared_ptr<const Custom> custom;
  PlaceChain place;
  std::string path; // of the layer: "fc1", "h.0.attn.c_attn"; "" in the model's own body

  template <typename T> const T *attr(const std::string &name) const {
    auto found = attrs.find(name);
    return found == attrs.end() ? nullptr : std::get_if<T>(&found->second);
  }
};

/// A loop over time, as nn.scan has it. Results of the node: final carries, then the stacked yields.
struct Scan {
  Size steps;
  uint32_t consts = 0, carries = 0;    // of the operands, in this order; then one per entry of xsAxes; then lengths
  std::vector<int64_t> xsAxes, ysAxes; // where time stands in each scanned value and in each stacked yield
  bool reverse = false, lengths = false;
  /// Types of the body's arguments: the step (i64), consts, carries, slices. Values are numbered: arguments first, then
  /// results of `body`.
  std::vector<Type> arguments;
  std::vector<Node> body;
  std::vector<ValueId> yields; // the new carries, then one slice per stacked yield
};

/// A function with a derivative of its own, as nn.custom has it.
struct Custom {
  /// Values of `forward`: the operands first. It yields the node's results, then what else `backward` reads.
  std::vector<Node> forward;
  std::vector<ValueId> made;
  /// Values of `backward`: the operands, all of `made`, a cotangent of each float result. It yields a cotangent of each
  /// float operand.
  std::vector<Node> backward;
  std::vector<ValueId> given;
};

struct Init {
  enum Kind { Constant, Uniform, Normal, Orthogonal, Values };
  Kind kind = Constant;
  double a = 0, b = 0;        // constant: value · uniform: low, high · normal: mean, deviation · orthogonal: gain
  std::vector<double> values; // Values: row-major
};

struct Param {
  std::string name; // dotted path
  Type type;        // every size is a constant
  Init init;
  bool trainable = true;
  bool decay = true; // weight decay reaches it (rule set-4)
  PlaceChain place;
};

struct State {
  std::string name;
  Type type;
  Init init;
  PlaceChain place;
};

/// A size that the caller of an entry chooses. max < 0: unbounded.
struct FreeSize {
  std::string name;
  int64_t min = 1, max = -1;
};

/// A condition on free sizes that the checker could not prove; the entry checks it.
struct Fact {
  Size left, right;
  std::string predicate; // eq ne lt le gt ge, or divides (right divides left)
  std::string text;      // "T <= 256", in the words of the program
  PlaceChain place;
};

struct Input {
  std::string name;
  Type type;
  int64_t indexBound = -1;         // integers: valid are 0 … bound-1; -1: any
  std::optional<Size> indexSize;   // the bound where it depends on free sizes
  std::vector<std::string> labels; // the names of the members, if the dim names them
};

enum class Finish : uint8_t { None, Mean, Sqrt, Exp, Bits };
const char *spell(Finish finish); // none mean sqrt exp bits

struct Output {
  std::string name;
  ValueId value = 0;
  /// Not None: a partial sum. The next output is its count, NAME.count.
  Finish finish = Finish::None;
  int64_t indexBound = -1;
  std::vector<std::string>
      labels; // `forward`: the members of the result's last axis, if it carries a dim that names them
};

enum class EntryKind : uint8_t { Forward, Eval, Loss, Grad, Step };
const char *spell(EntryKind kind); // forward eval loss grad step

/// What a state is at the end of the entry.
struct Update {
  std::string symbol; // the path of the state
  ValueId value = 0;
};

/// `grad` and `step` hold the same computation as `loss`: gradients and updates are derived later.
struct Entry {
  EntryKind kind = EntryKind::Forward;
  std::vector<FreeSize> sizes; // those that occur in this entry, sorted by name
  std::vector<Fact> facts;
  std::vector<Input> inputs;
  std::vector<Node> nodes;
  std::vector<Output> outputs;
  std::vector<Update> updates; // each state at most once
  /// Types of all values, in the order of ValueId.
  std::vector<Type> valueTypes() const;
};

/// lr as a function of the step. kind: constant(lr) step_decay(lr, every, by) cosine(lr, warmup, final)
/// linear(lr, warmup, final) inverse_sqrt(lr, warmup), or fn: a function of the program.
struct Schedule {
  std::string kind = "constant";
  std::vector<std::pair<std::string, double>> args; // without lr, which is the setting
};

struct Optimizer {
  std::string kind; // sgd adam adamw rmsprop adagrad
  double lr = 0;
  Schedule schedule;
  double momentum = 0;
  bool nesterov = false;
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, alpha = 0.99;
  double weightDecay = 0;
  bool hasWeightDecay = false; // the program gives one, or the kind has one by default (adamw)
  bool decayAll = false;
  Place place;
};

struct Clip {
  enum Kind { Norm, Value } kind = Norm;
  double bound = 0;
};

struct Setting {
  std::string name; // optimizer.lr, optimizer.weight_decay, clip
  double value = 0;
};

/// A layer instance, for `summary`: in the order in which the layers are first applied in `forward`.
struct LayerInstance {
  std::string path;  // "fc1"; "" for layers without parameters and without a name
  std::string layer; // "Linear"
  std::string text;  // "Linear(64)": with the numbers and words that it was given
  Type result;
  Place place;
};

/// What the language means and a compiled program of this version cannot do yet. `nnc check` accepts it; compiling is
/// one error that lists all of a program.
struct Pending {
  std::string feature; // as it is written: `batch = all`
  std::string stage;   // that lacks it: "reading data", "the training loop"
  Place place;
  uint32_t length = 1; // of the text at `place`
  bool operator==(const Pending &other) const { return feature == other.feature && stage == other.stage; }
};

struct Program {
  std::vector<std::string> files; // by Place::file; the user's first. library/linear.nn for the library
  std::string source;             // the file as given
  std::string model;              // name
  Elem precision = Elem::F32;
  std::vector<Param> params; // in order of declaration
  std::vector<State> states;
  std::vector<Entry> entries; // forward; with `train` also eval loss grad step
  std::vector<LayerInstance> layers;
  std::optional<Optimizer> optimizer; // present iff there is a `train`
  std::optional<Clip> clip;
  std::vector<Setting> settings;
  int64_t batch = 0;  // bound of the batch from `train` or --batch; 0: none
  std::string recipe; // JSON, see runtime/RUNTIME.md; "{…}" also without datasets
  std::vector<Pending> pending;

  const Entry *entry(EntryKind kind) const;
  /// "iris.nn:11:8"
  std::string str(const Place &place) const;
};

/// The text of --emit=program: stable, one node a line.
std::string dumpProgram(const Program &program);

} // namespace nnc::dsl
