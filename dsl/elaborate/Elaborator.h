// Walks a model's body with its sizes fixed from outside and writes the nodes of one entry. Types are checked on the
// way, in the words of the definition at hand; numbers come from the instance.
#pragma once

#include "dsl/Compile.h"
#include "dsl/elaborate/Choices.h"
#include "dsl/elaborate/Frame.h"
#include "support/Diagnostics.h"

#include <functional>
#include <set>

namespace nnc::dsl {

struct Domain;
class DomainReader;
struct IndexScope;
struct ScanScope;
struct ScanBody;

/// A number that a size whose symbols are at least 1 is never below, if one can be told.
std::optional<int64_t> least(const Size &size);

/// The op of nn for a binary operator on numbers or conditions.
const char *opName(ast::BinaryOp op);

class Elaborator {
public:
  using Given = dsl::Given;

  Elaborator(const Module &module, Program &program, support::SourceMap &sources, support::DiagnosticSink &sink,
             Elem precision);

  // Entry.cpp: the entry under construction
  Frame &newFrame(Frame *caller, const Definition *definition, support::SourceRange call);
  TensorValue parameter(Frame &frame, const std::string &path, const TensorType &type, support::SourceRange at);
  TensorValue inEntry(Frame &frame, const std::string &op, const std::string &path, const TensorType &type,
                      support::SourceRange at);
  void beginEntry(EntryKind kind);
  Entry finishEntry();
  ValueId addInput(Input input);
  /// Whole numbers that come into the entry are checked there: 0 … bound - 1, of several bounds the least.
  void boundInput(const TensorValue &numbers, const Size &bound, const Frame &frame);
  support::SourceRange originOf(const Frame &frame, const Size &size, std::string &name) const;
  Size largestOf(const TensorType &type, const Frame &frame) const;
  Type concrete(const Frame &frame, const TensorType &type, support::SourceRange at);
  TensorValue emit(Frame &frame, const std::string &op, const std::vector<TensorValue> &operands, TensorType type,
                   support::SourceRange at, std::map<std::string, Attr> attrs = {});
  std::vector<TensorValue> emitMany(Frame &frame, const std::string &op, const std::vector<TensorValue> &operands,
                                    const std::vector<TensorType> &types, support::SourceRange at,
                                    std::map<std::string, Attr> attrs = {});
  void keepDomain(Frame &frame, const std::string &op, const std::vector<TensorValue> &operands,
                  std::vector<TensorValue> &results, support::SourceRange at);
  TensorValue constant(Frame &frame, double value, ElemType elem, support::SourceRange at);
  TensorValue sizeValue(Frame &frame, const Size &size, ElemType elem, support::SourceRange at);
  TensorValue rootSizeValue(Frame &frame, const Size &root, ElemType elem, support::SourceRange at);
  TensorValue broadcastTo(Frame &frame, const TensorValue &value, const std::vector<Size> &shape,
                          const std::vector<int64_t> &dims, support::SourceRange at);
  PlaceChain placeOf(const Frame &frame, support::SourceRange at);
  Elem elemOf(const ElemType &elem) const;
  uint64_t stepsTaken() const { return steps; }
  bool training() const { return kind != EntryKind::Forward && kind != EntryKind::Eval; }

