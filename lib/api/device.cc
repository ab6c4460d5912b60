#include "lib/api/device.h"

#include <espial/core/text.h>

namespace espial {
namespace {

void TakeFact(const Fact& fact, Device* device) {
  if (fact.data.empty()) return;
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

}  // namespace

Device DescribeDevice(const Case& the_case) {
  Device device;
  for (const Fact& fact : the_case.timeline.facts()) TakeFact(fact, &device);
  for (const Event& event : the_case.timeline.events()) {
    if (event.state == RecordState::kResidue ||
        event.state == RecordState::kRecovered) {
      continue;
    }
    if (!event.computer.empty()) device.name = event.computer;
    if (event.id == 12 &&
        EqualsFold(event.provider, "Microsoft-Windows-Kernel-General")) {
      if (const Value* build = event.FindField("BuildVersion")) {
        device.os_build = ToText(*build);
      }
    }
  }
  return device;
}

}  // namespace espial
