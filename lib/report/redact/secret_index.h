// Secrets that were learned by name, found again anywhere in any text.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/report/redact/classes.h"
#include "lib/report/redact/pseudonyms.h"

namespace espial::report {

class SecretIndex {
 public:
  explicit SecretIndex(const Pseudonyms& pseudonyms)
      : pseudonyms_(pseudonyms) {}

  // Takes a value that something said to be secret. Splits DOMAIN\user, UPNs
  // and host names; leaves well-known words and too short ones alone.
  void Learn(SecretClass secret, std::string_view value);

  // One found secret. `text` is what takes its place.
  struct Match {
    size_t size = 0;  // 0: nothing begins here
    std::string_view text;
    // Within data of an encoding: the whole of it is to be replaced.
    bool encoded = false;
  };
  // The longest that begins at `at`.
  [[nodiscard]] Match At(std::string_view text, size_t at) const;

  [[nodiscard]] size_t size() const { return learned_.size(); }

 private:
  // One spelling of a secret.
  struct Spelling {
    std::string text;
    std::string_view replacement;
    // Only between characters that belong to no word.
    bool bounded = false;
    bool exact_case = false;
    bool encoded = false;
  };

  void LearnUser(std::string_view value);
  void LearnMail(std::string_view local, std::string_view domain);
  void LearnHost(std::string_view value);
  void LearnDomain(std::string_view value);
  void LearnList(std::string_view value);
  void LearnId(std::string_view value);
  // Adds all spellings of `text`.
  void Add(SecretClass secret, std::string_view text, std::string replacement);
  void AddSpelling(Spelling spelling);
  void AddEncoded(std::string_view text, std::string_view replacement);

  const Pseudonyms& pseudonyms_;
  std::unordered_set<std::string> learned_;
  std::vector<std::unique_ptr<const std::string>> replacements_;
  // Spellings of one beginning by length, longest first, then by folded text:
  // any number of them costs one look a length.
  using Bucket =
      std::map<size_t, std::unordered_map<std::string, std::vector<Spelling>>,
               std::greater<>>;
  static bool Fits(const Spelling& spelling, std::string_view text, size_t at);
  static const Spelling* FindIn(const Bucket& bucket, std::string_view text,
                                size_t at);

  // By the hash of their first four characters; the shortest by three.
  std::unordered_map<uint32_t, Bucket> by_start_;
  std::unordered_map<uint32_t, Bucket> by_short_start_;
  std::bitset<size_t{1} << 20U> starts_;
  std::bitset<size_t{1} << 16U> short_starts_;
};

}  // namespace espial::report
