// Derivative of nn.scan: a scan that runs against it. What consts get from every step is summed by one contraction or
// reduction over all steps where it is a product or a sum, else step by step.
#include "compiler/Autodiff/BackwardScan.h"

using namespace mlir;

namespace nnc::autodiff {
namespace {

/// A part of a const's cotangent, summed over the steps: a contraction, a reduction, or the carry that holds the sum.
struct Term {
  std::optional<Stacked> lhs, rhs;
  std::string spec;
  SmallVector<int64_t> dims;
  unsigned carry = 0;
};

std::string insertLetter(const std::string &letters, int64_t at, char letter) {
  return letters.substr(0, at) + letter + letters.substr(at);
}

/// A letter for time that the spec does not use.
std::optional<char> freeLetter(const nn::ContractSpec &spec) {
  for (char letter : StringRef("tuvwxyzabcdefghijklmnopqrs"))
    if (!StringRef(spec.lhs + spec.rhs).contains(letter))
      return letter;
  return std::nullopt;
}

class ConstGradients {
public:
  ConstGradients(Site &site, BackwardScan &backward) : site(site), backward(backward) {}

  /// Before the scan is created: how the sum over all steps of `cotangent` comes about.
  void plan(unsigned operand, Value cotangent) {
    SmallVector<Term> terms;
    SmallVector<Value> rest;
    for (Value part : addends(cotangent))
      if (std::optional<Term> term = termOf(part))
        terms.push_back(*term);
      else
        rest.push_back(part);
    if (!rest.empty())
      terms.push_back({std::nullopt, std::nullopt, "", {}, backward.accumulate(rest)});
    planned.push_back({operand, std::move(terms)});
  }

  void give() {
    for (const auto &[operand, terms] : planned) {
      Expr sum;
      for (const Term &term : terms)
        sum = sum ? sum + valueOf(term) : valueOf(term);
      site.give(operand, sum);
    }
  }

private:
  /// The parts of a sum, the first added first.
  static SmallVector<Value> addends(Value sum) {
    auto add = sum.getDefiningOp<nn::AddOp>();
    if (!add)
      return {sum};
    SmallVector<Value> parts = addends(add.getA());
    parts.append(addends(add.getB()));
    return parts;
  }

  std::optional<Term> termOf(Value part) {
    if (auto contract = part.getDefiningOp<nn::ContractOp>())
      return contraction(contract);
    auto reduce = part.getDefiningOp<nn::ReduceOp>();
    if (!reduce || reduce.getKind() != nn::ReduceKind::add || atMostRank(reduce.getX()))
      return std::nullopt;
    std::optional<Stacked> x = backward.stackedOf(reduce.getX());
    if (!x)
      return std::nullopt;
    SmallVector<int64_t> dims;
    for (int64_t dim : reduce.getDims())
      dims.push_back(dim < x->axis ? dim : dim + 1);
    dims.insert(llvm::lower_bound(dims, x->axis), x->axis);
    return Term{x, std::nullopt, "", dims, 0};
  }

  std::optional<Term> contraction(nn::ContractOp op) {
    nn::ContractSpec letters = op.getLetters();
    std::optional<char> time = freeLetter(letters);
    if (op.getInit() || !time || atMostRank(op.getLhs()) || atMostRank(op.getRhs()))
      return std::nullopt;
    std::optional<Stacked> lhs = backward.stackedOf(op.getLhs()), rhs = backward.stackedOf(op.getRhs());
    if (!lhs || !rhs)
      return std::nullopt;
    std::string spec = insertLetter(letters.lhs, lhs->axis, *time) + "," + insertLetter(letters.rhs, rhs->axis, *time) +
                       "->" + letters.result;
    return Term{lhs, rhs, spec, {}, 0};
  }

  static bool atMostRank(Value value) { return cast<RankedTensorType>(value.getType()).getRank() == nn::maxRank; }

  Expr valueOf(const Term &term) {
    if (!term.lhs)
      return site.expr(backward.finalCarry(term.carry));
    if (!term.rhs)
      return site.expr(backward.valueOf(*term.lhs)).reduce(nn::ReduceKind::add, term.dims);
    return site.expr(nn::ContractOp::create(site.builder, site.loc, backward.valueOf(*term.lhs),
                                            backward.valueOf(*term.rhs), term.spec));
  }

  Site &site;
  BackwardScan &backward;
  SmallVector<std::pair<unsigned, SmallVector<Term>>> planned;
};

void differentiate(Site &site) {
  auto scan = cast<nn::ScanOp>(site.op);
  BackwardScan backward(site, scan);
  backward.differentiateBody();

  unsigned firstStart = scan.getConsts().size(), firstX = firstStart + scan.numCarries();
  SmallVector<std::pair<unsigned, Stacked>> ofXs;
  for (auto [i, argument] : llvm::enumerate(scan.sliceArguments()))
    if (Value g = backward.cotangentOf(argument); g && site.wants(firstX + i))
      ofXs.push_back({firstX + i, backward.stack(g, scan.getXsAxes()[i])});
  ConstGradients ofConsts(site, backward);
  for (auto [i, argument] : llvm::enumerate(scan.constArguments()))
    if (Value g = backward.cotangentOf(argument); g && site.wants(i))
      ofConsts.plan(i, g);

  unsigned carries = scan.numCarries();
  backward.create();
  for (unsigned i = 0; i < carries; ++i)
    if (Value g = backward.cotangentOfStart(i); g && site.wants(firstStart + i))
      site.give(firstStart + i, site.expr(g));
  for (auto &[operand, stacked] : ofXs)
    site.give(operand, site.expr(backward.valueOf(stacked)));
  ofConsts.give();
}

std::string refuses(Operation *op) {
  return cast<nn::ScanOp>(op).getLengths() ? "its rows have lengths, which nn-expand-lengths turns into selects" : "";
}

void missingInside(Operation *op, const Activity &around, std::vector<MissingRule> &missing) {
  auto scan = cast<nn::ScanOp>(op);
  ScanFlow::Active active = ScanFlow(scan).active([&](unsigned i) { return around.isActive(op->getOperand(i)); },
                                                  [&](unsigned i) { return around.isActive(op->getResult(i)); });
  Block &body = scan.getBody().front();
  auto roots = llvm::map_to_vector(active.arguments, [&](unsigned i) -> Value { return body.getArgument(i); });
  auto targets = llvm::map_to_vector(active.yields, [&](unsigned i) { return body.getTerminator()->getOperand(i); });
  Activity inside(body, roots, targets, DerivativeTable::get());
  llvm::append_range(missing, inside.missingRules());
}

} // namespace

void registerScanRules(DerivativeTable &table) {
  Record &scan = table.rule<nn::ScanOp>(differentiate, Reads::Operands, "that of the ops in its body");
  scan.refuses = refuses;
  scan.flow = [](Operation *op) { return ScanFlow(cast<nn::ScanOp>(op)).ofResults(); };
  scan.missingInside = missingInside;
}

} // namespace nnc::autodiff
