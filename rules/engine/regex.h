// Regular expressions: RE2 behind a small door.
#pragma once

#include <espial/core/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// A compiled expression; const use from any number of threads. Matching is
// linear in the text.
class Regex {
 public:
  // No program takes more; neither do the states that are kept while matching.
  static constexpr size_t kMaxBytes = size_t{1} << 20U;

  // `flags` are those of RE2, any of "ims". The error's detail says what RE2
  // does not accept; kLimitExceeded where the program is too large.
  static Result<Regex> Compile(std::string_view pattern,
                               std::string_view flags = {});

  // One that Compile() took before, in this build or another: it is compiled
  // when it is first looked for. `pattern` and `needles` are what text() and
  // Needles() were. Nothing matches it when it does not compile; see broken().
  static Regex Restore(std::string pattern, std::vector<std::string> needles);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // Whether the expression occurs anywhere in `text`.
  [[nodiscard]] bool Matches(std::string_view text) const;
  // The same, faster where the folded text is at hand.
  [[nodiscard]] bool Matches(std::string_view text,
                             std::string_view folded) const;
  // Texts, case folded, one of which stands in every text that matches; empty
  // when none are known. Case folding is that of RE2, which knows two more
  // letters than Fold(): U+017F is an 's', U+212A a 'k'.
  [[nodiscard]] const std::vector<std::string>& Needles() const;
  // What its program takes in memory, about; of one that was restored 0.
  [[nodiscard]] size_t bytes() const;
  // Whether it was looked for and did not compile.
  [[nodiscard]] bool broken() const;
  // The expression with its flags.
  [[nodiscard]] std::string_view text() const;

  friend bool operator==(const Regex& a, const Regex& b) {
    return a.text() == b.text();
  }

 private:
  class Impl;
  explicit Regex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace espial::rules
