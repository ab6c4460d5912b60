// A set of Sigma rules as it is kept.
#pragma once

#include <espial/rules/sigma.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "rules/engine/log_sources.h"
#include "rules/engine/placeholders.h"
#include "rules/sigma/route.h"
#include "rules/sigma/rule_table.h"
#include "rules/sigma/sigma_document.h"

namespace espial::rules {

class SigmaRules::Impl {
 public:
  LogSources log_sources;
  Placeholders placeholders;
  // Numbers the rules that are loaded and makes what a matcher needs.
  void Finish();

  std::deque<FieldMappings> mappings;    // of a pack's rules
  std::vector<SigmaDocument> documents;  // by number of the rule
  std::vector<SigmaRule> infos;          // the same
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;
  std::vector<SigmaOtherSource> other_sources;
  RuleTable table;
  std::unique_ptr<const RouteMap> routes;  // over `table`
};

}  // namespace espial::rules
