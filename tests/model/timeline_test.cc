#include <espial/model/timeline.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace espial {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Event MakeEvent(uint64_t ticks, uint64_t record) {
  Event event;
  event.time = {Ticks{ticks}, TimeQuality::kUtc, {}};
  event.record = record;
  event.offset = record * 100;
  event.provider = "Provider";
  event.channel = "Channel";
  event.computer = "PC";
  event.id = 7;
  return event;
}

Damage MakeDamage(uint64_t offset, uint64_t bytes_lost, bool lossy) {
  return {{},
          {Errc::kBadValue, "record", offset, "expected 1, found 2"},
          bytes_lost,
          lossy};
}

TEST(Collector, CopiesAllText) {
  Collector collector{Limits()};
  {
    // Everything lives in strings that are gone before the check.
    std::string text[] = {"provider", "{guid}", "channel", "computer",
                          "S-1-5-18", "{act}",  "message", "written",
                          "name",     "value"};
    const std::vector<Field> fields = {{text[8], Value::String(text[9])},
                                       {text[8], Value::UInt(5)}};
    Event event;
    event.time = {Ticks{42}, TimeQuality::kOffset, text[7]};
    event.corrected = Ticks{1};
    event.provider = text[0];
    event.provider_guid = text[1];
    event.channel = text[2];
    event.computer = text[3];
    event.user_sid = text[4];
    event.activity_id = text[5];
    event.message = text[6];
    event.fields = fields;
    event.record = 3;
    event.offset = 4;
    event.state = RecordState::kLive;
    event.id = 5;
    event.keywords = 6;
    collector.OnEvent(event);

    std::string key = "HKLM\\Key";
    std::string name = "Name";
    std::string type = "REG_SZ";
    std::string data = "Data";
    collector.OnFact(
        {FactKind::kRegistry, key, name, type, data, 9, {}, 12, 34});
    for (std::string& s : text) s.assign(s.size(), '#');
    for (std::string* s : {&key, &name, &type, &data})
      s->assign(s->size(), '#');
  }
  ASSERT_THAT(collector.events, SizeIs(1));
  const Event& event = collector.events[0];
  EXPECT_EQ(event.provider, "provider");
  EXPECT_EQ(event.provider_guid, "{guid}");
  EXPECT_EQ(event.channel, "channel");
  EXPECT_EQ(event.computer, "computer");
  EXPECT_EQ(event.user_sid, "S-1-5-18");
  EXPECT_EQ(event.activity_id, "{act}");
  EXPECT_EQ(event.message, "message");
  EXPECT_EQ(event.time.as_written, "written");
  EXPECT_EQ(event.time.quality, TimeQuality::kOffset);
  // Nobody corrected it yet, whatever the parser put there.
  EXPECT_EQ(event.corrected, Ticks{42});
  EXPECT_EQ(event.record, 3U);
  EXPECT_EQ(event.offset, 4U);
  EXPECT_EQ(event.state, RecordState::kLive);
  EXPECT_EQ(event.id, 5U);
  EXPECT_EQ(event.keywords, 6U);
  ASSERT_THAT(event.fields, SizeIs(2));
  EXPECT_EQ(event.fields[0].name, "name");
  EXPECT_EQ(event.fields[0].value.text, "value");
  EXPECT_EQ(event.fields[1].value.number, 5U);

  ASSERT_THAT(collector.facts, SizeIs(1));
  const Fact& fact = collector.facts[0];
  EXPECT_EQ(fact.key, "HKLM\\Key");
  EXPECT_EQ(fact.name, "Name");
  EXPECT_EQ(fact.type, "REG_SZ");
  EXPECT_EQ(fact.data, "Data");
  EXPECT_EQ(fact.number, 9U);
  EXPECT_EQ(fact.line, 12U);
  EXPECT_EQ(fact.offset, 34U);
}

