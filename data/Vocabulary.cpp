#include "data/Vocabulary.h"

#include "data/Csv.h"
#include "data/File.h"
#include "data/Words.h"
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace nnc::data {

static Error bad(const std::string &file, int64_t line, std::string cause, std::string remedy = {}) {
  Error error;
  error.file = file;
  error.line = line;
  error.cause = std::move(cause);
  error.remedy = std::move(remedy);
  return error;
}

/// Without the byte order mark that some editors put in front of UTF-8: it is no character of the text.
static Result<std::string> readText(const std::string &path, const VocabularyLimits &limits) {
  auto text = readFile(path, limits.file);
  if (text && text->starts_with("\xef\xbb\xbf"))
    text->erase(0, 3);
  return text;
}

namespace {

/// How often each word stands in a text; never more words than the caps allow.
class Counter {
public:
  explicit Counter(const VocabularyLimits &limits) : limits(limits) {}

  bool add(std::string_view word) {
    auto found = counts.find(std::string(word));
    if (found != counts.end()) {
      ++found->second;
      return true;
    }
    bytes += word.size();
    if (counts.size() >= limits.members || bytes > limits.bytes)
      return false;
    counts.emplace(word, 1);
    return true;
  }

  std::vector<std::string> mostFrequent(uint64_t most, const std::vector<std::string> &special) const {
    std::vector<std::pair<uint64_t, std::string_view>> order;
    for (const auto &[word, count] : counts)
      if (std::find(special.begin(), special.end(), word) == special.end())
        order.emplace_back(count, word);
    std::sort(order.begin(), order.end(), [](const auto &a, const auto &b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<std::string> members = special;
    for (const auto &[count, word] : order) {
      if (members.size() >= most)
        break;
      members.emplace_back(word);
    }
    return members;
  }

private:
  const VocabularyLimits &limits;
  std::unordered_map<std::string, uint64_t> counts;
  uint64_t bytes = 0;
};

bool addAll(Counter &counter, std::string_view text) {
  bool fits = true;
  forEachWord(text, [&](std::string_view word) { fits = fits && counter.add(word); });
  return fits;
}

} // namespace

static Error tooMany(const std::string &path, const VocabularyLimits &limits) {
  return bad(path, 0,
             "has more than " + std::to_string(limits.members) + " different words, or words of more than " +
                 std::to_string(limits.bytes) + " bytes");
}

/// The words of one column, or an error.
static Result<bool> countColumn(const WordsSource &source, const VocabularyLimits &limits, Counter &counter) {
  CsvLimits table;
  table.file = limits.file;
  auto reader = CsvReader::open(source.path, source.separator, table);
  if (!reader)
    return reader.error();
  auto place = reader->column(source.column);
  if (!place) {
    auto near = closest(source.column, reader->header());
    return reader->headerError("has no column `" + source.column + "`", near ? "did you mean `" + *near + "`?" : "");
  }
  for (;;) {
    CsvReader::Next next = reader->next();
    if (next == CsvReader::Next::End)
      return true;
    if (next == CsvReader::Next::Failed)
      return reader->error();
    if (!addAll(counter, reader->cells()[*place].text))
      return tooMany(source.path, limits);
  }
}

Result<std::vector<std::string>> readWords(const WordsSource &source, const VocabularyLimits &limits) {
  Counter counter(limits);
  if (!source.column.empty()) {
    auto counted = countColumn(source, limits, counter);
    if (!counted)
      return counted.error();
  } else {
    auto text = readText(source.path, limits);
    if (!text)
      return text.error();
    if (!addAll(counter, *text))
      return tooMany(source.path, limits);
  }
  auto members = counter.mostFrequent(std::max<uint64_t>(source.size, source.special.size()), source.special);
  if (members.size() == source.special.size())
    return bad(source.path, 0, source.special.empty() ? "holds no word" : "leaves no room for a word",
               source.special.empty() ? "" : "give a larger `size`");
  return members;
}

Result<std::vector<std::string>> readCharacters(const std::string &path, const VocabularyLimits &limits) {
  auto text = readText(path, limits);
  if (!text)
    return text.error();
  std::unordered_set<std::string> known;
  int64_t line = 1;
  std::string_view rest = *text;
  bool ascii[128] = {};
  while (!rest.empty()) {
    size_t length = characterLength(rest);
    if (length == 0)
      return bad(path, line, "holds bytes that are no text", "convert the file to UTF-8");
    if (length == 1)
      ascii[size_t(rest[0])] = true;
    else
      known.emplace(rest.substr(0, length));
    line += rest[0] == '\n';
    rest.remove_prefix(length);
  }
  for (int c = 0; c < 128; ++c)
    if (ascii[c])
      known.emplace(1, char(c));
  if (known.empty())
    return bad(path, 0, "is empty");
  std::vector<std::string> members(known.begin(), known.end());
  std::sort(members.begin(), members.end());
  return members;
}

Result<std::vector<std::string>> readLabels(const std::string &path, const VocabularyLimits &limits) {
  auto text = readText(path, limits);
  if (!text)
    return text.error();
  std::vector<std::string> members;
  std::unordered_map<std::string_view, int64_t> lines;
  int64_t line = 0;
  std::string_view rest = *text;
  while (!rest.empty()) {
    size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view label = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++line;
    if (label.ends_with('\r'))
      label.remove_suffix(1);
    if (label.empty())
      continue;
    for (std::string_view left = label; !left.empty(); left.remove_prefix(characterLength(left)))
      if (characterLength(left) == 0 || left[0] == 0)
        return bad(path, line, "holds bytes that are no text", "convert the file to UTF-8");
    auto [first, isNew] = lines.try_emplace(label, line);
    if (!isNew)
      return bad(path, line,
                 "the label `" + std::string(label) + "` stands in line " + std::to_string(first->second) + " already");
    members.emplace_back(label);
    if (members.size() > limits.members)
      return bad(path, line, "has more than " + std::to_string(limits.members) + " labels");
  }
  if (members.empty())
    return bad(path, 0, "holds no label");
  return members;
}

uint64_t hashOf(const std::vector<std::string> &members) {
  uint64_t hash = 0xcbf29ce484222325;
  auto mix = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const std::string &member : members) {
    for (char c : member)
      mix((unsigned char)c);
    mix(0xff); // in no text
  }
  return hash;
}

} // namespace nnc::data