  // Expressions.cpp
  Value eval(const ast::Expr &expr, Frame &frame, const Hint &hint = {});
  Value evalName(const std::string &name, support::SourceRange range, Frame &frame);
  std::optional<Size> evalSize(const ast::Expr &expr, Frame &frame);
  std::optional<bool> evalCondition(const ast::Expr &expr, Frame &frame);
  Value evalList(const ast::ListExpr &list, Frame &frame, const Hint &hint);
  bool addElement(ListValue &list, const ast::Element &element, const std::string &label, Frame &frame,
                  const Hint &hint);
  Value zip(const std::vector<ast::Arg> &args, support::SourceRange range, Frame &frame);
  bool bindClause(const ast::ForClause &clause, const Value &item, Frame &frame);
  std::optional<std::string> filledLabel(const ast::Label &label, Frame &frame);
  Value evalComprehension(const ast::ComprehensionExpr &expr, support::SourceRange range, Frame &frame,
                          const Hint &hint);
  Value evalIf(const ast::IfExpr &expr, Frame &frame, const Hint &hint);
  Value evalRange(const ast::RangeExpr &expr, support::SourceRange range, Frame &frame);
  void assume(const ast::Expr &condition, bool holds, Frame &frame);
  void assumeDivisors(const Definition &definition, Frame &frame);
  bool regroups(const std::vector<Size> &from, const std::vector<Size> &to, const Frame &frame) const;
  Value evalCast(const ast::CastExpr &expr, support::SourceRange range, Frame &frame);
  Value evalPostfix(const ast::PostfixExpr &expr, support::SourceRange range, Frame &frame, const Hint &hint);
  Value member(const Value &base, const ast::Ident &name, Frame &frame);
  Value subscript(const Value &base, const ast::SubscriptSuffix &suffix, support::SourceRange range, Frame &frame);
  std::optional<double> realOf(const Value &value, const Frame &frame) const;
  std::optional<int64_t> wholeOf(const Value &value, const Frame &frame) const;

  // Operators.cpp
  Value chain(const ast::ChainExpr &expr, Frame &frame, const Hint &hint);
  Value binary(ast::BinaryOp op, const Value &a, const Value &b, support::SourceRange aRange, support::SourceRange at,
               support::SourceRange bRange, Frame &frame);
  Value divideWhole(const Size &a, const Size &b, support::SourceRange at, Frame &frame);
  Value compare(const ast::CompareExpr &expr, Frame &frame);
  bool meetLabels(Value &a, Value &b, support::SourceRange aRange, support::SourceRange bRange, Frame &frame);
  Value unary(const ast::UnaryExpr &expr, Frame &frame);
  Value power(const ast::PowerExpr &expr, Frame &frame);
  Value matmul(const TensorValue &a, const TensorValue &b, support::SourceRange aRange, support::SourceRange at,
               support::SourceRange bRange, Frame &frame);
  /// Brings values to one shape (rule size-8); nothing if they do not fit, after an error about `what`.
  std::optional<std::vector<TensorValue>> align(const std::vector<TensorValue> &values,
                                                const std::vector<support::SourceRange> &ranges,
                                                const std::string &what, support::SourceRange at, Frame &frame);
  void noteSizes(const TensorValue &a, const TensorValue &b, size_t axis, support::DiagnosticBuilder &builder,
                 Frame &frame);
  /// Where the axes of `small` stand in `large`, if there is exactly one way.
  std::optional<std::vector<int64_t>> embed(const TensorType &small, const TensorType &large, const Frame &frame) const;
  void reportShapes(const TensorValue &left, const TensorValue &right, support::SourceRange aRange,
                    support::SourceRange bRange, const std::string &what, support::SourceRange at, Frame &frame);

  // Strides.cpp
  const Frame *lastConvolution(const TensorValue &value, const Frame &frame) const;
  const Frame *keptBy(const TensorValue &value, size_t axis, const Frame &frame) const;
  void helpWithStride(support::DiagnosticBuilder &builder, const TensorValue &strided, const TensorValue &kept,
                      const Frame &frame);

  // Constants.cpp
  std::optional<TensorValue> asTensor(const Value &value, ElemType wanted, support::SourceRange range, Frame &frame);
  bool fitsElem(double value, Elem elem, support::SourceRange range, Frame &frame);
  std::optional<TensorValue> listTensor(const ListValue &list, ElemType wanted, support::SourceRange range,
                                        Frame &frame);
  void takeAxes(TensorType &list, const TensorType &other, const Frame &frame) const;
  Value foldNumbers(ast::BinaryOp op, const Value &a, const Value &b, support::SourceRange at, Frame &frame);

