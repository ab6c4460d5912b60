#include "parsers/support/directive_name.h"

#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parsers/support/parse.h"

namespace espial {
namespace {

using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Read(std::string_view path) {
  const auto name = ParseDirectiveName(path);
  if (!name) return "none";
  std::string out = std::to_string(name->ordinal) + " " +
                    std::string(DirectiveTypeName(name->type));
  if (name->error) out += " 0x" + ToHex(*name->error, 8);
  return out + "|" + std::string(name->descriptor) + "|" +
         std::string(name->file);
}

TEST(DirectiveName, ReadsTheFlattenedLayout) {
  EXPECT_EQ(
      Read("(4) RegistryKey HKLM_Software_Microsoft_Enrollments export.reg"),
      "4 RegistryKey|HKLM_Software_Microsoft_Enrollments|export.reg");
  EXPECT_EQ(Read("(31) Command windir_system32_Dsregcmd_exe_status output.log"),
            "31 Command|windir_system32_Dsregcmd_exe_status|output.log");
  EXPECT_EQ(Read("(45) Events Application Events.evtx"),
            "45 Events|Application|Events.evtx");
  EXPECT_EQ(Read("(64) FoldersFiles ProgramData_Microsoft_Logs\\ime.log"),
            "64 FoldersFiles|ProgramData_Microsoft_Logs|ime.log");
  EXPECT_EQ(Read("bundle.zip!x/(64) FoldersFiles a_b/c/d.log"),
            "64 FoldersFiles|a_b|c/d.log");
  EXPECT_EQ(Read("(1) No Results - Error [0x80070001] RegistryKey "
                 "HKLM_SOFTWARE_Microsoft_CloudManagedUpdate"),
            "1 RegistryKey 0x80070001|"
            "HKLM_SOFTWARE_Microsoft_CloudManagedUpdate|");
  EXPECT_EQ(Read("(9)  events  Microsoft Office Alerts events.EVTX"),
            "9 Events|Microsoft Office Alerts|events.EVTX");
  EXPECT_EQ(Read("(7) Events"), "7 Events||");
}

TEST(DirectiveName, LeavesOtherNamesAlone) {
  EXPECT_EQ(Read(""), "none");
  EXPECT_EQ(Read("results.xml"), "none");
  EXPECT_EQ(Read("(x) Events a"), "none");
  EXPECT_EQ(Read("(1 Events a"), "none");
  EXPECT_EQ(Read("() Events a"), "none");
  EXPECT_EQ(Read("(1) Eventsa b"), "none");
  EXPECT_EQ(Read("(1) No Results - Error [x] Events a"), "none");
  EXPECT_EQ(Read("(1) No Results - Error [0x1FFFFFFFF] Events a"), "none");
  EXPECT_EQ(Read("(1) No Results - Error [0x80070001"), "none");
  EXPECT_EQ(Read("(99999999999) Events a"), "none");
  EXPECT_EQ(Read("copy (1) Events a"), "none");
}

TEST(DirectiveName, ReadsTheOldLayout) {
  EXPECT_EQ(ParseDirectiveFolder("17/export.reg"), 17U);
  EXPECT_EQ(ParseDirectiveFolder("DiagLogs\\3\\Events.evtx"), 3U);
  EXPECT_FALSE(ParseDirectiveFolder("17"));
  EXPECT_FALSE(ParseDirectiveFolder("17a/x"));
  EXPECT_FALSE(ParseDirectiveFolder("a/b"));
}

TEST(DirectiveName, AnEmptyMemberIsAFact) {
  Collector kept({});
  EXPECT_TRUE(EmitDirectiveWithoutResults(
      "(1) No Results - Error [0x80070001] RegistryKey HKLM_A", 7, kept));
  EXPECT_FALSE(EmitDirectiveWithoutResults("(1) Events a", 7, kept));
  EXPECT_FALSE(EmitDirectiveWithoutResults("x", 7, kept));
  kept.Finish();
  EXPECT_THAT(Show(kept.facts),
              ElementsAre("collection directive|(1) RegistryKey HKLM_A|failed|"
                          "0x80070001|2147942401|0@7"));
  EXPECT_THAT(kept.damage, IsEmpty());
}

}  // namespace
}  // namespace espial
