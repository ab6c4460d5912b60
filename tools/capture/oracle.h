// Says whether a scenario gives a finding.
#pragma once

#include <espial/core/result.h>
#include <espial/model/case.h>
#include <espial/rules/ruleset.h>

#include <cstddef>
#include <string>

#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"

namespace espial::capture {

// Forges scenarios, reads the bundles with the parsers of Espial, and asks for
// one signature. The rules and the catalogue must outlive it.
class Oracle {
 public:
  Oracle(const rules::RuleSet& rules, const forge::EventCatalog& catalog,
         std::string code, std::string stage)
      : rules_(rules),
        catalog_(catalog),
        code_(std::move(code)),
        stage_(std::move(stage)) {}

  // The bundle of a scenario, read and not judged.
  [[nodiscard]] Result<Case> Read(forge::Scenario scenario) const;
  // What the bundle of the scenario says of the signature.
  [[nodiscard]] Result<rules::Why> Ask(forge::Scenario scenario) const;
  // Whether it is matched at that stage; false also for what the forge
  // refuses.
  [[nodiscard]] bool Holds(forge::Scenario scenario) const;

 private:
  const rules::RuleSet& rules_;
  const forge::EventCatalog& catalog_;
  std::string code_;
  std::string stage_;
};

}  // namespace espial::capture
