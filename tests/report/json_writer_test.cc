
#include <espial/report/json_writer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace espial::report {
namespace {

using ::testing::StartsWith;

std::string Quoted(std::string_view text) {
  std::string out;
  JsonWriter(&out, JsonWriter::Style::kOneLine).String(text);
  return out;
}

std::string SecondsOf(int64_t ticks) {
  std::string out;
  JsonWriter(&out, JsonWriter::Style::kOneLine).Seconds(ticks);
  return out;
}

TEST(JsonWriterTest, IndentsByTwo) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("a").Number(uint64_t{1});
  json.Key("b").BeginArray().String("x").Null().EndArray();
  json.Key("c").BeginArray().EndArray();
  json.Key("d").BeginObject().EndObject();
  json.EndObject();
  EXPECT_EQ(out,
            "{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    null\n  ],\n"
            "  \"c\": [],\n  \"d\": {}\n}");
}

TEST(JsonWriterTest, OneLineHasNoSpaces) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kOneLine);
  json.BeginObject();
  json.Key("a").Bool(true);
  json.Key("b").BeginArray().Number(int64_t{-5}).Number(uint64_t{7}).EndArray();
  json.EndObject();
  EXPECT_EQ(out, "{\"a\":true,\"b\":[-5,7]}");
}

TEST(JsonWriterTest, EscapesControlsAndSeparators) {
  EXPECT_EQ(Quoted("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(Quoted(std::string_view("\0\x1b\x7f", 3)),
            R"("\u0000\u001b\u007f")");
  EXPECT_EQ(Quoted("\xC2\x9B\xC2\xA0"), "\"\\u009b\xC2\xA0\"");
  EXPECT_EQ(Quoted("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA"),
            "\"\\u2028\\u2029\xE2\x80\xAA\"");
}

TEST(JsonWriterTest, RepairsInvalidUtf8) {
  EXPECT_EQ(Quoted("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  // A lead byte at the end must not read behind it.
  EXPECT_EQ(Quoted("a\xC2"), "\"a\xEF\xBF\xBD\"");
  EXPECT_THAT(nlohmann::json::parse(Quoted("a\xE2\x80")).get<std::string>(),
              StartsWith("a\xEF\xBF\xBD"));
}

TEST(JsonWriterTest, EveryAsciiCharacterSurvivesAnotherParser) {
  std::string all;
  for (int c = 0; c < 128; ++c) all.push_back(static_cast<char>(c));
  EXPECT_EQ(nlohmann::json::parse(Quoted(all)).get<std::string>(), all);
}

TEST(JsonWriterTest, LargeNumbersKeepEveryDigit) {
  std::string out;
  JsonWriter(&out, JsonWriter::Style::kOneLine)
      .Number(std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(out, "18446744073709551615");
}

TEST(JsonWriterTest, SecondsAreExact) {
  EXPECT_EQ(SecondsOf(0), "0");
  EXPECT_EQ(SecondsOf(652'500'000), "65.25");
  EXPECT_EQ(SecondsOf(1), "0.0000001");
  EXPECT_EQ(SecondsOf(-15'000'000), "-1.5");
  EXPECT_EQ(SecondsOf(std::numeric_limits<int64_t>::min()),
            "-922337203685.4775808");
}

TEST(JsonWriterTest, EmptyTextMayBeNull) {
  std::string out;
  JsonWriter(&out, JsonWriter::Style::kOneLine).StringOrNull("");
  EXPECT_EQ(out, "null");
}

}  // namespace
}  // namespace espial::report
