#include "tools/forge/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/forge/test_support.h"

namespace espial::forge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr std::string_view kHead =
    "scenario: a\n"
    "title: A test\n"
    "device: { name: PC-1, domain: corp.contoso.com }\n"
    "clock: { start: 2025-03-10T08:00:00Z }\n";
// The first line behind kHead.
constexpr int kBody = 5;

class ScenarioTest : public testing::Test {
 protected:
  // The scenario of a file a.yml that begins with kHead.
  Result<Scenario> Load(std::string_view body) {
    return LoadScenario(
        folder_.Write("a.yml", std::string(kHead) + std::string(body)));
  }
  Scenario Good(std::string_view body) {
    auto scenario = Load(body);
    EXPECT_TRUE(scenario) << scenario.error().ToString();
    return scenario ? *scenario : Scenario();
  }
  // Expects an error at `line` of the body (from 1) and `column`.
  void ExpectFailure(std::string_view body, int line, int column,
                     std::string_view message) {
    const auto scenario = Load(body);
    ASSERT_FALSE(scenario) << body;
    EXPECT_EQ(scenario.error().code, Errc::kInvalidArgument);
    EXPECT_EQ(scenario.error().what,
              folder_.path() + "/a.yml:" + std::to_string(line + kBody - 1) +
                  ":" + std::to_string(column))
        << body << scenario.error().detail;
    EXPECT_THAT(scenario.error().detail, HasSubstr(message)) << body;
  }
  // The same for a whole file.
  void ExpectFileFailure(std::string_view text, std::string_view place,
                         std::string_view message) {
    const auto scenario = LoadScenario(folder_.Write("a.yml", text));
    ASSERT_FALSE(scenario) << text;
    EXPECT_EQ(scenario.error().what,
              folder_.path() + "/a.yml:" + std::string(place));
    EXPECT_THAT(scenario.error().detail, HasSubstr(message)) << text;
  }

  TempFolder folder_;
};

TEST_F(ScenarioTest, TheSmallestHasDefaults) {
  const Scenario scenario = Good("");
  EXPECT_EQ(scenario.name, "a");
  EXPECT_EQ(scenario.title, "A test");
  EXPECT_EQ(scenario.device.netbios, "CORP");
  EXPECT_EQ(FormatUtc(scenario.start, 0), "2025-03-10T08:00:00Z");
  EXPECT_EQ(scenario.bundle.kind, BundleKind::kAreaCab);
  EXPECT_EQ(scenario.bundle.name, "a.cab");
  EXPECT_EQ(scenario.bundle.compression, Compression::kMszip);
  EXPECT_EQ(scenario.bundle.channels, DefaultChannels());
  EXPECT_EQ(scenario.bundle.truncate, std::nullopt);
  EXPECT_THAT(scenario.story, IsEmpty());
  EXPECT_FALSE(scenario.expect.stated);
}

TEST_F(ScenarioTest, AnAreaArchiveCarriesNoLogOfWindowsItself) {
  for (const std::string& channel : DefaultChannels()) {
    EXPECT_NE(channel, "System");
    EXPECT_NE(channel, "Application");
    EXPECT_NE(channel, "Security");
  }
}

