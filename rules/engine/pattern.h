// One value of a Sigma rule, compiled: what a field is compared with.
#pragma once

#include <espial/model/value.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/regex.h"

namespace espial::rules {

// Where the text of a pattern may stand in a value.
enum class Anchor : uint8_t { kWhole, kContains, kStarts, kEnds };

// The number that a text stands for, so that every spelling of a 32-bit code
// gives the same one: hexadecimal, unsigned, and negative decimal (which may
// have been extended to 64 bits). Nothing when it is no number.
std::optional<uint64_t> CanonicalNumber(std::string_view text);
uint64_t CanonicalNumber(uint64_t number);

// A compiled value. Const use from any number of threads.
class Pattern {
 public:
  // Sigma text: '*' any run, '?' one character, '\' escapes '*', '?' and '\'
  // and is itself before anything else. Case is folded unless `cased`. Whole
  // text that is a number also fits by value.
  static Pattern Text(std::string_view sigma, Anchor anchor, bool cased);
  // A regular expression.
  static Pattern Expression(std::shared_ptr<const Regex> regex);
  // Fits no value at all: absent or null.
  static Pattern Null();

  [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }
  [[nodiscard]] bool Matches(const Value& value) const;
  [[nodiscard]] bool MatchesText(std::string_view text) const;
  // By value; false for patterns that are no number.
  [[nodiscard]] bool MatchesNumber(uint64_t number) const;

  // The text that a value must be, case folded, when the pattern is a whole
  // text without wildcards; for routing.
  [[nodiscard]] std::optional<std::string_view> exact() const;
  [[nodiscard]] std::optional<uint64_t> number() const { return number_; }
  // Case-folded literal text before the first wildcard of a whole pattern.
  [[nodiscard]] std::string LiteralPrefix() const;

 private:
  enum class Kind : uint8_t {
    kNull,
    kAny,
    kEquals,
    kStarts,
    kEnds,
    kContains,
    kGlob,
    kRegex,
  };
  // A run without '*'; '?' are listed by offset.
  struct Piece {
    std::string text;
    std::vector<bool> any;  // per byte of text: a '?' stands here; else empty
  };

  static bool PieceFits(const Piece& piece, std::string_view text,
                        size_t* used);
  [[nodiscard]] bool MatchesGlobText(std::string_view text) const;

  Kind kind_ = Kind::kNull;
  bool cased_ = false;
  std::string text_;           // the literal of the simple kinds
  std::vector<Piece> pieces_;  // of kGlob
  bool open_start_ = false;    // kGlob begins with '*'
  bool open_end_ = false;      // kGlob ends with '*'
  std::optional<uint64_t> number_;
  std::shared_ptr<const Regex> regex_;
};

}  // namespace espial::rules
