// The front door as a whole: what goes in comes out, whatever the order and
// the number of threads.
#include <espial/espial.h>
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "tests/api/bundle.h"

namespace espial::api_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kAutopilotKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Provisioning\\Diagnostics\\"
    "Autopilot";

Result<Case> Read(std::string_view name, std::string_view content,
                  Options options = ReadOnly()) {
  const Bytes bytes = AsBytes(content);
  return AnalyzeBytes(std::string(name), {bytes.begin(), bytes.end()}, options);
}

// A folder like those that people send: several formats, nested, one damaged.
void WriteBundle(const TempFolder& folder) {
  folder.Write(
      "b/d/MdmDiagReport_RegistryDump.reg",
      RegistryDump(kAutopilotKey, {{"CloudAssignedTenantDomain", "contoso.com"},
                                   {"DeploymentProfileName", "Standard"}}));
  folder.Write("b/AutopilotDDSZTDFile.json",
               "{\"CloudAssignedTenantId\":"
               "\"11111111-2222-3333-4444-555555555555\",\"Version\":2049}");
  std::string damaged = Evtx("Application", Records(400));
  for (size_t i = 70'000; i < 72'000; ++i) damaged[i] = '\x55';
  folder.Write("b/Application.evtx", damaged);
  folder.Write("b/logs.zip",
               Zip({{"microsoft-windows-aad-operational.evtx",
                     Evtx("Microsoft-Windows-AAD/Operational", Records(300))},
                    {"more/System.evtx", Evtx("System", Records(200))},
                    {"more/copy.zip",
                     Zip({{"System.evtx", Evtx("System", Records(250))}})},
                    {"notes.txt", "text"}}));
  folder.Write("b/unknown.bin", std::string("\x01\x02\x03\xFE\xFF\x00\x07", 7));
}

TEST(Analyze, ReadsEventsAndFacts) {
  const TempFolder folder;
  WriteBundle(folder);
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  const Artifact* aad = FindArtifact(
      *result, "b/logs.zip!microsoft-windows-aad-operational.evtx");
  ASSERT_NE(aad, nullptr);
  EXPECT_EQ(aad->format, "evtx");
  EXPECT_EQ(aad->events, 300U);
  EXPECT_EQ(aad->state, ArtifactState::kWhole);
  EXPECT_EQ(aad->depth, 1U);
  EXPECT_EQ(result->artifact(aad->parent).provenance, "b/logs.zip");
  EXPECT_EQ(result->artifact(aad->parent).children, 4U);
  const Artifact* damaged = FindArtifact(*result, "b/Application.evtx");
  ASSERT_NE(damaged, nullptr);
  EXPECT_EQ(damaged->state, ArtifactState::kDamaged);
  EXPECT_LT(damaged->events, 400U);
  EXPECT_GT(damaged->damages, 0U);
  EXPECT_EQ(result->device.tenant_domain, "contoso.com");
  EXPECT_EQ(result->device.profile, "Standard");
  EXPECT_EQ(result->device.tenant_id, "11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(result->device.name, "PC-1");
}

TEST(Analyze, NamesOfOtherDevicesAreSaid) {
  const auto log = [](const std::string& channel,
                      const std::vector<std::string>& computers) {
    std::vector<Record> records = Records(computers.size());
    for (size_t i = 0; i < computers.size(); ++i) {
      records[i].computer = computers[i];
    }
    return Evtx(channel, records);
  };
  const TempFolder folder;
  const std::vector<std::string> paths = {
      // OOBE renamed the device; the earlier export knows the old name only.
      folder.Write("a.evtx", log("System", {"WIN-1", "WIN-1", "LAP-1"})),
      folder.Write("b.evtx", log("Application", {"WIN-1", "win-1"})),
      folder.Write("c.evtx", log("Security", {"LAP-2"}))};
  const auto all = Analyze(paths, ReadOnly());
  ASSERT_TRUE(all);
  EXPECT_EQ(all->device.name, "LAP-1");
  EXPECT_THAT(all->device.other_names, ElementsAre("LAP-2"));
  EXPECT_THAT(report::TriageText(*all, {}),
              testing::HasSubstr("computer name LAP-2"));
  const auto one = Analyze(std::span(paths).first(2), ReadOnly());
  ASSERT_TRUE(one);
  EXPECT_THAT(one->device.other_names, IsEmpty());
}

TEST(Analyze, SourceIdsAreIndicesAndEverythingIsSorted) {
  const TempFolder folder;
  WriteBundle(folder);
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result);
  const Case& the_case = *result;
  for (size_t i = 0; i < the_case.artifacts.size(); ++i) {
    EXPECT_EQ(the_case.artifacts[i].id.value, i);
    EXPECT_LT(the_case.artifacts[i].parent.value, the_case.artifacts.size());
  }
  EXPECT_TRUE(std::is_sorted(the_case.artifacts.begin(),
                             the_case.artifacts.end(),
                             [](const Artifact& a, const Artifact& b) {
                               return a.provenance < b.provenance;
                             }));
  EXPECT_TRUE(std::is_sorted(the_case.timeline.events().begin(),
                             the_case.timeline.events().end(), EventBefore));
  uint64_t events = 0;
  uint64_t facts = 0;
  uint64_t damages = 0;
  for (const Artifact& artifact : the_case.artifacts) {
    events += artifact.events + artifact.residue;
    facts += artifact.facts;
    damages += artifact.damages;
  }
  EXPECT_EQ(events,
            the_case.timeline.events().size() + the_case.duplicate_events);
  EXPECT_EQ(facts, the_case.timeline.facts().size());
  EXPECT_EQ(damages, the_case.damage.size());
  for (const Event& event : the_case.timeline.events()) {
    ASSERT_EQ(the_case.artifact(event.source).format, "evtx");
  }
}