  // Blocks.cpp
  Value evalBlock(const ast::Block &block, Frame &frame, bool isBody, const Hint &hint = {});
  bool runStatement(const ast::Stmt &stmt, Frame &frame, bool last, bool isBody, const Hint &hint, Value &result);
  void reportNoResult(const ast::Stmt &stmt, bool isBody, Frame &frame);
  bool runBranch(const ast::Block &block, Frame &frame, bool last, bool isBody, const Hint &hint, Value &result);
  void bind(const ast::BindStmt &stmt, support::SourceRange range, Frame &frame);
  void reportSeveral(const ResultsValue &results, const ast::BindStmt &stmt, size_t place, support::SourceRange range,
                     Frame &frame);
  static void collectBindings(const ast::Block &block, std::map<std::string, support::SourceRange> &names);
  bool runFor(const ast::ForStmt &loop, Frame &frame);
  bool assign(const ast::Ident &name, Value value, Frame &frame);
  Hint hintFor(const std::string &name, const Frame &frame) const;
  Value declaredList(const ast::Type &type, const Value &list, support::SourceRange range, Frame &frame);
  void checkDeclared(const ast::Type &type, const Value &value, support::SourceRange range, Frame &frame);

  // Parameters.cpp
  void makeParam(const ast::ParamStmt &stmt, support::SourceRange range, Frame &frame);
  bool updateState(const ast::UpdateStmt &stmt, support::SourceRange range, Frame &frame);
  bool mayOwn(const ast::ParamStmt &stmt, support::SourceRange range, Frame &frame);
  bool hasPlace(Frame &frame);
  std::optional<std::vector<int64_t>> storedShape(const std::string &name, const Type &type, support::SourceRange range,
                                                  Frame &frame);
  bool isFirstOf(const std::string &path, support::SourceRange range, Frame &frame);
  bool store(const ast::ParamStmt &stmt, const std::string &path, const Type &type, const std::vector<int64_t> &shape,
             support::SourceRange range, Frame &frame);
  std::vector<Update> updates() const;

  // SizeFunctions.cpp
  std::optional<Value> sizeFunction(const std::string &name, const std::vector<ast::Arg> &args,
                                    support::SourceRange range, Frame &frame);
  Value windows(const Value &extent, const Value &kernel, const Value &stride, const Value &padding,
                const Value &dilation, support::SourceRange range, Frame &frame);
  Value fanIn(const Value &weight, support::SourceRange range, Frame &frame);
  std::string givenByPlace(const Frame &frame) const;
  bool checkWindow(const Size &extent, const Size &padding, const Size &span, support::SourceRange range, Frame &frame);

  // Draws.cpp
  void keyDraw(const std::string &purpose, std::vector<TensorValue> &operands, std::map<std::string, Attr> &attrs,
               const TensorType &type, support::SourceRange range, Frame &frame);
  Value draw(const char *op, const std::string &purpose, std::vector<TensorValue> operands,
             std::map<std::string, Attr> attrs, const TensorType &type, support::SourceRange range, Frame &frame);
  Value dropout(const TensorValue &x, double rate, support::SourceRange range, Frame &frame);
  Value random(const std::string &name, const std::vector<Size> &shape, support::SourceRange range, Frame &frame);

  // Windows.cpp
  static bool isWindowFunction(const std::string &name);
  Value windowFunction(const Definition &definition, Frame &inner, Frame &frame, support::SourceRange range);

  // Layers.cpp
  Value makeLayer(const Definition &definition, const std::vector<ast::Arg> *args, support::SourceRange range,
                  Frame &frame, const Hint &hint);
  Value applyLayer(const std::shared_ptr<Instance> &instance, const std::vector<Given> &args, support::SourceRange at,
                   Frame &frame);
  Value applyValue(const Value &callee, const std::vector<Given> &args, support::SourceRange at, Frame &frame,
                   const Hint &hint);
  Value inference(const Value &layer, support::SourceRange range, Frame &frame);
  Value pipeline(const ast::PipelineExpr &expr, Frame &frame, const Hint &hint);
  void reportKind(const Definition &definition, const ast::Param &param, const Given &given, const Given *before,
                  Frame &frame);
  bool bindHyper(const Definition &definition, Instance &instance, const std::vector<ast::Arg> *args,
                 support::SourceRange range, Frame &frame);
  std::optional<std::vector<Given>> hyperArgs(const Definition &definition, const Instance &instance,
                                              const std::vector<ast::Arg> &args, Frame &frame);
  bool placeHyper(const Definition &definition, Instance &instance, const std::vector<Given> &given,
                  support::SourceRange range, Frame &frame);
  Value evalHyper(const ast::Type &kind, const ast::Expr &expr, Frame &frame, const Hint &hint);
  bool fitsKind(const ast::Type &kind, const Value &value, const Frame &frame) const;
  void defineHyper(const std::string &name, const Value &value, const Frame &home, Frame &inner, Frame &frame);
  void defineNumbers(const ast::Param &param, Value value, const Frame &home, Frame &inner, Frame &frame);
  bool setHyper(const Definition &definition, const Instance &instance, Frame &inner, Frame &frame);
  bool isFrozen(const Frame &inner) const;
  Size adopt(const Size &size, const Frame &home, const Frame &frame) const;

