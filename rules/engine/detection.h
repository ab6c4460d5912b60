// A detection: a Sigma rule, true or false of one event or fact.
#pragma once

#include <espial/model/event.h>
#include <espial/model/fact.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/expr.h"
#include "rules/engine/pattern.h"

namespace espial::rules {

// What a detection looks at.
enum class Subject : uint8_t { kEvent, kRegistry, kJson, kXml, kOutput };
// What detections can say of `fact`: nothing of kinds that no category names,
// and nothing of what held before it was deleted.
std::optional<Subject> SubjectOf(const Fact& fact);

// Parts of an enrolment; kAll is the whole bundle.
enum class Part : uint8_t { kAll, kTechnician, kUser };

enum class FieldKind : uint8_t {
  kNamed,  // a field of the event, by name
  kChannel,
  kProvider,
  kEventId,
  kLevel,
  kVersion,
  kOpcode,
  kTask,
  kKeywords,
  kComputer,
  kUserId,
  kMessage,
  kKey,   // facts: registry key, or the file of JSON
  kName,  // facts: value name, or the path in JSON
  kType,
  kData,
};

// One comparison of one field (or, for keywords, of all fields).
struct Predicate {
  enum class Test : uint8_t { kMatch, kExists, kKeywords };

  Test test = Test::kMatch;
  FieldKind field = FieldKind::kNamed;
  std::string name;    // as the rule spells it
  bool exists = true;  // of kExists
  bool all = false;    // every pattern must fit, else one is enough
  std::vector<Pattern> patterns;
  std::vector<std::string> values;  // the texts of the patterns, as written
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
