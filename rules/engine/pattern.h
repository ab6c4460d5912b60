// One value of a Sigma rule, compiled: what a field is compared with.
#pragma once

#include <espial/model/value.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/regex.h"
#include "rules/engine/value_test.h"

namespace espial::rules {

// Where the text of a pattern may stand in a value.
enum class Anchor : uint8_t { kWhole, kContains, kStarts, kEnds };

// The number that a text stands for, so that every spelling of a 32-bit code
// gives the same one: hexadecimal, unsigned, and negative decimal (which may
// have been extended to 64 bits). Nothing when it is no number.
std::optional<uint64_t> CanonicalNumber(std::string_view text);
uint64_t CanonicalNumber(uint64_t number);

struct PackAccess;

// A compiled value. Const use from any number of threads.
class Pattern {
 public:
  // Sigma text: '*' any run, '?' one character, '\' escapes '*', '?' and '\'
  // and is itself before anything else. Case is folded unless `cased`. Whole
  // text that is a number also fits by value.
  static Pattern Text(std::string_view sigma, Anchor anchor, bool cased);
  // A regular expression.
  static Pattern Expression(std::shared_ptr<const Regex> regex);
  // `text` as it is, without wildcards.
  static Pattern Literal(std::string_view text, Anchor anchor, bool cased);
  // An order of numbers, or a part of a time.
  static Pattern Compare(const Comparison& comparison);
  // An address within a network.
  static Pattern Network(const IpNetwork& network);
  // Fits no value at all: absent or null.
  static Pattern Null();

  [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }
  [[nodiscard]] bool Matches(const Value& value) const;
  [[nodiscard]] bool MatchesText(std::string_view text) const;
  // The same where both the text and its folded form are at hand already.
  // REQUIRES: !needs_value().
  [[nodiscard]] bool MatchesText(std::string_view text,
                                 std::string_view folded) const;
  // Whether the text of a value is not all that the pattern looks at.
  [[nodiscard]] bool needs_value() const { return kind_ == Kind::kCompare; }
  // By value; false for patterns that are no number.
  [[nodiscard]] bool MatchesNumber(uint64_t number) const;

  // The text that a value must be, case folded, when the pattern is a whole
  // text without wildcards; for routing.
  [[nodiscard]] std::optional<std::string_view> exact() const;
  [[nodiscard]] std::optional<uint64_t> number() const { return number_; }
  // Null for patterns that are none.
  [[nodiscard]] const Regex* regex() const { return regex_.get(); }
  // Texts, case folded, one of which stands in every value that fits; empty
  // when none are known. Numbers that fit by value alone need not hold them.
  [[nodiscard]] std::vector<std::string> Needles() const;
  // A text that stands in the folded value, at its start or end, of all values
  // that fit and of no others; for patterns that say nothing else.
  struct Part {
    std::string_view text;  // not empty
    bool at_start = false;
    bool at_end = false;
  };
  [[nodiscard]] std::optional<Part> part() const;
  // Whether what Needles() gives stands at the start, and at the end, of every
  // value that fits.
  [[nodiscard]] std::pair<bool, bool> NeedleAnchors() const;
  // About how long it takes to tell whether a value fits.
  [[nodiscard]] uint32_t cost() const;
  // Whether two patterns fit the same values.
  friend bool operator==(const Pattern& a, const Pattern& b);
  [[nodiscard]] size_t Hash() const;

  // Case-folded literal text before the first wildcard of a whole pattern.
  [[nodiscard]] std::string LiteralPrefix() const;

 private:
  // Writes patterns to packs and reads them: rules/sigma/pack_visit.h.
  friend struct PackAccess;
  enum class Kind : uint8_t {
    kNull,
    kAny,
    kEquals,
    kStarts,
    kEnds,
    kContains,
    kGlob,
    kRegex,
    kCompare,
    kNetwork,
  };
  // A run without '*'; '?' are listed by offset.
  struct Piece {
    std::string text;
    std::vector<bool> any;  // per byte of text: a '?' stands here; else empty

    friend bool operator==(const Piece&, const Piece&) = default;
  };

  static bool PieceFits(const Piece& piece, std::string_view text,
                        size_t* used);
  static std::string LongestRun(const std::vector<Piece>& pieces);
  static Pattern Simple(std::string text, bool open_start, bool open_end,
                        bool cased);
  [[nodiscard]] bool MatchesGlobText(std::string_view text) const;

  Kind kind_ = Kind::kNull;
  bool cased_ = false;
  // The literal of the simple kinds; of kGlob a text that every value holds.
  std::string text_;
  std::vector<Piece> pieces_;  // of kGlob
  bool open_start_ = false;    // kGlob begins with '*'
  bool open_end_ = false;      // kGlob ends with '*'
  std::optional<uint64_t> number_;
  std::shared_ptr<const Regex> regex_;
  std::shared_ptr<const Comparison> comparison_;
  std::shared_ptr<const IpNetwork> network_;
};

}  // namespace espial::rules
