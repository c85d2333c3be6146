// The end of the printed file: what the runtime reads (runtime/abi/nnc_abi.h), as structs and constants of C++.
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/Target/Cpp/Names.h"
#include "codegen/Target/Cpp/Regions.h"
#include <map>

namespace nnc::cpp {

/// The C++ names of an entry's functions; `scalars` and `facts` are empty where there are none.
struct EntryNames {
  std::string name, facts, scalars, run;
};

/// Tables and the model's constant, field by field what ModelConstants.cpp writes for LLVM. A row is a line.
class DescriptorWriter {
public:
  DescriptorWriter(const ModelInfo &model, const Regions &regions, Names &names)
      : model(model), regions(regions), names(names) {}
  llvm::Expected<std::string> write(llvm::ArrayRef<EntryNames> functions, llvm::StringRef symbol);

private:
  llvm::Error entry(const EntryInfo &entry, const EntryNames &functions, bool anyFacts);
  llvm::Expected<std::string> ports(llvm::ArrayRef<PortInfo> ports, const EntryInfo &entry, const std::string &name);
  std::string tensor(const TensorInfo &tensor, const std::string &member);
  std::string values(const TensorInfo &tensor, const std::string &member);
  std::string text(llvm::StringRef bytes, const std::string &name);
  std::string table(llvm::StringRef type, const std::string &name, llvm::ArrayRef<std::string> rows);

  const ModelInfo &model;
  const Regions &regions;
  Names &names;
  std::string tables;
  std::vector<std::string> entryRows;
  std::map<std::string, std::string> known; // type and rows of a table → its name
};

} // namespace nnc::cpp
