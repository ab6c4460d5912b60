// Signatures over whole cases: the three values, coverage, evidence, order.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/rules/judge_support.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Detections bad (dm 1), good (dm 2) and other (aad 3).
const std::string kSections = R"(
detections:
  bad:
    logsource: { service: dm }
    detection: { s: { EventID: 1 }, condition: s }
  good:
    logsource: { service: dm }
    detection: { s: { EventID: 2 }, condition: s }
  other:
    logsource: { service: aad }
    detection: { s: { EventID: 3 }, condition: s }
  key:
    logsource: { category: registry_state }
    detection:
      s: { Key: 'HKLM\SOFTWARE\Test\Here', Name: Flag, Data: 1 }
      condition: s
  file:
    logsource: { category: json_state }
    detection:
      s: { File: Profile.json, Path: Mode, Data: 1 }
      condition: s
correlations:
  stuck:
    type: sequence
    boots: across
    steps: [ { rule: bad }, { rule: good, absent: true } ]
  waited:
    type: sequence
    boots: across
    steps: [ { rule: bad }, { rule: good, absent: true, within: 10m } ]
  then_other:
    type: sequence
    boots: across
    steps: [ { rule: bad }, { rule: other, within: 1m } ]
  many:
    type: event_count
    rules: [bad, other]
    timespan: 1m
    condition: { gte: 3 }
)";

Case Judged(const CaseBuilder& builder, const std::string& body) {
  return JudgedBy(builder, body, kSections);
}

Verity Result(const CaseBuilder& builder, const std::string& body) {
  return ResultOf(Judged(builder, body), "TST-001");
}

std::vector<std::string> Missing(const CaseBuilder& builder,
                                 const std::string& body) {
  const Case the_case = Judged(builder, body);
  const Finding* finding = FindFinding(the_case, "TST-001");
  return finding == nullptr ? std::vector<std::string>() : finding->missing;
}

CaseBuilder Both() { return CaseBuilder().Log(kDm).Log(kAad); }

TEST(SignatureTest, TheThreeValuesOfADetection) {
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1), "  when: bad\n"), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 9), "  when: bad\n"), kNo);
  // An empty log whose file name names the channel is covered.
  EXPECT_EQ(Result(Both(), "  when: bad\n"), kNo);
  EXPECT_EQ(Result(CaseBuilder().Log(kAad), "  when: bad\n"), kOpen);
  EXPECT_EQ(Result(CaseBuilder(), "  when: bad\n"), kOpen);
}

TEST(SignatureTest, WhatIsMissingIsNamed) {
  EXPECT_THAT(Missing(CaseBuilder(), "  when: bad\n"),
              ElementsAre("The DM/Admin log is not in the bundle."));
  EXPECT_THAT(Missing(Both().Add(kDm, 0, 9).Damaged(kDm), "  when: bad\n"),
              ElementsAre("The DM/Admin log is damaged (312 bytes lost)."));
  EXPECT_THAT(
      Missing(Both().Add(kAad, 0, 9).Add(kDm, 60, 9).Wrapped(kDm),
              "  when: bad\n"),
      ElementsAre("The DM/Admin log begins at 2025-03-01T08:01:00Z, after "
                  "other logs do."));
  EXPECT_THAT(
      Missing(Both().Add(kDm, 0, 9).DamagedContainer(70), "  when: bad\n"),
      ElementsAre(
          "The DM/Admin log comes out of bundle.cab, which is damaged."));
  EXPECT_THAT(Missing(CaseBuilder(), "  when: key\n"),
              ElementsAre("The registry dump is not in the bundle."));
  EXPECT_THAT(Missing(CaseBuilder(), "  when: file\n"),
              ElementsAre("Profile.json is not in the bundle."));
}

TEST(SignatureTest, AWrappedLogThatBeginsEarlyEnoughIsCovered) {
  EXPECT_EQ(Result(Both().Add(kDm, 0, 9).Add(kAad, 60, 9).Wrapped(kDm),
                   "  when: bad\n"),
            kNo);
}

