// Turns a finding into a test: the smallest scenario that still gives it,
// without anybody's names and dates.
//
//   Redactor redactor(key);
//   redactor.Learn(the_case);
//   const auto captured = Capture(the_case, redactor, rules, catalog,
//                                 {.code = "HYB-001", .name = "my-case"});
//   ... write captured->text to my-case.yml ...
#pragma once

#include <espial/core/result.h>
#include <espial/model/case.h>
#include <espial/report/redact.h>
#include <espial/rules/ruleset.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tools/forge/event_catalog.h"

namespace espial::capture {

// The most scenarios that are judged on the way, unless told otherwise.
inline constexpr size_t kJudgements = 1000;

struct Request {
  std::string code;
  std::string name;  // of the scenario, and so of its file
  size_t judgements = kJudgements;
};

// What was there, and how much of it.
struct Amount {
  size_t events = 0;  // and lines of logs
  size_t facts = 0;   // values of the registry and of JSON files
  size_t logs = 0;    // event logs, empty ones too
};

struct Captured {
  std::string text;  // the file <name>.yml
  Amount before;
  Amount after;
  size_t judged = 0;  // scenarios
  // Without any one of its parts it would not give the finding.
  bool minimal = false;
  Confidence confidence = Confidence::kLow;  // of the finding in the bundle
  Confidence captured_confidence = Confidence::kLow;
  // What a reader must know besides; a sentence each.
  std::vector<std::string> notes;
};

// `the_case` was judged with `rules` and is not redacted; `redactor` has
// learned it. The scenario expects CODE to be matched, and it is: the text was
// read, forged and judged, and the finding stands at the stage that it has in
// the bundle. Otherwise an error says what is in the way: the finding is not
// matched (kNotFound), the forge has no words for what proves it
// (kUnsupported), or redaction changes a value that the rule compares
// (kBadValue). Writes into the folder for temporary files.
Result<Captured> Capture(const Case& the_case, const report::Redactor& redactor,
                         const rules::RuleSet& rules,
                         const forge::EventCatalog& catalog,
                         const Request& request);

}  // namespace espial::capture