TEST_F(ScenarioTest, ReadsEveryPartOfAnEvent) {
  const Scenario scenario = Good(R"(
values: { user: anna }
story:
  - label: one
    after: 1h30m
    channel: C/Admin
    provider: P
    id: 7
    version: 2
    level: error
    fields: { Name: "${user}@${domain}", Code: 0x80070774, Gone: ~, Twice: [a, b] }
    user: S-1-5-18
    repeat: { times: 3, every: 1m }
  - { channel: C/Admin, provider: P, id: 8, data: [x, "${name}"] }
  - { pause: 2h }
  - { after: 5s, clock_step: -9h }
)");
  ASSERT_EQ(scenario.story.size(), 4U);
  EXPECT_EQ(scenario.story[0].label, "one");
  EXPECT_EQ(scenario.story[0].after, 90 * kTicksPerMinute);
  EXPECT_EQ(scenario.story[0].where.line, 8U);
  const auto& event = std::get<StoryEvent>(scenario.story[0].what);
  EXPECT_EQ(event.channel, "C/Admin");
  EXPECT_EQ(event.provider, "P");
  EXPECT_EQ(event.id, 7);
  EXPECT_EQ(event.version, 2);
  EXPECT_EQ(event.level, 2);
  EXPECT_EQ(event.user_sid, "S-1-5-18");
  EXPECT_EQ(event.times, 3U);
  EXPECT_EQ(event.every, kTicksPerMinute);
  ASSERT_EQ(event.fields.size(), 4U);
  EXPECT_EQ(event.fields[0].name, "Name");
  EXPECT_THAT(event.fields[0].texts, ElementsAre("anna@corp.contoso.com"));
  EXPECT_THAT(event.fields[1].texts, ElementsAre("0x80070774"));
  EXPECT_THAT(event.fields[2].texts, ElementsAre(std::nullopt));
  EXPECT_THAT(event.fields[3].texts, ElementsAre("a", "b"));
  const auto& classic = std::get<StoryEvent>(scenario.story[1].what);
  EXPECT_EQ(scenario.story[1].after, kTicksPerSecond);
  EXPECT_THAT(*classic.data, ElementsAre("x", "PC-1"));
  EXPECT_EQ(scenario.story[2].after, 0);
  EXPECT_EQ(std::get<Pause>(scenario.story[2].what).length,
            120 * kTicksPerMinute);
  EXPECT_EQ(scenario.story[3].after, 5 * kTicksPerSecond);
  EXPECT_EQ(std::get<ClockStep>(scenario.story[3].what).delta,
            -540 * kTicksPerMinute);
}

TEST_F(ScenarioTest, ReadsTheRegistry) {
  const Scenario scenario = Good(R"(
values: { user: anna }
registry:
  - key: HKEY_LOCAL_MACHINE\a\${user}
    values:
      Text: some ${user}
      Number: 5
      Hex: 0x80070774
      Minus: -1
      Quoted: "5"
      Zeros: 007
      Big: { qword: 0x123456789 }
      Blob: { binary: 01aB }
      Multi: { multi: [x, y] }
      Expand: { expand: "%a%" }
      Dword: { dword: 9 }
      "@": the default
)");
  ASSERT_EQ(scenario.registry.size(), 1U);
  EXPECT_EQ(scenario.registry[0].path, "HKEY_LOCAL_MACHINE\\a\\anna");
  const auto& values = scenario.registry[0].values;
  ASSERT_EQ(values.size(), 12U);
  EXPECT_EQ(values[0].text, "some anna");
  EXPECT_EQ(values[1].type, RegistryType::kDword);
  EXPECT_EQ(values[1].number, 5U);
  EXPECT_EQ(values[2].number, 0x80070774U);
  EXPECT_EQ(values[3].number, 0xFFFFFFFFU);
  EXPECT_EQ(values[4].type, RegistryType::kSz);
  EXPECT_EQ(values[4].text, "5");
  EXPECT_EQ(values[5].text, "007");
  EXPECT_EQ(values[6].type, RegistryType::kQword);
  EXPECT_EQ(values[6].number, 0x123456789U);
  EXPECT_THAT(values[7].bytes, ElementsAre(std::byte{1}, std::byte{0xAB}));
  EXPECT_THAT(values[8].texts, ElementsAre("x", "y"));
  EXPECT_EQ(values[9].type, RegistryType::kExpandSz);
  EXPECT_EQ(values[10].type, RegistryType::kDword);
  EXPECT_EQ(values[11].name, "");
}

TEST_F(ScenarioTest, ReadsFiles) {
  const Scenario scenario = Good(R"(
values: { user: anna, n: 5 }
files:
  - name: a.json
    encoding: utf-16le
    json: { Z: 1, Text: "1", Who: "${user}", N: "${n}", F: 1.5, Yes: true, No: ~, List: [-1, x] }
  - { name: b.txt, text: "$${raw} ${user}" }
  - { name: c.txt, encoding: ascii, text: "" }
)");
  ASSERT_EQ(scenario.files.size(), 3U);
  EXPECT_EQ(scenario.files[0].encoding, FileEncoding::kUtf16Le);
  EXPECT_EQ(scenario.files[0].text,
            R"({"Z":1,"Text":"1","Who":"anna","N":"5","F":1.5,"Yes":true,)"
            R"("No":null,"List":[-1,"x"]})");
  EXPECT_EQ(scenario.files[1].encoding, FileEncoding::kUtf8);
  EXPECT_EQ(scenario.files[1].text, "${raw} anna");
  EXPECT_EQ(scenario.files[2].encoding, FileEncoding::kAscii);
}