  // Calls.cpp
  Value call(const std::string &name, const std::vector<ast::Arg> &args, support::SourceRange range,
             support::SourceRange nameRange, Frame &frame, const Hint &hint, const Value *flowing = nullptr,
             support::SourceRange flowingRange = {});
  Value callFunction(const std::string &name, const std::vector<Definition *> &overloads,
                     const std::vector<ast::Arg> &args, support::SourceRange range, Frame &frame, const Value *flowing,
                     support::SourceRange flowingRange);
  Value callGiven(const std::string &name, const std::vector<Definition *> &overloads, std::vector<Given> given,
                  support::SourceRange range, Frame &frame);
  std::optional<Value> ofFlowing(const ast::Expr &expr, Frame &frame);
  Value applyFunction(const FunctionValue &function, const Given &flowing, support::SourceRange at, Frame &frame);
  /// Arguments as they are written: values with their places, some by name.
  std::optional<std::vector<Given>> dataArgs(const std::vector<ast::Arg> &args, Frame &frame);
  /// Puts arguments to parameters by place, then by name (rule name-4). Entries of the result may be null.
  bool place(const std::vector<ast::Param> &params, const std::vector<Given> &given, const std::string &callee,
             support::SourceRange range, Frame &frame, std::vector<const Given *> &placed, bool quiet);
  /// Binds the sizes of a signature to those of the arguments (rule size-3). With `quiet` says only whether it fits.
  bool bindSignature(const Definition &definition, Frame &inner, Frame &frame, const std::vector<const Given *> &placed,
                     support::SourceRange range, bool quiet);
  void helpWithArgument(support::DiagnosticBuilder &builder, const Definition &definition,
                        const std::vector<const Given *> &placed, size_t place, const Frame &inner, const Frame &frame);
  std::optional<AxesValue> ownAxes(const Definition &definition, const AxesValue &over,
                                   const std::vector<const Given *> &placed, support::SourceRange range, Frame &frame);
  void noteCall(const Definition &definition, const Frame &inner);
  void noteResults(const ResultsValue &results, const Frame &inner);
  Value runBody(const Definition &definition, Frame &inner, Frame &frame, support::SourceRange range);
  Value checkResults(const Definition &definition, const Value &value, Frame &inner);
  Value customFunction(const Definition &definition, Frame &inner, Frame &frame, support::SourceRange range);
  Value translate(const Value &value, const Frame &inner) const;
  TensorType translate(const TensorType &type, const Frame &inner) const;
  support::SourceRange writtenFor(const Size &axis, const Frame &inner) const;
  void reportWhere(const Definition &definition, const ast::Expr &condition, const std::string &left,
                   const std::string &right, Frame &inner, support::SourceRange range);
  bool equatesSizes(const ast::CompareExpr &condition, const Size &left, const Size &right) const;
  bool assertFact(const ast::AssertStmt &stmt, support::SourceRange range, Frame &frame);
  bool checkWhere(const Definition &definition, Frame &inner, support::SourceRange range);
  Value castCall(const std::string &name, const std::vector<ast::Arg> &args, support::SourceRange range, Frame &frame);
  std::optional<Value> compileTimeCall(const std::string &name, const std::vector<ast::Arg> &args,
                                       support::SourceRange range, Frame &frame);
  bool isLoss(const Definition &definition) const;
  Domain domainOf(const Definition &definition, std::vector<Given> &given) const;
  std::optional<size_t> sharedAxes(const ast::Type &argument, const ast::Type &result, size_t rank) const;
  bool readCounted(const Definition &definition, std::vector<Given> &given, const std::vector<const Given *> &placed,
                   const Domain &domain, support::SourceRange range, Frame &frame);
  Value countOnly(const Value &value, const std::string &name, const Domain &domain, support::SourceRange range,
                  Frame &frame);
  bool evalArgs(const std::vector<Definition *> &overloads, const std::vector<ast::Arg> &args, Frame &frame,
                std::vector<Given> &given);
  bool matchShape(const ast::Type &pattern, const TensorType &actual, Frame &inner, Frame &frame,
                  const std::vector<std::string> &unknowns, std::string &why);

