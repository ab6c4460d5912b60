#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::diagxml {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kHead =
    "<xml xmlns:z='#RowsetSchema'><s:AttributeType name='Sev'/>"
    "<s:AttributeType name='Msg'/>";

TEST(DiagXml, GoldenSamples) {
  espial::testing::ExpectGolden(
      kParser, ESPIAL_SOURCE_DIR "/tests/parsers/diagxml/golden");
}

TEST(DiagXml, ProbesByContentAlone) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(kHead));
  EXPECT_TRUE(
      probe("<xml xmlns:z=\"#RowsetSchema\"><z:row Sev=\"1\" "
            "Msg=\"a\"/>"));
  EXPECT_FALSE(probe("<xml xmlns:z='#RowsetSchema'><z:row Name='a'/>"));
  EXPECT_FALSE(probe("<xml><z:row Sev='1' Msg='a'/>"));
  EXPECT_FALSE(probe(""));
}

TEST(DiagXml, ReadsRows) {
  const auto parsed =
      Parse(kParser,
            std::string(kHead) +
                "<rs:data>\n<z:row Sev='33554432' Uid='0x3000008' Fun='F' "
                "Msg='a &lt;b&gt;' THid='7' Tim='2025-06-02 14:07:33'/>\n"
                "<z:row Msg='c' Tim='soon'/></rs:data></xml>",
            {}, "a.cab!diagerr.xml");
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre("event 2025-06-02T14:07:33.0000000Z assumed [2025-06-02 "
                  "14:07:33] Windows Setup 0 'diagerr' error 2@97 tid 7 "
                  "{Sev=uint:33554432, Uid=hex32:0x3000008, Fun=string:F, "
                  "THid=uint:7} a <b>",
                  "event - none [soon] Windows Setup 0 'diagerr' error 3@198 "
                  "c"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value setup row time@198: line 3: expected a "
                          "date and time, found 'soon' (note)"));
}

TEST(DiagXml, EveryCutIsTold) {
  ExpectPrefixes(kParser, std::string(kHead) +
                              "<z:row Sev='1' Msg='a'/>\r\n"
                              "<z:row Sev='2' Msg='b'/></xml>");
}

}  // namespace
}  // namespace espial::diagxml