TEST_F(ScenarioTest, ReadsBundleAndExpectation) {
  const Scenario scenario = Good(R"(
bundle:
  kind: folder
  name: taken
  compression: lzx
  channels: [default, Extra/Operational]
  exports: [Security]
  truncate: 0.6
expect:
  scenario: hybrid
  outcome: failed
  stopped_at: user.network
  roots: [HYB-001]
  matched: [HYB-001, HYB-002]
  inconclusive: []
  not_matched: [HYB-003]
  no_finding_above: info
  steps: { user.device_setup: passed, user.account_setup: not_reached }
)");
  EXPECT_EQ(scenario.bundle.kind, BundleKind::kFolder);
  EXPECT_EQ(scenario.bundle.name, "taken");
  EXPECT_EQ(scenario.bundle.compression, Compression::kLzx);
  EXPECT_EQ(scenario.bundle.channels.size(), DefaultChannels().size() + 1);
  EXPECT_EQ(scenario.bundle.channels.back(), "Extra/Operational");
  EXPECT_THAT(scenario.bundle.exports, ElementsAre("Security"));
  EXPECT_DOUBLE_EQ(*scenario.bundle.truncate, 0.6);
  const Expect& expect = scenario.expect;
  EXPECT_TRUE(expect.stated);
  EXPECT_EQ(expect.scenario, "hybrid");
  EXPECT_EQ(expect.outcome, "failed");
  EXPECT_EQ(expect.stopped_at, "user.network");
  EXPECT_THAT(*expect.roots, ElementsAre("HYB-001"));
  EXPECT_THAT(expect.matched, ElementsAre("HYB-001", "HYB-002"));
  EXPECT_THAT(expect.inconclusive, IsEmpty());
  EXPECT_THAT(expect.not_matched, ElementsAre("HYB-003"));
  EXPECT_EQ(expect.no_finding_above, "info");
  EXPECT_THAT(expect.steps,
              ElementsAre(Pair("user.account_setup", "not_reached"),
                          Pair("user.device_setup", "passed")));
}

TEST_F(ScenarioTest, RootsCanBeStatedToBeNone) {
  EXPECT_THAT(*Good("expect: { roots: [], stopped_at: '' }").expect.roots,
              IsEmpty());
  EXPECT_EQ(Good("expect: { stopped_at: '' }").expect.stopped_at, "");
  EXPECT_EQ(Good("expect: { outcome: failed }").expect.roots, std::nullopt);
}

// Building on others.

class LayeredScenarioTest : public ScenarioTest {
 protected:
  LayeredScenarioTest() {
    std::ignore = folder_.Write("base.yml", R"(
scenario: base
title: The base
device: { name: BASE, domain: corp.contoso.com, tenant: t }
clock: { start: 2025-01-01T00:00:00Z }
bundle: { kind: area_zip, name: base-name.zip, truncate: 0.5 }
values: { who: base, more: "m-${who}" }
story:
  - { label: one, channel: C, provider: P, id: 1, data: ["${who}"] }
  - { label: two, channel: C, provider: P, id: 2, data: ["${more}"] }
registry:
  - { key: HKEY_LOCAL_MACHINE\k, values: { A: 1, B: 2 } }
  - { key: HKEY_LOCAL_MACHINE\k\sub, values: { C: 3 } }
files:
  - { name: x.txt, text: base }
expect: { outcome: failed }
)");
    std::ignore = folder_.Write("fragments/part.yml", R"(
story:
  - { label: three, channel: C, provider: P, id: 3, data: [] }
registry:
  - { key: HKEY_LOCAL_MACHINE\K, values: { b: 20 } }
files:
  - { name: y.txt, text: "${who}" }
)");
  }

  Scenario GoodFile(std::string_view text) {
    auto scenario = LoadScenario(folder_.Write("a.yml", text));
    EXPECT_TRUE(scenario) << scenario.error().ToString();
    return scenario ? *scenario : Scenario();
  }
  static std::vector<uint16_t> Ids(const Scenario& scenario) {
    std::vector<uint16_t> ids;
    for (const StoryEntry& entry : scenario.story) {
      ids.push_back(std::get<StoryEvent>(entry.what).id);
    }
    return ids;
  }
};