  // Signatures.cpp
  ElemType elemFrom(const ast::Type &type, Frame &frame, bool &ok, bool quiet);
  std::optional<TensorType> typeFrom(const ast::Type &type, Frame &frame, const AxesValue *over = nullptr);
  void reportAxisName(const std::string &name, support::SourceRange range, Frame &frame);
  std::vector<std::string> introducedSizes(const Definition &definition) const;
  std::string show(const TensorType &type) const;
  std::string show(const Value &value) const;
  std::string showType(const ast::Type &type) const;
  std::string text(support::SourceRange range) const;

  // Masks.cpp
  std::shared_ptr<const MaskTree> asMask(const Value &value) const;
  Value makeMask(const Definition &definition, const std::vector<ast::Arg> *args, support::SourceRange range,
                 Frame &frame);
  std::optional<Value> joinMasks(ast::BinaryOp op, const Value &a, const Value &b, support::SourceRange aRange,
                                 support::SourceRange at, support::SourceRange bRange, Frame &frame);
  /// `mask` over the axes of x as a tensor of conditions of its shape.
  TensorValue maskTable(Frame &frame, const Mask &mask, const std::vector<TensorValue> &args, const TensorType &x,
                        support::SourceRange range);
  Value invertMask(const MaskValue &mask, support::SourceRange range) const;

  // Attention.cpp
  Value attention(Frame &inner, Frame &frame, support::SourceRange range);

  // Builtins.cpp
  Value callBuiltin(const Definition &definition, Frame &inner, Frame &frame, const std::vector<const Given *> &placed,
                    const Domain &domain, support::SourceRange range);
  Value meanOf(const TensorValue &total, const TensorValue &condition, const std::vector<int64_t> &dims,
               support::SourceRange range, Frame &frame);
  Value softmaxWhere(const TensorValue &x, const std::vector<int64_t> &dims, DomainReader &reader,
                     support::SourceRange range, Frame &frame);
  std::optional<double> foldBuiltin(const std::string &name, const std::vector<double> &args) const;
  std::optional<std::vector<int64_t>> axesOf(const AxesValue &over, const TensorType &type, support::SourceRange range,
                                             Frame &frame);
  Value elementsOver(const std::vector<ast::Arg> &args, support::SourceRange range, Frame &frame);
  std::optional<AxesValue> evalAxes(const ast::Expr &expr, Frame &frame);

  // Indexing.cpp
  Value indexDefinition(const ast::IndexDefStmt &stmt, support::SourceRange range, Frame &frame);
  Value indexedBase(const ast::PostfixExpr &expr, Frame &frame);
  bool findRanges(IndexScope &scope, const std::vector<ast::Index> &written,
                  const std::vector<const ast::Expr *> &bodies, Frame &frame);
  Value finishGeneric(IndexScope &scope, const Value &body, const std::string &reduce, support::SourceRange range,
                      Frame &frame);
  /// A tensor of the entry with an axis for each of the indices; `body` gives the element.
  Value overIndices(IndexScope scope, const std::function<Value()> &body, const std::string &reduce,
                    support::SourceRange range, Frame &frame);
  void usedNames(const ast::Expr &expr, std::vector<std::string> &names) const;

  // Reducers.cpp
  struct Segments;
  Value reducer(const ast::ReduceExpr &expr, support::SourceRange range, Frame &frame);
  Value reduceTerms(const ast::ReduceExpr &expr, IndexScope &scope, const ElemType *counted, support::SourceRange range,
                    Frame &frame);
  Value maskedTerm(const ast::ReduceExpr &expr, const std::vector<const ast::Expr *> &conditions,
                   const ElemType *counted, support::SourceRange range, Frame &frame);
  std::optional<Segments> segmentsOf(const ast::ReduceExpr &expr, IndexScope &scope, Frame &frame);
  Value reduceSegments(const ast::ReduceExpr &expr, const Segments &segments, const IndexScope &scope,
                       const ElemType *counted, support::SourceRange range, Frame &frame);
  Value meanOf(const TensorValue &total, const ast::ReduceExpr &expr, IndexScope &scope, support::SourceRange range,
               Frame &frame);

