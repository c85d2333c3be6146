// Long rows of equal boxes as one box.
#include "dsl/graph/Flow.h"

#include "support/Diagnostics.h"
#include <algorithm>

namespace nnc::dsl::graph {

/// For each box the one that continues its row, or itself.
static std::vector<uint32_t> nextInRow(const Flow &flow) {
  std::vector<uint32_t> in(flow.boxes.size()), out(flow.boxes.size()), next(flow.boxes.size());
  for (size_t i = 0; i < next.size(); ++i)
    next[i] = uint32_t(i);
  for (auto [from, to] : flow.arrows) {
    ++out[from];
    ++in[to];
  }
  for (auto [from, to] : flow.arrows) {
    const Box &a = flow.boxes[from], &b = flow.boxes[to];
    if (out[from] == 1 && in[to] == 1 && a.kind == Box::Layer && b.kind == Box::Layer && a.text == b.text)
      next[from] = to;
  }
  return next;
}

Flow foldChains(const Flow &flow) {
  std::vector<uint32_t> next = nextInRow(flow), home(flow.boxes.size());
  std::vector<bool> continues(flow.boxes.size());
  for (size_t i = 0; i < next.size(); ++i)
    if (next[i] != i)
      continues[next[i]] = true;
  Flow folded;
  folded.title = flow.title;
  folded.total = flow.total;
  for (uint32_t i = 0; i < flow.boxes.size(); ++i) {
    if (continues[i])
      continue;
    Box box = flow.boxes[i];
    int64_t count = 1;
    home[i] = uint32_t(folded.boxes.size());
    for (uint32_t at = i; next[at] != at; ++count) {
      at = next[at];
      home[at] = home[i];
      box.parameters += flow.boxes[at].parameters;
      box.shape = flow.boxes[at].shape;
      box.isShared &= flow.boxes[at].isShared;
      if (next[at] == at)
        box.name += " … " + flow.boxes[at].name;
    }
    if (count > 1)
      box.text = support::formatNumber(count) + " × " + box.text;
    folded.boxes.push_back(std::move(box));
  }
  for (auto [from, to] : flow.arrows)
    if (home[from] != home[to])
      folded.arrows.emplace_back(home[from], home[to]);
  std::sort(folded.arrows.begin(), folded.arrows.end());
  folded.arrows.erase(std::unique(folded.arrows.begin(), folded.arrows.end()), folded.arrows.end());
  return folded;
}

} // namespace nnc::dsl::graph