TEST_F(LayeredScenarioTest, InheritsWhatItDoesNotSay) {
  const Scenario scenario = GoodFile(R"(
scenario: a
title: t
from: base
include: [part]
device: { name: OTHER }
values: { who: me }
story:
  - { channel: C, provider: P, id: 4, data: [] }
)");
  EXPECT_EQ(scenario.device.name, "OTHER");
  EXPECT_EQ(scenario.device.tenant, "t");
  EXPECT_EQ(FormatUtc(scenario.start, 0), "2025-01-01T00:00:00Z");
  EXPECT_THAT(Ids(scenario), ElementsAre(1, 2, 3, 4));
  // What the base says is expanded with the values of the whole.
  EXPECT_THAT(*std::get<StoryEvent>(scenario.story[1].what).data,
              ElementsAre("m-me"));
  EXPECT_EQ(scenario.files.at(1).text, "me");
  // The kind of bundle, but not its name or that it is cut.
  EXPECT_EQ(scenario.bundle.kind, BundleKind::kAreaZip);
  EXPECT_EQ(scenario.bundle.name, "a.zip");
  EXPECT_EQ(scenario.bundle.truncate, std::nullopt);
  EXPECT_FALSE(scenario.expect.stated);
  // Keys and names compare without case.
  ASSERT_EQ(scenario.registry.size(), 2U);
  EXPECT_EQ(scenario.registry[0].path, "HKEY_LOCAL_MACHINE\\k");
  EXPECT_EQ(scenario.registry[0].values.at(1).number, 20U);
}

TEST_F(LayeredScenarioTest, UntilCutsTheInheritedStory) {
  const Scenario scenario = GoodFile(R"(
scenario: a
title: t
from: base
until: one
story:
  - { channel: C, provider: P, id: 9, data: [] }
)");
  EXPECT_THAT(Ids(scenario), ElementsAre(1, 9));
}

TEST_F(LayeredScenarioTest, RemoveTakesOut) {
  const Scenario scenario = GoodFile(R"(
scenario: a
title: t
from: base
registry:
  - { key: HKEY_LOCAL_MACHINE\K, values: { a: { remove: true } } }
  - { key: HKEY_LOCAL_MACHINE\k\SUB, remove: true }
files:
  - { name: X.txt, remove: true }
)");
  ASSERT_EQ(scenario.registry.size(), 1U);
  ASSERT_EQ(scenario.registry[0].values.size(), 1U);
  EXPECT_EQ(scenario.registry[0].values[0].name, "B");
  EXPECT_THAT(scenario.files, IsEmpty());
  ASSERT_EQ(scenario.removed_files.size(), 1U);
  EXPECT_TRUE(scenario.removed_files[0].was_inherited);
}

TEST_F(LayeredScenarioTest, RemovingAKeyTakesWhatIsBelow) {
  EXPECT_THAT(GoodFile("scenario: a\ntitle: t\nfrom: base\nregistry:\n"
                       "  - { key: HKEY_LOCAL_MACHINE\\k, remove: true }\n")
                  .registry,
              IsEmpty());
}

TEST_F(LayeredScenarioTest, ErrorsOfABaseNameTheBase) {
  const std::string base = folder_.Write(
      "broken.yml", "scenario: broken\ntitle: t\nstory: [{ idd: 1 }]\n");
  const auto scenario = LoadScenario(
      folder_.Write("a.yml",
                    "scenario: a\ntitle: t\nfrom: broken\ndevice: { name: N }\n"
                    "clock: { start: 2025-01-01T00:00:00Z }\n"));
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().what, base + ":3:11");
  EXPECT_THAT(scenario.error().detail,
              HasSubstr("unknown key 'idd' in an event (did you mean 'id'?)"));
}

