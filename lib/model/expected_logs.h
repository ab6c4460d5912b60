// What a collection of a kind usually holds. Data: one line for each.
#pragma once

#include <string_view>

namespace espial {

struct ExpectedLog {
  // A channel, or a pattern of file names.
  std::string_view name;
  bool is_channel = true;
};

// An archive of MdmDiagnosticsTool's areas for Autopilot. Found in real ones
// without exception; builds add more (LAPS, Windows Hello), so those are not
// expected.
inline constexpr ExpectedLog kExpectedInArea[] = {
    {"Microsoft-Windows-AAD/Operational"},
    {"Microsoft-Windows-AppXDeploymentServer/Operational"},
    {"Microsoft-Windows-AssignedAccess/Admin"},
    {"Microsoft-Windows-AssignedAccess/Operational"},
    {"Microsoft-Windows-Crypto-NCrypt/Operational"},
    {"Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/"
     "Admin"},
    {"Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/"
     "Operational"},
    {"Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot"},
    {"Microsoft-Windows-ModernDeployment-Diagnostics-Provider/"
     "ManagementService"},
    {"Microsoft-Windows-Provisioning-Diagnostics-Provider/Admin"},
    {"Microsoft-Windows-Shell-Core/Operational"},
    {"Microsoft-Windows-User Device Registration/Admin"},
    {"MDMDiagReport.xml", false},
    {"MdmDiagReport_RegistryDump.reg", false},
    {"DiagnosticLogCSP_Collector_*.etl*", false},
    {"TpmHliInfo_Output.txt", false},
};

}  // namespace espial