TEST(Collector, KeepsRepeatedNamesOnce) {
  Collector collector{Limits()};
  const std::string field_name = "FieldName";
  for (uint64_t i = 0; i < 2; ++i) {
    // Fresh copies, so that equal addresses can come from interning alone.
    const std::string name(field_name);
    const std::string provider = "Provider";
    const std::string value = "same value";
    const std::vector<Field> fields = {{name, Value::String(value)}};
    Event event = MakeEvent(i, i);
    event.provider = provider;
    event.fields = fields;
    collector.OnEvent(event);
  }
  const Event& a = collector.events[0];
  const Event& b = collector.events[1];
  EXPECT_EQ(a.provider.data(), b.provider.data());
  EXPECT_EQ(a.channel.data(), b.channel.data());
  EXPECT_EQ(a.computer.data(), b.computer.data());
  EXPECT_EQ(a.fields[0].name.data(), b.fields[0].name.data());
  // Values are as good as never alike: they are copied.
  EXPECT_NE(a.fields[0].value.text.data(), b.fields[0].value.text.data());

  const size_t before = collector.arena.bytes_reserved();
  for (int i = 0; i < 100'000; ++i) {
    Fact fact;
    const std::string key = "HKLM\\A long key that repeats itself";
    fact.key = key;
    collector.OnFact(fact);
  }
  EXPECT_LE(collector.arena.bytes_reserved(), before + 4096);
}

TEST(Collector, CutsEventsAtTheLimitAndSaysSo) {
  Limits limits;
  limits.artifact_events = 3;
  Collector collector(limits);
  for (uint64_t i = 0; i < 8; ++i) collector.OnEvent(MakeEvent(i, i));
  EXPECT_THAT(collector.damage, SizeIs(0));
  collector.Finish();
  EXPECT_THAT(collector.events, SizeIs(3));
  EXPECT_EQ(collector.events.back().record, 2U);
  ASSERT_THAT(collector.damage, SizeIs(1));
  EXPECT_EQ(collector.damage[0].error.ToString(),
            "limit exceeded: events of one artifact at offset 0: limit 3, left "
            "out 5");
  EXPECT_TRUE(collector.damage[0].lossy);
}

TEST(Collector, CutsFactsAtTheLimitAndSaysSo) {
  Limits limits;
  limits.artifact_facts = 2;
  Collector collector(limits);
  for (int i = 0; i < 3; ++i) collector.OnFact(Fact());
  collector.Finish();
  EXPECT_THAT(collector.facts, SizeIs(2));
  ASSERT_THAT(collector.damage, SizeIs(1));
  EXPECT_EQ(
      collector.damage[0].error.ToString(),
      "limit exceeded: facts of one artifact at offset 0: limit 2, left out 1");
  EXPECT_TRUE(collector.damage[0].lossy);
}

TEST(Collector, SumsUpDamageAboveTheLimit) {
  Limits limits;
  limits.artifact_damages = 2;
  Collector collector(limits);
  collector.OnDamage(MakeDamage(0, 10, true));
  collector.OnDamage(MakeDamage(1, 20, true));
  collector.OnDamage(MakeDamage(2, 30, false));
  collector.OnDamage(MakeDamage(3, 40, false));
  collector.OnDamage(MakeDamage(4, 50, false));
  collector.Finish();
  ASSERT_THAT(collector.damage, SizeIs(3));
  EXPECT_EQ(collector.damage[1].bytes_lost, 20U);
  const Damage& sum = collector.damage[2];
  EXPECT_EQ(sum.error.ToString(),
            "limit exceeded: damage entries of one artifact at offset 0: limit "
            "2, 3 more not listed");
  EXPECT_EQ(sum.bytes_lost, 120U);
  // None of those left out lost anything.
  EXPECT_FALSE(sum.lossy);
}

TEST(Collector, ASumOfDamageIsLossyWhenOneOfThemIs) {
  Limits limits;
  limits.artifact_damages = 0;
  Collector collector(limits);
  collector.OnDamage(MakeDamage(0, 1, false));
  collector.OnDamage(MakeDamage(1, 1, true));
  collector.OnDamage(MakeDamage(2, 1, false));
  collector.Finish();
  ASSERT_THAT(collector.damage, SizeIs(1));
  EXPECT_TRUE(collector.damage[0].lossy);
  EXPECT_EQ(collector.damage[0].bytes_lost, 3U);
}

TEST(Collector, AtTheLimitNothingIsReported) {
  Limits limits;
  limits.artifact_events = 1;
  limits.artifact_facts = 1;
  limits.artifact_damages = 1;
  Collector collector(limits);
  collector.OnEvent(MakeEvent(1, 1));
  collector.OnFact(Fact());
  collector.OnDamage(MakeDamage(0, 0, false));
  collector.Finish();
  collector.Finish();
  EXPECT_THAT(collector.events, SizeIs(1));
  EXPECT_THAT(collector.facts, SizeIs(1));
  EXPECT_THAT(collector.damage, SizeIs(1));
}