// What a log of the case becomes when its coverage says so.
std::vector<std::string> MissingWhere(
    const CaseBuilder& builder, const std::function<void(Case*)>& change) {
  const RuleSet rules = MustLoad(
      {kServices, SignatureFile("TST-001", "  when: bad\n", kSections)});
  Case the_case = builder.Build();
  change(&the_case);
  rules.Judge(&the_case);
  const Finding* finding = FindFinding(the_case, "TST-001");
  return finding == nullptr ? std::vector<std::string>() : finding->missing;
}
Coverage& CoverageOf(Case* the_case, const std::string& channel) {
  for (Coverage& coverage : the_case->coverage) {
    if (coverage.channel == channel) return coverage;
  }
  return the_case->coverage.front();
}

TEST(SignatureTest, SixteenHoursDoNotProveAnAbsenceInTheSeventeenth) {
  constexpr int64_t kHour = 3600;
  // The log was copied after sixteen hours; the bundle was taken later.
  const CaseBuilder builder = Both()
                                  .Add(kDm, 0, 9)
                                  .Add(kDm, 16 * kHour, 9)
                                  .Add(kAad, 0, 9)
                                  .Add(kAad, 17 * kHour + 1800, 9);
  const auto copied = [](int64_t dm, int64_t all) {
    return [dm, all](Case* the_case) {
      const Ticks start = CoverageOf(the_case, kAad).first;
      CoverageOf(the_case, kDm).captured =
          AddTicks(start, dm * kHour * kTicksPerSecond);
      the_case->clock.captured = AddTicks(start, all * kHour * kTicksPerSecond);
    };
  };
  EXPECT_THAT(MissingWhere(builder, copied(16, 18)),
              ElementsAre("The DM/Admin log was copied at "
                          "2025-03-02T00:00:00Z, too early."));
  EXPECT_THAT(MissingWhere(builder, copied(18, 18)), testing::IsEmpty());
  // Sixteen hours that begin an hour late.
  EXPECT_THAT(Missing(Both()
                          .Add(kAad, 0, 9)
                          .Add(kDm, kHour, 9)
                          .Add(kDm, 17 * kHour, 9)
                          .Wrapped(kDm),
                      "  when: bad\n"),
              ElementsAre("The DM/Admin log begins at 2025-03-01T09:00:00Z, "
                          "after other logs do."));
}

TEST(SignatureTest, TheFirstLineOfATextIsNoBeginning) {
  const CaseBuilder builder = Both().Add(kAad, 0, 9).Add(kDm, 60, 9);
  EXPECT_THAT(MissingWhere(builder, [](Case*) {}), testing::IsEmpty());
  EXPECT_THAT(MissingWhere(builder,
                           [](Case* the_case) {
                             CoverageOf(the_case, kDm).lines = true;
                           }),
              ElementsAre("The DM/Admin log begins at 2025-03-01T08:01:00Z, "
                          "after other logs do."));
  EXPECT_THAT(
      MissingWhere(builder,
                   [](Case* the_case) {
                     Coverage& coverage = CoverageOf(the_case, kDm);
                     coverage.lines = true;
                     coverage.quality = TimeQuality::kAssumed;
                   }),
      ElementsAre("The DM/Admin log has local times, and nothing proves their "
                  "zone."));
}

TEST(SignatureTest, DamageDoesNotUndoWhatWasSeen) {
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Damaged(kDm), "  when: bad\n"), kYes);
}

TEST(SignatureTest, ResidueIsNeitherEvidenceNorCoverage) {
  CaseBuilder residue;
  residue.Log(kAad).Add(kDm, 0, 1, {}, RecordState::kResidue);
  EXPECT_NE(Result(residue, "  when: bad\n"), kYes);
}

TEST(SignatureTest, UnlessCancels) {
  const std::string body = "  when: bad\n  unless: other\n";
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1), body), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kAad, 1, 3), body), kNo);
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1), body), kOpen);
  EXPECT_THAT(Missing(CaseBuilder().Add(kDm, 0, 1), body),
              ElementsAre("The AAD/Operational log is not in the bundle."));
}

