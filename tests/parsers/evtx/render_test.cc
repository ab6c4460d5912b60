// What records look like as JSON and as XML, and where that is on purpose not
// what evtx_dump prints. Every text is checked of both renderers.
#include <espial/core/executor.h>
#include <espial/evtx.h>
#include <espial/evtx_render.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/parsers/evtx/evtx_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Values = std::vector<std::pair<uint8_t, std::vector<std::byte>>>;

class TextClient : public RenderClient {
 public:
  explicit TextClient(std::shared_ptr<const Source> log)
      : log_(std::move(log)) {}
  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(log_, nullptr);
  }
  bool Write(std::string_view more) override {
    text += more;
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& damage) override {
    text += "damage: " + damage.error.ToString() + "\n";
  }

  std::string text;

 private:
  std::shared_ptr<const Source> log_;
};

constexpr Style kJsonStyle{};
constexpr Style kSeparate{Markup::kJson, true, false};
constexpr Style kXmlStyle{Markup::kXml, false, false};

std::string Render(const std::vector<std::byte>& file, const Style& style) {
  Executor executor(1);
  std::string texts[2];
  for (const bool fast : {false, true}) {
    TextClient client(Source::FromBytes("Test-Admin.evtx", file));
    RenderJob job;
    job.style = style;
    job.fast = fast;
    RenderLogs(job, executor, &client);
    texts[fast ? 1 : 0] = client.text;
  }
  EXPECT_EQ(texts[1], texts[0]);
  return texts[1];
}

// The EventData of a record with `elements` and `values`, with its key or tag.
template <typename F>
std::string Data(const Style& style, const Values& values, F elements) {
  RawLog log;
  log.RecordWithData(1, values, [&] { elements(&log); });
  const std::string text = Render(log.File(), style);
  const size_t at =
      text.find(style.markup == Markup::kXml ? "<EventData" : "\"EventData");
  return at == std::string::npos ? text : text.substr(at);
}

// The same of one <Data Name="V"> with that value.
std::string One(const Style& style, uint8_t type,
                std::vector<std::byte> bytes) {
  return Data(style, {{type, std::move(bytes)}},
              [&](RawLog* log) { log->DataSlot("V", 0, type); });
}

std::vector<std::byte> Guid() {
  std::vector<std::byte> guid = Little(0x1234, 8);
  guid.resize(16);
  return guid;
}

void UnnamedSlot(RawLog* log, uint16_t slot, uint8_t type) {
  log->Open("Data");
  log->CloseStart();
  log->Slot(slot, type);
  log->End();
}

TEST(EvtxRender, JsonValuesByType) {
  const auto json = [](uint8_t type, std::vector<std::byte> bytes) {
    return One(kJsonStyle, type, std::move(bytes));
  };
  EXPECT_EQ(json(0x08, Little(7, 4)), "\"EventData\":{\"V\":7}}}\n");
  EXPECT_EQ(json(0x03, Little(0xff, 1)), "\"EventData\":{\"V\":-1}}}\n");
  EXPECT_EQ(json(0x0d, Little(1, 4)), "\"EventData\":{\"V\":true}}}\n");
  EXPECT_EQ(json(0x15, Little(0xABC, 8)),
            "\"EventData\":{\"V\":\"0xabc\"}}}\n");
  EXPECT_EQ(json(0x0e, Little(0xCDAB, 2)),
            "\"EventData\":{\"V\":\"ABCD\"}}}\n");
  EXPECT_EQ(json(0x00, {}), "\"EventData\":{\"V\":\"\"}}}\n");
  EXPECT_EQ(json(0x01, Utf16("a\"b\\c\n\x01")),
            "\"EventData\":{\"V\":\"a\\\"b\\\\c\\n\\u0001\"}}}\n");
  EXPECT_THAT(json(0x0f, Guid()),
              HasSubstr("\"00001234-0000-0000-0000-000000000000\""));
}

TEST(EvtxRender, TimesKeepAllTheirDigits) {
  const auto time = Little(kDay1 + 1234567, 8);
  EXPECT_THAT(One(kJsonStyle, 0x11, time), HasSubstr(".1234567Z\""));
  EXPECT_THAT(One({Markup::kJson, false, true}, 0x11, time),
              HasSubstr(".123456Z\""));
  EXPECT_THAT(One(kXmlStyle, 0x11, time), HasSubstr(".1234567Z<"));
}

// <EventData><Outer o="..."><Data Name="...">...</Data></Outer><Leaf
// l="...">...</Leaf></EventData>, all of it without a template.
void BareRecord(RawLog* log, uint64_t id, std::string_view outer,
                std::string_view name, std::string_view leaf,
                std::string_view text) {
  const auto open = [&](std::string_view element, std::string_view key,
                        std::string_view value) {
    log->Open(element, true, std::nullopt);
    log->BeginAttributes();
    log->Attribute(key);
    log->Text(value);
    log->EndAttributes();
    log->CloseStart();
  };
  log->RecordWithPayload(id, [&] {
    log->Open("EventData", false, std::nullopt);
    log->CloseStart();
    open("Outer", "o", outer);
    open("Data", "Name", name);
    log->Text(text);
    log->End();
    log->End();
    open("Leaf", "l", leaf);
    log->Text(text);
    log->End();
    log->End();
  });
}