TEST(Collector, JoinsNotesAndKeepsTheRest) {
  Collector collector{Limits()};
  collector.OnNote("salvaged");
  collector.OnNote("part 2 of 3");
  EXPECT_EQ(collector.note, "salvaged; part 2 of 3");
  collector.OnChild({"a/b.evtx", nullptr, 5, "encrypted"});
  ASSERT_THAT(collector.children, SizeIs(1));
  EXPECT_EQ(collector.children[0].name, "a/b.evtx");
  EXPECT_EQ(collector.children[0].packed_size, 5U);
  Coverage coverage;
  coverage.channel = "System";
  collector.OnCoverage(coverage);
  ASSERT_THAT(collector.coverage, SizeIs(1));
  EXPECT_EQ(collector.coverage[0].channel, "System");
}

// A timeline of several artifacts, each a list of events.
Timeline MakeTimeline(const std::vector<std::vector<Event>>& artifacts,
                      const std::vector<uint32_t>& order) {
  Timeline timeline;
  for (const uint32_t source : order) {
    Collector collector{Limits()};
    for (const Event& event : artifacts[source]) collector.OnEvent(event);
    timeline.Add(std::move(collector), SourceId{source});
  }
  return timeline;
}

std::vector<std::string> Places(const Timeline& timeline) {
  std::vector<std::string> places;
  for (const Event& event : timeline.events()) {
    places.push_back(std::to_string(event.corrected.value) + "/" +
                     std::to_string(event.source.value) + "/" +
                     std::to_string(event.record) + "/" +
                     std::to_string(event.offset));
  }
  return places;
}

TEST(Timeline, SortsIntoTheTotalOrder) {
  const std::vector<std::vector<Event>> artifacts = {
      {MakeEvent(5, 2), MakeEvent(5, 1), MakeEvent(9, 3)},
      {MakeEvent(5, 4), MakeEvent(1, 9)},
  };
  Timeline timeline = MakeTimeline(artifacts, {0, 1});
  EXPECT_EQ(timeline.Sort(), 0U);
  EXPECT_THAT(Places(timeline),
              ElementsAre("1/1/9/900", "5/0/1/100", "5/0/2/200", "5/1/4/400",
                          "9/0/3/300"));
}

TEST(Timeline, TheOrderOfIntakeDoesNotMatter) {
  std::mt19937 random(6);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::vector<Event>> artifacts(5);
    for (auto& artifact : artifacts) {
      for (auto k = random() % 20; k > 0; --k) {
        artifact.push_back(MakeEvent(random() % 5, random() % 5));
      }
      // Records of equal time and number differ in their offset.
      for (size_t i = 0; i < artifact.size(); ++i) {
        artifact[i].offset = i;
        artifact[i].id = static_cast<uint32_t>(random() % 2);
      }
    }
    std::vector<uint32_t> order = {0, 1, 2, 3, 4};
    Timeline first = MakeTimeline(artifacts, order);
    const uint64_t dropped = first.Sort();
    std::shuffle(order.begin(), order.end(), random);
    Timeline second = MakeTimeline(artifacts, order);
    EXPECT_EQ(second.Sort(), dropped);
    EXPECT_EQ(Places(first), Places(second));
    EXPECT_TRUE(std::is_sorted(first.events().begin(), first.events().end(),
                               EventBefore));
    // A second time changes nothing.
    EXPECT_EQ(second.Sort(), 0U);
    EXPECT_EQ(Places(first), Places(second));
  }
}

TEST(Timeline, KeepsARecordOfTwoArtifactsOnceAtTheLower) {
  const std::vector<std::vector<Event>> artifacts = {
      {MakeEvent(1, 1)},
      {MakeEvent(2, 2), MakeEvent(3, 3)},
      {MakeEvent(3, 3), MakeEvent(2, 2), MakeEvent(4, 4)},
      {MakeEvent(2, 2)},
  };
  Timeline timeline = MakeTimeline(artifacts, {3, 1, 0, 2});
  EXPECT_EQ(timeline.Sort(), 3U);
  EXPECT_THAT(Places(timeline),
              ElementsAre("1/0/1/100", "2/1/2/200", "3/1/3/300", "4/2/4/400"));
}

TEST(Timeline, TheOffsetMayDifferBetweenCopies) {
  Event moved = MakeEvent(2, 2);
  moved.offset = 12345;
  Timeline timeline = MakeTimeline({{MakeEvent(2, 2)}, {moved}}, {0, 1});
  EXPECT_EQ(timeline.Sort(), 1U);
}

