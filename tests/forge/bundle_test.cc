#include "tools/forge/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/forge/test_support.h"
#include "tools/forge/diaglogs.h"

namespace espial::forge {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHead =
    "scenario: a\n"
    "title: A test\n"
    "device:\n"
    "  name: PC-1\n"
    "  domain: corp.contoso.com\n"
    "  zone: { bias: -60, name: W. Europe Standard Time }\n"
    "clock: { start: 2025-03-10T08:00:00Z }\n";

constexpr std::string_view kTypes =
    "channel: Contoso-Types/Admin, provider: Contoso-Types, id: 1";

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string_view::npos;
       at += part.size()) {
    ++count;
  }
  return count;
}

class BundleTest : public testing::Test {
 protected:
  Result<std::vector<ForgedFile>> Forge(
      std::string_view body, const std::vector<std::string>& without = {}) {
    auto scenario = LoadScenario(
        folder_.Write("a.yml", std::string(kHead) + std::string(body)));
    if (!scenario) return scenario.error();
    scenario_ = *scenario;
    return ForgeBundle(scenario_, TestCatalog(), without);
  }
  // Forges, writes, and takes the CAB or ZIP apart; the folder of its files.
  std::string Unpack(std::string_view body,
                     const std::vector<std::string>& without = {}) {
    const auto files = Forge(body, without);
    EXPECT_TRUE(files) << files.error().ToString();
    if (!files) return "";
    const auto path = WriteBundle(scenario_, *files, folder_.path() + "/out");
    EXPECT_TRUE(path) << path.error().ToString();
    return Open(*path);
  }
  std::string Open(const std::string& path) {
    const std::string to =
        folder_.path() + "/unpacked" + std::to_string(unpacked_++);
    std::filesystem::create_directories(to);
    const bool cab = path.ends_with(".cab");
    const Ran ran =
        RunShell(cab ? "cabextract -q -d " + Quote(to) + " " + Quote(path)
                     : "unzip -q -d " + Quote(to) + " " + Quote(path));
    // unzip warns of the backslashes that the collectors write.
    EXPECT_LE(ran.status, cab ? 0 : 1) << ran.output;
    return to;
  }
  static std::vector<std::string> Names(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  static std::string Xml(const std::string& path) {
    const Ran ran = RunShell("evtxexport -f xml " + Quote(path));
    EXPECT_EQ(ran.status, 0) << ran.output;
    return ran.output;
  }

  TempFolder folder_;
  Scenario scenario_;
  int unpacked_ = 0;
};

constexpr std::string_view kAadFile = "microsoft-windows-aad-operational.evtx";

TEST_F(BundleTest, EveryEventComesOutWithItsFields) {
  ESPIAL_NEEDS_TOOL("cabextract");
  ESPIAL_NEEDS_TOOL("evtxexport");
  const std::string folder = Unpack(R"(
bundle: { channels: [Contoso-Types/Admin, Microsoft-Windows-AAD/Operational] }
values: { user: anna }
story:
  - { )" + std::string(kTypes) + R"(, user: S-1-5-18, fields: {
      Text: "hello ${user}", Code: 0x80070774, Signed: 0xFFFFFFFE, Small: 7,
      Yes: true, Id: "{01234567-89ab-cdef-0123-456789abcdef}",
      When: 2025-03-10T07:00:00Z, Who: S-1-5-21-1-2-3-500, Blob: 0AFF } }
  - { after: 90s, )" + std::string(kTypes) +
                                    ", level: warning }\n");
  const std::string xml = Xml(folder + "/contoso-types-admin.evtx");
  EXPECT_EQ(Count(xml, "<Event xmlns"), 2U);
  for (const char* part :
       {"Provider Name=\"Contoso-Types\" "
        "Guid=\"{22222222-2222-3333-4444-555555555555}\"",
        "<EventID>1</EventID>", "<Level>2</Level>", "<Level>3</Level>",
        "<EventRecordID>1</EventRecordID>", "<EventRecordID>2</EventRecordID>",
        "SystemTime=\"2025-03-10T08:00:00.000000000Z\"",
        "SystemTime=\"2025-03-10T08:01:30.000000000Z\"",
        "<Channel>Contoso-Types/Admin</Channel>", "<Computer>PC-1</Computer>",
        "<Security UserID=\"S-1-5-18\"/>",
        "<Data Name=\"Text\">hello anna</Data>",
        "<Data Name=\"Code\">0x80070774</Data>",
        "<Data Name=\"Small\">7</Data>", "<Data Name=\"Yes\">true</Data>",
        "<Data Name=\"Id\">{01234567-89AB-CDEF-0123-456789ABCDEF}</Data>",
        "<Data Name=\"When\">2025-03-10T07:00:00.000000000Z</Data>",
        "<Data Name=\"Who\">S-1-5-21-1-2-3-500</Data>",
        "<Data Name=\"Blob\">0AFF</Data>",
        // What is not given is empty.
        "<Data Name=\"Text\"/>", "<Data Name=\"Code\">0x00000000</Data>",
        "<Data Name=\"Small\">0</Data>", "<Data Name=\"Yes\">false</Data>",
        "<Data Name=\"Who\">S-1-0-0</Data>",
        "<Data Name=\"Id\">{00000000-0000-0000-0000-000000000000}</Data>"}) {
    EXPECT_THAT(xml, HasSubstr(part));
  }
  // A log without events is there all the same.
  EXPECT_EQ(Count(Xml(folder + "/" + std::string(kAadFile)), "<Event xmlns"),
            0U);
}

TEST_F(BundleTest, AnAreaCabHoldsWhatTheCollectorTakes) {
  ESPIAL_NEEDS_TOOL("cabextract");
  const std::string folder = Unpack(R"(
bundle: { channels: [Microsoft-Windows-AAD/Operational, Microsoft-Windows-User Device Registration/Admin] }
story:
  - { channel: System, provider: Microsoft-Windows-Kernel-General, id: 12 }
registry:
  - { key: HKEY_CURRENT_USER\a }
  - { key: HKEY_LOCAL_MACHINE\software\b, values: { V: 1 } }
files:
  - { name: AutopilotDDSZTDFile.json, encoding: utf-16le, json: { A: 1 } }
)");
  EXPECT_THAT(
      Names(folder),
      ElementsAre("AutopilotDDSZTDFile.json", "MdmDiagReport_RegistryDump.reg",
                  "MdmLogCollectorFootPrint.txt",
                  "microsoft-windows-aad-operational.evtx",
                  "microsoft-windows-user device registration-admin.evtx"));
  EXPECT_EQ(ReadAll(folder + "/AutopilotDDSZTDFile.json"),
            std::string("\xFF\xFE{\0\"\0A\0\"\0:\0001\0}\0", 16));
  EXPECT_EQ(ReadAll(folder + "/MdmDiagReport_RegistryDump.reg"),
            "[HKEY_CURRENT_USER\\a]\r\n\r\n"
            "[HKEY_LOCAL_MACHINE\\software\\b]\r\n    \"V\"=DWORD:00000001\r\n"
            "\r\n");
  EXPECT_THAT(
      ReadAll(folder + "/MdmLogCollectorFootPrint.txt"),
      AllOf(HasSubstr("--- Start at:2025-03-10T08:00:30Z\r\n"),
            HasSubstr("Succeeded to dump HKLM registry:software\\b\r\n"),
            HasSubstr("--- 1 HKCU registry entries are collected\r\n"),
            HasSubstr("Logs\\Microsoft-Windows-AAD%4Operational.evtx, "
                      "to:microsoft-windows-aad-operational.evtx\r\n")));
}

TEST_F(BundleTest, TheClockCanStep) {
  ESPIAL_NEEDS_TOOL("cabextract");
  ESPIAL_NEEDS_TOOL("evtxexport");
  const std::string folder = Unpack(R"(
bundle: { channels: [System] }
story:
  - { channel: System, provider: Microsoft-Windows-Kernel-General, id: 12 }
  - { after: 10s, clock_step: 9h }
  - { pause: 1h }
  - { channel: System, provider: Contoso-Plain, id: 7, data: [x] }
)");
  const std::string xml = Xml(folder + "/system.evtx");
  EXPECT_THAT(
      xml,
      AllOf(HasSubstr("SystemTime=\"2025-03-10T08:00:00.000000000Z\""),
            HasSubstr("SystemTime=\"2025-03-10T17:00:10.000000000Z\""),
            HasSubstr(
                "<Data Name=\"NewTime\">2025-03-10T17:00:10.000000000Z</Data>"),
            HasSubstr(
                "<Data Name=\"OldTime\">2025-03-10T08:00:10.000000000Z</Data>"),
            HasSubstr("SystemTime=\"2025-03-10T18:00:11.000000000Z\"")));
}

TEST_F(BundleTest, RepetitionsFollowEachOther) {
  ESPIAL_NEEDS_TOOL("cabextract");
  ESPIAL_NEEDS_TOOL("evtxexport");
  const std::string folder = Unpack(R"(
bundle: { channels: [Contoso-Types/Admin] }
story:
  - { )" + std::string(kTypes) + R"(, repeat: { times: 3, every: 1m } }
  - { )" + std::string(kTypes) + " }\n");
  const std::string xml = Xml(folder + "/contoso-types-admin.evtx");
  EXPECT_EQ(Count(xml, "<Event xmlns"), 4U);
  for (const char* time : {"08:00:00", "08:01:00", "08:02:00", "08:02:01"}) {
    EXPECT_EQ(Count(xml, "SystemTime=\"2025-03-10T" + std::string(time)), 1U)
        << time;
  }
  EXPECT_THAT(xml, HasSubstr("<EventRecordID>4</EventRecordID>"));
}

TEST_F(BundleTest, ClassicEventsHaveUnnamedStrings) {
  ESPIAL_NEEDS_TOOL("cabextract");
  ESPIAL_NEEDS_TOOL("evtxexport");
  const std::string folder = Unpack(R"(
bundle: { channels: [System] }
story:
  - { channel: System, provider: NETLOGON, id: 5719, data: [CONTOSO, "5e0000c0"] }
  - { channel: System, provider: Contoso-Plain, id: 7, fields: { param2: b } }
)");
  const std::string xml = Xml(folder + "/system.evtx");
  EXPECT_THAT(
      xml, AllOf(HasSubstr("Provider Name=\"NETLOGON\""),
                 HasSubstr("<EventID Qualifiers=\"0\">5719</EventID>"),
                 HasSubstr("<Data>CONTOSO</Data>"), HasSubstr("<Data>b</Data>"),
                 Not(HasSubstr("param2"))));
}

TEST_F(BundleTest, NamesThatStandTwiceTakeTheirTextsInOrder) {
  ESPIAL_NEEDS_TOOL("evtxexport");
  const auto files = Forge(R"(
bundle: { kind: folder, channels: [], exports: [Security] }
story:
  - channel: Security
    provider: Contoso-Twice
    id: 4648
    fields: { LogonGuid: ["{00000000-0000-0000-0000-000000000001}", "{00000000-0000-0000-0000-000000000002}"], Name: between }
)");
  ASSERT_TRUE(files) << files.error().ToString();
  ASSERT_EQ(files->size(), 2U);
  EXPECT_EQ((*files)[0].name, "a/MDMDiagReport.cab");
  EXPECT_EQ((*files)[1].name, "a/Security.evtx");
  const std::string xml =
      Xml(folder_.Write("Security.evtx", (*files)[1].bytes));
  const size_t first = xml.find("000000000001}");
  const size_t name = xml.find("between");
  const size_t second = xml.find("000000000002}");
  EXPECT_LT(first, name);
  EXPECT_LT(name, second);
  EXPECT_NE(second, std::string::npos);
  EXPECT_THAT(xml, HasSubstr("<Keywords>0x8020000000000000</Keywords>"));
}

TEST_F(BundleTest, AClearedLogSpeaksInUserData) {
  ESPIAL_NEEDS_TOOL("evtxexport");
  const auto files = Forge(R"(
bundle: { kind: folder, channels: [], exports: [Security] }
story:
  - { channel: Security, provider: Microsoft-Windows-Eventlog, id: 1102, fields: { SubjectUserName: anna } }
)");
  ASSERT_TRUE(files) << files.error().ToString();
  const std::string xml =
      Xml(folder_.Write("Security.evtx", files->at(1).bytes));
  EXPECT_THAT(xml, AllOf(HasSubstr("<UserData>"), HasSubstr("LogFileCleared"),
                         HasSubstr("<SubjectUserName>anna<")));
}

TEST_F(BundleTest, EntryTimesAreLocal) {
  ESPIAL_NEEDS_TOOL("cabextract");
  const auto files = Forge("bundle: { channels: [] }");
  ASSERT_TRUE(files);
  const Ran ran = RunShell("cabextract -l " +
                           Quote(folder_.Write("a.cab", files->at(0).bytes)));
  EXPECT_THAT(ran.output, HasSubstr("10.03.2025 09:00:30"));
}

TEST_F(BundleTest, DiagLogsNamesItsAnswers) {
  ESPIAL_NEEDS_TOOL("unzip");
  ESPIAL_NEEDS_TOOL("cabextract");
  ESPIAL_NEEDS_TOOL("evtxexport");
  const std::string folder = Unpack(R"(
bundle: { kind: diaglogs_zip, compression: lzx, channels: [Microsoft-Windows-AAD/Operational] }
story:
  - { channel: System, provider: Microsoft-Windows-Kernel-General, id: 12 }
  - { channel: Microsoft-Windows-AAD/Operational, provider: Microsoft-Windows-AAD, id: 1098, fields: { Error: 3399614467 } }
files:
  - { name: inside.log, text: in the CAB }
  - { name: "(31) Command windir_system32_Dsregcmd_exe_status output.log", text: AzureAdJoined }
  - { name: also.log, text: beside, beside: true }
)");
  const std::string cab_folder =
      folder +
      "/(77) FoldersFiles "
      "temp_MDMDiagnostics_mdmlogs-2025-03-10-08-00-31_cab";
  EXPECT_THAT(Names(Open(cab_folder + "/mdmlogs-2025-03-10-08-00-31.cab")),
              ElementsAre("MdmDiagReport_RegistryDump.reg",
                          "MdmLogCollectorFootPrint.txt", "inside.log",
                          "microsoft-windows-aad-operational.evtx"));
  EXPECT_EQ(Count(Xml(folder + "/(45) Events System Events.evtx"),
                  "<EventID>12</EventID>"),
            1U);
  EXPECT_EQ(Count(Xml(folder + "/(44) Events Application Events.evtx"),
                  "<Event xmlns"),
            0U);
  EXPECT_EQ(ReadAll(folder + "/also.log"), "beside");
  EXPECT_EQ(ReadAll(folder + "/(31) Command "
                             "windir_system32_Dsregcmd_exe_status output.log"),
            "AzureAdJoined");
  EXPECT_EQ(ReadAll(folder + "/(1) No Results - Error [0x80070001] RegistryKey "
                             "HKLM_SOFTWARE_Microsoft_CloudManagedUpdate"),
            "");
  EXPECT_THAT(
      ReadAll(folder + "/results.xml"),
      AllOf(HasSubstr("<RegistryKey HRESULT=\"-2147024895\">HKLM\\SOFTWARE\\"
                      "Microsoft\\CloudManagedUpdate</RegistryKey>"),
            HasSubstr("<Command HRESULT=\"0\">%windir%\\system32\\"
                      "Dsregcmd.exe /status</Command>"),
            HasSubstr("<Events HRESULT=\"0\">System</Events>"),
            HasSubstr("<Events HRESULT=\"-2147024894\">Setup</Events>")));
}

TEST_F(BundleTest, DiagLogsPassesUnzipsTest) {
  ESPIAL_NEEDS_TOOL("unzip");
  const auto files = Forge("bundle: { kind: diaglogs_zip, channels: [] }");
  ASSERT_TRUE(files);
  EXPECT_EQ(files->at(0).name, "a.zip");
  const Ran ran =
      RunShell("unzip -t " + Quote(folder_.Write("a.zip", files->at(0).bytes)));
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("No errors detected"));
}

