#include "runtime/recipe/Recipe.h"
#include "runtime/core/Dtype.h"

namespace nnc::rt {

std::string Dim::label(int64_t index) const {
  return index >= 0 && size_t(index) < labels.size() ? labels[size_t(index)] : std::to_string(index);
}

uint64_t Field::elements() const {
  uint64_t count = 1;
  for (int64_t dim : dims)
    count *= uint64_t(dim);
  return count;
}

/// The first `["window", E, N]` or `["ahead", E, N]` of an expression; all of one field take the same steps.
static const Json *windowIn(const Json &json) {
  if (!json.is_array() || json.empty() || !json[0].is_string())
    return nullptr;
  const std::string &word = json[0].get_ref<const std::string &>();
  if (word == "window" || word == "ahead")
    return json.size() > 2 && json[2].is_number_unsigned() ? &json : nullptr;
  for (size_t i = 1; i < json.size(); ++i)
    if (const Json *found = windowIn(json[i]))
      return found;
  return nullptr;
}

void Reach::cover(const Field &field) {
  const Json *window = windowIn(field.expression);
  if (!window)
    return;
  uint64_t &most = (*window)[0] == "ahead" ? future : past;
  most = std::max(most, (*window)[2].get<uint64_t>());
}

Reach DatasetRecipe::reach() const {
  Reach reach;
  for (const Field &field : fields)
    reach.cover(field);
  return reach;
}

const Field *DatasetRecipe::field(std::string_view wanted) const {
  for (const Field &field : fields)
    if (field.name == wanted)
      return &field;
  return nullptr;
}

const DatasetRecipe *Recipe::dataset(std::string_view wanted) const {
  for (const DatasetRecipe &set : datasets)
    if (set.name == wanted)
      return &set;
  return nullptr;
}

const Dim *Recipe::dim(const std::string &name) const {
  auto found = dims.find(name);
  return found == dims.end() ? nullptr : &found->second;
}

const DatasetRecipe *Recipe::trained() const {
  if (hasTrain && !train.dataset.empty())
    return dataset(train.dataset);
  return datasets.size() == 1 ? &datasets[0] : nullptr;
}

static std::vector<Json> listOf(const Json &object, const char *key) {
  const Json *value = member(object, key);
  if (!value || !value->is_array())
    return {};
  return value->get<std::vector<Json>>();
}

static Result<Field> parseField(const Json &json) {
  Field field;
  field.name = textOf(json, "name");
  field.dtype = dtypeNamed(textOf(json, "dtype", "f32"));
  for (const Json &dim : listOf(json, "dims")) {
    if (!dim.is_number_integer() || dim.get<int64_t>() < 0 || dim.get<int64_t>() > (int64_t(1) << 40))
      return ourBug("the recipe's field `" + field.name + "` has a size that is not a number");
    field.dims.push_back(dim.get<int64_t>());
  }
  field.dim = textOf(json, "dim");
  field.standardized = boolOf(json, "standardized", false);
  field.at = textOf(json, "at");
  if (const Json *expression = member(json, "expr"))
    field.expression = *expression;
  if (field.name.empty() || field.dtype == 0)
    return ourBug("the recipe has a field without name or type");
  return field;
}

static Result<DatasetRecipe> parseDataset(const Json &json) {
  DatasetRecipe set;
  set.name = textOf(json, "name");
  set.at = textOf(json, "at");
  std::vector<Json> source = listOf(json, "source");
  if (source.size() < 2 || !source[0].is_string() || !source[1].is_string())
    return ourBug("the recipe's data set `" + set.name + "` has no source");
  set.source = source[0].get<std::string>();
  set.path = source[1].get<std::string>();
  set.time = textOf(json, "time");
  for (const Json &item : listOf(json, "fields")) {
    Result<Field> field = parseField(item);
    if (!field)
      return field.error();
    set.fields.push_back(std::move(*field));
  }
  if (const Json *split = member(json, "split")) {
    bool any = member(*split, "train") || member(*split, "valid") || member(*split, "test");
    set.split.shares[0] = numberOf(*split, "train", any ? 0 : 1);
    set.split.shares[1] = numberOf(*split, "valid", 0);
    set.split.shares[2] = numberOf(*split, "test", 0);
    set.split.stratify = textOf(*split, "stratify");
    set.split.by = textOf(*split, "by");
    set.split.seed = uint64_t(integerOf(*split, "seed", 0));
    set.split.at = textOf(*split, "at");
  }
  return set;
}

static void parseStop(const Json &json, EarlyStop &stop) {
  if (!json.is_object())
    return;
  stop.on = true;
  stop.larger = boolOf(json, "larger", false);
  stop.part = textOf(json, "part", "valid");
  stop.figure = textOf(json, "metric", "loss");
  stop.patience = integerOf(json, "patience", 0);
  stop.tolerance = numberOf(json, "tol", 0);
}

static void parseTrain(const Json &json, TrainRecipe &train) {
  train.model = textOf(json, "model");
  train.dataset = textOf(json, "dataset");
  train.batch = integerOf(json, "batch", 32);
  train.epochs = integerOf(json, "epochs", 0);
  train.steps = integerOf(json, "steps", 0);
  train.seed = uint64_t(integerOf(json, "seed", 0));
  train.shuffle = boolOf(json, "shuffle", true);
  for (const Json &term : listOf(json, "loss"))
    if (term.is_string())
      train.loss.push_back(term.get<std::string>());
  for (const Json &metric : listOf(json, "metrics"))
    if (std::string field = textOf(metric, "field"); !field.empty())
      train.units.push_back({textOf(metric, "name"), field, int(integerOf(metric, "power", 1))});
  for (const Json &metric : listOf(json, "metrics"))
    if (std::string finish = textOf(metric, "finish"); finish == "f1" || finish == "iou" || finish == "calibration")
      train.wholes.push_back({textOf(metric, "name"), finish});
  train.result = textOf(json, "result");
  train.target = textOf(json, "target");
  if (const Json *stop = member(json, "stop"))
    parseStop(*stop, train.stop);
  train.raw = json.dump();
}

/// A vocabulary's special members are its first.
static int64_t placeOfUnknown(const Json *vocabulary) {
  const Json *special = vocabulary ? member(*vocabulary, "special") : nullptr;
  for (size_t i = 0; special && special->is_array() && i < special->size(); ++i)
    if ((*special)[i] == "unknown")
      return int64_t(i);
  return -1;
}

static void parseDims(const Json &json, const Json *vocabularies, std::map<std::string, Dim> &dims) {
  if (!json.is_object())
    return;
  for (auto item = json.begin(); item != json.end(); ++item) {
    Dim dim;
    dim.name = item.key();
    if (item->is_array())
      for (const Json &label : *item)
        dim.labels.push_back(label.is_string() ? label.get<std::string>() : label.dump());
    dim.count = item->is_number_integer() ? item->get<int64_t>() : int64_t(dim.labels.size());
    dim.unknown = placeOfUnknown(vocabularies ? member(*vocabularies, dim.name.c_str()) : nullptr);
    dims[dim.name] = std::move(dim);
  }
}

Result<Recipe> Recipe::parse(const char *text) {
  Recipe recipe;
  if (!text || !*text)
    return recipe;
  Result<Json> json = parseJson(text);
  if (!json)
    return ourBug("this program's recipe is broken: " + json.error().text);
  recipe.root = std::move(*json);
  for (const Json &item : listOf(recipe.root, "datasets")) {
    Result<DatasetRecipe> set = parseDataset(item);
    if (!set)
      return set.error();
    recipe.datasets.push_back(std::move(*set));
  }
  if (const Json *dims = member(recipe.root, "dims"))
    parseDims(*dims, member(recipe.root, "vocabularies"), recipe.dims);
  if (const Json *train = member(recipe.root, "train"); train && !train->empty()) {
    recipe.hasTrain = true;
    parseTrain(*train, recipe.train);
  }
  return recipe;
}

} // namespace nnc::rt
