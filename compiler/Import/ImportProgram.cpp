// Module level of the import: parameters, states, entries.
#include "compiler/Import/ImportProgram.h"
#include "compiler/Import/ImportNode.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace nnc {
namespace {

class Importer {
public:
  Importer(const dsl::Program &program, MLIRContext &context)
      : program(program), nodes(program, context), builder(nodes.builder) {}

  OwningOpRef<ModuleOp> run() {
    Location loc = nodes.location(dsl::Place{0, 1, 1});
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc, program.model);
    builder.setInsertionPointToEnd(module->getBody());
    for (const dsl::Param &param : program.params)
      nn::ParamOp::create(builder, nodes.location(param.place, param.name), param.name, nodes.type(param.type),
                          init(param.init, param.type), !param.trainable, !param.decay, IntegerAttr());
    for (const dsl::State &state : program.states)
      nn::StateOp::create(builder, nodes.location(state.place, state.name), state.name, FlatSymbolRefAttr(),
                          nodes.type(state.type), init(state.init, state.type), IntegerAttr());
    for (const dsl::Entry &entry : program.entries)
      if (failed(importEntry(entry)))
        return {};
    if (failed(verify(*module)))
      return {};
    return module;
  }

private:
  nn::InitAttr init(const dsl::Init &init, const dsl::Type &type);
  ArrayAttr sizes(const dsl::Entry &entry);
  ArrayAttr facts(const dsl::Entry &entry);
  nn::FactAttr fact(const dsl::Fact &fact);
  nn::OptimizerAttr optimizer(const dsl::Optimizer &optimizer);
  DictionaryAttr portAttributes(StringRef name, Attribute indexBound, ArrayRef<std::string> labels, dsl::Finish finish);
  /// Of a port whose numbers are bounded; null of others.
  Attribute indexBound(int64_t number, const std::optional<dsl::Size> &size = {});
  LogicalResult importEntry(const dsl::Entry &entry);
  LogicalResult importBody(const dsl::Entry &entry, nn::EntryOp op);

  NamedAttribute named(StringRef name, Attribute value) { return builder.getNamedAttr(name, value); }

  const dsl::Program &program;
  import::NodeImporter nodes;
  OpBuilder &builder;
};

StringRef kindName(dsl::EntryKind kind) {
  switch (kind) {
  case dsl::EntryKind::Forward:
    return "forward";
  case dsl::EntryKind::Eval:
    return "eval";
  case dsl::EntryKind::Loss:
    return "loss";
  case dsl::EntryKind::Grad:
    return "grad";
  case dsl::EntryKind::Step:
    return "step";
  }
  llvm_unreachable("all kinds are listed");
}

StringRef metricName(dsl::Finish finish) {
  switch (finish) {
  case dsl::Finish::None:
    return "";
  case dsl::Finish::Mean:
    return "mean";
  case dsl::Finish::Sqrt:
    return "sqrt";
  case dsl::Finish::Exp:
    return "exp";
  case dsl::Finish::Bits:
    return "bits";
  }
  llvm_unreachable("all finishes are listed");
}

nn::InitAttr Importer::init(const dsl::Init &init, const dsl::Type &type) {
  MLIRContext *context = builder.getContext();
  switch (init.kind) {
  case dsl::Init::Constant:
    return nn::InitAttr::get(context, nn::InitKind::constant, builder.getF64ArrayAttr({init.a}));
  case dsl::Init::Uniform:
    return nn::InitAttr::get(context, nn::InitKind::uniform, builder.getF64ArrayAttr({init.a, init.b}));
  case dsl::Init::Normal:
    return nn::InitAttr::get(context, nn::InitKind::normal, builder.getF64ArrayAttr({init.a, init.b}));
  case dsl::Init::Orthogonal:
    return nn::InitAttr::get(context, nn::InitKind::orthogonal, builder.getF64ArrayAttr({init.a}));
  case dsl::Init::Values:
    return nn::InitAttr::get(context, nn::InitKind::values, nodes.numbers(init.values, nodes.type(type)));
  }
  llvm_unreachable("all kinds are listed");
}

