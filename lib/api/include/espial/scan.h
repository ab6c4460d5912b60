// Sigma rules over event logs.
//
//   class Client : public espial::ScanClient { ... };
//   espial::Executor executor(2);
//   espial::ScanLogs(rules, executor, &client);
//
// Records are read in place; only those that match are decoded. The order of
// what the client gets does not depend on the number of threads.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>
#include <espial/rules/sigma.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
#include <memory>
#include <string>

namespace espial {

// Where ScanLogs() gets its logs and brings its matches.
class ScanClient {
 public:
  virtual ~ScanClient() = default;
  // The next log; null when there is no more. From the calling thread.
  virtual std::shared_ptr<const Source> NextLog() = 0;
  // Whether matches of this rule are wanted. From any thread, at any time.
  [[nodiscard]] virtual bool Wants(uint32_t rule) const = 0;
  // A match as the client wants to keep it. From any thread, at any time; what
  // is passed is valid during the call.
  [[nodiscard]] virtual std::string Describe(const Source& log,
                                             const Event& event,
                                             uint32_t rule) const = 0;
  // What Describe() made, in the order of logs, records and rules. False stops
  // everything. From the calling thread.
  virtual bool OnMatch(uint32_t rule, std::string match) = 0;
  // Behind all other matches, by time.
  virtual bool OnCorrelation(const rules::CorrelationMatch& match) = 0;
  virtual void OnDamage(const Source& log, const Damage& damage) = 0;
};

struct ScanCounts {
  uint64_t logs = 0;
  uint64_t records = 0;
  // Those that could not be read in place and were decoded whole.
  uint64_t irregular = 0;
  uint64_t matches = 0;
  // Matches that correlations could not take into account; bounded memory.
  uint64_t dropped = 0;
};

// Looks at every record that belongs to the logs, those of unflushed chunks
// included. Takes a few megabytes a thread beside the logs, and at most 128 MB
// a thread of matches, whatever rules and records are made for.
ScanCounts ScanLogs(const rules::SigmaRules& rules, Executor& executor,
                    ScanClient* client);

}  // namespace espial
