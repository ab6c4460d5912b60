#include "lib/api/device.h"

#include <espial/core/text.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace espial {
namespace {

void TakeFact(const Fact& fact, Device* device) {
  if (fact.data.empty()) return;
  if (fact.recovered) return;
  const auto take = [&](std::string_view name, std::string* into) {
    if (EqualsFold(fact.name, name)) *into = fact.data;
  };
  if (fact.kind == FactKind::kRegistry) {
    if (EndsWithFold(fact.key, "\\Provisioning\\Diagnostics\\Autopilot")) {
      take("CloudAssignedTenantDomain", &device->tenant_domain);
      take("CloudAssignedTenantId", &device->tenant_id);
      take("DeploymentProfileName", &device->profile);
    } else if (EndsWithFold(fact.key, "\\Windows NT\\CurrentVersion")) {
      take("CurrentBuild", &device->os_build);
    }
  } else if (fact.kind == FactKind::kJson &&
             EqualsFold(fact.key, "AutopilotDDSZTDFile.json")) {
    take("CloudAssignedTenantDomain", &device->tenant_domain);
    take("CloudAssignedTenantId", &device->tenant_id);
    take("DeploymentProfileName", &device->profile);
  }
}

bool BelongsToLog(const Event& event) {
  return event.state != RecordState::kResidue &&
         event.state != RecordState::kRecovered;
}

// The names of computers in what stands below one input.
struct InputNames {
  std::string_view last;
  std::set<std::string> all;  // folded
};

// Whether the source of that provenance is the input of that name or within.
bool StandsBelow(std::string_view provenance, std::string_view input) {
  if (!provenance.starts_with(input)) return false;
  provenance.remove_prefix(input.size());
  return provenance.empty() || provenance[0] == '/' || provenance[0] == '!';
}

std::vector<std::string> OtherNames(const Case& the_case,
                                    std::string_view name) {
  std::vector<InputNames> inputs(the_case.inputs.size());
  std::vector<InputNames*> of_source(the_case.artifacts.size());
  for (const Artifact& artifact : the_case.artifacts) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (StandsBelow(artifact.provenance, the_case.inputs[i])) {
        of_source[artifact.id.value] = &inputs[i];
      }
    }
  }
  for (const Event& event : the_case.timeline.events()) {
    InputNames* input = of_source[event.source.value];
    if (input == nullptr || event.computer.empty() || !BelongsToLog(event)) {
      continue;
    }
    if (event.computer != input->last) input->all.insert(Fold(event.computer));
    input->last = event.computer;
  }
  // OOBE renames devices: a name that the device's own logs hold is its own.
  std::set<std::string> own = {Fold(name)};
  for (const InputNames& input : inputs) {
    if (EqualsFold(input.last, name)) {
      own.insert(input.all.begin(), input.all.end());
    }
  }
  std::set<std::string> others;
  for (const InputNames& input : inputs) {
    if (!input.last.empty() && !own.contains(Fold(input.last))) {
      others.emplace(input.last);
    }
  }
  return {others.begin(), others.end()};
}

}  // namespace

Device DescribeDevice(const Case& the_case) {
  Device device;
  for (const Fact& fact : the_case.timeline.facts()) TakeFact(fact, &device);
  for (const Event& event : the_case.timeline.events()) {
    if (!BelongsToLog(event)) continue;
    if (!event.computer.empty()) device.name = event.computer;
    if (event.id == 12 &&
        EqualsFold(event.provider, "Microsoft-Windows-Kernel-General")) {
      if (const Value* build = event.FindField("BuildVersion")) {
        device.os_build = ToText(*build);
      }
    }
  }
  if (the_case.inputs.size() > 1) {
    device.other_names = OtherNames(the_case, device.name);
  }
  return device;
}

}  // namespace espial
