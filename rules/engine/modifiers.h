// The modifiers behind the name of a field: "contains|all", "re|i", ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/pattern.h"
#include "rules/engine/value_test.h"

namespace espial::rules {

// What turns a text of the rule into others, in the order of the rule.
enum class Transform : uint8_t {
  kExpand,
  kWindash,
  kUtf16Le,
  kUtf16Be,
  kUtf16,
  kBase64,
  kBase64Offset,
};

struct Modifiers {
  // What is done with the value; all but kText exclude each other.
  enum class Test : uint8_t {
    kText,
    kRegex,
    kExists,
    kNetwork,
    kCompare,
    kFieldRef
  };
  Test test = Test::kText;
  Anchor anchor = Anchor::kWhole;
  bool anchored = false;
  bool all = false;
  bool cased = false;
  bool neq = false;
  std::string regex_flags;
  Comparison comparison;
  bool compares = false;  // lt, lte, gt or gte is there
  std::vector<Transform> transforms;

  // Whether the value is bytes of another encoding, which has no wildcards.
  [[nodiscard]] bool encodes() const;
};

// Reads the modifiers of `key` from its first '|' on; `mark` is where the key
// stands. Nothing when one is unknown, or when they do not go together.
std::optional<Modifiers> ReadModifiers(std::string_view key, Mark mark,
                                       const Reporter& reporter);

}  // namespace espial::rules