TEST(SignatureTest, OnlyWhatDecidesIsMissing) {
  // The damaged log does not matter once the other side of "or" is false.
  EXPECT_THAT(Missing(CaseBuilder().Log(kDm), "  when: bad or other\n"),
              ElementsAre("The AAD/Operational log is not in the bundle."));
  EXPECT_EQ(Result(CaseBuilder().Log(kDm), "  when: bad and other\n"), kNo);
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1), "  when: bad or other\n"),
            kYes);
}

TEST(SignatureTest, NeedsKeepFromSayingNo) {
  const std::string body =
      "  when: bad\n  needs: [ { channel: Security }, { any: [ { registry: "
      "true }, { json: Profile.json } ] } ]\n";
  EXPECT_THAT(Missing(Both(), body),
              ElementsAre("Profile.json is not in the bundle.",
                          "The Security log is not in the bundle.",
                          "The registry dump is not in the bundle."));
  EXPECT_THAT(Missing(Both().Registry("", "", ""), body),
              ElementsAre("The Security log is not in the bundle."));
  EXPECT_EQ(Result(Both().Registry("", "", "").Log("Security"), body), kNo);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1), body), kYes);
}

TEST(SignatureTest, RegistryAndJson) {
  EXPECT_EQ(Result(CaseBuilder().Registry("HKEY_LOCAL_MACHINE\\SOFTWARE\\Test"
                                          "\\Here",
                                          "flag", "1"),
                   "  when: key\n"),
            kYes);
  EXPECT_EQ(Result(CaseBuilder().Registry("", "", ""), "  when: key\n"), kNo);
  EXPECT_EQ(
      Result(CaseBuilder().Json("Profile.json", "Mode", "1"), "  when: file\n"),
      kYes);
  EXPECT_EQ(
      Result(CaseBuilder().Json("Profile.json", "Mode", "0"), "  when: file\n"),
      kNo);
}

TEST(SignatureTest, AnUndecidedOneNeedsASuspicion) {
  const std::string body = "  when: bad\n  suspect: other\n";
  EXPECT_EQ(Result(CaseBuilder().Log(kAad), body), kNo);
  EXPECT_EQ(Result(CaseBuilder().Add(kAad, 0, 3), body), kOpen);
  // Nor does it count where the log of the suspicion is missing.
  EXPECT_EQ(Result(CaseBuilder(), body), kNo);
  // What is proven needs none.
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1), body), kYes);
}

TEST(SignatureTest, OutputOfCommands) {
  const std::string sections = R"(
detections:
  joined:
    logsource: { category: output_state }
    detection:
      s: { Key: 'tool /status', Name: Device/Joined, Data: 'NO' }
      condition: s
  report:
    logsource: { category: xml_state }
    detection:
      s: { Key: Report.xml, Name: A/B, Data: 1 }
      condition: s
)";
  const auto judge = [&](const CaseBuilder& builder, const std::string& body) {
    const RuleSet rules =
        MustLoad({kServices, SignatureFile("TST-001", body, sections)});
    Case the_case = builder.Build();
    rules.Judge(&the_case);
    const Finding* finding = FindFinding(the_case, "TST-001");
    return finding == nullptr || finding->missing.empty()
               ? std::string(VerityName(ResultOf(the_case, "TST-001")))
               : finding->missing[0];
  };
  const auto output = [](const std::string& data) {
    return CaseBuilder().AddFact(FactKind::kOutput, "tool /status",
                                 "Device/Joined", data);
  };
  EXPECT_EQ(judge(output("NO"), "  when: joined\n"), "matched");
  EXPECT_EQ(judge(output("YES"), "  when: joined\n"), "not_matched");
  EXPECT_EQ(judge(CaseBuilder(), "  when: joined\n"),
            "The output of tool /status is not in the bundle.");
  // A JSON or XML fact of that name is none of a command.
  EXPECT_EQ(judge(CaseBuilder().AddFact(FactKind::kXml, "tool /status",
                                        "Device/Joined", "NO"),
                  "  when: joined\n"),
            "not_matched");
  EXPECT_EQ(
      judge(CaseBuilder().AddFact(FactKind::kXml, "x/Report.xml", "A/B", "1"),
            "  when: report\n"),
      "matched");
  EXPECT_EQ(judge(CaseBuilder(), "  when: report\n"),
            "The output of Report.xml is not in the bundle.");
}