// Those are known by their shape, which is what their text is not.
TEST(EvtxRender, ElementsWithoutATemplate) {
  RawLog log;
  const std::string_view zero("a\0b\0", 4);
  BareRecord(&log, 1, "o", "n", "l", "text");
  BareRecord(&log, 2, "other", "n", "l&<\"", "longer \xc3\xa4 text");
  BareRecord(&log, 3, "", "n", "l", "x");
  BareRecord(&log, 4, "\"<", "n", "", "");
  BareRecord(&log, 5, "o", "m", "l", zero);
  BareRecord(&log, 6, zero, "n", zero, "\n");
  BareRecord(&log, 7, "o", "", "l", "x");
  BareRecord(&log, 8, "", "n", "", "7");
  for (const Style& style : {kJsonStyle, kSeparate, kXmlStyle}) {
    const std::string text = Render(log.File(), style);
    EXPECT_THAT(text, Not(HasSubstr("damage")));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
              style.markup == Markup::kXml ? 10 : 8);
  }
  EXPECT_THAT(Render(log.File(), kXmlStyle),
              HasSubstr("<Outer o=\"other\"><Data Name=\"n\">longer"));
}

TEST(EvtxRender, NoKeyTwice) {
  const auto twice = [](RawLog* log) {
    log->DataSlot("A", 0, 0x08);
    log->DataSlot("A", 1, 0x08);
    log->DataSlot("A_1", 1, 0x08);
    log->Leaf("A", "x");
  };
  const Values values = {{0x08, Little(1, 4)}, {0x08, Little(2, 4)}};
  EXPECT_EQ(Data(kJsonStyle, values, twice),
            "\"EventData\":{\"A\":1,\"A_1\":2,\"A_1_1\":2,\"A_2\":\"x\"}}}\n");
}

TEST(EvtxRender, StringsGoOnBehindTheirFirstNul) {
  std::vector<std::byte> text = Utf16("ab");
  for (const std::byte b : Utf16("c")) text.push_back(b);
  text[2] = std::byte{0};
  EXPECT_EQ(One(kJsonStyle, 0x01, text),
            "\"EventData\":{\"V\":\"a\\u0000c\"}}}\n");
  EXPECT_THAT(One(kXmlStyle, 0x01, text), HasSubstr(">a\xef\xbf\xbd"
                                                    "c<"));
  // Terminators are no text.
  text = Utf16("a");
  text.resize(8);
  EXPECT_EQ(One(kJsonStyle, 0x01, text), "\"EventData\":{\"V\":\"a\"}}}\n");
}

TEST(EvtxRender, DataWithoutANameStandsBesideDataWithOne) {
  const auto mixed = [](RawLog* log) {
    UnnamedSlot(log, 0, 0x08);
    log->DataSlot("A", 1, 0x08);
    UnnamedSlot(log, 1, 0x08);
  };
  const Values values = {{0x08, Little(1, 4)}, {0x08, Little(2, 4)}};
  EXPECT_EQ(Data(kJsonStyle, values, mixed),
            "\"EventData\":{\"Data\":{\"#text\":[1,2]},\"A\":2}}}\n");
}

TEST(EvtxRender, CDataIsText) {
  const auto cdata = [](RawLog* log) {
    log->Open("X");
    log->CloseStart();
    log->Byte(0x07);
    log->chunk.PutString("a<b");
    log->End();
  };
  EXPECT_EQ(Data(kJsonStyle, {}, cdata), "\"EventData\":{\"X\":\"a<b\"}}}\n");
  EXPECT_THAT(Data(kXmlStyle, {}, cdata), HasSubstr("<X>a&lt;b</X>"));
}

TEST(EvtxRender, ListsOfStrings) {
  std::vector<std::byte> list;
  for (const char* item : {"a", "", "b"}) {
    for (const std::byte b : Utf16(item)) list.push_back(b);
    list.resize(list.size() + 2);
  }
  const auto one = [](RawLog* log) { UnnamedSlot(log, 0, 0x81); };
  EXPECT_EQ(Data(kJsonStyle, {{0x81, list}}, one),
            "\"EventData\":{\"Data\":{\"#text\":[\"a\",\"\",\"b\"]}}}}\n");
  EXPECT_THAT(Data(kXmlStyle, {{0x81, list}}, one),
              HasSubstr("<Data>a</Data><Data/><Data>b</Data>"));
  const auto two = [](RawLog* log) {
    UnnamedSlot(log, 0, 0x81);
    UnnamedSlot(log, 1, 0x08);
  };
  EXPECT_EQ(Data(kJsonStyle, {{0x81, list}, {0x08, Little(7, 4)}}, two),
            "\"EventData\":{\"Data\":{\"#text\":[\"a\",\"\",\"b\",7]}}}}\n");
}

