#include "dsl/Program.h"

namespace nnc::dsl {

const char *spell(Elem elem) {
  static const char *names[] = {"f32", "f64", "i32", "i64", "bool"};
  return names[int(elem)];
}

const char *spell(Finish finish) {
  static const char *names[] = {"none", "mean", "sqrt", "exp", "bits"};
  return names[int(finish)];
}

const char *spell(EntryKind kind) {
  static const char *names[] = {"forward", "eval", "loss", "grad", "step"};
  return names[int(kind)];
}

bool sameType(const Type &a, const Type &b) { return a.elem == b.elem && a.shape == b.shape; }

std::string str(const Type &type) {
  std::string text = spell(type.elem);
  if (type.shape.empty())
    return text;
  text += "[";
  for (size_t i = 0; i < type.shape.size(); ++i)
    text += (i ? ", " : "") + type.shape[i].str();
  return text + "]";
}

std::vector<Type> Entry::valueTypes() const {
  std::vector<Type> types;
  for (const Input &input : inputs)
    types.push_back(input.type);
  for (const Node &node : nodes)
    types.insert(types.end(), node.results.begin(), node.results.end());
  return types;
}

const Entry *Program::entry(EntryKind kind) const {
  for (const Entry &one : entries)
    if (one.kind == kind)
      return &one;
  return nullptr;
}

std::string Program::str(const Place &place) const {
  std::string file = place.file < files.size() ? files[place.file] : "?";
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

} // namespace nnc::dsl
