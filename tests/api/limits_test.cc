// Every limit, hit through the front door. Each must leave its damage, and
// what lies within the limit must still be read.
#include <espial/espial.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/api/bundle.h"

namespace espial::api_test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Result<Case> Read(std::string_view name, std::string_view content,
                  const Limits& limits) {
  Options options = ReadOnly();
  options.limits = limits;
  const Bytes bytes = AsBytes(content);
  return AnalyzeBytes(std::string(name), {bytes.begin(), bytes.end()}, options);
}

TEST(LimitNesting, ContainersBelowItAreListedAndNotOpened) {
  Limits limits;
  limits.nesting = 3;
  // The bundle is depth 0, so four containers fit.
  const auto whole = Read("b.zip", NestedZip(4, "text"), limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());
  EXPECT_NE(FindArtifact(*whole, "b.zip!z.zip!z.zip!z.zip!inner.txt"), nullptr);

  const auto deep = Read("b.zip", NestedZip(5, "text"), limits);
  ASSERT_TRUE(deep);
  EXPECT_THAT(DamageLines(*deep),
              testing::ElementsAre(
                  "b.zip!z.zip!z.zip!z.zip!z.zip: limit exceeded: nesting of "
                  "containers at offset 0: limit 3, this is at 4"));
  const Artifact* refused =
      FindArtifact(*deep, "b.zip!z.zip!z.zip!z.zip!z.zip");
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->state, ArtifactState::kRefused);
  EXPECT_EQ(refused->format, "archive/zip");
  EXPECT_EQ(refused->depth, 4U);
  EXPECT_EQ(refused->children, 0U);
}

TEST(LimitNesting, TheDefaultIsEight) {
  const auto whole = Read("b.zip", NestedZip(9, "text"), {});
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());
  const auto deep = Read("b.zip", NestedZip(10, "text"), {});
  ASSERT_TRUE(deep);
  EXPECT_THAT(DamageLines(*deep), Contains(HasSubstr("limit 8, this is at 9")));
}

