// Vocabularies: the members of a dim, read from a file.
#pragma once
#include "data/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace nnc::data {

struct VocabularyLimits {
  uint64_t file = uint64_t(1) << 30;
  uint64_t members = 4'000'000;
  uint64_t bytes = uint64_t(64) << 20; ///< of all members together
};

struct WordsSource {
  std::string path;
  std::string column; ///< of a table; "": the file is plain text
  char separator = ',';
  uint64_t size = 0; ///< at most so many members, the special ones among them
  std::vector<std::string> special;
};

/// The special members, then the most frequent words; words that are equally frequent in the order of their bytes.
Result<std::vector<std::string>> readWords(const WordsSource &source, const VocabularyLimits &limits = {});

/// All characters of a text in the order of their codes.
Result<std::vector<std::string>> readCharacters(const std::string &path, const VocabularyLimits &limits = {});

/// One label a line, in the order of the file; empty lines are skipped.
Result<std::vector<std::string>> readLabels(const std::string &path, const VocabularyLimits &limits = {});

/// 64 bits that tell one list of members from another.
uint64_t hashOf(const std::vector<std::string> &members);

} // namespace nnc::data
