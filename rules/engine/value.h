// Named values of a document, and comparisons of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/engine/diagnostics.h"
#include "rules/engine/quantity.h"

namespace espial::rules {

// An instant that a gap begins or ends with.
struct Instant {
  enum class Kind : uint8_t {
    kTechnicianStart,  // the first mark of the technician part
    kTechnicianEnd,    // the last instant of it: the reseal
    kUserStart,
    kCaptured,  // when the bundle was taken
    kValue,     // a value of the unit `time`
  };
  Kind kind = Kind::kValue;
  uint32_t value = 0;  // of kValue: its place in the unit
};

// A value with a name: read from an event or fact, or derived.
struct NamedValue {
  enum class Source : uint8_t {
    kField,     // a field of events, or the Data of facts
    kCount,     // how many matches an operand has
    kFirst,     // time of the first match
    kLast,      // time of the last match
    kDuration,  // of a step of the flow
    kGap,       // between two instants
  };
  // Which of several values counts.
  enum class Take : uint8_t { kDefault, kFirst, kLast, kLeast, kMost };

  std::string name;
  Mark mark;
  Source source = Source::kField;
  uint32_t operand = 0;  // of kField, kCount, kFirst, kLast
  std::string field;     // of kField; empty: the Data of facts
  Measure measure = Measure::kCount;
  Take take = Take::kDefault;
  std::string step;  // of kDuration
  Mark step_mark;
  Instant from;  // of kGap
  Instant to;

  // What is measured by Espial itself has no unit that could be mistaken.
  [[nodiscard]] bool derived() const { return source != Source::kField; }
};

// A value against another, or against a literal.
struct ValueComparison {
  enum class Op : uint8_t { kLt, kLte, kGt, kGte, kEq, kNeq };

  std::string name;
  Mark mark;
  Op op = Op::kEq;
  uint32_t left = 0;              // values of the unit
  std::optional<uint32_t> right;  // nothing: `literal`
  Quantity literal;
  std::string literal_text;  // as written
  // The unit that both sides are shown in.
  Measure shown = Measure::kCount;
};

}  // namespace espial::rules
