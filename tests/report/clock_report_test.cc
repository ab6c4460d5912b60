// What espial clock and espial coverage print.
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ClockReport, SaysThatNothingProvesTheZone) {
  const std::string text = ClockText(Case(), {});
  EXPECT_THAT(text, HasSubstr("Nothing in the bundle proves"));
  EXPECT_TRUE(text.ends_with("\n"));
  EXPECT_FALSE(text.ends_with("\n\n"));
}

Case Told() {
  Case the_case;
  Clock& clock = the_case.clock;
  clock.zones = {ZoneOf(At("2024-07-23T08:00:00Z"), -480, "trace header"),
                 ZoneOf(At("2024-07-23T09:00:00Z"), 60, "EventLog 6013")};
  clock.zones[0].proven_until = At("2024-07-23T08:30:00Z");
  ZoneEvidence evidence;
  evidence.what = "registry \x1b[31mTimeZoneInformation";
  evidence.says = "+02:00";
  evidence.why_not = "EventLog 6013 says +01:00";
  clock.evidence = {evidence};
  clock.events[static_cast<size_t>(TimeQuality::kAssumed)] = 3;
  LocalLog log;
  log.channel = "Ime";
  log.converted = 4;
  log.ambiguous = 2;
  clock.local_logs = {log};
  Span span;
  span.kind = SpanKind::kEspCategory;
  span.name = "Device setup";
  span.from = At("2024-07-23T09:00:00Z");
  span.to = At("2024-07-23T09:01:00Z");
  span.stepped = true;
  span.evidence = "x";
  the_case.spans = {span};
  return the_case;
}

TEST(ClockReport, ShowsErasEvidenceAndWhatStaysAssumed) {
  TextOptions options;
  options.width = 0;
  const std::string text = ClockText(Told(), options);
  EXPECT_THAT(text, HasSubstr("-08:00 from the beginning (trace header)"));
  EXPECT_THAT(text, HasSubstr("+01:00 at the latest since"));
  EXPECT_THAT(text, HasSubstr("not used, EventLog 6013 says +01:00"));
  EXPECT_THAT(text, HasSubstr("3 events: assumed"));
  EXPECT_THAT(text, HasSubstr("4 lines converted, 2 assumed: two zones fit"));
  EXPECT_THAT(text, HasSubstr("1m 00s corrected for a step of the clock"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ClockReport, IsJsonAsWell) {
  const auto json = nlohmann::json::parse(ClockJson(Told()));
  EXPECT_EQ(json["schema"], "espial.clock/1");
  EXPECT_EQ(json["zones"][1]["offset_minutes"], 60);
  EXPECT_EQ(json["zones"][1]["daylight_offset_minutes"], nullptr);
  EXPECT_EQ(json["events"]["assumed"], 3);
  EXPECT_EQ(json["evidence"][0]["used"], false);
  EXPECT_EQ(json["spans"][0]["kind"], "ESP category");
  EXPECT_EQ(json["spans"][0]["corrected_for_steps"], true);
}

TEST(CoverageReport, ShowsHolesAndAbsences) {
  CaseBuilder builder;
  const SourceId log = builder.AddArtifact("a.evtx", "evtx");
  Coverage& coverage = builder.AddCoverage(
      log, "System", 5, "2024-07-23T08:00:00Z", "2024-07-23T09:00:00Z");
  coverage.quality = TimeQuality::kUtc;
  coverage.first_record = 3;
  coverage.last_record = 12;
  coverage.missing_records = 5;
  coverage.holes = {{4, 7}, {9, 9}};
  coverage.starts_late = true;
  coverage.captured = At("2024-07-23T10:00:00Z");
  Case the_case = std::move(builder).Build();
  the_case.absences = {
      {Absence::Kind::kFailed, "C:\\x.log", "0x80070002", log, 7},
      {Absence::Kind::kExpected, "MDMDiagReport.xml", "usual", log, 0}};
  TextOptions options;
  options.width = 0;
  const std::string text = CoverageText(the_case, options);
  EXPECT_THAT(text, HasSubstr("records 3 to 12, 5 records missing (4-7, 9)"));
  EXPECT_THAT(text, HasSubstr("begins late: wrapped or cleared"));
  EXPECT_THAT(text, HasSubstr("copied at 2024-07-23 10:00:00Z"));
  EXPECT_THAT(text, HasSubstr("C:\\x.log: 0x80070002 (a.evtx, line 7)"));
  EXPECT_THAT(text, HasSubstr("MDMDiagReport.xml"));
  const auto json = nlohmann::json::parse(CoverageJson(the_case));
  EXPECT_EQ(json["logs"][0]["holes"][0]["last"], 7);
  EXPECT_EQ(json["absent"][0]["kind"], "failed");
}

}  // namespace
}  // namespace espial::report
