// A comparison with a long list of values, of which one is enough: in one pass.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/sigma/literal_index.h"
#include "rules/sigma/record_values.h"

namespace espial::rules {

// Whether one value of the rule fits one of the record's. REQUIRES: the pattern
// is not null.
inline bool FitsPattern(const Pattern& pattern, const TextValue& value) {
  if (value.value.is_null()) return false;
  if (pattern.needs_value()) return pattern.Matches(value.value);
  if (value.value.is_number() && pattern.MatchesNumber(value.value.number)) {
    return true;
  }
  return pattern.MatchesText(value.text, value.folded);
}

// Immutable; any number of threads.
class TestList {
 public:
  // Lists of fewer are faster one by one.
  static constexpr size_t kLeast = 8;

  // The predicate must outlive the list.
  explicit TestList(const Predicate& predicate) {
    std::vector<Literal> literals;
    for (const Pattern& pattern : predicate.patterns) {
      if (const auto part = pattern.part()) {
        literals.push_back({part->text, part->at_start, part->at_end});
      } else {
        others_.push_back(&pattern);
      }
    }
    if (!literals.empty()) {
      literals_ = std::make_unique<const LiteralIndex>(literals);
    }
  }

  // `any_value(f)` calls f(value) for each value until it returns true.
  template <typename AnyValue>
  [[nodiscard]] bool Fits(const AnyValue& any_value) const {
    return any_value([&](const TextValue& value) {
      if (value.value.is_null()) return false;
      bool found = false;
      if (literals_) {
        literals_->Scan(value.folded, [&](uint32_t) { found = true; });
      }
      return found || std::any_of(others_.begin(), others_.end(),
                                  [&](const Pattern* pattern) {
                                    return FitsPattern(*pattern, value);
                                  });
    });
  }

 private:
  std::unique_ptr<const LiteralIndex> literals_;
  std::vector<const Pattern*> others_;
};

}  // namespace espial::rules
