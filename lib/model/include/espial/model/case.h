// All that is known of one device: the result of an analysis.
#pragma once

#include <espial/model/artifact.h>
#include <espial/model/clock.h>
#include <espial/model/coverage.h>
#include <espial/model/damage.h>
#include <espial/model/finding.h>
#include <espial/model/flow.h>
#include <espial/model/span.h>
#include <espial/model/timeline.h>

#include <cstdint>
#include <string>
#include <vector>

namespace espial {

// What the bundle says about the device; empty where it is silent.
struct Device {
  std::string name;
  std::string os_build;
  std::string tenant_domain;
  std::string tenant_id;
  std::string profile;  // Autopilot deployment profile
  // Names that other inputs end with and that this device never had: what was
  // handed over together may come from several devices. Sorted.
  std::vector<std::string> other_names;
};

// What judged a case; empty where nothing did, or a folder of rules without a
// manifest.
struct RulePack {
  std::string name;
  std::string version;   // "1.4.0"
  std::string language;  // of titles, causes and remedies: "en"
};

// Owns everything it names. Movable. Once made it is read-only, and any number
// of threads may read it.
struct Case {
  // What the user handed over, as reports name it; sorted.
  std::vector<std::string> inputs;
  Device device;
  std::vector<Artifact> artifacts;  // by provenance; SourceId is the index
  Timeline timeline;
  Clock clock;
  std::vector<Coverage> coverage;  // by channel, then source
  std::vector<Absence> absences;   // by kind, then what
  std::vector<Damage> damage;      // by source, then offset
  std::vector<Span> spans;         // in SpanBefore order
  // Events that two artifacts held alike and that are kept once.
  uint64_t duplicate_events = 0;

  RulePack rules;
  Scenario scenario;
  Flow flow;
  // Matched ones, roots first, then inconclusive ones; see Finding::result.
  std::vector<Finding> findings;
  Verdict verdict;

  [[nodiscard]] const Artifact& artifact(SourceId id) const {
    return artifacts[id.value];
  }
};

// Completes the coverage of a case whose times are settled, and lists what is
// absent.
void CompleteCoverage(Case* the_case);

}  // namespace espial