  // IndexedReads.cpp
  struct Subscript;
  bool checkSubscripts(const TensorValue &tensor, const ast::PostfixExpr &expr, Frame &frame);
  Value indexedRead(const ast::PostfixExpr &expr, support::SourceRange range, Frame &frame);
  std::optional<std::vector<Subscript>> readSubscripts(const TensorValue &tensor, const ast::SubscriptSuffix &suffix,
                                                       IndexScope &scope, Frame &frame);
  bool readElse(const ast::Slice &slice, std::optional<double> &outside, Frame &frame);
  bool isFree(const std::string &name, const Frame &frame) const;

  // Gathers.cpp: subscripts that are tensors
  bool holdsTensor(const ast::Expr &expr, const IndexScope &scope, Frame &frame);
  bool readGather(const ast::Expr &expr, const Size &axis, IndexScope &scope, Frame &frame, Subscript &subscript);
  bool checkPositions(const TensorType &positions, const Size &axis, support::SourceRange range, Frame &frame,
                      bool &checked);
  TensorValue gather(const TensorValue &table, const TensorValue &positions, int64_t axis, bool checked,
                     support::SourceRange range, Frame &frame);
  Value gatheredRead(TensorValue table, std::vector<Subscript> subscripts, std::optional<double> outside,
                     IndexScope &scope, support::SourceRange range, Frame &frame);
  bool joinGathers(TensorValue &table, std::vector<Subscript> &subscripts, IndexScope &scope,
                   support::SourceRange range, Frame &frame);
  TensorValue positionsOf(const Size &axis, ElemType elem, support::SourceRange range, Frame &frame);
  /// The whole numbers from `low` on.
  TensorValue numbersFrom(const Size &low, const Size &count, support::SourceRange range, Frame &frame);
  void noteShape(const std::string &path, const TensorType &type, const Frame &frame);
  /// Index notation belongs to the node made last.
  void attach(Generic generic);
  /// What the entry checks, unless it does so already.
  void stateFact(Frame &frame, const Size &left, const std::string &predicate, const Size &right,
                 const std::string &shown, support::SourceRange at);

  // Slices.cpp
  friend class SliceReader;
  Value box(const TensorValue &x, const TensorType &type, const std::vector<AffineIndex> &map,
            support::SourceRange range, Frame &frame);
  Value sliceTensor(const TensorValue &x, const ast::SubscriptSuffix &suffix, support::SourceRange range, Frame &frame);

  // Members.cpp: labels as values
  std::optional<Value> memberOfDim(const ast::PostfixExpr &expr, Frame &frame);
  Value memberByNumber(const Dim &dim, const std::vector<ast::Arg> &args, support::SourceRange range, Frame &frame);
  Value memberByName(const Dim &dim, const std::string &name, support::SourceRange range, Frame &frame);
  Value paramOfLayer(const Instance &instance, const ast::Ident &name, Frame &frame);
  Value appliedParam(const Instance &instance, const Definition &definition, const ast::Ident &name, Frame &frame);

  // Parts.cpp
  static bool isPartsFunction(const std::string &name);
  Value partsFunction(const Definition &definition, const std::vector<Given> &given, support::SourceRange range,
                      Frame &frame);
  Value filled(const std::string &name, const std::vector<Given> &given, support::SourceRange range, Frame &frame);

  // Scan.cpp
  Value scan(const ast::ScanExpr &expr, support::SourceRange range, Frame &frame);
  bool yield(const ast::YieldStmt &stmt, support::SourceRange range, bool topLevel, Frame &frame);
  /// The number of a value of an enclosing body in the body at hand; in a scan's body it becomes a const.
  ValueId use(const TensorValue &value);
  ValueId capture(const TensorValue &value, size_t level);
  const Type &typeOf(const TensorValue &value) const;
  /// The target of the innermost scan, or of the entry: an index definition lies above it.
  size_t bodyLevel() const;
  void dropIndexing();