TEST_F(BundleTest, WithoutTakesOutWhatItNames) {
  ESPIAL_NEEDS_TOOL("cabextract");
  constexpr std::string_view kBody = R"(
bundle: { channels: [Microsoft-Windows-AAD/Operational, System] }
files: [{ name: x.json, json: {} }]
)";
  const std::string folder = Unpack(
      kBody, {"microsoft-windows-aad/operational", "registry", "X.json"});
  EXPECT_THAT(Names(folder),
              ElementsAre("MdmLogCollectorFootPrint.txt", "system.evtx"));
  // What was not collected is not claimed to have been.
  EXPECT_THAT(ReadAll(folder + "/MdmLogCollectorFootPrint.txt"),
              AllOf(Not(HasSubstr("AAD")), Not(HasSubstr("registry"))));
  EXPECT_THAT(FailureOf(Forge(kBody, {"Security"})),
              HasSubstr("the bundle has no part 'Security'"));
}

TEST_F(BundleTest, ScenariosCanRemoveWhatForgeAdds) {
  ESPIAL_NEEDS_TOOL("cabextract");
  EXPECT_THAT(Names(Unpack("bundle: { channels: [System] }\nfiles:\n"
                           "  - { name: mdmlogcollectorfootprint.txt, "
                           "remove: true }\n"
                           "  - { name: system.evtx, remove: true }\n")),
              ElementsAre("MdmDiagReport_RegistryDump.reg"));
  EXPECT_THAT(FailureOf(Forge("files:\n  - { name: n, remove: true }")),
              HasSubstr("a.yml:9:5: there is no file 'n' to remove"));
}