ArrayAttr Importer::sizes(const dsl::Entry &entry) {
  SmallVector<Attribute> list;
  MLIRContext *context = builder.getContext();
  for (const dsl::FreeSize &size : entry.sizes) {
    nn::SizeExpr form = nodes.size(dsl::Size::symbol(size.name));
    bool isName = form == nn::SizeExpr::symbol(context, size.name);
    list.push_back(nn::SizeAttr::get(context, size.name, size.min,
                                     size.max < 0 ? std::nullopt : std::optional(size.max),
                                     isName ? nn::DimsAttr() : nn::makeDims(context, {form})));
  }
  return builder.getArrayAttr(list);
}

/// Brought to ==, != and <=, which is all that the dialect has.
nn::FactAttr Importer::fact(const dsl::Fact &fact) {
  MLIRContext *context = builder.getContext();
  nn::SizeExpr left = nodes.size(fact.left), right = nodes.size(fact.right), one = nn::SizeExpr::constant(context, 1);
  StringRef predicate = fact.predicate;
  if (predicate == "gt" || predicate == "ge")
    std::swap(left, right);
  if (predicate == "lt" || predicate == "gt")
    left = left + one;
  if (predicate == "divides") {
    left = left.mod(right);
    right = nn::SizeExpr::constant(context, 0);
  }
  nn::ComparePred pred = predicate == "ne"                             ? nn::ComparePred::ne
                         : predicate == "eq" || predicate == "divides" ? nn::ComparePred::eq
                                                                       : nn::ComparePred::le;
  return nn::FactAttr::get(context, nn::makeDims(context, {left, right}), pred, fact.text,
                           fact.place.empty() ? "" : nodes.text(fact.place.front()));
}

ArrayAttr Importer::facts(const dsl::Entry &entry) {
  if (entry.facts.empty())
    return {};
  // They are to be checked: here nothing follows from them.
  nodes.know({});
  SmallVector<Attribute> list;
  for (const dsl::Fact &known : entry.facts)
    list.push_back(fact(known));
  nodes.know(entry.facts);
  return builder.getArrayAttr(list);
}

nn::OptimizerAttr Importer::optimizer(const dsl::Optimizer &optimizer) {
  SmallVector<NamedAttribute> schedule{named("kind", builder.getStringAttr(optimizer.schedule.kind))};
  for (const auto &[name, value] : optimizer.schedule.args)
    schedule.push_back(named(name, builder.getF64FloatAttr(value)));
  SmallVector<NamedAttribute> settings{named("lr", builder.getF64FloatAttr(optimizer.lr)),
                                       named("schedule", builder.getDictionaryAttr(schedule))};
  auto number = [&](StringRef name, double value) { settings.push_back(named(name, builder.getF64FloatAttr(value))); };
  if (optimizer.kind == "sgd" || optimizer.kind == "rmsprop")
    number("momentum", optimizer.momentum);
  if (optimizer.kind == "sgd")
    settings.push_back(named("nesterov", builder.getBoolAttr(optimizer.nesterov)));
  if (optimizer.kind == "adam" || optimizer.kind == "adamw") {
    number("beta1", optimizer.beta1);
    number("beta2", optimizer.beta2);
  }
  if (optimizer.kind == "rmsprop")
    number("alpha", optimizer.alpha);
  if (optimizer.kind != "sgd")
    number("eps", optimizer.eps);
  if (optimizer.hasWeightDecay) {
    settings.push_back(named("weight_decay", builder.getF64FloatAttr(optimizer.weightDecay)));
    settings.push_back(named("decay_all", builder.getBoolAttr(optimizer.decayAll)));
  }
  return nn::OptimizerAttr::get(builder.getContext(), optimizer.kind, builder.getDictionaryAttr(settings));
}

Attribute Importer::indexBound(int64_t number, const std::optional<dsl::Size> &size) {
  if (number >= 0)
    return builder.getI64IntegerAttr(number);
  return size ? nn::makeDims(builder.getContext(), {nodes.size(*size)}) : Attribute();
}

