#include "tools/forge/event_catalog.h"

#include <espial/core/source.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/forge/test_support.h"
#include "tools/forge/csv.h"

namespace espial::forge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Row = std::vector<std::string>;

TEST(CsvTest, ReadsQuotesAndBothLineEnds) {
  const auto rows =
      ParseCsv("a,b\r\n\"x,1\",\"say \"\"hi\"\"\"\n\n,\n\"two\nlines\",z");
  ASSERT_TRUE(rows);
  EXPECT_THAT(*rows, ElementsAre(Row{"a", "b"}, Row{"x,1", "say \"hi\""},
                                 Row{"", ""}, Row{"two\nlines", "z"}));
}

TEST(CsvTest, AQuoteThatNeverClosesIsNamed) {
  EXPECT_THAT(FailureOf(ParseCsv("a\n\"b")),
              HasSubstr("line 2: a quote is never closed"));
}

class EventCatalogTest : public testing::Test {
 protected:
  EventCatalogTest() : catalog_(*EventCatalog::Parse(TestCatalog())) {}

  std::string Miss(std::string_view provider, uint16_t id,
                   std::string_view channel,
                   std::optional<uint8_t> version = {}) const {
    return FailureOf(catalog_.Find(provider, id, channel, version));
  }

  EventCatalog catalog_;
};

TEST_F(EventCatalogTest, TheHighestVersionIsTheDefault) {
  const auto latest =
      catalog_.Find("Contoso-Versions", 5, "Contoso-Versions/Operational", {});
  ASSERT_TRUE(latest);
  EXPECT_EQ((*latest)->version, 2);
  EXPECT_EQ((*latest)->level, std::nullopt);
  EXPECT_EQ((*latest)->fields.at(0).name, "New");
  const auto first =
      catalog_.Find("Contoso-Versions", 5, "Contoso-Versions/Operational", 0);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->level, 5);
  EXPECT_EQ((*first)->fields.at(0).name, "Old");
}

TEST_F(EventCatalogTest, MissesSayWhatThereIs) {
  EXPECT_THAT(
      Miss("Contoso-Versions", 5, "Contoso-Versions/Operational", 1),
      HasSubstr("Contoso-Versions 5: the catalogue has version 0, 2 of this "
                "event, not 1"));
  EXPECT_THAT(Miss("Contoso-Versions", 5, "System"),
              HasSubstr("the catalogue has this event in "
                        "Contoso-Versions/Operational, not in System"));
  EXPECT_THAT(Miss("Contoso-Versions", 6, "System"),
              HasSubstr("Contoso-Versions 6: the catalogue has no such event"));
  EXPECT_THAT(Miss("Contoso-Version", 5, "System"),
              HasSubstr("(did you mean 'Contoso-Versions'?)"));
}

TEST_F(EventCatalogTest, GuidsGetBraces) {
  EXPECT_EQ(catalog_.GuidOf("Contoso-Twice"),
            "{11111111-2222-3333-4444-555555555555}");
  EXPECT_EQ(catalog_.GuidOf("Contoso-Plain"), "");
  EXPECT_EQ(catalog_.GuidOf("Nobody"), "");
}

std::string ParseFailure(const std::string& row) {
  return FailureOf(EventCatalog::Parse(
      "provider,guid,channel,id,version,level,fields\n" + row + "\n"));
}

TEST(EventCatalogParseTest, ErrorsNameTheRow) {
  EXPECT_THAT(FailureOf(EventCatalog::Parse("")), HasSubstr("is empty"));
  EXPECT_THAT(FailureOf(EventCatalog::Parse("provider,guid\n")),
              HasSubstr("row 1: there is no column channel"));
  EXPECT_THAT(ParseFailure("P,,C,1,0"),
              HasSubstr("row 2: expected 7 cells, found 5"));
  EXPECT_THAT(ParseFailure("P,,C,65536,0,,"), HasSubstr("no event id"));
  EXPECT_THAT(ParseFailure("P,,C,1,256,,"), HasSubstr("no event version"));
  EXPECT_THAT(ParseFailure("P,,C,1,0,Loud,"),
              HasSubstr("unknown level 'Loud'"));
  EXPECT_THAT(ParseFailure("P,,C,1,0,,Name"),
              HasSubstr("a field is not Name:Type: 'Name'"));
}

TEST(EventCatalogParseTest, TheProjectsCatalogueReads) {
  const std::string path = ESPIAL_SOURCE_DIR "/rules/packs/catalog/events.csv";
  const auto catalog = EventCatalog::Parse(ReadAll(path));
  ASSERT_TRUE(catalog) << catalog.error().ToString();
  const auto step = catalog->Find("Microsoft-Windows-Kernel-General", 1,
                                  "System", std::nullopt);
  ASSERT_TRUE(step) << step.error().ToString();
  EXPECT_EQ((*step)->fields.at(0).name, "NewTime");
}

}  // namespace
}  // namespace espial::forge