TEST(SequenceSignatureTest, AbsenceToTheEndOfTheLogs) {
  const std::string body = "  when: stuck\n";
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1), body), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kDm, 5, 2), body), kNo);
  EXPECT_EQ(Result(Both().Add(kDm, 5, 2).Add(kDm, 9, 1), body), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Damaged(kDm), body), kOpen);
  EXPECT_EQ(Result(CaseBuilder().Log(kAad), body), kOpen);
  EXPECT_EQ(Result(Both(), body), kNo);
}

TEST(SequenceSignatureTest, AbsenceWithinATime) {
  const std::string body = "  when: waited\n";
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kAad, 601, 9), body), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kDm, 601, 2), body), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kDm, 600, 2), body), kNo);
  EXPECT_THAT(Missing(Both().Add(kDm, 0, 1).Add(kAad, 300, 9), body),
              ElementsAre(HasSubstr("The logs end at 2025-03-01T08:05:00Z")));
}

TEST(SequenceSignatureTest, PresenceAcrossLogs) {
  const std::string body = "  when: then_other\n";
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kAad, 60, 3), body), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kAad, 61, 3), body), kNo);
  EXPECT_EQ(Result(Both().Add(kDm, 5, 1).Add(kAad, 0, 3), body), kNo);
  EXPECT_THAT(Missing(Both().Add(kDm, 5, 1).Add(kAad, 5, 3), body),
              ElementsAre(HasSubstr("at the same time")));
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1), body), kOpen);
  // One step surely never occurred, so the other log does not matter.
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 9), body), kNo);
}

TEST(CountSignatureTest, CountsOverRules) {
  const std::string body = "  when: many\n";
  CaseBuilder three = Both().Add(kDm, 0, 1).Add(kDm, 30, 1).Add(kAad, 60, 3);
  EXPECT_EQ(Result(three, body), kYes);
  EXPECT_EQ(
      Result(Both().Add(kDm, 0, 1).Add(kDm, 30, 1).Add(kAad, 61, 3), body),
      kNo);
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1), body), kOpen);
}

TEST(FindingTest, EvidencePointsAtRecords) {
  CaseBuilder builder = Both();
  for (int i = 0; i < 25; ++i) {
    builder.Add(kDm, i, 1, {{"HRESULT", "0x80070774"}, {"Name", "n"}});
  }
  builder.Add(kAad, 100, 3);
  const RuleSet rules = MustLoad(
      {kServices,
       {"catalog/errorcodes.csv",
        "code,symbol,area,meaning,advice\n0x80070774,NO_DC,domain,No domain "
        "controller.,Check.\n"},
       {"catalog/events.csv",
        "provider,guid,channel,id,version,level,fields,title\n"
        "Microsoft-Windows-DM,,Microsoft-Windows-DM/Admin,1,0,Error,,Join "
        "failed\n"},
       SignatureFile("TST-001",
                     "  when: bad and other\n  evidence: [hresult]\n",
                     kSections)});
  Case the_case = builder.Build();
  rules.Judge(&the_case);
  const Finding* finding = FindFinding(the_case, "TST-001");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 26U);
  ASSERT_EQ(finding->evidence.size(), 10U);
  EXPECT_EQ(finding->evidence[0].record, 1U);
  EXPECT_EQ(finding->evidence[0].text,
            "Join failed: HRESULT=0x80070774 (NO_DC)");
  // Every detection that speaks for it is shown.
  EXPECT_EQ(finding->evidence[9].text, "Microsoft-Windows-AAD 3");
  EXPECT_EQ(the_case.artifact(finding->evidence[9].source).provenance,
            "bundle.cab!Microsoft-Windows-AAD-Operational.evtx");
  EXPECT_EQ(finding->first.ticks, At(0));
  EXPECT_EQ(finding->last.ticks, At(100));
}