TEST_F(LayeredScenarioTest, BrokenReferencesAreNamed) {
  const std::string head = "scenario: a\ntitle: t\n";
  ExpectFileFailure(head + "from: nothing\n", "3:7", "there is no ");
  ExpectFileFailure(head + "from: ../base\n", "3:7",
                    "must be a name without folders");
  ExpectFileFailure(head + "from: base\ninclude: [none]\n", "4:11",
                    "fragments/none.yml");
  ExpectFileFailure(head + "from: base\ninclude: part\n", "4:10",
                    "include must be a list, found 'part'");
  ExpectFileFailure(head + "from: base\nuntil: four\n", "4:8",
                    "the inherited story has no label 'four'");
  ExpectFileFailure(head + "until: one\n", "3:8",
                    "'until' needs 'from' or 'include'");
  ExpectFileFailure(head + "from: a\n", "3:7", "in a circle");
  ExpectFileFailure(
      head +
          "from: base\nstory:\n"
          "  - { label: one, channel: C, provider: P, id: 1, data: [] }\n",
      "5:5", "label 'one' stands twice in the story");
  ExpectFileFailure(head +
                        "from: base\nregistry:\n"
                        "  - { key: HKEY_LOCAL_MACHINE\\z, remove: true }\n",
                    "5:12",
                    "there is no key 'HKEY_LOCAL_MACHINE\\z' to remove");
  ExpectFileFailure(
      head +
          "from: base\nregistry:\n  - key: HKEY_LOCAL_MACHINE\\k\n"
          "    values: { Z: { remove: true } }\n",
      "6:18", "there is no value 'Z' to remove");
}

TEST_F(LayeredScenarioTest, AFragmentHoldsNothingElse) {
  std::ignore = folder_.Write("fragments/bad.yml", "story: []\ntitle: t\n");
  const auto scenario = LoadScenario(folder_.Write(
      "a.yml", "scenario: a\ntitle: t\nfrom: base\ninclude: [bad]\n"));
  EXPECT_THAT(FailureOf(scenario),
              HasSubstr("bad.yml:2:1: unknown key 'title' in a fragment"));
}

// Everything that can be wrong, with its place.

TEST_F(ScenarioTest, FilesThatAreNoScenario) {
  EXPECT_EQ(LoadScenario(folder_.path() + "/none.yml").error().code,
            Errc::kNotFound);
  ExpectFileFailure("", "1:1", "a scenario must be a map, found nothing");
  ExpectFileFailure("- a\n", "1:1", "a scenario must be a map, found a list");
  ExpectFileFailure("a: [1\nb: 2\n", "2:2", "not YAML");
  ExpectFileFailure("title: t\n", "1:1", "'scenario' is missing");
  ExpectFileFailure("scenario: b\n", "1:11",
                    "the scenario is named 'b' but its file 'a'");
  ExpectFileFailure("scenario: a\n", "1:1", "'title' is missing");
  ExpectFileFailure("scenario: a\ntitle: t\n", "1:1", "device.name is missing");
  ExpectFileFailure("scenario: a\ntitle: t\ndevice: { name: n }\n", "1:1",
                    "clock.start is missing");
}

TEST_F(ScenarioTest, KeysAreChecked) {
  ExpectFailure("storry: []", 1, 1,
                "unknown key 'storry' in a scenario (did you mean 'story'?)");
  ExpectFailure("story: []\nstory: []", 2, 1,
                "key 'story' stands twice in a scenario");
  ExpectFailure("[a]: b", 1, 1, "a key of a scenario must be a word");
  ExpectFailure("bundle: { knd: folder }", 1, 11, "unknown key 'knd'");
  ExpectFailure("expect: { root: [] }", 1, 11,
                "unknown key 'root' in expect (did you mean 'roots'?)");
}

TEST_F(ScenarioTest, DeviceAndClockAreChecked) {
  const std::string head = "scenario: a\ntitle: t\n";
  ExpectFileFailure(head + "device: { nam: n }\n", "3:11", "unknown key 'nam'");
  ExpectFileFailure(head + "device: { name: '' }\n", "3:17",
                    "name must be a text");
  ExpectFileFailure(head + "device: { name: n, zone: { bias: x } }\n", "3:34",
                    "bias must be a whole number from -1440 to 1440");
  ExpectFileFailure(
      head + "device: { name: n }\nclock: { start: 2025-03-10T08:00:00 }\n",
      "4:17", "start must be a UTC time");
  ExpectFileFailure(head + "device: { name: n }\nclock: {}\n", "4:8",
                    "'start' is missing");
}

