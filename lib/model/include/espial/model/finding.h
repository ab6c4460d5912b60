// Judgements: signatures that hold or cannot be decided, with their evidence.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

#include <cstdint>
#include <string>
#include <vector>

namespace espial {

enum class Severity : uint8_t { kInfo, kWarning, kError };
enum class Confidence : uint8_t { kLow, kMedium, kHigh };
// The three values of a signature.
enum class Verity : uint8_t { kNotMatched, kInconclusive, kMatched };

std::string_view SeverityName(Severity severity);        // "info", ...
std::string_view ConfidenceName(Confidence confidence);  // "low", ...
std::string_view VerityName(Verity verity);              // "not_matched", ...

// One record or fact that proves something.
struct Evidence {
  SourceId source;
  uint64_t record = 0;  // EventRecordID; 0 when a line is meant
  uint64_t line = 0;    // from 1; 0 when a record is meant
  uint64_t offset = 0;
  Time time;  // quality kNone for facts; as_written is always empty here
  // One line in Espial's words: what it is, decoded values beside raw ones.
  std::string text;
};

struct Finding {
  std::string code;  // "HYB-001"
  std::string name;  // "dc-odj-timeout"
  std::string title;
  Verity result = Verity::kNotMatched;
  Severity severity = Severity::kInfo;
  Confidence confidence = Confidence::kLow;
  std::string stage;  // a step of the flow
  // Times of the first and last piece of evidence; quality kNone without.
  Time first;
  Time last;
  uint64_t count = 0;  // pieces of evidence found, also those not listed
  std::vector<Evidence> evidence;
  // For an inconclusive one: what would decide it, each in one sentence.
  std::vector<std::string> missing;
  // What a reader must know beside the evidence: values that were compared, a
  // bound that was reached, why the confidence is lower than the rule's own.
  // One sentence each.
  std::vector<std::string> notes;
  // Codes among the findings of this case.
  std::vector<std::string> explains;
  std::vector<std::string> explained_by;
  std::string cause;
  std::vector<std::string> remedy;
  std::vector<std::string> links;
};

}  // namespace espial
