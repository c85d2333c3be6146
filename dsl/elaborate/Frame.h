// One use of a definition: its names, and what its sizes are outside of it.
#pragma once

#include "dsl/elaborate/Module.h"
#include "dsl/elaborate/Value.h"

#include <set>

namespace nnc::dsl {

struct ScanBody;

struct Frame {
  Frame *caller = nullptr;
  const Definition *definition = nullptr; // null: the settings, the root
  support::SourceRange call;              // in the caller
  std::string path;                       // of the layer; "" for the model
  std::string leafPattern;
  std::vector<uint32_t> order; // place among all bindings; parameters are listed by it
  uint32_t bindings = 0;
  int depth = 0;

  SizeMap toCaller; // a name of the signature in the terms of the caller
  SizeMap toRoot;   // the same in free sizes, dims and numbers
  std::map<std::string, std::vector<Size>> packs;
  std::map<std::string, support::SourceRange> origins; // where the caller wrote what a name of the signature is
  SizeFacts facts;
  std::vector<std::map<std::string, Value>> scopes;
  /// Names that the block binds further down: to tell "made later" from "unknown".
  std::vector<std::map<std::string, support::SourceRange>> later;
  bool makesLayers = true;            // not in functions
  bool named = true;                  // false: a layer without a name; it may hold no parameters (path-1)
  const Instance *instance = nullptr; // null: the model itself, a function
  ScanBody *scan = nullptr;           // the innermost scan of this body
  bool perUse = false;                // a `for` may change types from turn to turn: numbers decide (size-6)
  std::map<std::string, std::pair<std::string, TensorType>> states; // of the body: path and type of each
  std::map<std::string, support::SourceRange>
      owned;                      // paths of the parameters and states that this use of the body made
  bool atRest = false;            // a frozen part, or `inference(layer)`: `training` is false (train-1)
  bool madeInScan = false;        // a layer made there: it may hold no parameters (scan-1)
  support::SourceRange statement; // at hand
  std::map<std::string, support::SourceRange> gone;  // names of blocks that have ended
  std::vector<std::string> offered;                  // fields that nothing reads: one may be meant
  std::map<std::string, support::SourceRange> bound; // the statement that gave a name its value

  bool inLibrary() const { return definition && definition->isLibrary; }
  const Value *find(const std::string &name) const {
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
      if (auto found = scope->find(name); found != scope->end())
        return &found->second;
    return nullptr;
  }
  Size rootSize(const Size &size) const { return substitute(size, toRoot); }
  /// Equal under the facts of the definition; behind a `for`, with the numbers of this use.
  bool sameSize(const Size &a, const Size &b) const {
    return facts.proveEqual(a, b) || (perUse && !a.overflowed() && rootSize(a) == rootSize(b));
  }
};

/// How a layer made by an expression is called.
struct Hint {
  std::string path; // full
  std::string leafPattern;
  bool named = false;
  size_t first = 0;      // the number of the first element, of a list that is spliced into another
  bool result = false;   // the pipeline whose stages number themselves
  bool scanBody = false; // statements at the top level of a scan: only there stands `yield`
};

} // namespace nnc::dsl
