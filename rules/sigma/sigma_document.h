// Sigma documents, compiled.
#pragma once

#include <espial/rules/sigma.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/engine/log_sources.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// A detection for logs in which fields have certain names.
struct Variant {
  Detection detection;
  const FieldMappings* fields = nullptr;  // belongs to the LogSources
};

// What a rule's logsource names, as text; for filters and messages.
struct LogSourceName {
  std::string product;
  std::string category;
  std::string service;

  [[nodiscard]] std::string ToString() const;
};

struct CorrelationRule {
  enum class Type : uint8_t {
    kEventCount,
    kValueCount,
    kTemporal,
    kTemporalOrdered,
    kValueSum,
    kValueAvg,
    kValuePercentile,
  };
  enum class Op : uint8_t { kGt, kGte, kLt, kLte, kEq, kNeq };

  Type type = Type::kEventCount;
  std::vector<std::pair<std::string, Mark>> names;  // as written
  std::vector<uint32_t> rules;                      // places in the rule set
  std::vector<std::string> group_by;
  int64_t timespan = 0;                                // ticks
  std::vector<std::pair<Op, long double>> conditions;  // all must hold
  std::vector<std::string> fields;                     // of the values
  double percentile = 0;
  // Alias, then rule as written, then field.
  std::map<std::string, std::map<std::string, std::string>> aliases;
  bool generate = false;
};

// One document of a file.
struct SigmaDocument {
  SigmaRule info;
  LogSourceName log_source;
  std::vector<Variant> variants;               // of a rule
  std::optional<CorrelationRule> correlation;  // of a correlation
  bool elsewhere = false;  // about something else than event logs
};

// A filter waits for the rules that it names.
struct SigmaFilter {
  std::string file;
  Mark mark;
  LogSourceName log_source;
  bool any = false;  // all rules of its log source
  std::vector<std::pair<std::string, Mark>> rules;
  YamlNode filter;
};

}  // namespace espial::rules
