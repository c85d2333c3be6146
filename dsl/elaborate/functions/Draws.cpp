// What is drawn: the key is the seed, the step, the path of the layer, the number of the call and the example (rule
// rand-1).
#include "dsl/elaborate/layers/ScanScope.h"

namespace nnc::dsl {

using support::SourceRange;

/// What an op is given that draws numbers of the shape of `type`; `purpose` and the path of the layer are their site.
void Elaborator::keyDraw(const std::string &purpose, std::vector<TensorValue> &operands,
                         std::map<std::string, Attr> &attrs, const TensorType &type, SourceRange range, Frame &frame) {
  std::string site = purpose + ":" + frame.path;
  if (int call = sites[site]++)
    site += "#" + std::to_string(call);
  attrs["site"] = site;
  Type own = concrete(frame, type, range);
  bool isBatch = !own.shape.empty() && !entry.inputs.empty() && !entry.inputs[0].type.shape.empty() &&
                 own.shape[0].named() && own.shape[0] == entry.inputs[0].type.shape[0];
  if (isBatch) {
    TensorType numbers{{ElemType::Int, {}}, {type.shape[0]}};
    operands.push_back(inEntry(frame, "sample", "", numbers, range));
    attrs["sample"] = true;
  }
  // In a scan each step draws anew.
  for (size_t level = bodyLevel(); level > 0; --level)
    if (targets[level].scan && targets[level].scan->loop) {
      operands.push_back({{{ElemType::Int, {}}, {}}, 0, int(level)});
      attrs["time"] = true;
      break;
    }
}

Value Elaborator::draw(const char *op, const std::string &purpose, std::vector<TensorValue> operands,
                       std::map<std::string, Attr> attrs, const TensorType &type, SourceRange range, Frame &frame) {
  keyDraw(purpose, operands, attrs, type, range, frame);
  return emit(frame, op, operands, type, range, std::move(attrs));
}

Value Elaborator::dropout(const TensorValue &x, double rate, SourceRange range, Frame &frame) {
  return draw("dropout", "dropout", {x}, {{"rate", rate}}, x.type, range, frame);
}

/// `randn(B, size)`, `rand(B, size)`
Value Elaborator::random(const std::string &name, const std::vector<Size> &shape, SourceRange range, Frame &frame) {
  std::string kind = name == "rand" ? "uniform" : "normal";
  return draw("random", name, {}, {{"kind", kind}}, {{ElemType::Float, {}}, shape}, range, frame);
}

} // namespace nnc::dsl