TEST(Analyze, ALogCollectedTwiceIsKeptOnce) {
  // Records 1 to 3 here, 2 to 5 there: two are the same.
  const std::vector<Record> records = Records(5);
  const std::string zip = Zip(
      {{"a/System.evtx", Evtx("System", {records[0], records[1], records[2]})},
       {"b/System.evtx",
        Evtx("System", {records[1], records[2], records[3], records[4]})}});
  const auto result = Read("b.zip", zip);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->duplicate_events, 2U);
  std::vector<std::string> places;
  for (const Event& event : result->timeline.events()) {
    places.push_back(std::to_string(event.record) + "@" +
                     result->artifact(event.source).provenance.substr(6, 1));
  }
  EXPECT_THAT(places, ElementsAre("1@a", "2@a", "3@a", "4@b", "5@b"));
  // Each artifact still says what it held.
  EXPECT_EQ(FindArtifact(*result, "b.zip!a/System.evtx")->events, 3U);
  EXPECT_EQ(FindArtifact(*result, "b.zip!b/System.evtx")->events, 4U);
}

TEST(Analyze, TheNumberOfThreadsDoesNotMatter) {
  const TempFolder folder;
  WriteBundle(folder);
  Options options = ReadOnly();
  std::string first;
  for (const uint32_t threads : {1U, 2U, 8U}) {
    options.threads = threads;
    const auto result = Analyze(folder.Path("b"), options);
    ASSERT_TRUE(result);
    const std::string all = Describe(*result);
    if (first.empty()) first = all;
    EXPECT_TRUE(all == first) << threads << " threads give another result";
  }
}

TEST(Analyze, LimitsCutTheSameForAnyNumberOfThreads) {
  const TempFolder folder;
  WriteBundle(folder);
  for (int i = 0; i < 8; ++i) {
    folder.Write("b/z" + std::to_string(i) + ".zip",
                 Zip({{"1.txt", std::string(3000, 'a')},
                      {"2.txt", std::string(3000, 'b')}}));
  }
  Options options = ReadOnly();
  options.limits.total_bytes_out = 5'000'000;
  // Enough for the files of the folder, not for all members of the archives.
  options.limits.members = 15;
  options.limits.artifact_events = 120;
  std::string first;
  for (int round = 0; round < 4; ++round) {
    options.threads = round == 0 ? 1 : 8;
    const auto result = Analyze(folder.Path("b"), options);
    ASSERT_TRUE(result);
    const std::string all = Describe(*result);
    if (round == 0) {
      first = all;
      EXPECT_NE(all.find("limit exceeded: members"), std::string::npos);
    }
    EXPECT_TRUE(all == first) << "round " << round << " differs";
  }
}

TEST(Analyze, TheOrderOfPathsDoesNotMatter) {
  const TempFolder folder;
  WriteBundle(folder);
  std::vector<std::string> paths = {
      folder.Path("b/logs.zip"), folder.Path("b/d"),
      folder.Path("b/Application.evtx"), folder.Path("b/unknown.bin")};
  std::sort(paths.begin(), paths.end());
  std::string first;
  do {
    const auto result = Analyze(paths, ReadOnly());
    ASSERT_TRUE(result);
    const std::string all = Describe(*result);
    if (first.empty()) first = all;
    ASSERT_TRUE(all == first) << paths[0] << " first gives another result";
  } while (std::next_permutation(paths.begin(), paths.end()));
}

