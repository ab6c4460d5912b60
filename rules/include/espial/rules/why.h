// Why a signature holds of a case, does not hold, or cannot be decided.
//
//   ESPIAL_TRY_ASSIGN(const Why why, rules.Why(the_case, "HYB-001"));
//   for (const WhyNode& node : why.tree.children) ...
#pragma once

#include <espial/model/finding.h>

#include <cstdint>
#include <string>
#include <vector>

namespace espial::rules {

enum class Truth : uint8_t { kFalse, kUnknown, kTrue };
std::string_view TruthName(Truth truth);  // "false", "unknown", "true"

// Where a detection looked, or what a need asks for.
struct WhyLog {
  std::string name;      // channel, registry key, file or report
  bool covered = false;  // absence is proven there
  std::string why_not;   // a sentence, where it is not
  // Events: records of the log that count as evidence, and those of them that
  // have one of the detection's ids (all of them, where it names none). Facts:
  // those below that key or of that file.
  uint64_t records = 0;
  uint64_t of_ids = 0;
  std::vector<uint32_t> ids;
  Time first;  // of those records; quality kNone without
};

// One part of a signature's condition, and its value.
//
// The value of a node follows from its children's, by kind: kAnd is the least
// of them and kOr the greatest (false < unknown < true; kAnd of none is true),
// kNot swaps true and false. kSettle has three children: a condition, whether
// the stage is still open, and the suspicion; it has the value of the first,
// but false where that is unknown and one of the others is not true. All other
// kinds are leaves by value; what stands below them explains them.
struct WhyNode {
  enum class Kind : uint8_t {
    kAnd,
    kOr,
    kNot,
    kSettle,
    kAppliesTo,  // true unless the scenario is known to be another
    kStage,      // false where the flow went past the stage, or ended before
    kNeed,       // true where met, else unknown
    kDetection,
    kCorrelation,  // its steps stand below it
    kComparison,   // of values; what they are read from stands below it
    kStep,         // a step of a sequence, a rule of a count, what a value is
                   // read from, or a success that makes its parent void
  };

  Kind kind = Kind::kAnd;
  Truth value = Truth::kTrue;
  // "when", "unless", "wait_over", "step 2, absent: domain_reached", ...
  std::string label;
  // What it says: a condition, a list of scenarios, ...; may be empty.
  std::string text;
  // Of a true detection or correlation: the same words as a finding's.
  std::vector<Evidence> evidence;
  uint64_t count = 0;  // pieces of evidence, also those not listed
  std::vector<WhyLog> looked_at;
  // Why it is unknown; each a sentence.
  std::vector<std::string> missing;
  std::vector<WhyNode> children;
};

std::string_view WhyKindName(WhyNode::Kind kind);  // "and", "detection", ...

// Another signature that names this one as its symptom, or is named by it.
struct WhyLink {
  std::string code;
  std::string title;
  Verity result = Verity::kNotMatched;
  bool holds = false;  // it explains (or is explained) in this case
  std::string reason;  // a sentence
};

struct Why {
  std::string code;
  std::string title;
  Verity result = Verity::kNotMatched;
  // One sentence: how the result came about.
  std::string sentence;
  std::string scenario;  // of the case
  std::string stage;     // of the signature, in this flow
  // Its value says the result: true is matched.
  WhyNode tree;
  // As in the finding: what would decide an inconclusive one.
  std::vector<std::string> missing;
  std::vector<WhyLink> explained_by;
  std::vector<WhyLink> explains;
};

}  // namespace espial::rules
