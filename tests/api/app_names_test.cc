// Names of apps across the CMTrace logs of one bundle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/api/bundle.h"

namespace espial::api_test {
namespace {

using testing::ElementsAre;

constexpr const char* kApp = "48054978-39bd-40da-8d45-0d28004b4960";
constexpr const char* kOther = "11111111-39bd-40da-8d45-0d28004b4960";

std::string Line(const std::string& time, const std::string& message) {
  return "<![LOG[" + message + "]LOG]!><time=\"" + time +
         ".0000000\" date=\"3-10-2025\" component=\"Ime\" context=\"\" "
         "type=\"1\" thread=\"1\" file=\"\">\r\n";
}
std::string About(const std::string& time, const std::string& app) {
  return Line(time, "[Win32App][ActionProcessor] App with id: " + app +
                        ", targeted intent: RequiredInstall.");
}
std::string Policies(const std::string& time, const std::string& app,
                     const std::string& name) {
  return Line(time, "Get policies = [{\"Id\":\"" + app + "\",\"Name\":\"" +
                        name + "\",\"Version\":1}]");
}

// "<second of the line> <name>" for each line that is about one app.
std::vector<std::string> NamesOf(
    const std::vector<std::pair<std::string, std::string>>& files) {
  const std::string zip = Zip(files);
  const Bytes bytes = AsBytes(zip);
  const auto result =
      AnalyzeBytes("logs.zip", {bytes.begin(), bytes.end()}, ReadOnly());
  EXPECT_TRUE(result) << "not analysed";
  std::vector<std::string> found;
  if (!result) return found;
  for (const Event& event : result->timeline.events()) {
    if (event.FindField("AppId") == nullptr) continue;
    const Value* name = event.FindField("AppName");
    found.push_back(FormatUtc(event.time.ticks, 0).substr(17, 2) + ' ' +
                    (name == nullptr ? "none" : ToText(*name)));
  }
  return found;
}

TEST(AppNames, GoFromOneLogToTheOthers) {
  EXPECT_THAT(NamesOf({{"IntuneManagementExtension.log",
                        Policies("10:00:02", kApp, "Contoso VPN")},
                       {"AppWorkload.log", About("10:00:01", kApp) +
                                               About("10:00:03", kApp) +
                                               About("10:00:04", kOther)}}),
              ElementsAre("01 Contoso VPN", "03 Contoso VPN", "04 none"));
}

TEST(AppNames, TheLastOneToldBeforeCounts) {
  EXPECT_THAT(NamesOf({{"IntuneManagementExtension.log",
                        Policies("10:00:02", kApp, "Old") +
                            Policies("10:00:06", kApp, "New")},
                       {"AppWorkload.log", About("10:00:01", kApp) +
                                               About("10:00:03", kApp) +
                                               About("10:00:08", kApp)}}),
              ElementsAre("01 Old", "03 Old", "08 New"));
}

// What the line's own log told it stands.
TEST(AppNames, ANameOfTheLogItselfStays) {
  EXPECT_THAT(NamesOf({{"IntuneManagementExtension.log",
                        Policies("10:00:04", kApp, "Theirs")},
                       {"AppWorkload.log", Policies("10:00:01", kApp, "Ours") +
                                               About("10:00:05", kApp)}}),
              ElementsAre("05 Ours"));
}

// A line feed within a name would give the names behind it to other apps.
TEST(AppNames, AListThatDoesNotPairIsLeftAlone) {
  EXPECT_THAT(NamesOf({{"IntuneManagementExtension.log",
                        Policies("10:00:01", kApp, "two\\nlines")},
                       {"AppWorkload.log", About("10:00:05", kApp)}}),
              ElementsAre("05 none"));
}

}  // namespace
}  // namespace espial::api_test
