// From the log sources of SigmaHQ's tools (tests/thor.yml of its repository) to
// Espial's: the form of catalog/logsources.yml.
#pragma once

#include <espial/rules/ruleset.h>

#include <string>
#include <vector>

namespace espial::rules {

struct ConvertedLogSources {
  std::string yaml;  // empty when nothing could be converted
  size_t services = 0;
  size_t categories = 0;
  // What could not be converted: E0xx for what is no such file, L101 for an
  // entry that is left out because it is not about event logs of Windows, L102
  // for one that is left out because it says something that Espial cannot.
  std::vector<Diagnostic> left_out;
};

ConvertedLogSources ConvertLogSources(const RuleFile& thor);

}  // namespace espial::rules
