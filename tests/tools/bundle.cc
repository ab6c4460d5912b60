#include "tests/tools/bundle.h"

#include "tests/tools/run.h"

namespace espial::cli_test {

std::string WriteRegistryDump(const std::string& folder) {
  std::string path = folder + "/MdmDiagReport_RegistryDump.reg";
  WriteFile(path,
            "[HKEY_LOCAL_MACHINE\\software\\microsoft\\enrollments\\"
            "11111111-2222-3333-4444-555555555555]\r\n"
            "    \"UPN\"=\"anna@contoso.example\"\r\n"
            "    \"EnrollmentState\"=DWORD:00000001\r\n"
            "\r\n"
            "[HKEY_LOCAL_MACHINE\\software\\microsoft\\provisioning]\r\n"
            "    \"SyncFailureTimeout\"=DWORD:0000003c\r\n"
            "\r\n");
  return path;
}

std::string WriteProfileJson(const std::string& folder) {
  std::string path = folder + "/AutopilotDDSZTDFile.json";
  WriteFile(path,
            "{\"CloudAssignedTenantDomain\":\"contoso.example\","
            "\"DeploymentProfileName\":\"Hybrid\","
            "\"CloudAssignedDomainJoinMethod\":1}");
  return path;
}

}  // namespace espial::cli_test
