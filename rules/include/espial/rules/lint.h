// What is wrong, or most likely not meant, in rule files.
//
//   for (const LintFinding& one : Lint(files)) {
//     ... one.where.ToString() ...
//   }
//
// Stable codes, beside the E0xx and W0xx of loading:
//   L001 no event of the catalogue comes from that provider or log
//   L002 the provider or log has no event of that id
//   L003 the event has no field of that name
//   L004 an id in a log of many providers, without a provider
//   L005 a regular expression without any literal: tried on every value
//   L006 a keyword with a wildcard in front, or of less than three letters
//   L007 a selection that its condition does not use
//   L008 a condition that is always true, or never
//   L009 a detection or correlation that nothing uses
//   L010 code or id of a signature that Espial carries, for another one
//   L011 a signature without a remedy
//   L012 a signature without a test of each result
//   L013 a signature that explains an unknown code
//   L014 a need of a log that the catalogue does not know
#pragma once

#include <espial/rules/ruleset.h>

#include <span>
#include <string_view>
#include <vector>

namespace espial::rules {

struct LintFinding {
  Diagnostic where;
  bool error = false;  // else a warning
};

// The codes L001... and one line on each, in order.
struct LintRule {
  std::string_view code;
  bool error;
  std::string_view title;
};
std::span<const LintRule> LintRules();

// Checks signatures, flows and Sigma rules, whatever of them `files` holds.
// Files of a catalogue among them take the place of the built-in ones. What
// does not load is a finding as well (and hides what only a whole pack can
// show: L001 to L004). Sorted by file and place.
std::vector<LintFinding> Lint(std::span<const RuleFile> files);

}  // namespace espial::rules