TEST(Analyze, MembersOfTheSameNameAreBothRead) {
  const auto result = Read(
      "b.zip",
      Zip({{"x.reg", RegistryDump("HKEY_LOCAL_MACHINE\\x", {{"a", "1"}})},
           {"x.reg", RegistryDump("HKEY_LOCAL_MACHINE\\x", {{"a", "2"}})}}));
  ASSERT_TRUE(result);
  ASSERT_THAT(result->artifacts, SizeIs(3));
  EXPECT_EQ(result->artifacts[1].provenance, "b.zip!x.reg");
  EXPECT_EQ(result->artifacts[2].provenance, "b.zip!x.reg");
  ASSERT_THAT(result->timeline.facts(), SizeIs(2));
  // In the order of the archive.
  EXPECT_EQ(result->timeline.facts()[0].data, "1");
  EXPECT_EQ(result->timeline.facts()[1].data, "2");
}

TEST(Analyze, AZipThatIsNoneIsRefusedAndTheRestIsRead) {
  const TempFolder folder;
  folder.Write("b/broken.zip", "PK\x03\x04 and nothing more");
  folder.Write("b/good.reg",
               RegistryDump("HKEY_LOCAL_MACHINE\\x", {{"a", "1"}}));
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result);
  const Artifact* broken = FindArtifact(*result, "b/broken.zip");
  ASSERT_NE(broken, nullptr);
  EXPECT_EQ(broken->format, "archive/zip");
  EXPECT_EQ(broken->state, ArtifactState::kRefused);
  EXPECT_GT(broken->damages, 0U);
  EXPECT_EQ(FindArtifact(*result, "b/good.reg")->state, ArtifactState::kWhole);
  EXPECT_THAT(result->timeline.facts(), SizeIs(1));
}

Record KernelGeneral(uint64_t id, const std::string& time, uint32_t event,
                     std::vector<std::pair<std::string, std::string>> fields) {
  Record record;
  record.id = id;
  record.time = time;
  record.event = event;
  record.provider = "Microsoft-Windows-Kernel-General";
  record.text_fields = std::move(fields);
  return record;
}

TEST(Analyze, CorrectsAStepOfTheClock) {
  const std::string day = "2024-07-23T";
  const auto result = Read(
      "System.evtx",
      Evtx("System",
           {KernelGeneral(1, day + "01:00:00Z", 12, {}),
            KernelGeneral(2, day + "01:05:00Z", 24, {{"CurrentBias", "480"}}),
            KernelGeneral(3, day + "10:10:00Z", 1,
                          {{"NewTime", day + "10:10:00.000Z"},
                           {"OldTime", day + "01:10:00.000Z"}})}));
  ASSERT_TRUE(result);
  ASSERT_THAT(result->clock.steps, SizeIs(1));
  std::vector<std::string> times;
  for (const Event& event : result->timeline.events()) {
    times.push_back(FormatUtc(event.corrected, 0).substr(11, 8));
  }
  EXPECT_THAT(times, ElementsAre("10:00:00", "10:05:00", "10:10:00"));
  // The era of the zone begins at the corrected time of its evidence.
  ASSERT_THAT(result->clock.zones, SizeIs(1));
  EXPECT_EQ(FormatUtc(result->clock.zones[0].from, 0), day + "10:05:00Z");
  EXPECT_EQ(result->clock.zones[0].offset_minutes, -480);
}

TEST(Analyze, ACaseOutlivesItsFilesAndMoves) {
  Case kept;
  {
    const TempFolder folder;
    WriteBundle(folder);
    auto result = Analyze(folder.Path("b"), ReadOnly());
    ASSERT_TRUE(result);
    kept = *std::move(result);
  }
  ASSERT_FALSE(kept.timeline.events().empty());
  for (const Event& event : kept.timeline.events()) {
    ASSERT_EQ(event.computer, "PC-1");
    ASSERT_NE(event.FindField("Text"), nullptr);
  }
}

TEST(Analyze, JudgesWithTheRulesItCarries) {
  const TempFolder folder;
  WriteBundle(folder);
  const auto judged = Analyze(folder.Path("b"));
  ASSERT_TRUE(judged);
  const auto read = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(read);
  EXPECT_THAT(read->findings, IsEmpty());
  EXPECT_TRUE(read->verdict.sentence.empty());
  EXPECT_FALSE(judged->verdict.sentence.empty());
  EXPECT_EQ(judged->artifacts.size(), read->artifacts.size());
}

}  // namespace
}  // namespace espial::api_test
