// From a module to a program: the model's entries, the losses and metrics of `train`, the recipe.
#pragma once

#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/data/Dataset.h"
#include "dsl/elaborate/train/Generate.h"
#include "dsl/elaborate/train/Settings.h"
#include "dsl/elaborate/train/Weights.h"

namespace nnc::dsl {

/// The errors of definitions by themselves, whatever uses them: the programs of a file share what was found once.
using AloneErrors = std::map<std::pair<const Definition *, Elem>, std::vector<support::Diagnostic>>;

class ProgramBuilder {
public:
  ProgramBuilder(const Module &module, const CompileOptions &options, support::SourceMap &sources,
                 support::DiagnosticSink &sink, AloneErrors &alone);

  /// The program, if there was no error. `usage` receives a mistake of the command line.
  std::optional<Program> run(std::string &usage, std::string &types);

private:
  /// One of the summands of a loss, or a metric: the sum over its elements, and how many they are.
  struct Term {
    std::string name;
    TensorValue sum, count;
    Finish finish = Finish::Mean;
    bool mayBeEmpty = false; // the count may be 0: the mean is 0 then
    std::string whole;       // f1, iou, calibration: the sums of classes or bins are put together when all are known
    /// The standardised field in whose units the figure is shown, and the power of its deviations in each element.
    const DatasetFieldInfo *units = nullptr;
    int power = 0;
  };

  bool choose(std::string &usage);
  bool setDefines(std::string &usage);
  bool readDefine(const std::string &name, const std::string &text, const ast::Param &param, std::string &usage);
  bool giveDefines(std::vector<Given> &given, const Instance &instance, Frame &frame);
  bool modelFrame(EntryKind kind, Frame *&settingsFrame, Frame *&model);
  SizeMap sizesOfData() const;
  bool solveSizes(Frame &inner);
  bool bindInputs(EntryKind kind, Frame &settingsFrame, Frame &model);
  bool readsFields(EntryKind kind) const { return kind != EntryKind::Forward || forwardReadsFields; }
  bool feed(const ast::Param &param, const DatasetFieldInfo &field, Frame &settingsFrame, Frame &model);
  bool takesDefault(EntryKind kind, const ast::Param &param) const;
  bool hasBatch() const;
  bool bindDefaults(EntryKind kind, Frame &inner);
  bool forwardEntry();
  bool fixForwardSizes();
  bool dataEntry(EntryKind kind);
  bool addFields(Frame &settingsFrame);
  std::optional<Term> measure(const std::string &name, const Value &value, support::SourceRange range, Frame &frame,
                              const DatasetFieldInfo *units = nullptr);
  const DatasetFieldInfo *unitsOf(const ast::PostfixExpr &call) const;
  const DatasetFieldInfo *unitsOf(const ast::Expr &expr) const;
  bool lossTerms(Frame &frame, std::vector<Term> &terms, std::vector<TensorValue> &penalties);
  std::optional<bool> stopDirection();
  bool metricTerms(Frame &frame, const std::vector<Term> &loss, std::vector<Term> &metrics);
  bool eachTerms(const std::string &name, const ast::PostfixExpr &call, Frame &frame, std::vector<Term> &metrics);
  std::optional<size_t> eachAxis(const ast::PostfixExpr &call, const TensorValue &x, Frame &frame);
  std::optional<Term> termAt(const TensorValue &x, size_t axis, int64_t place, const std::string &name,
                             const ast::PostfixExpr &call, Frame &frame);
  bool laterMetric(const std::string &name, const ast::PostfixExpr &call, Frame &frame);
  bool wholeMetric(const std::string &name, const ast::PostfixExpr &call, Frame &frame, std::vector<Term> &metrics);
  bool addMetric(Term term, support::SourceRange range, std::vector<Term> &metrics);
  std::optional<TensorValue> penalty(const ast::Expr &expr, Frame &frame);
  std::optional<double> factorOf(const ast::Expr &expr);
  bool isPenalised(const Param &param, const std::set<std::string> &of) const;
  bool watchValues(Frame &frame, Entry &entry);
  TensorValue mean(const Term &term, Frame &frame);
  void output(Entry &entry, const std::string &name, const TensorValue &value, Finish finish = Finish::None);
  void outputTerm(Entry &entry, const std::string &name, const Term &term);
  void bounds(Entry &entry) const;
  bool lossSees(const Entry &entry, const std::vector<Term> &terms);
  void checkGradients(const Entry &entry);
  // NoGradient.cpp
  std::string pathText(const std::string &param, const Entry &entry, const Node &culprit,
                       const std::vector<ValueId> &way) const;
  bool helpWithStraightThrough(support::DiagnosticBuilder &builder, const Entry &entry, const Node &culprit,
                               const std::vector<ValueId> &way, const std::string &otherwise) const;
  void reportNoGradient(const Entry &entry, const Node &culprit, const std::vector<std::string> &names,
                        const std::vector<ValueId> &way);
  void checkDefinitions(bool modelsOnly);
  const std::vector<support::Diagnostic> &errorsOf(const Definition &definition);
  void checkMask(const Definition &definition);
  uint64_t checkCombination(const Definition &definition, Choices &choices, support::DiagnosticSink &own);
  void warnSoftmaxTwice(const Entry &entry);
  support::SourceRange rangeOf(const Place &place) const;
  void readBlocks();
  bool hasPath(const PathUse &path);
  bool freeze();
  bool checkPaths();
  bool checkStart();
  // Start.cpp
  bool checkStartFile();
  void noteNumber(support::DiagnosticBuilder &builder, const std::string &name) const;
  bool checkCarry(const std::vector<PathUse> &names);
  bool checkSchedule();
  bool checkGeneration();
  void sortParams();
  void writeRecipe();
  nlohmann::json datasetRecipe(const DatasetInfo &set) const;
  nlohmann::json trainRecipe() const;
  nlohmann::json startRecipe() const;
  std::string targetField() const;
  void findTarget(const ast::Expr &expr, std::string &target) const;
  void pend(const std::string &feature, const std::string &stage, support::SourceRange range);
  void collectPending();

  const Module &module;
  const CompileOptions &options;
  support::SourceMap &sources;
  support::DiagnosticSink &sink;
  AloneErrors &alone;
  Program program;
  std::optional<Elaborator> elaborator;
  std::set<std::string> parameterPaths; // of hasPath
  std::optional<DatasetInfo> dataset;
  std::vector<DatasetInfo> datasets;
  TrainSettings settings;
  std::map<std::string, WeightsInfo> weights;
  std::optional<GenerateSettings> generation; // of the model at hand
  nlohmann::json generationRecipe;
  const ast::TrainItem *train = nullptr;
  const Definition *model = nullptr;
  std::vector<ast::Setting> defines; // -D name=value
  std::string batchName;
  bool forwardReadsFields = false;
  bool stopRises = false; // whether larger is better for `stop`
  std::vector<std::string> lossNames;
  std::vector<Term> evalMetrics;
  std::set<std::string> metricNames;        // and `loss`
  std::vector<nlohmann::json> laterMetrics; // of the recipe alone: no entry computes them yet
  std::vector<std::pair<std::string, support::SourceRange>> pendingMetrics;
  std::vector<std::string> watched;
};

} // namespace nnc::dsl