TEST(LimitMembers, CountsOverAllContainers) {
  const std::string inner = Zip({{"1.txt", "a"}, {"2.txt", "b"}});
  const std::string outer = Zip({{"x.zip", inner}, {"y.zip", inner}});
  Limits limits;
  limits.members = 6;
  const auto whole = Read("b.zip", outer, limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());
  EXPECT_THAT(whole->artifacts, SizeIs(7));

  limits.members = 5;
  const auto cut = Read("b.zip", outer, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(DamageLines(*cut),
              testing::ElementsAre(AllOf(
                  HasSubstr("b.zip!y.zip: limit exceeded: members"),
                  HasSubstr("limit 5 over all containers; 1 members of this "
                            "one were not read"))));
  EXPECT_NE(FindArtifact(*cut, "b.zip!y.zip!1.txt"), nullptr);
  EXPECT_EQ(FindArtifact(*cut, "b.zip!y.zip!2.txt"), nullptr);
  EXPECT_EQ(FindArtifact(*cut, "b.zip!y.zip")->state, ArtifactState::kDamaged);
}

TEST(LimitTotalBytes, CountsOverAllContainers) {
  const std::string text(600, 't');
  const std::string inner = Zip({{"1.txt", text}, {"2.txt", text}});
  Limits limits;
  limits.total_bytes_out = inner.size() + 1200;
  const std::string outer = Zip({{"x.zip", inner}});
  const auto whole = Read("b.zip", outer, limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());

  limits.total_bytes_out -= 1;
  const auto cut = Read("b.zip", outer, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(
      DamageLines(*cut),
      testing::ElementsAre(AllOf(
          HasSubstr("b.zip!x.zip: limit exceeded: "), HasSubstr("2.txt"),
          HasSubstr("all containers together yield more than the limit of " +
                    std::to_string(limits.total_bytes_out) + " bytes"))));
  const Artifact* second = FindArtifact(*cut, "b.zip!x.zip!2.txt");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->state, ArtifactState::kRefused);
  EXPECT_EQ(FindArtifact(*cut, "b.zip!x.zip!1.txt")->size, 600U);
}

TEST(LimitMemberBytes, RefusesTheLargeMemberAlone) {
  const std::string zip = Zip({{"small.txt", std::string(1000, 's')},
                               {"large.txt", std::string(1001, 'l')},
                               {"tail.txt", "t"}});
  Limits limits;
  limits.member_bytes = 1001;
  const auto whole = Read("b.zip", zip, limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());

  limits.member_bytes = 1000;
  const auto cut = Read("b.zip", zip, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(DamageLines(*cut),
              testing::ElementsAre(AllOf(
                  HasSubstr("b.zip: limit exceeded: "), HasSubstr("large.txt"),
                  HasSubstr("member is larger than the limit of 1000 bytes"))));
  EXPECT_EQ(FindArtifact(*cut, "b.zip!large.txt")->state,
            ArtifactState::kRefused);
  EXPECT_EQ(FindArtifact(*cut, "b.zip!small.txt")->size, 1000U);
  EXPECT_EQ(FindArtifact(*cut, "b.zip!tail.txt")->size, 1U);
}

TEST(LimitRatio, RefusesBombsBeyondTheFreeBytes) {
  const std::string zip = Zip(
      {{"bomb.txt", std::string(400'000, '\0')}, {"good.txt", "some text"}});
  Limits limits;
  limits.ratio = 100;
  limits.ratio_free_bytes = 400'000;
  const auto free = Read("b.zip", zip, limits);
  ASSERT_TRUE(free);
  EXPECT_THAT(DamageLines(*free), IsEmpty());

  limits.ratio_free_bytes = 399'999;
  const auto cut = Read("b.zip", zip, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(DamageLines(*cut),
              testing::ElementsAre(
                  AllOf(HasSubstr("b.zip: limit exceeded: "),
                        HasSubstr("bomb.txt"), HasSubstr("packed bytes"),
                        HasSubstr("limit 100:1 beyond 399999 bytes"))));
  EXPECT_EQ(FindArtifact(*cut, "b.zip!bomb.txt")->state,
            ArtifactState::kRefused);
  EXPECT_EQ(FindArtifact(*cut, "b.zip!good.txt")->size, 9U);
}

TEST(LimitOverlap, MembersThatShareBytesAreRefused) {
  std::string zip = Zip({{"one.txt", "first"}, {"two.txt", "other"}});
  // The second entry of the directory is pointed at the first local header.
  const size_t first = zip.find("PK\x01\x02");
  ASSERT_NE(first, std::string::npos);
  const size_t second = zip.find("PK\x01\x02", first + 4);
  ASSERT_NE(second, std::string::npos);
  for (size_t i = 0; i < 4; ++i) zip[second + 42 + i] = '\0';
  const auto result = Read("b.zip", zip, {});
  ASSERT_TRUE(result);
  EXPECT_THAT(DamageLines(*result),
              Contains(AllOf(HasSubstr("limit exceeded: overlapping members"),
                             HasSubstr("both are refused"))));
  EXPECT_EQ(FindArtifact(*result, "b.zip!one.txt")->state,
            ArtifactState::kRefused);
  EXPECT_EQ(FindArtifact(*result, "b.zip!two.txt")->state,
            ArtifactState::kRefused);
}

TEST(LimitEvents, CutsTheArtifactAndSaysSo) {
  Limits limits;
  limits.artifact_events = 10;
  const auto whole = Read("System.evtx", Evtx("System", Records(10)), limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());
  EXPECT_EQ(whole->artifacts[0].state, ArtifactState::kWhole);

  const auto cut = Read("System.evtx", Evtx("System", Records(13)), limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->timeline.events(), SizeIs(10));
  EXPECT_THAT(DamageLines(*cut),
              testing::ElementsAre(
                  "System.evtx: limit exceeded: events of one artifact at "
                  "offset 0: limit 10, left out 3"));
  // What was left out may be what a signature looks for.
  EXPECT_EQ(cut->artifacts[0].state, ArtifactState::kDamaged);
  ASSERT_THAT(cut->coverage, SizeIs(1));
  EXPECT_TRUE(cut->coverage[0].damaged);
}

TEST(LimitFacts, CutsTheArtifactAndSaysSo) {
  const std::string dump = RegistryDump("HKEY_LOCAL_MACHINE\\x",
                                        {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  Limits limits;
  limits.artifact_facts = 3;
  const auto whole = Read("d.reg", dump, limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());
  limits.artifact_facts = 2;
  const auto cut = Read("d.reg", dump, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->timeline.facts(), SizeIs(2));
  EXPECT_THAT(DamageLines(*cut),
              testing::ElementsAre(
                  "d.reg: limit exceeded: facts of one artifact at offset 0: "
                  "limit 2, left out 1"));
  EXPECT_EQ(cut->artifacts[0].state, ArtifactState::kDamaged);
}

TEST(LimitDamages, SumsUpTheRest) {
  // Strings that the next key cuts: one damage each.
  std::string dump = RegistryDump("HKEY_LOCAL_MACHINE\\x", {{"a", "1"}});
  for (int i = 0; i < 9; ++i) {
    dump += "[HKEY_LOCAL_MACHINE\\k" + std::to_string(i) +
            "]\r\n    \"v\"=DWORD:zz\r\n\r\n";
  }
  const auto all = Read("d.reg", dump, {});
  ASSERT_TRUE(all);
  const size_t count = all->damage.size();
  ASSERT_GE(count, 5U);
  Limits limits;
  limits.artifact_damages = 4;
  const auto cut = Read("d.reg", dump, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->damage, SizeIs(5));
  EXPECT_THAT(DamageLines(*cut),
              Contains("d.reg: limit exceeded: damage entries of one artifact "
                       "at offset 0: limit 4, " +
                       std::to_string(count - 4) + " more not listed"));
}

TEST(LimitJsonDepth, IsReported) {
  const auto nested = [](int depth) {
    std::string json = "{\"CloudAssignedTenantDomain\":\"contoso.com\",\"a\":";
    for (int i = 0; i < depth; ++i) json += "[";
    json += "1";
    for (int i = 0; i < depth; ++i) json += "]";
    return json + "}";
  };
  Limits limits;
  limits.json_depth = 10;
  const auto whole = Read("a.json", nested(5), limits);
  ASSERT_TRUE(whole);
  EXPECT_THAT(DamageLines(*whole), IsEmpty());
  const auto cut = Read("a.json", nested(50), limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(
      DamageLines(*cut),
      Contains(AllOf(HasSubstr("a.json: limit exceeded: "), HasSubstr("10"))));
  // A document of a hundred thousand brackets must not exhaust the stack.
  const auto bomb = Read("a.json", nested(100'000), {});
  ASSERT_TRUE(bomb);
  EXPECT_THAT(DamageLines(*bomb), Contains(HasSubstr("limit exceeded: ")));
}

TEST(LimitTextValue, IsReported) {
  const std::string dump = RegistryDump(
      "HKEY_LOCAL_MACHINE\\x",
      {{"short", "s"}, {"long", std::string(5000, 'l')}, {"last", "z"}});
  Limits limits;
  limits.text_value_bytes = 1000;
  limits.text_line_bytes = 1000;
  const auto cut = Read("d.reg", dump, limits);
  ASSERT_TRUE(cut);
  EXPECT_THAT(
      DamageLines(*cut),
      Contains(AllOf(HasSubstr("d.reg: limit exceeded: "), HasSubstr("1000"))));
  EXPECT_EQ(cut->artifacts[0].state, ArtifactState::kDamaged);
  std::vector<std::string> names;
  for (const Fact& fact : cut->timeline.facts()) names.emplace_back(fact.name);
  EXPECT_THAT(names, AllOf(Contains("short"), Contains("last"),
                           testing::Not(Contains("long"))));
}

TEST(LimitClockSteps, IsReported) {
  std::vector<Record> records = Records(kMostClockSteps + 2);
  for (size_t i = 0; i < records.size(); ++i) {
    Record& record = records[i];
    record.provider = "Microsoft-Windows-Kernel-General";
    record.event = 1;
    record.text_fields = {{"NewTime", record.time},
                          {"OldTime", "2024-07-23T09:00:00Z"}};
  }
  const auto result = Read("System.evtx", Evtx("System", records), {});
  ASSERT_TRUE(result);
  EXPECT_THAT(result->clock.steps, SizeIs(kMostClockSteps));
  EXPECT_THAT(DamageLines(*result),
              testing::ElementsAre(
                  "System.evtx: limit exceeded: clock steps at offset 0: limit "
                  "256, the smallest 2 are not corrected for"));
  EXPECT_EQ(result->artifacts[0].damages, 1U);
}

}  // namespace
}  // namespace espial::api_test