TEST_F(BundleTest, AFileTakesThePlaceOfTheOneForgeWouldWrite) {
  ESPIAL_NEEDS_TOOL("cabextract");
  const std::string folder = Unpack(
      "bundle: { channels: [System] }\nfiles:\n"
      "  - { name: system.evtx, text: broken }\n"
      "  - { name: MdmDiagReport_RegistryDump.reg, text: mine }\n");
  EXPECT_EQ(ReadAll(folder + "/system.evtx"), "broken");
  EXPECT_EQ(ReadAll(folder + "/MdmDiagReport_RegistryDump.reg"), "mine");
}

TEST_F(BundleTest, TruncateKeepsTheFront) {
  const auto whole = Forge("");
  const auto part = Forge("bundle: { truncate: 0.25 }");
  ASSERT_TRUE(whole && part);
  const auto& bytes = whole->at(0).bytes;
  EXPECT_EQ(part->at(0).bytes,
            std::vector<std::byte>(
                bytes.begin(),
                bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 4)));
}

TEST_F(BundleTest, SameBytesEveryTime) {
  for (const char* kind : {"area_cab", "area_zip", "diaglogs_zip", "folder"}) {
    const std::string body = "bundle: { kind: " + std::string(kind) +
                             " }\nstory:\n  - { " + std::string(kTypes) +
                             " }\n";
    const auto first = Forge(body);
    const auto second = Forge(body);
    ASSERT_TRUE(first && second) << kind;
    ASSERT_EQ(first->size(), second->size()) << kind;
    for (size_t i = 0; i < first->size(); ++i) {
      EXPECT_EQ(first->at(i).name, second->at(i).name);
      EXPECT_EQ(first->at(i).bytes, second->at(i).bytes) << kind;
    }
  }
}

