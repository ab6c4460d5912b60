// Coverage that only the whole case can tell.
#include <espial/model/case.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace espial {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Ticks At(std::string_view time) {
  return ParseIso8601("2025-03-10T" + std::string(time) + "Z")->ticks;
}

class Bundle {
 public:
  SourceId Artifact(std::string provenance, std::string format,
                    SourceId parent) {
    espial::Artifact artifact;
    artifact.id = SourceId{static_cast<uint32_t>(the_case.artifacts.size())};
    artifact.parent = parent;
    artifact.provenance = std::move(provenance);
    artifact.format = std::move(format);
    the_case.artifacts.push_back(artifact);
    return artifact.id;
  }
  void Log(SourceId source, std::string_view channel,
           const std::vector<uint64_t>& records, TimeQuality quality) {
    Collector collector{Limits()};
    Coverage coverage;
    coverage.source = source;
    coverage.channel = channel;
    for (const uint64_t record : records) {
      Event event;
      event.time = {AddTicks(At("10:00:00"),
                             static_cast<int64_t>(record) * kTicksPerSecond),
                    quality,
                    {}};
      event.record = record;
      event.channel = channel;
      collector.OnEvent(event);
      if (coverage.events++ == 0) coverage.first_record = record;
      coverage.last_record = record;
    }
    coverage.missing_records =
        coverage.last_record - coverage.first_record + 1 - records.size();
    the_case.coverage.push_back(coverage);
    the_case.timeline.Add(std::move(collector), source);
  }
  void AddFact(SourceId source, std::string_view key, std::string_view name,
               std::string_view type, std::string_view data) {
    Collector collector{Limits()};
    Fact fact;
    fact.kind = FactKind::kCollection;
    fact.key = key;
    fact.name = name;
    fact.type = type;
    fact.data = data;
    fact.line = 7;
    collector.OnFact(fact);
    the_case.timeline.Add(std::move(collector), source);
  }
  void Complete() {
    the_case.timeline.Sort();
    CompleteCoverage(&the_case);
  }
  Case the_case;
};

TEST(CompleteCoverage, ListsHoles) {
  Bundle bundle;
  const SourceId log = bundle.Artifact("a.evtx", "evtx", SourceId{0});
  bundle.Log(log, "System", {3, 4, 8, 9, 11}, TimeQuality::kUtc);
  bundle.Complete();
  const Coverage& coverage = bundle.the_case.coverage[0];
  EXPECT_THAT(coverage.holes,
              ElementsAre(RecordRange{5, 7}, RecordRange{10, 10}));
  EXPECT_EQ(coverage.quality, TimeQuality::kUtc);
  EXPECT_FALSE(coverage.lines);
  EXPECT_FALSE(coverage.captured.has_value());
}

TEST(CompleteCoverage, BoundsTheListOfHoles) {
  Bundle bundle;
  const SourceId log = bundle.Artifact("a.evtx", "evtx", SourceId{0});
  std::vector<uint64_t> records;
  for (uint64_t i = 1; i <= 200; i += 2) records.push_back(i);
  bundle.Log(log, "System", records, TimeQuality::kUtc);
  bundle.Complete();
  const Coverage& coverage = bundle.the_case.coverage[0];
  EXPECT_EQ(coverage.holes.size(), kMostHoles);
  EXPECT_EQ(coverage.holes_left_out, 99 - kMostHoles);
}

TEST(CompleteCoverage, OfTextsIsThatOfTheirConvertedTimes) {
  Bundle bundle;
  const SourceId log = bundle.Artifact("a.log", "cmtrace", SourceId{0});
  bundle.Log(log, "Ime", {1, 2}, TimeQuality::kZone);
  bundle.the_case.coverage[0].first = At("19:00:01");
  bundle.Complete();
  const Coverage& coverage = bundle.the_case.coverage[0];
  EXPECT_TRUE(coverage.lines);
  EXPECT_EQ(coverage.quality, TimeQuality::kZone);
  EXPECT_EQ(coverage.first, At("10:00:01"));
  EXPECT_EQ(coverage.last, At("10:00:02"));
}

TEST(CompleteCoverage, KnowsWhenAnArchiveWasTakenAndWhatItLacks) {
  Bundle bundle;
  const SourceId cab = bundle.Artifact("a.cab", "archive/cab", SourceId{0});
  const SourceId log = bundle.Artifact(
      "a.cab!microsoft-windows-aad-operational.evtx", "evtx", cab);
  const SourceId footprint =
      bundle.Artifact("a.cab!FootPrint.txt", "collect/footprint", cab);
  bundle.Log(log, "Microsoft-Windows-AAD/Operational", {1}, TimeQuality::kUtc);
  bundle.AddFact(footprint, "start", "...", "info", "2025-03-10T11:00:00Z");
  bundle.AddFact(footprint, "directive", "C:\\x.log", "failed", "0x80070002");
  bundle.Complete();
  EXPECT_EQ(bundle.the_case.coverage[0].captured, At("11:00:00"));
  const std::vector<Absence>& absences = bundle.the_case.absences;
  ASSERT_FALSE(absences.empty());
  EXPECT_EQ(absences[0].kind, Absence::Kind::kFailed);
  EXPECT_EQ(absences[0].what, "C:\\x.log");
  EXPECT_EQ(absences[0].why, "0x80070002");
  EXPECT_EQ(absences[0].line, 7U);
  std::vector<std::string> expected;
  for (const Absence& absence : absences) {
    if (absence.kind == Absence::Kind::kExpected) {
      expected.push_back(absence.what);
    }
  }
  EXPECT_THAT(expected,
              testing::Contains("Microsoft-Windows-Shell-Core/Operational"));
  EXPECT_THAT(
      expected,
      testing::Not(testing::Contains("Microsoft-Windows-AAD/Operational")));
}

TEST(CompleteCoverage, ACollectionOfIntuneIsStampedInItsName) {
  Bundle bundle;
  const SourceId zip = bundle.Artifact("DiagLogs-PC1-20250310T110000Z.zip",
                                       "archive/zip", SourceId{0});
  const SourceId log = bundle.Artifact("x!a.evtx", "evtx", zip);
  bundle.Log(log, "System", {1}, TimeQuality::kUtc);
  bundle.Complete();
  EXPECT_EQ(bundle.the_case.coverage[0].captured, At("11:00:00"));
  EXPECT_THAT(bundle.the_case.absences, IsEmpty());
}

TEST(CompleteCoverage, AnEmptyCaseIsComplete) {
  Case the_case;
  CompleteCoverage(&the_case);
  EXPECT_THAT(the_case.absences, IsEmpty());
}

}  // namespace
}  // namespace espial
