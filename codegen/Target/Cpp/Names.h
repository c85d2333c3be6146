// Identifiers, comments and string literals of C++ from names that may be made of any bytes.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>
#include <vector>

namespace nnc::cpp {

/// A valid identifier near to `bytes`: what cannot stand in one becomes `_`, keywords, names that headers define and
/// reserved forms get a trailing `_`. Not unique: see `Names`.
std::string identifier(llvm::StringRef bytes);

/// Text for one line of a comment: no line breaks, no trailing backslash, nothing that changes what a reader sees.
std::string commentText(llvm::StringRef bytes);

/// A string literal with its quotes.
std::string stringLiteral(llvm::StringRef bytes);

/// Calls back for each word of C++ text that is code: what stands in comments and literals may be anything.
void forEachWord(llvm::StringRef text, llvm::function_ref<void(llvm::StringRef)> use);
/// Whether the word occurs in the text as code.
bool mentions(llvm::StringRef text, llvm::StringRef word);

/// Names in use, by scope. An inner scope never repeats a name of an outer one: nothing is shadowed.
class Names {
public:
  /// Opens the outermost scope; it knows the names of the prelude.
  Names();
  void push() { scopes.emplace_back(); }
  void pop() { scopes.pop_back(); }
  /// An identifier near to `hint` that is not in use; a number behind it makes it so. It is in use from now on.
  std::string fresh(llvm::StringRef hint);
  bool inUse(llvm::StringRef name) const;

private:
  std::vector<llvm::StringSet<>> scopes;
};

} // namespace nnc::cpp