TEST_F(BundleTest, StoryErrorsNameTheirPlace) {
  const auto fail = [&](const std::string& entry) {
    return FailureOf(Forge("story:\n  - { " + entry + " }\n"));
  };
  const std::string types(kTypes);
  EXPECT_THAT(fail(types + ", fields: { Tex: a }"),
              HasSubstr("a.yml:9:79: Contoso-Types 1 version 0 has no field "
                        "'Tex' (did you mean 'Text'?)"));
  EXPECT_THAT(fail(types + ", fields: { Text: [a, b] }"),
              HasSubstr("a.yml:9:79: field 'Text' stands only 1 times in"));
  EXPECT_THAT(fail(types + ", fields: { Small: 256 }"),
              HasSubstr("a.yml:9:79: field 'Small' is UInt8: expected an "
                        "unsigned integer of 1 bytes, found '256'"));
  EXPECT_THAT(fail(types + ", version: 4"),
              HasSubstr("a.yml:9:5: Contoso-Types 1: the catalogue has version "
                        "0 of this event, not 4"));
  EXPECT_THAT(fail("channel: System, provider: Contoso-Typos, id: 1"),
              HasSubstr("a.yml:9:5: Contoso-Typos 1: the catalogue has no such "
                        "event (did you mean 'Contoso-Types'?)"));
  EXPECT_THAT(fail("channel: System, provider: Contoso-Types, id: 1"),
              HasSubstr("in Contoso-Types/Admin, not in System"));
  EXPECT_THAT(fail("clock_step: -999999d"),
              HasSubstr("a.yml:9:5: the clock leaves the years 1601 to 30827"));
}

