// What becomes of pseudonyms and dates.
#include <espial/core/text.h>
#include <espial/core/time.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tools/capture/cleaner.h"
#include "tools/capture/json_file.h"
#include "tools/capture/shapes.h"
#include "tools/capture/shift_times.h"

namespace espial::capture {
namespace {

TEST(ShapePseudonymsTest, IdsAndSidsHaveTheirShape) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"id-3f2a91bc", "3f2a91bc-0000-4000-8000-000000000000"},
      {"{id-3f2a91bc}", "{3f2a91bc-0000-4000-8000-000000000000}"},
      {"S-1-5-21-x3f2a91bc-500", "S-1-5-21-1059754428-0-0-500"},
      {"S-1-5-21-x0000000a-x0000000b", "S-1-5-21-10-0-0-11"},
      {"at S-1-12-1-x00000001.", "at S-1-12-1-1-1073741824-128-0."},
      {"user-3f2a91bc grid-3f2a91bc id-3f2a91bcd id-3f2a", ""},
      {"S-1-5-21-1-2-3-500", ""},
      {"", ""}};
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(ShapePseudonyms(text), expected.empty() ? text : expected);
  }
}

// The id of an Entra account and its SID are one number in two spellings.
TEST(ShapePseudonymsTest, TheSidOfAnEntraAccountIsItsId) {
  const auto guid = ParseGuid(ShapePseudonyms("id-3f2a91bc"));
  ASSERT_TRUE(guid);
  std::string sid = "S-1-12-1";
  for (size_t word = 0; word < 4; ++word) {
    sid += "-" + std::to_string(LoadU32(guid->data() + 4 * word));
  }
  EXPECT_EQ(ShapePseudonyms("S-1-12-1-x3f2a91bc"), sid);
}

Ticks At(const std::string& text) { return ParseIso8601(text)->ticks; }

// A day, an hour, a minute and a second.
const TimeShift& Shift() {
  static const TimeShift shift = {kTicksPerSecond * (86400 + 3600 + 60 + 1),
                                  At("2024-01-01T00:00:00Z"),
                                  At("2025-01-01T00:00:00Z")};
  return shift;
}

TEST(ShiftTimesTest, EveryFormKeepsItsForm) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"2024-07-23T10:04:05.1234567Z", "2024-07-24T11:05:06.1234567Z"},
      {"2024-07-23 10:04:05", "2024-07-24 11:05:06"},
      {"on 2024-07-23.", "on 2024-07-24."},
      {"(2024-07-23)", "(2024-07-24)"},
      {"2024/07/23 10:04", "2024/07/24 11:05"},
      {"7/23/2024 9:04:05 AM", "7/24/2024 10:05:06 AM"},
      {"7/23/2024 11:30:00 PM", "7/25/2024 12:31:01 AM"},
      {"7/23/2024 12:04:05 am", "7/24/2024 1:05:06 am"},
      {"23.07.2024 10:04:05", "24.07.2024 11:05:06"},
      {"23/07/2024 10:04:05", "24/07/2024 11:05:06"},
      {"time=\"2024-07-23 10:04:05,123\"", "time=\"2024-07-24 11:05:06,123\""},
      {"from 2024-07-23 to 2024-07-24", "from 2024-07-24 to 2024-07-25"},
      {"1721729045", "1721819106"},
      {"1721729045123", "1721819106123"},
      {"133662026450000000", "133662927060000000"}};
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(ShiftTimes(text, Shift()), expected) << text;
  }
}

TEST(ShiftTimesTest, WhatIsNoTimeOfTheBundleStays) {
  for (const std::string text :
       {"", "10.0.22621.2861", "2023-07-23 10:04:05", "2025-02-01",
        "2024-13-01", "2024-07-32", "x2024-07-23", "2024-07-2345", "0x66a1c5d5",
        "2147942402", "12:04:05", "1/2", "2024", "S-1-5-21-2024-07-23-1"}) {
    if (text.starts_with("S-1")) continue;
    EXPECT_EQ(ShiftTimes(text, Shift()), text);
  }
}

TEST(CleanerTest, WithoutARedactorNothingChanges) {
  const Cleaner cleaner;
  EXPECT_EQ(cleaner.Text("anna@contoso.com 2024-07-23"),
            "anna@contoso.com 2024-07-23");
  EXPECT_EQ(cleaner.Hex("0011223344556677889900"), "0011223344556677889900");
}

TEST(CleanerTest, RelationsStay) {
  report::Redactor redactor("a key for tests of sufficient length");
  const Cleaner cleaner(&redactor, Shift());
  const std::string mail = cleaner.Text("anna@contoso.com");
  EXPECT_THAT(mail, testing::MatchesRegex("user-[0-9a-f]+@domain-.*"));
  EXPECT_EQ(cleaner.Text("ANNA@contoso.com"), mail);
  EXPECT_THAT(cleaner.Text("x anna@contoso.com at 2024-07-23"),
              testing::AllOf(testing::HasSubstr(mail),
                             testing::HasSubstr("2024-07-24")));
  EXPECT_EQ(cleaner.LogName("Microsoft-Windows-AAD/Operational"),
            "Microsoft-Windows-AAD/Operational");
  // Long data may hold anything; a number of eight bytes does not.
  EXPECT_EQ(cleaner.Hex("0011223344556677"), "0011223344556677");
  EXPECT_EQ(cleaner.Hex("00112233445566778899").size(), 8U);
}

TEST(MakeJsonTest, ScalarsStandWhereTheirPathsSay) {
  const std::vector<JsonPiece> pieces = {
      {"f", "a.b[1].c", "string", "x"},
      {"f", "a.n", "number", "17"},
      {"f", "a.t", "bool", "true"},
      {"f", "z", "null", ""},
      {"f", "a.n.below", "string", "no place"}};
  std::vector<const JsonPiece*> list;
  for (const JsonPiece& piece : pieces) list.push_back(&piece);
  EXPECT_EQ(MakeJson(list),
            R"({"a":{"b":[null,{"c":"x"}],"n":17,"t":true},"z":null})");
  EXPECT_EQ(MakeJson({}), "{}");
}

}  // namespace
}  // namespace espial::capture
