#include "tools/forge/background.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/forge/test_support.h"
#include "tools/forge/bundle.h"

namespace espial::forge {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kCatalog =
    "provider,guid,channel,id,version,level,fields,title\n"
    "Contoso,4de9bc9c-b27a-43c9-8994-0915f1a5e24f,Contoso/Admin,1,0,"
    "Informational,Text:UnicodeString;Number:UInt32,One\n"
    "Contoso,4de9bc9c-b27a-43c9-8994-0915f1a5e24f,Contoso/Admin,2,0,"
    "Informational,Code:HexInt32,Two\n"
    "Contoso,4de9bc9c-b27a-43c9-8994-0915f1a5e24f,Contoso/Debug,3,0,"
    "Informational,Id:GUID,Three\n";

constexpr std::string_view kHead =
    "scenario: s\n"
    "title: t\n"
    "device: { name: PC, zone: { bias: -60 } }\n"
    "clock: { start: 2025-03-10T08:00:00Z }\n"
    "bundle: { kind: area_cab, channels: [Contoso/Admin, Contoso/Debug] }\n"
    "story:\n"
    "  - { channel: Contoso/Admin, provider: Contoso, id: 1,\n"
    "      fields: { Text: told, Number: 7 } }\n"
    "  - pause: 2h\n"
    "  - { channel: Contoso/Admin, provider: Contoso, id: 1,\n"
    "      fields: { Text: told, Number: 8 } }\n";

constexpr std::string_view kBackground =
    "background:\n"
    "  seed: 3\n"
    "  events:\n"
    "    count: 101\n"
    "    of:\n"
    "      - { channel: Contoso/Admin, provider: Contoso, id: 1 }\n"
    "      - { channel: Contoso/Admin, provider: Contoso, id: 2 }\n"
    "      - { channel: Contoso/Debug, provider: Contoso, id: 3 }\n"
    "  registry: { keys: 7, values: 40 }\n"
    "  logs: { count: 3, bytes: 5000 }\n"
    "  files: 12\n";

Result<Scenario> Load(const TempFolder& folder, std::string_view background) {
  return LoadScenario(
      folder.Write("s.yml", std::string(kHead) + std::string(background)));
}

Result<PlayedStory> Play(const Scenario& scenario) {
  ESPIAL_TRY_ASSIGN(const EventCatalog catalog, EventCatalog::Parse(kCatalog));
  ESPIAL_TRY_ASSIGN(PlayedStory story, PlayStory(scenario, catalog));
  ESPIAL_TRY(AddBackground(scenario, catalog, &story));
  return story;
}

TEST(BackgroundTest, EventsAreWovenIntoTheStoryByTime) {
  const TempFolder folder;
  const auto scenario = Load(folder, kBackground);
  ASSERT_TRUE(scenario) << scenario.error().ToString();
  const auto story = Play(*scenario);
  ASSERT_TRUE(story) << story.error().ToString();
  const ChannelLog* admin = story->Find("Contoso/Admin");
  const ChannelLog* debug = story->Find("Contoso/Debug");
  ASSERT_NE(admin, nullptr);
  ASSERT_NE(debug, nullptr);
  EXPECT_EQ(admin->records.size() + debug->records.size(), 103U);
  EXPECT_TRUE(std::is_sorted(
      admin->records.begin(), admin->records.end(),
      [](const auto& a, const auto& b) { return a.time < b.time; }));
  size_t told = 0;
  for (size_t i = 0; i < admin->records.size(); ++i) {
    const EvtxRecord& record = admin->records[i];
    EXPECT_EQ(record.record_id, i + 1);
    EXPECT_GE(record.time, scenario->start);
    EXPECT_LE(record.time, story->end);
    if (!record.fields.empty() && record.fields[0].text == "told") ++told;
  }
  EXPECT_EQ(told, 2U);
  EXPECT_EQ(admin->records.back().fields[0].text, "told");
}

TEST(BackgroundTest, LogsFollowEachOtherWithLocalTimes) {
  const TempFolder folder;
  const auto scenario = Load(folder, kBackground);
  ASSERT_TRUE(scenario) << scenario.error().ToString();
  const auto story = Play(*scenario);
  ASSERT_TRUE(story) << story.error().ToString();
  ASSERT_EQ(story->files.size(), 3U);
  std::set<std::string> names;
  for (const PlayedFile& file : story->files) {
    EXPECT_THAT(file.name, StartsWith("IntuneManagementExtension-20250310-"));
    EXPECT_GE(file.bytes.size(), 5000U);
    EXPECT_THAT(file.bytes, StartsWith("<![LOG["));
    names.insert(file.name);
  }
  EXPECT_EQ(names.size(), 3U);
  // The story begins at 08:00 UTC, which is 09:00 there.
  EXPECT_THAT(story->files[0].bytes, HasSubstr("<time=\"09:00:00."));
}

TEST(BackgroundTest, KeysValuesAndFilesAreAsManyAsAskedFor) {
  const TempFolder folder;
  const auto scenario = Load(folder, kBackground);
  ASSERT_TRUE(scenario) << scenario.error().ToString();
  const auto keys =
      WithBackgroundKeys(scenario->background, scenario->registry);
  size_t values = 0;
  for (const RegistryKey& key : keys) values += key.values.size();
  EXPECT_EQ(keys.size(), 7U);
  EXPECT_EQ(values, 40U);
  std::vector<ArchiveMember> members(4);
  AddBackgroundFiles(scenario->background, scenario->start, &members);
  EXPECT_EQ(members.size(), 12U);
  AddBackgroundFiles(scenario->background, scenario->start, &members);
  EXPECT_EQ(members.size(), 12U);
}

TEST(BackgroundTest, TheSameSeedMakesTheSameBytes) {
  const TempFolder folder;
  const auto scenario = Load(folder, kBackground);
  ASSERT_TRUE(scenario) << scenario.error().ToString();
  const auto first = ForgeBundle(*scenario, kCatalog);
  const auto again = ForgeBundle(*scenario, kCatalog);
  ASSERT_TRUE(first) << first.error().ToString();
  ASSERT_TRUE(again);
  EXPECT_TRUE((*first)[0].bytes == (*again)[0].bytes);

  std::string other(kBackground);
  other.replace(other.find("seed: 3"), 7, "seed: 4");
  const TempFolder beside;
  const auto changed = Load(beside, other);
  ASSERT_TRUE(changed);
  const auto forged = ForgeBundle(*changed, kCatalog);
  ASSERT_TRUE(forged);
  EXPECT_FALSE((*first)[0].bytes == (*forged)[0].bytes);
}

TEST(BackgroundTest, WhatCannotBeReadIsSaidWithItsPlace) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"background: 3\n", "background"},
      {"background:\n  event: {}\n", "'event'"},
      {"background:\n  files: -1\n", "files"},
      {"background:\n  logs: { count: 3 }\n", "'bytes' is missing"},
      {"background:\n  registry: { keys: 3 }\n", "'values' is missing"},
      {"background:\n  events: { count: 3 }\n", "'of' is missing"},
      {"background:\n  events: { count: 3, of: [] }\n", "'of' names no event"},
      {"background:\n  events: { count: 3, of: [ { channel: a, id: 1 } ] }\n",
       "'provider' is missing"},
      {"background:\n  events:\n    count: 3\n    of:\n"
       "      - { channel: a, provider: b, id: 70000 }\n",
       "id"},
  };
  for (const auto& [text, message] : cases) {
    const TempFolder folder;
    const auto scenario = Load(folder, text);
    ASSERT_FALSE(scenario) << text;
    EXPECT_THAT(scenario.error().ToString(), HasSubstr("s.yml:")) << text;
    EXPECT_THAT(scenario.error().ToString(), HasSubstr(std::string(message)));
  }
}

TEST(BackgroundTest, AnEventThatTheCatalogueLacksIsNamed) {
  const TempFolder folder;
  const auto scenario =
      Load(folder,
           "background:\n  events:\n    count: 3\n    of:\n"
           "      - { channel: Contoso/Admin, provider: Contoso, id: 77 }\n");
  ASSERT_TRUE(scenario) << scenario.error().ToString();
  const auto story = Play(*scenario);
  ASSERT_FALSE(story);
  EXPECT_THAT(story.error().ToString(), HasSubstr("77"));
}

}  // namespace
}  // namespace espial::forge
