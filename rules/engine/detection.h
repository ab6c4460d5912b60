// A detection: a Sigma rule, true or false of one event or fact.
#pragma once

#include <espial/model/event.h>
#include <espial/model/fact.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/expr.h"
#include "rules/engine/fields.h"
#include "rules/engine/pattern.h"

namespace espial::rules {

// What a detection looks at.
enum class Subject : uint8_t { kEvent, kRegistry, kJson, kXml, kOutput };
// What detections can say of `fact`: nothing of kinds that no category names,
// and nothing of what held before it was deleted.
std::optional<Subject> SubjectOf(const Fact& fact);

// Parts of an enrolment; kAll is the whole bundle.
enum class Part : uint8_t { kAll, kTechnician, kUser };

// One comparison of one field (or, for keywords, of all fields).
struct Predicate {
  enum class Test : uint8_t { kMatch, kExists, kKeywords, kFieldRef };

  Test test = Test::kMatch;
  FieldKind field = FieldKind::kNamed;
  std::string name;    // as the rule spells it, without spaces
  bool exists = true;  // of kExists
  bool all = false;    // every value must fit, else one is enough
  bool neq = false;    // the field has a value, and none of its values fits
  std::vector<Pattern> patterns;
  // Where one value of the rule stands for several patterns, of which one is
  // enough: the end of each value's run of patterns. Empty: one each.
  std::vector<uint32_t> runs;
  std::vector<std::string> values;  // the texts of the rule, as written
  std::vector<FieldName> others;    // of kFieldRef
  Anchor anchor = Anchor::kWhole;   // of kFieldRef
  bool cased = false;               // of kFieldRef
};

// All predicates must hold.
struct Group {
  std::vector<Predicate> predicates;
};

// One group must hold.
struct Selection {
  std::string name;
  std::vector<Group> groups;
};

// Whether one of the values of a predicate's run fits, or with `all` one of
// each run. `fits(pattern)` tells whether some occurrence fits a pattern.
template <typename Fits>
bool AnyOrAll(const Predicate& predicate, const Fits& fits) {
  const std::vector<Pattern>& patterns = predicate.patterns;
  if (!predicate.all) {
    return std::any_of(patterns.begin(), patterns.end(), fits);
  }
  if (predicate.runs.empty()) {
    return std::all_of(patterns.begin(), patterns.end(), fits);
  }
  auto begin = patterns.begin();
  for (const uint32_t end : predicate.runs) {
    const auto stop = patterns.begin() + end;
    if (std::none_of(begin, stop, fits)) return false;
    begin = stop;
  }
  return true;
}

// Whether one comparison holds of an event.
bool PredicateHolds(const Predicate& predicate, const Event& event);

// How a field of kFieldRef compares with another: as text, and whole numbers
// by value.
bool RefersTo(const Predicate& predicate, const Value& value,
              const Value& other);

// What an event or fact must be for a detection to be worth testing. A part
// that is empty does not limit. All text is case folded; sorted.
struct Routes {
  std::optional<std::vector<std::string>> channels;
  std::optional<std::vector<std::string>> providers;
  std::optional<std::vector<uint64_t>> ids;
  std::optional<std::vector<std::string>> names;  // Fact::name
};

// Const use from any number of threads.
struct Detection {
  std::string name;
  Mark mark;
  Subject subject = Subject::kEvent;
  Part part = Part::kAll;
  // Channels that logsource.service stands for; empty without one.
  std::vector<std::string> service_channels;
  std::vector<Selection> selections;
  Expr condition;  // over selections
  Routes routes;

  // The plain evaluator: no routing, every predicate on demand.
  [[nodiscard]] bool Matches(const Event& event) const;
  [[nodiscard]] bool Matches(const Fact& fact) const;
};

// The routes that the selections and the condition imply.
Routes ComputeRoutes(const Detection& detection);

// The routes that one group implies by itself.
Routes GroupRoutes(const Group& group);

// Whether an event is evidence at all: residue and recovered ones are not.
inline bool IsEvidence(const Event& event) {
  return event.state == RecordState::kActive ||
         event.state == RecordState::kLive;
}

// "HKLM\..." and "HKEY_LOCAL_MACHINE\..." (and the other roots) in one
// spelling, the long one; everything else as is.
std::string NormaliseKey(std::string_view key);

// The last part of a path: what a File of json_state may name as well.
std::string_view FileNameOf(std::string_view key);

}  // namespace espial::rules