TEST_F(ScenarioTest, BundleIsChecked) {
  ExpectFailure("bundle: { kind: tar }", 1, 17,
                "kind must be area_cab, area_zip, diaglogs_zip or folder, "
                "found 'tar'");
  ExpectFailure("bundle: { compression: x }", 1, 24,
                "compression must be mszip, stored or lzx");
  ExpectFailure("bundle: { name: a/b }", 1, 17, "cannot name a bundle");
  ExpectFailure("bundle: { truncate: 1.5 }", 1, 21,
                "truncate must be a number between 0 and 1");
  ExpectFailure("bundle: { exports: [Security] }", 1, 20,
                "'exports' needs 'kind: folder'");
  ExpectFailure("bundle: { channels: [A, a] }", 1, 25,
                "channel 'a' stands twice");
  ExpectFailure("bundle: { channels: A }", 1, 21, "channels must be a list");
}

TEST_F(ScenarioTest, ValuesAreChecked) {
  ExpectFailure("values: { a-b: x }", 1, 11, "'a-b' cannot name a value");
  ExpectFailure("values: { name: x }", 1, 11,
                "'name' is a value that the device gives");
  ExpectFailure("values: { a: [] }", 1, 14, "the value 'a' must be a text");
  ExpectFailure("files:\n  - { name: a, text: 'x ${b}' }", 2, 22,
                "no value is named 'b'; there are domain, name, netbios");
  ExpectFailure("files:\n  - { name: a, text: 'x ${b' }", 2, 22,
                "${ without a closing }");
  ExpectFailure(
      "values: { a: '${b}', b: '${a}' }\n"
      "files: [{ name: a, text: '${a}' }]",
      1, 14, "need each other");
}

TEST_F(ScenarioTest, StoryIsChecked) {
  const std::string event = "channel: C, provider: P, id: 1";
  const auto story = [](const std::string& entry) {
    return "story:\n  - { " + entry + " }\n";
  };
  ExpectFailure("story: {}", 1, 8, "story must be a list, found a map");
  ExpectFailure("story: [x]", 1, 9, "a story entry must be a map");
  ExpectFailure(story("provider: P, id: 1"), 2, 5, "'channel' is missing");
  ExpectFailure(story("channel: C, id: 1"), 2, 5, "'provider' is missing");
  ExpectFailure(story("channel: C, provider: P"), 2, 5, "'id' is missing");
  ExpectFailure(story("channel: '', provider: P"), 2, 16, "channel is empty");
  ExpectFailure(story("channel: C, provider: P, id: 65536"), 2, 36,
                "id must be a whole number from 0 to 65535, found '65536'");
  ExpectFailure(story(event + ", version: 256"), 2, 48,
                "version must be a whole number from 0 to 255");
  ExpectFailure(story(event + ", level: loud"), 2, 46,
                "level must be always, critical, error, warning, information "
                "or verbose, found 'loud'");
  ExpectFailure(story(event + ", after: soon"), 2, 46,
                "after must be a duration such as 30s");
  ExpectFailure(story(event + ", after: -1s"), 2, 46,
                "after cannot be negative");
  ExpectFailure(story(event + ", fields: [a]"), 2, 47, "fields must be a map");
  ExpectFailure(story(event + ", fields: { a: { b: c } }"), 2, 52,
                "a field must be a text");
  ExpectFailure(story(event + ", fields: {}, data: []"), 2, 57,
                "an event has 'fields' or 'data', not both");
  ExpectFailure(story(event + ", data: a"), 2, 45, "data must be a list");
  ExpectFailure(story(event + ", user: anna"), 2, 45, "user must be a SID");
  ExpectFailure(story(event + ", repeat: { times: 0, every: 1s }"), 2, 56,
                "times must be a whole number from 1 to 100000");
  ExpectFailure(story(event + ", repeat: { times: 2 }"), 2, 47,
                "'every' is missing");
  ExpectFailure(story(event + ", repeat: { every: 1s }"), 2, 47,
                "'times' is missing");
  ExpectFailure(story("clock_step: far"), 2, 19, "clock_step must be a");
  ExpectFailure(story("clock_step: 1h, id: 1"), 2, 23,
                "unknown key 'id' in a clock step");
  ExpectFailure(story("pause: -1s"), 2, 14, "pause cannot be negative");
  ExpectFailure(story("pause: 1s, user: x"), 2, 18,
                "unknown key 'user' in a pause");
  ExpectFailure(story("pause: 1s, label: x") + "  - { pause: 1s, label: x }", 3,
                5, "label 'x' stands twice in the story");
}

