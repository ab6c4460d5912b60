#include <espial/model/coverage.h>
#include <gtest/gtest.h>

#include <string_view>

namespace espial {
namespace {

constexpr std::string_view kDm =
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin";

TEST(StemNamesChannel, KnowsTheSpellingsOfTheCollectors) {
  const struct {
    std::string_view stem;
    std::string_view channel;
  } cases[] = {
      // The area CAB of the MDM diagnostics tool: lower case, '/' as '-'.
      {"microsoft-windows-devicemanagement-enterprise-diagnostics-provider-"
       "admin",
       kDm},
      {"microsoft-windows-aad-operational",
       "Microsoft-Windows-AAD/Operational"},
      {"microsoft-windows-moderndeployment-diagnostics-provider-autopilot",
       "Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot"},
      {"microsoft-windows-user device registration-admin",
       "Microsoft-Windows-User Device Registration/Admin"},
      // As they lie in winevt\Logs: '/' as "%4".
      {"Microsoft-Windows-AAD%4Operational",
       "Microsoft-Windows-AAD/Operational"},
      {"Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider%4"
       "Admin",
       kDm},
      {"Microsoft-Windows-User Device Registration%4Admin",
       "Microsoft-Windows-User Device Registration/Admin"},
      // Classic channels, any case.
      {"System", "System"},
      {"SYSTEM", "System"},
      {"Application", "Application"},
      // Collect diagnostics: the directive stands before it.
      {"(45) Events System Events", "System"},
      {"(44) Events Application Events", "Application"},
      {"(51) Events Microsoft-Windows-AAD Operational Events",
       "Microsoft-Windows-AAD/Operational"},
      {"(7) events SYSTEM events", "System"},
      {"(45) Events System", "System"},
      // Other replacements of '/' and ' '.
      {"Microsoft-Windows-AAD_Operational",
       "Microsoft-Windows-AAD/Operational"},
      {"microsoft_windows_user_device_registration_admin",
       "Microsoft-Windows-User Device Registration/Admin"},
      {"Microsoft-Windows-AAD/Operational",
       "Microsoft-Windows-AAD/Operational"},
      // A digit that belongs to the name is none of an escape.
      {"Channel4%4Operational4", "Channel4/Operational4"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(StemNamesChannel(c.stem, c.channel)) << c.stem;
  }
}

TEST(StemNamesChannel, DoesNotGuess) {
  const struct {
    std::string_view stem;
    std::string_view channel;
  } cases[] = {
      {"", "System"},
      {"System", ""},
      {"", ""},
      {"System2", "System"},
      {"Syste", "System"},
      {"My System", "System"},
      {"microsoft-windows-aad-operational", "Microsoft-Windows-AAD/Analytic"},
      {"microsoft-windows-aad", "Microsoft-Windows-AAD/Operational"},
      {"Microsoft-Windows-AAD%5Operational",
       "Microsoft-Windows-AAD/Operational"},
      {"Microsoft-Windows-AAD4Operational",
       "Microsoft-Windows-AAD/Operational"},
      {"(45) Events System Events", "Application"},
      {"(45) RegistryKey System", "System"},
      {"(45 Events System Events", "System"},
      {"(45) System", "System"},
      {"Microsoft-Windows-Shell-Core%4AppDefaults",
       "Microsoft-Windows-Shell-Core/Operational"},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(StemNamesChannel(c.stem, c.channel))
        << c.stem << " is not " << c.channel;
  }
}

TEST(StemNamesChannel, ANameWithoutLettersNamesNothing) {
  // Nothing is left of either once the separators are folded away.
  EXPECT_FALSE(StemNamesChannel("---", "//"));
  EXPECT_FALSE(StemNamesChannel("%4", "-"));
}

}  // namespace
}  // namespace espial