TEST(Timeline, EqualRecordsWithinOneArtifactStay) {
  Event second = MakeEvent(2, 2);
  second.offset = 999;
  Timeline timeline = MakeTimeline({{MakeEvent(2, 2), second}}, {0});
  EXPECT_EQ(timeline.Sort(), 0U);
  EXPECT_THAT(timeline.events(), SizeIs(2));

  // Two in one artifact, and the same two in another: the first two stay.
  Timeline both = MakeTimeline(
      {{MakeEvent(2, 2), second}, {MakeEvent(2, 2), second}}, {0, 1});
  EXPECT_EQ(both.Sort(), 2U);
  EXPECT_THAT(Places(both), ElementsAre("2/0/2/200", "2/0/2/999"));
}

TEST(Timeline, AnyDifferenceKeepsBoth) {
  const std::vector<Field> fields = {{"Name", Value::String("x")}};
  const std::vector<Field> other_name = {{"Other", Value::String("x")}};
  const std::vector<Field> other_text = {{"Name", Value::String("y")}};
  const std::vector<Field> other_type = {{"Name", {ValueType::kXml, 0, "x"}}};
  const std::vector<Field> one_more = {{"Name", Value::String("x")},
                                       {"Name", Value::String("")}};
  Event base = MakeEvent(2, 2);
  base.fields = fields;
  std::vector<std::pair<const char*, Event>> others;
  const auto add = [&](const char* what, auto change) {
    Event event = base;
    change(&event);
    others.emplace_back(what, event);
  };
  add("time", [](Event* e) { e->time.ticks = Ticks{3}; });
  add("record", [](Event* e) { e->record = 3; });
  add("id", [](Event* e) { e->id = 8; });
  add("channel", [](Event* e) { e->channel = "Other"; });
  add("provider", [](Event* e) { e->provider = "Other"; });
  add("computer", [](Event* e) { e->computer = "Other"; });
  add("state", [](Event* e) { e->state = RecordState::kResidue; });
  add("field name", [&](Event* e) { e->fields = other_name; });
  add("field text", [&](Event* e) { e->fields = other_text; });
  add("field type", [&](Event* e) { e->fields = other_type; });
  add("field count", [&](Event* e) { e->fields = one_more; });
  add("no fields", [](Event* e) { e->fields = {}; });
  for (const auto& [what, other] : others) {
    Timeline timeline = MakeTimeline({{base}, {other}}, {0, 1});
    EXPECT_EQ(timeline.Sort(), 0U) << what;
    EXPECT_THAT(timeline.events(), SizeIs(2)) << what;
    // One that differs must not hide that two others are alike.
    Timeline three = MakeTimeline({{base}, {other}, {other}}, {0, 1, 2});
    EXPECT_EQ(three.Sort(), 1U) << what;
  }
}

TEST(Timeline, ManyEqualRecordsEndSoon) {
  constexpr uint64_t kCount = 300'000;
  std::vector<Event> many(kCount, MakeEvent(2, 2));
  for (uint64_t i = 0; i < kCount; ++i) many[i].offset = i;
  Timeline timeline = MakeTimeline({many, many}, {0, 1});
  EXPECT_EQ(timeline.Sort(), kCount);
  EXPECT_THAT(timeline.events(), SizeIs(kCount));
}

TEST(Timeline, SortsFactsBySourceAndPlace) {
  const auto add = [](Timeline* timeline, uint32_t source,
                      std::vector<std::pair<uint64_t, const char*>> facts) {
    Collector collector{Limits()};
    for (const auto& [offset, name] : facts) {
      Fact fact;
      fact.offset = offset;
      fact.name = name;
      collector.OnFact(fact);
    }
    timeline->Add(std::move(collector), SourceId{source});
  };
  Timeline timeline;
  add(&timeline, 1, {{5, "e"}, {1, "d"}});
  add(&timeline, 0, {{7, "c"}, {3, "b"}, {3, "a"}});
  EXPECT_EQ(timeline.Sort(), 0U);
  std::vector<std::string> names;
  for (const Fact& fact : timeline.facts()) names.emplace_back(fact.name);
  EXPECT_THAT(names, ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(timeline.facts()[0].source, SourceId{0});
  EXPECT_EQ(timeline.facts()[4].source, SourceId{1});
}

TEST(Timeline, MovesWithItsText) {
  Timeline timeline = MakeTimeline({{MakeEvent(1, 1)}}, {0});
  timeline.Sort();
  const Timeline moved = std::move(timeline);
  ASSERT_THAT(moved.events(), SizeIs(1));
  EXPECT_EQ(moved.events()[0].provider, "Provider");
  EXPECT_EQ(moved.events()[0].computer, "PC");
}

}  // namespace
}  // namespace espial