TEST_F(ScenarioTest, RegistryIsChecked) {
  const auto value = [](const std::string& text) {
    return "registry:\n  - key: HKEY_LOCAL_MACHINE\\a\n    values: { V: " +
           text + " }\n";
  };
  ExpectFailure("registry:\n  - { values: {} }", 2, 5, "'key' is missing");
  ExpectFailure("registry:\n  - { key: HKLM\\a }", 2, 12,
                "must begin with a full root");
  ExpectFailure("registry:\n  - { key: HKEY_LOCAL_MACHINE\\ }", 2, 12,
                "has an empty part");
  ExpectFailure("registry:\n  - { key: HKEY_USERS\\a, remove: maybe }", 2, 34,
                "remove must be true or false");
  ExpectFailure(
      "registry:\n  - { key: HKEY_USERS\\a, remove: true, values: {} }", 2, 34,
      "'remove: true' alone");
  ExpectFailure(value("4294967296"), 3, 18,
                "is no whole number of 32 bits; write { qword: ... }");
  ExpectFailure(value("{ qword: x }"), 3, 27,
                "'x' is no whole number of 64 bits");
  ExpectFailure(value("{ word: 1 }"), 3, 20,
                "unknown key 'word' in a registry value");
  ExpectFailure(value("{ dword: 1, qword: 1 }"), 3, 18,
                "a registry value has one type");
  ExpectFailure(value("{ binary: 012 }"), 3, 28, "pairs of hexadecimal digits");
  ExpectFailure(value("{ multi: x }"), 3, 27, "multi must be a list");
  ExpectFailure(value("[a]"), 3, 18, "a registry value must be a text");
  ExpectFailure(value("{ remove: false }"), 3, 18,
                "a value is taken out with { remove: true }");
}

TEST_F(ScenarioTest, FilesAreChecked) {
  ExpectFailure("files:\n  - { text: a }", 2, 5, "'name' is missing");
  ExpectFailure("files:\n  - { name: ../a, text: a }", 2, 13,
                "'../a' cannot name a file of a bundle");
  ExpectFailure("files:\n  - { name: a }", 2, 5,
                "a file has either 'text' or 'json'");
  ExpectFailure("files:\n  - { name: a, text: a, json: {} }", 2, 5,
                "a file has either 'text' or 'json'");
  ExpectFailure("files:\n  - { name: a, text: a, encoding: utf-32 }", 2, 35,
                "encoding must be utf-8, utf-16le or ascii");
  ExpectFailure("files:\n  - { name: a, text: \xC3\xBC, encoding: ascii }", 2,
                5, "the text of 'a' is not ASCII");
  ExpectFailure("files:\n  - { name: a, text: [] }", 2, 22,
                "text must be a text");
  ExpectFailure("files:\n  - { name: a, text: b, remove: true }", 2, 33,
                "'remove: true' alone");
  ExpectFailure("files:\n  - { name: a, text: b, beside: true }", 2, 5,
                "'beside' needs a bundle of kind folder or diaglogs_zip");
  ExpectFailure("files:\n  - { name: a, json: { x: 1, x: 2 } }", 2, 30,
                "key 'x' stands twice in a JSON object");
}

TEST_F(ScenarioTest, ExpectationIsChecked) {
  ExpectFailure("expect: { outcome: won }", 1, 20,
                "outcome must be succeeded, failed, in_progress or unknown");
  ExpectFailure("expect: { roots: HYB-001 }", 1, 18, "roots must be a list");
  ExpectFailure("expect: { matched: [[a]] }", 1, 21,
                "a member of matched must be a text");
  ExpectFailure("expect: { no_finding_above: none }", 1, 29,
                "no_finding_above must be info, warning or error");
  ExpectFailure("expect: { steps: { a: done } }", 1, 23,
                "the state of a step must be passed, failed, running, skipped, "
                "not_reached or unknown, found 'done'");
  ExpectFailure("expect: { stopped_at: [] }", 1, 23,
                "stopped_at must be a text");
}

}  // namespace
}  // namespace espial::forge
