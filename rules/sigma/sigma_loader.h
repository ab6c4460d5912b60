// From the text of one file to its Sigma documents.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/placeholders.h"
#include "rules/sigma/sigma_document.h"

namespace espial::rules {

struct SigmaContext {
  const LogSources& log_sources;
  const Placeholders& placeholders;
};

struct SigmaFile {
  std::vector<SigmaDocument> documents;
  std::vector<SigmaFilter> filters;
  Diagnostics errors;
  Diagnostics warnings;
};

// Documents that are refused are in `errors` and nowhere else.
SigmaFile LoadSigmaFile(const RuleFile& file, const SigmaContext& context);

// Reads the map under `correlation`.
std::optional<CorrelationRule> LoadCorrelationRule(const YamlNode& node,
                                                   const Reporter& reporter);

// What the filter adds to a rule whose fields have these names (null: their
// own): its values, as SelectionBudget counts them, and fields. Nothing, and
// diagnostics, when it does not compile.
std::optional<size_t> ValuesOfFilter(const SigmaFilter& filter,
                                     const FieldMappings* fields,
                                     const SigmaContext& context,
                                     const Reporter& reporter);

// Adds the filter to the variants of a rule: its condition must hold as well.
// False, and diagnostics, when it does not compile.
bool ApplyFilter(const SigmaFilter& filter, const SigmaContext& context,
                 const Reporter& reporter, SigmaDocument* rule);

}  // namespace espial::rules
