#include "tools/nnc/RecipeReport.h"

#include "compiler/Analysis/Operations.h"
#include "nlohmann/json.hpp"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

using Json = nlohmann::ordered_json;

namespace nnc::driver {

static const char *nameOf(mlir::AffineExprKind kind) {
  switch (kind) {
  case mlir::AffineExprKind::Add:
    return "add";
  case mlir::AffineExprKind::Mul:
    return "mul";
  case mlir::AffineExprKind::FloorDiv:
    return "floordiv";
  case mlir::AffineExprKind::CeilDiv:
    return "ceildiv";
  default:
    return "mod";
  }
}

static Json toJson(mlir::AffineExpr expression, llvm::ArrayRef<mlir::StringAttr> symbols) {
  if (auto constant = llvm::dyn_cast<mlir::AffineConstantExpr>(expression))
    return constant.getValue();
  if (auto symbol = llvm::dyn_cast<mlir::AffineSymbolExpr>(expression))
    return symbols[symbol.getPosition()].str();
  auto binary = llvm::cast<mlir::AffineBinaryOpExpr>(expression);
  return Json::array(
      {nameOf(expression.getKind()), toJson(binary.getLHS(), symbols), toJson(binary.getRHS(), symbols)});
}

std::string withReport(const std::string &recipe, mlir::ModuleOp module, const TargetInfo &target,
                       const Options &options, std::string_view sourceText) {
  Json root = Json::parse(recipe, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object())
    return recipe;
  for (nn::EntryOp entry : module.getOps<nn::EntryOp>()) {
    if (entry.getKind() == "pack")
      continue;
    nn::SizeExpr count = countOperations(entry);
    root["flops"][entry.getSymName().str()] = toJson(count.getExpr(), count.getSymbols());
    root["bytes_saved"][entry.getSymName().str()] = savedBytes(entry);
  }
  llvm::StringRef text(sourceText);
  auto digest = llvm::SHA256::hash(llvm::ArrayRef(text.bytes_begin(), text.size()));
  root["source"] = llvm::sys::path::filename(options.inputs.front()).str();
  root["source_hash"] = llvm::toHex(llvm::ArrayRef(digest), /*LowerCase=*/true);
  root["build"] = {
      {"version", NNC_VERSION}, {"target", target.startCheck()}, {"opt", "-O" + std::to_string(options.optLevel)}};
  return root.dump(-1, ' ', false, Json::error_handler_t::replace); // names of files may hold any bytes
}

} // namespace nnc::driver