  // Inits.cpp
  std::optional<Init> makeInit(const Value &value, const std::vector<int64_t> &shape, support::SourceRange range,
                               Frame &frame);
  std::optional<Value> initCall(const std::string &name, const std::vector<ast::Arg> &args, support::SourceRange range,
                                Frame &frame);

  // Errors
  template <typename... Slots>
  support::DiagnosticBuilder error(const support::DiagnosticKind<Slots...> &kind, const Frame &frame,
                                   support::SourceRange range, std::type_identity_t<Slots>... slots) {
    support::SourceRange shown = blame(frame, range);
    support::DiagnosticBuilder builder = sink.report(kind, shown, slots...);
    addContext(builder, frame, range);
    return builder;
  }
  support::SourceRange blame(const Frame &frame, support::SourceRange range) const;
  void addContext(support::DiagnosticBuilder &builder, const Frame &frame, support::SourceRange range) const;
  Value later(const Frame &frame, support::SourceRange range, const std::string &what);

  const Module &module;
  Program &program;
  support::SourceMap &sources;
  support::DiagnosticSink &sink;
  Elem precision;
  EntryKind kind = EntryKind::Forward;
  bool firstEntry = true;
  SizeMap exampleSizes;                 // what the data set makes of free sizes
  bool generic = false;                 // sizes stand for any number: parameters need not have constant shapes
  bool sketch = false;                  // what is made is checked only: sizes may stand where code needs numbers
  const ast::Arg *beside = nullptr;     // `each = axis(1)`: the settings' argument, not the function's
  bool sketched = false;                // and one does
  Choices *choices = nullptr;           // with `generic`: how conditions go that it leaves open
  std::set<const Definition *> visited; // of the program, not the library
  std::set<const Definition *> chose;   // definitions with conditions
  std::string types;                    // the text of --emit=types
  /// Functions with `backward` are nodes in every entry, not only where a gradient is taken.
  bool keepsBackward = false;
  /// Instances made in this entry by path: two under one name are an error (path-2).
  std::map<std::string, const Instance *> made;
  std::map<ValueId, NamedValue> namedValues;                  // of the model's own body, in this entry
  std::vector<std::shared_ptr<Instance>> instances;           // all of this entry: their addresses stay theirs
  std::vector<std::vector<uint32_t>> paramOrder, stateOrder;  // of program.params, program.states
  std::map<std::string, std::vector<int64_t>> ownedShapes;    // of both, by path
  std::map<std::string, support::SourceRange> firstUses;      // where they got their shapes
  bool keepsShapes = false;                                   // those of both in the terms of the model, by path
  std::map<std::string, std::vector<Size>> writtenShapes;     // `[context, width]`
  SizeMap modelSizes;                                         // what the names of the model are
  std::vector<std::string> frozen;                            // paths that do not learn
  std::set<std::pair<support::FileId, uint32_t>> warnedMasks; // predicates that W0602 has named
  support::DiagnosticSink placeWarnings;                      // W0502, of which an error would say enough

private:
  friend struct IndexScope;
  friend class EntryLevel;
  friend class ScanElaborator;
  friend class PartsCall;
  friend class WindowCall;
  friend class CustomGradient;
  friend class MaskReader;
  friend class DomainReader;
  std::map<const ast::PostfixExpr *, Value> bases; // of the index definition at hand
  struct Target {
    std::vector<Node> nodes;
    std::vector<Type> types; // of all values; of a scan's body without its consts
    ScanScope *scan = nullptr;
  };
  Entry entry;
  std::vector<Target> targets; // [0] the entry; then the bodies of scans; then an index definition
  std::vector<IndexScope *> indexScopes;
  std::vector<std::unique_ptr<Frame>> frames;
  std::map<std::string, ValueId> gets;     // parameters read in this entry
  std::map<std::string, ValueId> stateNow; // states that were given a value in this entry
  std::map<std::string, int> sites;        // how often a layer has drawn in this entry
  uint64_t steps = 0;
  int nesting = 0; // of eval
  bool countStep(const Frame &frame, support::SourceRange range, uint64_t count = 1);
  std::map<support::FileId, uint32_t> fileNumbers;
};

} // namespace nnc::dsl