TEST(EvtxRender, AttributesWithinOrBeside) {
  const auto element = [](RawLog* log) {
    log->Open("X", true);
    log->BeginAttributes();
    log->Attribute("a", true);
    log->Slot(0, 0x08, true);
    log->Attribute("b");
    log->Text("t");
    log->EndAttributes();
    log->CloseStart();
    log->Slot(1, 0x01, true);
    log->End();
  };
  const Values full = {{0x08, Little(1, 4)}, {0x01, Utf16("v")}};
  const Values none = {{0x00, {}}, {0x00, {}}};
  EXPECT_EQ(Data(kJsonStyle, full, element),
            "\"EventData\":{\"X\":{\"#attributes\":{\"a\":1,\"b\":\"t\"},"
            "\"#text\":\"v\"}}}}\n");
  EXPECT_EQ(Data(kSeparate, full, element),
            "\"EventData\":{\"X_attributes\":{\"a\":1,\"b\":\"t\"},"
            "\"X\":\"v\"}}}\n");
  EXPECT_EQ(Data(kSeparate, none, element),
            "\"EventData\":{\"X_attributes\":{\"b\":\"t\"}}}}\n");
  EXPECT_THAT(Data(kXmlStyle, full, element),
              HasSubstr("<X a=\"1\" b=\"t\">v</X>"));
  EXPECT_THAT(Data(kXmlStyle, none, element), HasSubstr("<X b=\"t\"/>"));
}

TEST(EvtxRender, XmlIsWellFormedWhateverTheText) {
  EXPECT_THAT(One(kXmlStyle, 0x01, Utf16("<&>\"\x02")),
              HasSubstr("<Data Name=\"V\">&lt;&amp;&gt;\"\xef\xbf\xbd</Data>"));
  EXPECT_THAT(One(kXmlStyle, 0x01, Little(0xd800, 2)),
              HasSubstr(">\xef\xbf\xbd<"));
  EXPECT_THAT(One(kXmlStyle, 0x01, Little(0xffff, 2)),
              HasSubstr(">\xef\xbf\xbd<"));
  EXPECT_THAT(One(kXmlStyle, 0x0f, Guid()),
              HasSubstr("{00001234-0000-0000-0000-000000000000}"));
}

TEST(EvtxRender, TheTextDoesNotDependOnThreads) {
  const std::vector<std::byte> file = PlainLog(1, 3000);
  std::string texts[2];
  for (const uint32_t threads : {1U, 4U}) {
    Executor executor(threads);
    TextClient client(Source::FromBytes("Test-Admin.evtx", file));
    EXPECT_EQ(RenderLogs({}, executor, &client).records, 3000U);
    texts[threads == 1 ? 0 : 1] = client.text;
  }
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_THAT(texts[0], Not(HasSubstr("damage")));
}

TEST(EvtxReader, ReadsAProjectionInPlace) {
  const auto log = Log::FromBytes("Test-Admin.evtx", PlainLog(5, 604));
  ASSERT_TRUE(log);
  const Projection wanted({"absent", "Count"});
  Reader reader(*log, wanted);
  Projected values;
  uint64_t id = 5;
  while (const RecordView* record = reader.Next()) {
    EXPECT_EQ(record->id, id);
    ASSERT_TRUE(reader.Read(*record, &values));
    EXPECT_EQ(values.record_id.Number(), id);
    EXPECT_GE(values.time.Number(), kDay1);
    std::string provider;
    values.provider.AppendText(&provider);
    EXPECT_FALSE(provider.empty());
    EXPECT_TRUE(values.fields[0].is_null());
    std::string json;
    EXPECT_TRUE(reader.Render(*record, kJsonStyle, &json));
    EXPECT_THAT(json,
                HasSubstr("\"EventRecordID\":" + std::to_string(id) + ","));
    ++id;
  }
  EXPECT_EQ(id, 605U);
  EXPECT_TRUE(reader.damage().empty());

  // A chunk by itself.
  reader.Seek(1, 1);
  uint64_t second = 0;
  while (reader.Next() != nullptr) ++second;
  EXPECT_GT(second, 0U);
  EXPECT_LT(second, 600U);
}

TEST(EvtxRender, AnsiStringsOfAnotherCodePage) {
  const Result<Codepage> japanese = Codepage::Load(932);
  ASSERT_TRUE(japanese) << japanese.error().ToString();
  const std::vector<std::byte> bytes = {std::byte{0x93}, std::byte{0xfa},
                                        std::byte{0}, std::byte{0xb1}};
  for (Style style : {kJsonStyle, kXmlStyle}) {
    EXPECT_THAT(One(style, 0x02, bytes),
                HasSubstr("\xe2\x80\x9c\xc3\xba\xc2\xb1"));
    style.codepage = &*japanese;
    EXPECT_THAT(One(style, 0x02, bytes), HasSubstr("\xe6\x97\xa5\xef\xbd\xb1"));
  }
}

}  // namespace
}  // namespace espial::evtx
