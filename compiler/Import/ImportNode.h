// Pieces of the import: sizes, types, locations, and one node.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "dsl/Program.h"
#include <map>

namespace nnc::import {

class NodeImporter {
public:
  NodeImporter(const dsl::Program &program, mlir::MLIRContext &context);

  /// What divides what in the entry at hand: sizes that are equal because of it become the same expression.
  void know(const std::vector<dsl::Fact> &facts);
  nn::SizeExpr size(const dsl::Size &size);
  mlir::Type element(dsl::Elem elem);
  mlir::RankedTensorType type(const dsl::Type &type);
  /// The chain of places: the library's line called at the user's line, named by the layer's path and by the layer:
  /// "fc1"("Linear(64)"(callsite(…))).
  mlir::Location location(const dsl::PlaceChain &chain, llvm::StringRef path);
  mlir::Location location(const dsl::Place &place);
  /// "iris.nn:11:8"
  std::string text(const dsl::Place &place);

  /// Appends the node at the builder's place, and its results to `values`. An unknown op, attribute or value is
  /// reported.
  mlir::LogicalResult node(const dsl::Node &node, llvm::SmallVectorImpl<mlir::Value> &values);

  /// One number as an attribute of an element type.
  mlir::TypedAttr number(double value, mlir::Type element);
  mlir::DenseElementsAttr numbers(llvm::ArrayRef<double> values, mlir::RankedTensorType type);

private:
  nn::SizeExpr expression(const dsl::Size &size);
  mlir::LogicalResult attributes(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult text(const dsl::Node &node, llvm::StringRef name, llvm::StringRef value,
                           mlir::OperationState &state);
  mlir::LogicalResult segments(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult constant(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult generic(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult genericBody(const dsl::Generic &generic, mlir::OperationState &state);
  mlir::LogicalResult scan(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult mask(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult custom(const dsl::Node &node, mlir::OperationState &state);
  mlir::LogicalResult customBody(llvm::ArrayRef<dsl::Node> nodes, llvm::ArrayRef<dsl::ValueId> yields,
                                 mlir::Region *region, mlir::TypeRange arguments, mlir::Location loc,
                                 llvm::SmallVectorImpl<mlir::Value> &yielded);
  mlir::LogicalResult scanBody(const dsl::Scan &scan, mlir::OperationState &state);
  mlir::AffineMap accessMap(llvm::ArrayRef<dsl::AffineIndex> indices, unsigned rank);

  const dsl::Program &program;
  dsl::SizeFacts known;
  dsl::SizeMap multiples;                                 // of free sizes, by what divides them
  std::map<std::string, std::string, std::less<>> layers; // path → "Linear(64)"

public:
  mlir::OpBuilder builder;
};

} // namespace nnc::import