TEST(FindingTest, ConfidenceIsTheFirstTrueCase) {
  const std::string body =
      "  confidence: [ { when: other, is: high }, { is: low } ]\n  when: bad\n";
  const Case with = Judged(Both().Add(kDm, 0, 1).Add(kAad, 0, 3), body);
  EXPECT_EQ(with.findings[0].confidence, Confidence::kHigh);
  const Case without = Judged(CaseBuilder().Add(kDm, 0, 1), body);
  EXPECT_EQ(without.findings[0].confidence, Confidence::kLow);
}

// Signatures A-001 ... that match dm event 1 ... with what they explain.
RuleFile Simple(const std::string& code, uint32_t id,
                const std::string& more = "") {
  return SignatureFile(code, "  when: d\n" + more,
                       "detections:\n  d:\n    logsource: { service: dm }\n    "
                       "detection: { s: { EventID: " +
                           std::to_string(id) + " }, condition: s }\n");
}

std::vector<std::string> Codes(const Case& the_case) {
  std::vector<std::string> out;
  for (const Finding& finding : the_case.findings) out.push_back(finding.code);
  return out;
}

TEST(FindingTest, RootsFirstAndSymptomsBehindThem) {
  const RuleSet rules = MustLoad(
      {kServices, Simple("AA-001", 1),
       Simple("AA-002", 2, "  severity: info\n"),
       Simple("AA-003", 3, "  explains: [AA-001, AA-004]\n"),
       Simple("AA-004", 4, "  explains: [AA-005]\n"), Simple("AA-005", 5),
       Simple("AA-006", 6, "  confidence: low\n"),
       SignatureFile("AA-000", "  when: x\n",
                     "detections: { x: { logsource: { service: aad }, "
                     "detection: { s: { EventID: 1 }, condition: s } } }\n")});
  CaseBuilder builder;
  builder.Add(kDm, 10, 3).Add(kDm, 11, 1).Add(kDm, 12, 4).Add(kDm, 13, 5);
  builder.Add(kDm, 1, 2).Add(kDm, 2, 6);
  Case the_case = builder.Build();
  rules.Judge(&the_case);
  EXPECT_THAT(Codes(the_case),
              ElementsAre("AA-003", "AA-001", "AA-004", "AA-005", "AA-006",
                          "AA-002", "AA-000"));
  EXPECT_THAT(the_case.verdict.roots,
              ElementsAre("AA-003", "AA-006", "AA-002"));
  EXPECT_THAT(FindFinding(the_case, "AA-003")->explains,
              ElementsAre("AA-001", "AA-004"));
  EXPECT_THAT(FindFinding(the_case, "AA-005")->explained_by,
              ElementsAre("AA-004"));
}

TEST(FindingTest, ACauseDoesNotBeginBehindItsSymptom) {
  const RuleSet rules =
      MustLoad({kServices, Simple("AA-001", 1, "  explains: [AA-002]\n"),
                Simple("AA-002", 2)});
  Case the_case = CaseBuilder().Add(kDm, 5, 2).Add(kDm, 6, 1).Build();
  rules.Judge(&the_case);
  EXPECT_THAT(FindFinding(the_case, "AA-002")->explained_by, IsEmpty());
}

TEST(FindingTest, CirclesOfExplanationsAreRefused) {
  std::vector<Diagnostic> diagnostics;
  const std::vector<RuleFile> files = {
      kServices, Simple("AA-001", 1, "  explains: [AA-002]\n"),
      Simple("AA-002", 2, "  explains: [AA-003]\n"),
      Simple("AA-003", 3, "  explains: [AA-001]\n"),
      Simple("AA-004", 4, "  explains: [AA-004]\n")};
  EXPECT_FALSE(RuleSet::Load(files, &diagnostics));
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(diagnostics[0].code, "E021");
  EXPECT_THAT(diagnostics[0].message,
              HasSubstr("AA-001 -> AA-002 -> AA-003 -> AA-001"));
  EXPECT_THAT(diagnostics[1].message, HasSubstr("AA-004 -> AA-004"));
}