DictionaryAttr Importer::portAttributes(StringRef name, Attribute indexBound, ArrayRef<std::string> labels,
                                        dsl::Finish finish) {
  SmallVector<NamedAttribute> list{named("nn.name", builder.getStringAttr(name))};
  if (indexBound)
    list.push_back(named("nn.index_bound", indexBound));
  if (!labels.empty())
    list.push_back(named("nn.labels", builder.getStrArrayAttr(SmallVector<StringRef>(labels.begin(), labels.end()))));
  if (finish != dsl::Finish::None)
    list.push_back(named("nn.metric", builder.getStringAttr(metricName(finish))));
  return builder.getDictionaryAttr(list);
}

LogicalResult Importer::importBody(const dsl::Entry &entry, nn::EntryOp op) {
  Block &body = op.getBody().emplaceBlock();
  SmallVector<Value> values;
  for (Type type : op.getArgumentTypes())
    values.push_back(body.addArgument(type, op.getLoc()));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  for (const dsl::Node &node : entry.nodes)
    if (failed(nodes.node(node, values)))
      return failure();
  SmallVector<Value> outputs;
  for (const dsl::Output &output : entry.outputs) {
    if (output.value >= values.size())
      return emitError(op.getLoc()) << "import: output '" << output.name << "' has no value";
    outputs.push_back(values[output.value]);
  }
  SmallVector<Value> updates;
  SmallVector<Attribute> targets;
  for (const dsl::Update &update : entry.updates) {
    updates.push_back(values[update.value]);
    targets.push_back(FlatSymbolRefAttr::get(builder.getContext(), update.symbol));
  }
  nn::ReturnOp::create(builder, op.getLoc(), outputs, updates,
                       targets.empty() ? ArrayAttr() : builder.getArrayAttr(targets));
  return success();
}

LogicalResult Importer::importEntry(const dsl::Entry &entry) {
  nodes.know(entry.facts);
  std::vector<dsl::Type> valueTypes = entry.valueTypes();
  SmallVector<Type> inputs, results;
  SmallVector<Attribute> inputAttributes, resultAttributes;
  for (const dsl::Input &input : entry.inputs) {
    inputs.push_back(nodes.type(input.type));
    inputAttributes.push_back(
        portAttributes(input.name, indexBound(input.indexBound, input.indexSize), input.labels, dsl::Finish::None));
  }
  for (const dsl::Output &output : entry.outputs) {
    if (output.value >= valueTypes.size())
      return emitError(builder.getUnknownLoc()) << "import: output '" << output.name << "' has no value";
    results.push_back(nodes.type(valueTypes[output.value]));
    resultAttributes.push_back(
        portAttributes(output.name, indexBound(output.indexBound), output.labels, output.finish));
  }
  StringRef kind = kindName(entry.kind);
  Location loc = nodes.location(dsl::Place{0, 1, 1});
  bool updates = entry.kind == dsl::EntryKind::Step && program.optimizer;
  nn::ClipAttr clip;
  if (updates && program.clip)
    clip = nn::ClipAttr::get(builder.getContext(),
                             program.clip->kind == dsl::Clip::Norm ? nn::ClipKind::norm : nn::ClipKind::value,
                             builder.getF64FloatAttr(program.clip->bound));
  if (updates)
    loc = nodes.location(program.optimizer->place);
  auto op = nn::EntryOp::create(builder, loc, kind, builder.getFunctionType(inputs, results),
                                builder.getStringAttr(kind), sizes(entry), facts(entry),
                                updates ? optimizer(*program.optimizer) : nn::OptimizerAttr(), clip, IntegerAttr(),
                                builder.getArrayAttr(inputAttributes), builder.getArrayAttr(resultAttributes));
  return importBody(entry, op);
}

} // namespace

OwningOpRef<ModuleOp> importProgram(const dsl::Program &program, MLIRContext &context) {
  context.loadDialect<nn::NNDialect>();
  return Importer(program, context).run();
}

} // namespace nnc
