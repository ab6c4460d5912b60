// JSON that the registry keeps in strings: the state of the enrolment status
// page, and the cached Autopilot profile.
//
//   ...\Provisioning\AutopilotSettings     {DevicePreparation,DeviceSetup,
//                                           AccountSetup}Category.Status
//   ...\Provisioning\AutopilotPolicyCache  PolicyJsonCache
//
// Each scalar becomes a JSON fact whose key is the name of the value and whose
// line and offset are those of the value. The quotes within may be escaped once
// more, by whoever stored them.
#pragma once

#include <espial/core/limits.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string_view>

namespace espial {

// Which of a key's values hold JSON.
enum class RegistryJsonHost : uint8_t { kNone, kSettings, kPolicyCache };
RegistryJsonHost FindRegistryJsonHost(std::string_view key);

// Puts the JSON facts of `value`, a registry fact below a key that is `host`,
// into `sink`; nothing when that value holds no JSON.
void EmitRegistryJson(RegistryJsonHost host, const Fact& value,
                      const Limits& limits, Sink& sink);

}  // namespace espial
