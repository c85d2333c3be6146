// What an expression means while a program is elaborated: a tensor of the entry, or something that exists only now.
#pragma once

#include "dsl/Ast.h"
#include "dsl/Program.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nnc::dsl {

struct Frame;
struct Definition;
struct Value;

/// Element of a tensor in the language's words.
struct ElemType {
  enum Kind { Float, F32, F64, Int, I32, Bool, Label } kind = Float;
  /// Label: how many there are; the symbol of a dim, or a size. Int: what an index runs over, else 0.
  Size members;
  bool isFloat() const { return kind == Float || kind == F32 || kind == F64; }
};

/// Sizes are in the terms of the frame that holds the value: its signature's names, dims, numbers.
struct TensorType {
  ElemType elem;
  std::vector<Size> shape;
  /// Where each size was written, for messages; may be shorter than the shape, and its ranges invalid.
  std::vector<support::SourceRange> from = {};

  support::SourceRange origin(size_t axis) const { return axis < from.size() ? from[axis] : support::SourceRange(); }
  /// The same shape with other elements.
  TensorType with(ElemType other) const { return {other, shape, from}; }
};

/// A condition of the shape of the tensor beside it.
struct Kept {
  ValueId id = 0;
  int level = 0;
};

struct TensorValue {
  TensorType type;
  ValueId id = 0;
  int level = 0;                 // 0: the entry; n: inside the n-th nested index definition
  std::optional<Kept> kept = {}; // losses: the elements that count, the others are 0 (rule mask-2)
};

/// A tensor of the entry that the program gives a name.
struct NamedValue {
  std::string name;
  support::SourceRange statement, value; // `z = encoder(x)`, `encoder(x)`; of an index definition only the first
};

/// A number known now. Whole numbers are sizes, so that `4 * hidden` stays readable and provable.
struct NumberValue {
  bool whole = true;
  Size size;
  double real = 0; // if not whole
};

/// A member of a dim, known now: `Species.setosa`, `Word(7)`.
struct MemberValue {
  Size members; // the symbol of its dim
  int64_t place = 0;
  std::string text; // as a reader writes it
};

struct BoolValue {
  bool value = false;
};

/// A string, or a word such as `same`.
struct TextValue {
  std::string text;
  bool word = false;
};

struct ListElement {
  std::string label; // or "" : its number
  std::shared_ptr<Value> value;
};

struct ListValue {
  std::vector<ListElement> elements;
  bool vector = false;  // `(a, b)`
  bool repeats = false; // one element, which stands for each axis: a padding of one number
};

/// Whether its elements are numbers, or lists of numbers, and so can be a tensor.
bool holdsNumbers(const ListValue &list);

/// A layer with its hyperparameters: made once, parameters when it is first applied.
struct Instance {
  const Definition *definition = nullptr;
  std::vector<std::pair<std::string, Value>> hyper;    // in the terms of `home`
  std::map<std::string, support::SourceRange> given;   // where their values were written
  std::map<std::string, support::SourceRange> written; // the same with their names: `stride = 2`
  Frame *home = nullptr;
  std::string path;
  bool named = false;      // by a binding, a label, a place in a list or in the result's pipeline
  std::string leafPattern; // a label with `*`, or ""
  std::vector<uint32_t> order;
  support::SourceRange made;
  bool madeInScan = false;
  bool atRest = false; // `inference(layer)`: `training` is false in it
};

struct LayerValue {
  std::shared_ptr<Instance> instance;
};

struct Given;

/// A function, perhaps with arguments that stand behind the flowing value: `leaky_relu(0.3)` in a list.
struct FunctionValue {
  std::string name;
  std::shared_ptr<const std::vector<Given>> given = {}; // in the terms of `home`
  Frame *home = nullptr;
};

/// A start of a parameter that sees the shape.
struct InitValue {
  std::string kind; // uniform normal xavier_uniform …
  double argument = 0;
};

struct ResultsValue {
  std::vector<std::pair<std::string, Value>> values;
};

struct AxesValue {
  bool all = false;
  std::vector<Size> sizes;     // by size
  std::vector<int64_t> places; // axis(i)
};

struct PackValue {
  std::vector<Size> axes;
};

/// Who may see whom: items of masks with their parameters, joined. The predicates are read where a mask is used.
struct MaskTree {
  enum Kind { All, Item, And, Or, Not } kind = All;
  Frame *frame = nullptr; // Item: the names of its parameters
  std::vector<std::shared_ptr<const MaskTree>> parts;
  support::SourceRange written;
};

struct MaskValue {
  std::shared_ptr<const MaskTree> tree;
};

/// Something whose error has been reported.
struct NothingValue {};

struct Value {
  std::variant<NothingValue, TensorValue, NumberValue, MemberValue, BoolValue, TextValue, ListValue, LayerValue,
               FunctionValue, InitValue, ResultsValue, AxesValue, PackValue, MaskValue>
      node;

  Value() = default;
  template <typename T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Value>)
  Value(T made) : node(std::move(made)) {}
  template <typename T> const T *as() const { return std::get_if<T>(&node); }
  template <typename T> T *as() { return std::get_if<T>(&node); }
  bool nothing() const { return as<NothingValue>() != nullptr; }
};

/// An argument of a call.
struct Given {
  std::string name; // or "": by place
  Value value;
  support::SourceRange range, nameRange;
};

inline Value number(Size size) { return NumberValue{true, std::move(size), 0}; }
inline Value real(double value) { return NumberValue{false, {}, value}; }

} // namespace nnc::dsl
