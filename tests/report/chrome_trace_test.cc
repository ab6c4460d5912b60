#include <espial/report/trace.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using Json = nlohmann::json;

Span MakeSpan(SpanKind kind, std::string name, std::string_view from,
              std::string_view to) {
  Span span;
  span.kind = kind;
  span.name = std::move(name);
  span.evidence = "a test";
  if (!from.empty()) span.from = At(from);
  if (!to.empty()) span.to = At(to);
  return span;
}

// Parses, and checks what holds for every trace.
Json Trace(const Case& the_case, TraceCounts* counts = nullptr) {
  std::string text;
  const TraceCounts found =
      WriteChromeTrace(the_case, [&](std::string_view piece) {
        text += piece;
        return true;
      });
  if (counts != nullptr) *counts = found;
  Json trace = Json::parse(text);
  std::set<std::pair<int, int>> named;
  std::set<int> processes;
  std::map<std::pair<int, int>, std::vector<std::pair<int64_t, int64_t>>>
      tracks;
  for (const Json& event : trace["traceEvents"]) {
    const std::pair<int, int> track = {event["pid"], event["tid"]};
    const std::string phase = event["ph"];
    if (phase == "M") {
      if (event["name"] == "process_name") processes.insert(track.first);
      if (event["name"] == "thread_name") named.insert(track);
      continue;
    }
    EXPECT_TRUE(phase == "X" || phase == "i") << phase;
    EXPECT_TRUE(named.count(track)) << event;
    EXPECT_TRUE(processes.count(track.first)) << event;
    EXPECT_TRUE(event["ts"].is_number_integer());
    EXPECT_TRUE(event["name"].is_string());
    EXPECT_TRUE(event["cat"].is_string());
    if (phase == "X") {
      EXPECT_GE(event["dur"], 0);
      const int64_t begin = event["ts"];
      const int64_t end = begin + event["dur"].get<int64_t>();
      // Each either lies within or behind all before it.
      for (const auto& [other_begin, other_end] : tracks[track]) {
        EXPECT_GE(begin, other_begin);
        EXPECT_TRUE(begin >= other_end || end <= other_end) << event;
      }
      tracks[track].push_back({begin, end});
    }
  }
  return trace;
}

std::vector<Json> Of(const Json& trace, std::string_view category) {
  std::vector<Json> events;
  for (const Json& event : trace["traceEvents"]) {
    if (event.contains("cat") && event["cat"] == category) {
      events.push_back(event);
    }
  }
  return events;
}

TEST(ChromeTraceTest, StepsAndFindings) {
  TraceCounts counts;
  const Json trace = Trace(FailedEnrolment(), &counts);
  const auto steps = Of(trace, "step");
  ASSERT_THAT(steps, SizeIs(2));
  EXPECT_EQ(steps[0]["name"], "Device setup");
  EXPECT_EQ(steps[0]["ts"], 1721729045000000);
  EXPECT_EQ(steps[0]["dur"], 245250000);
  EXPECT_EQ(steps[0]["args"]["step"], "user.device_setup");
  EXPECT_EQ(steps[1]["args"]["status"], "failed");
  const auto findings = Of(trace, "finding");
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0]["ph"], "i");
  EXPECT_EQ(findings[0]["ts"], 1721729340000000);
  EXPECT_EQ(findings[0]["args"]["code"], "HYB-001");
  EXPECT_EQ(counts.spans, 2U);
  EXPECT_EQ(counts.findings, 2U);
  EXPECT_EQ(counts.left_out, 0U);
}

TEST(ChromeTraceTest, OverlappingSessionsGetTracksOfTheirOwn) {
  Case the_case;
  the_case.spans = {
      MakeSpan(SpanKind::kBoot, "boot 1", "2024-07-23T10:00:00Z",
               "2024-07-23T11:00:00Z"),
      MakeSpan(SpanKind::kBoot, "boot 2", "2024-07-23T11:00:00Z",
               "2024-07-23T12:00:00Z"),
      MakeSpan(SpanKind::kUserSession, "a", "2024-07-23T10:00:00Z",
               "2024-07-23T10:30:00Z"),
      MakeSpan(SpanKind::kUserSession, "b", "2024-07-23T10:10:00Z",
               "2024-07-23T10:20:00Z"),
      MakeSpan(SpanKind::kUserSession, "c", "2024-07-23T10:20:00Z",
               "2024-07-23T10:40:00Z"),
  };
  const Json trace = Trace(the_case);
  const auto boots = Of(trace, "boot");
  ASSERT_THAT(boots, SizeIs(2));
  EXPECT_EQ(boots[0]["tid"], boots[1]["tid"]);
  const auto sessions = Of(trace, SpanKindName(SpanKind::kUserSession));
  ASSERT_THAT(sessions, SizeIs(3));
  EXPECT_EQ(sessions[0]["tid"], sessions[1]["tid"]);
  EXPECT_NE(sessions[0]["tid"], sessions[2]["tid"]);
}

TEST(ChromeTraceTest, UnknownEndsAreThoseOfTheCaseAndSaySo) {
  Case the_case;
  the_case.spans = {
      MakeSpan(SpanKind::kBoot, "boot 1", "", "2024-07-23T10:10:00Z"),
      MakeSpan(SpanKind::kPart, "user", "2024-07-23T10:05:00Z", ""),
      MakeSpan(SpanKind::kApp, "app", "", ""),
  };
  TraceCounts counts;
  const Json trace = Trace(the_case, &counts);
  EXPECT_EQ(counts.left_out, 1U);
  const auto boots = Of(trace, "boot");
  EXPECT_EQ(boots[0]["dur"], 300000000);
  EXPECT_EQ(boots[0]["args"]["begin"], "not known");
  const auto parts = Of(trace, SpanKindName(SpanKind::kPart));
  EXPECT_EQ(parts[0]["dur"], 300000000);
  EXPECT_EQ(parts[0]["args"]["end"], "not known");
}

TEST(ChromeTraceTest, AnEmptyCaseIsATrace) {
  const Json trace = Trace(Case());
  EXPECT_EQ(trace["displayTimeUnit"], "ms");
}

TEST(ChromeTraceTest, AnyNumberOfOverlapsIsBounded) {
  Case the_case;
  for (int i = 0; i < 200; ++i) {
    Span span = MakeSpan(SpanKind::kUserSession, "x", "2024-07-23T10:00:00Z",
                         "2024-07-23T11:00:00Z");
    span.from = AddTicks(*span.from, i * kTicksPerSecond);
    span.to = AddTicks(*span.to, i * kTicksPerSecond);
    the_case.spans.push_back(span);
  }
  TraceCounts counts;
  Trace(the_case, &counts);
  EXPECT_EQ(counts.spans, 64U);
  EXPECT_EQ(counts.left_out, 136U);
}

}  // namespace
}  // namespace espial::report