TEST(BundleNamesTest, ChannelsNameTheirFiles) {
  EXPECT_EQ(AreaFileName("Microsoft-Windows-User Device Registration/Admin"),
            "microsoft-windows-user device registration-admin.evtx");
  EXPECT_EQ(LogFileName("Microsoft-Windows-GroupPolicy/Operational"),
            "Microsoft-Windows-GroupPolicy%4Operational.evtx");
  EXPECT_EQ(LogFileName("Security"), "Security.evtx");
}

TEST(DiagLogsNamesTest, SeparatorsFold) {
  EXPECT_EQ(FoldDirective(R"(%windir%\system32\Dsregcmd.exe /status)"),
            "windir_system32_Dsregcmd_exe_status");
  EXPECT_EQ(FoldDirective(R"("%ProgramData%\a b\Logs\*.*")"),
            "ProgramData_a_b_Logs");
  EXPECT_EQ(FoldDirective(""), "");
  EXPECT_TRUE(IsDirectiveName("(31) Command x output.log"));
  EXPECT_FALSE(IsDirectiveName("(x) Command"));
  EXPECT_FALSE(IsDirectiveName("() Command"));
  EXPECT_FALSE(IsDirectiveName("(31"));
  EXPECT_FALSE(IsDirectiveName("31) x"));
}

TEST(WriteBundleTest, AFolderThatCannotBeMadeIsSaid) {
  const TempFolder folder;
  const std::string file = folder.Write("file", std::string_view("x"));
  Scenario scenario;
  scenario.bundle.name = "a.cab";
  const auto path = WriteBundle(scenario, {{"a.cab", {}}}, file + "/below");
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, Errc::kIo);
  EXPECT_THAT(path.error().detail, HasSubstr("cannot be written"));
}

}  // namespace
}  // namespace espial::forge