// Less input may leave more open; it must never find something new.
TEST(PropertyTest, TruncationInventsNothing) {
  const std::vector<std::string> conditions = {"bad",
                                               "not bad",
                                               "bad and not good",
                                               "stuck",
                                               "waited",
                                               "then_other",
                                               "many",
                                               "not many",
                                               "other or not good",
                                               "not then_other and bad",
                                               "stuck and not other",
                                               "not (bad or other)"};
  std::vector<RuleFile> files = {kServices};
  for (size_t i = 0; i < conditions.size(); ++i) {
    files.push_back(SignatureFile("TST-0" + std::to_string(10 + i),
                                  "  when: " + conditions[i] + "\n",
                                  kSections));
  }
  const RuleSet rules = MustLoad(files);
  std::mt19937 random(11);
  const auto matched = [&](const CaseBuilder& builder) {
    Case the_case = builder.Build();
    rules.Judge(&the_case);
    std::set<std::string> out;
    for (const Finding& finding : the_case.findings) {
      if (finding.result == kYes) out.insert(finding.code);
    }
    return out;
  };
  size_t total = 0;
  for (int round = 0; round < 200; ++round) {
    struct Item {
      int64_t seconds;
      uint32_t id;
    };
    std::vector<Item> dm;
    std::vector<Item> aad;
    const auto fill = [&](std::vector<Item>* log) {
      const uint64_t count = random() % 6;
      int64_t time = static_cast<int64_t>(random() % 30);
      for (uint64_t i = 0; i < count; ++i) {
        log->push_back({time, 1 + static_cast<uint32_t>(random() % 3)});
        time += static_cast<int64_t>(random() % 400);
      }
    };
    fill(&dm);
    fill(&aad);
    const auto build = [&](size_t keep_dm, size_t keep_aad, bool has_aad) {
      CaseBuilder builder;
      builder.Log(kDm);
      for (size_t i = 0; i < keep_dm; ++i) {
        builder.Add(kDm, dm[i].seconds, dm[i].id);
      }
      if (keep_dm < dm.size()) builder.Damaged(kDm);
      if (has_aad) {
        builder.Log(kAad);
        for (size_t i = 0; i < keep_aad; ++i) {
          builder.Add(kAad, aad[i].seconds, aad[i].id);
        }
        if (keep_aad < aad.size()) builder.Damaged(kAad);
      }
      return builder;
    };
    const auto whole = matched(build(dm.size(), aad.size(), true));
    total += whole.size();
    for (size_t d = 0; d <= dm.size(); ++d) {
      for (size_t a = 0; a <= aad.size(); ++a) {
        for (const bool has_aad : {true, false}) {
          for (const std::string& code : matched(build(d, a, has_aad))) {
            EXPECT_TRUE(whole.contains(code))
                << code << " in round " << round << " at " << d << "," << a;
          }
        }
      }
    }
  }
  EXPECT_GT(total, 300U);
}

TEST(PropertyTest, TheOrderOfFilesDoesNotMatter) {
  std::vector<RuleFile> files = {kServices, Simple("AA-001", 1),
                                 Simple("AA-002", 2), Simple("AA-003", 3)};
  const CaseBuilder builder =
      CaseBuilder().Add(kDm, 0, 3).Add(kDm, 1, 2).Add(kDm, 2, 1);
  Case first = builder.Build();
  MustLoad(files).Judge(&first);
  std::reverse(files.begin(), files.end());
  Case second = builder.Build();
  MustLoad(files).Judge(&second);
  EXPECT_EQ(Codes(first), Codes(second));
  EXPECT_EQ(first.verdict.sentence, second.verdict.sentence);
}

}  // namespace
}  // namespace espial::rules
