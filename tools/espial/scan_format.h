// Matches of Sigma rules as text.
#pragma once

#include <espial/core/source.h>
#include <espial/model/event.h>
#include <espial/rules/sigma.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::cli {

enum class ScanFormat : uint8_t { kText, kJsonl, kSarif, kCsv };

// What stands in front of all matches and behind them.
std::string ScanHeader(ScanFormat format, const rules::SigmaRules& rules);
std::string ScanFooter(ScanFormat format);

// One match, line feed included. SARIF: a result without the comma between.
std::string FormatMatch(ScanFormat format, const rules::SigmaRules& rules,
                        uint32_t rule, const Source& log, const Event& event);
std::string FormatCorrelation(ScanFormat format, const rules::SigmaRules& rules,
                              const rules::CorrelationMatch& match);

}  // namespace espial::cli
