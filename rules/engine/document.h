// Rule documents, compiled.
#pragma once

#include <espial/model/finding.h>
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/engine/expr.h"
#include "rules/engine/value.h"

namespace espial::rules {

// One step of a sequence.
struct SequenceStep {
  // The beginning of the user part instead of an operand.
  static constexpr uint32_t kUserStart = UINT32_MAX;

  uint32_t operand = 0;  // a detection of events or a correlation of the unit
  bool absent = false;
  uint32_t runs = 1;              // how often in a row
  std::optional<int64_t> within;  // ticks
};

// A field whose value all events of a chain share.
struct GroupField {
  std::string name;  // as 'group-by' spells it
  // What it is called in the events of an operand, where that differs.
  std::map<uint32_t, std::string> aliases;
};

// Several detections in time.
struct Correlation {
  enum class Type : uint8_t { kSequence, kEventCount };

  std::string name;
  Mark mark;
  Type type = Type::kSequence;
  std::vector<SequenceStep> steps;  // of a sequence; the first is not absent
  std::optional<uint32_t> until;    // of a sequence: an operand
  bool across_boots = false;        // of a sequence
  std::vector<uint32_t> rules;      // of a count: operands
  std::vector<GroupField> group_by;
  std::optional<int64_t> timespan;  // ticks; a count always has one
  uint64_t at_least = 1;            // of a count

  // Whether the moment at which it is complete is one of the logs: a sequence
  // that waits to their end has none.
  [[nodiscard]] bool HasTime() const;
};

// A failure that a later success of the same thing makes void.
struct Cancellation {
  uint32_t failure = 0;  // operands of the unit, with a place in time
  uint32_t success = 0;
  // The fields whose values link the two: of the failure, of the success.
  std::vector<std::pair<std::string, std::string>> same;
};

// The detections, correlations and comparisons of one document. Conditions of
// the document count operands through all: first detections, then
// correlations, then comparisons.
struct Unit {
  std::string file;
  std::string owner;  // code of the signature, name of the flow, or title
  std::vector<Detection> detections;
  std::vector<Correlation> correlations;
  std::vector<NamedValue> values;
  std::vector<ValueComparison> comparisons;
  std::vector<Cancellation> cancellations;
  // Place of detections[0] among all detections of the rule set.
  uint32_t first_detection = 0;

  [[nodiscard]] std::vector<std::string> Names() const;
  [[nodiscard]] const std::string& NameOf(uint32_t operand) const;
  // The correlation that an operand is; null when it is something else.
  [[nodiscard]] const Correlation* CorrelationOf(uint32_t operand) const;
  // Whether an operand occurs at times: events do, facts do not.
  [[nodiscard]] bool HasTime(uint32_t operand) const;
};

// A log, registry or file that a signature cannot do without. Met when any of
// the options is covered.
struct Need {
  enum class Kind : uint8_t { kChannel, kRegistry, kJson };
  struct Option {
    Kind kind = Kind::kChannel;
    std::string name;  // channel or file; empty for the registry
  };
  std::vector<Option> options;
};

struct ConfidenceCase {
  Expr when;  // empty: always
  Confidence is = Confidence::kLow;
};

// The texts of a signature in one language; what is empty is told in English.
struct SignatureText {
  std::string title;
  std::string cause;
  std::vector<std::string> remedy;
};

struct Signature {
  Unit unit;
  std::string title;
  std::string id;
  Mark code_mark;
  std::string code;
  std::string name;
  Severity severity = Severity::kInfo;
  std::vector<ConfidenceCase> confidence;
  // Steps of flows, by preference: its stage is the first one that the flow at
  // hand has.
  std::vector<std::string> stages;
  Mark stage_mark;
  // Scenarios that it is judged in; empty: all. An unknown scenario may be any.
  std::vector<std::string> applies_to;
  Mark applies_to_mark;
  std::vector<Need> needs;
  Expr when;
  Expr unless;   // may be empty
  Expr suspect;  // may be empty: always
  std::vector<std::string> explains;
  Mark explains_mark;
  std::vector<std::string> evidence;
  std::string cause;
  std::vector<std::string> remedy;
  std::vector<std::string> links;
  // Languages beside English, which title, cause and remedy are in: "de",
  // "pt-br".
  std::map<std::string, SignatureText> languages;
  std::vector<SignatureTest> tests;
  std::string text;  // of the document
};

struct ScenarioCase {
  std::string name;
  std::string title;
  Expr when;
  std::vector<ConfidenceCase> confidence;
};

// How the technician part and the user part are told apart. Empty: not.
struct PartRules {
  Expr reseal;
  Expr boot;
  Expr user_marks;
  Expr technician_marks;
  std::optional<int64_t> quiet;  // ticks
};

struct FlowStep {
  std::string id;
  std::string title;
  Expr started;
  Expr passed;
  Expr failed;
  Expr skipped;
  bool expect_skipped = false;
  bool optional = false;
  std::vector<std::string> evidence;
};

struct FlowRules {
  Unit unit;
  std::string title;
  std::string id;
  Mark id_mark;
  std::string name;
  std::vector<ScenarioCase> scenarios;
  std::vector<std::string> applies_to;
  std::optional<PartRules> parts;
  std::string goal;  // may be empty
  std::vector<FlowStep> steps;
};

// The part that a step or stage belongs to by its id.
Part PartOfStage(std::string_view stage);

}  // namespace espial::rules
