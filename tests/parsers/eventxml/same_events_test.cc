// The events of a log are the same whether it is read as EVTX or as the XML
// that is made of it.
#include <espial/core/executor.h>
#include <espial/core/text.h>
#include <espial/evtx_render.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/core/sanitizers.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"
#include "tools/forge/evtx_writer.h"

namespace espial::evtx {
extern const Parser kParser;
}

namespace espial::eventxml {

extern const Parser kParser;

namespace {

namespace fs = std::filesystem;
using ::espial::testing::Parse;
using ::espial::testing::ReadWholeFile;
using ::espial::testing::Show;

constexpr bool kSlow = kAddressSanitizer || kThreadSanitizer;

class XmlClient : public evtx::RenderClient {
 public:
  explicit XmlClient(std::shared_ptr<const Source> log)
      : log_(std::move(log)) {}
  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(log_, nullptr);
  }
  bool Write(std::string_view more) override {
    text += more;
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& damage) override {
    lossy = lossy || damage.lossy;
  }

  std::string text;
  bool lossy = false;

 private:
  std::shared_ptr<const Source> log_;
};

// What XML cannot carry, made equal: types, null against empty, characters
// that XML forbids, spaces at the ends of numbers.
std::string Comparable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Describe(const Event& event) {
  std::string out =
      FormatUtc(event.time.ticks) + "|" + std::to_string(event.record) + "|" +
      std::string(event.provider) + "|" + std::string(event.provider_guid) +
      "|" + std::string(event.channel) + "|";
  for (const uint64_t number :
       {uint64_t{event.id}, uint64_t{event.version}, uint64_t{event.level},
        uint64_t{event.opcode}, uint64_t{event.task},
        uint64_t{event.qualifiers}, event.keywords, uint64_t{event.process_id},
        uint64_t{event.thread_id}}) {
    out += std::to_string(number) + "|";
  }
  out += std::string(event.computer) + "|" + std::string(event.user_sid) + "|" +
         std::string(event.activity_id) + "|" + std::string(event.message);
  for (const Field& field : event.fields) {
    out += "\n  " + std::string(field.name) + "=" + ToText(field.value);
  }
  return Comparable(out);
}

struct Compared {
  uint64_t events = 0;
  std::vector<std::string> differences;
};

void Compare(const std::string& log, const std::string& name, Compared* out) {
  const auto bytes = AsBytes(log);
  XmlClient client(Source::FromBytes(
      name, std::vector<std::byte>(bytes.begin(), bytes.end())));
  Executor executor(1);
  evtx::RenderJob job;
  job.style.markup = evtx::Markup::kXml;
  RenderLogs(job, executor, &client);
  const auto from_log = Parse(evtx::kParser, log, {}, name);
  // Of a damaged log the renderer prints other records than a scan keeps.
  bool sound = !client.lossy;
  for (const Damage& damage : from_log->kept.damage) {
    sound = sound && !damage.lossy;
  }
  std::multimap<std::pair<uint64_t, Ticks>, std::string> own;
  for (const Event& event : from_log->kept.events) {
    if (event.state != RecordState::kResidue) {
      own.emplace(std::pair(event.record, event.time.ticks), Describe(event));
    }
  }
  for (const bool wide : {false, true}) {
    const std::string xml =
        wide ? "\xFF\xFE" + ToUtf16Le("<Events>" + client.text + "</Events>")
             : client.text;
    if (wide && log.size() > 200'000) continue;
    const auto from_xml = Parse(kParser, xml, {}, "log.xml");
    const auto differs = [&](const std::string& what) {
      if (out->differences.size() < 20) {
        out->differences.push_back(name + ": " + what);
      }
    };
    for (const Damage& damage : from_xml->kept.damage) differs(Show(damage));
    const auto& read = from_xml->kept.events;
    if (sound && read.size() != own.size()) {
      differs(std::to_string(own.size()) + " events, read as XML " +
              std::to_string(read.size()));
    }
    for (const Event& event : read) {
      const auto [first, last] =
          own.equal_range(std::pair(event.record, event.time.ticks));
      if (first == last && !sound) continue;
      const std::string actual = Describe(event);
      ++out->events;
      if (std::none_of(first, last, [&](const auto& candidate) {
            return candidate.second == actual;
          })) {
        differs((first == last ? "" : first->second) + "\n----\n" + actual);
      }
    }
    if (own.empty() || !sound) continue;
    const auto& expected = from_log->kept.coverage;
    const auto& actual = from_xml->kept.coverage;
    if (expected.size() != actual.size()) {
      differs("channels");
      continue;
    }
    for (size_t i = 0; i < expected.size(); ++i) {
      if (expected[i].channel != actual[i].channel ||
          expected[i].events != actual[i].events ||
          expected[i].first != actual[i].first ||
          expected[i].last != actual[i].last ||
          expected[i].first_record != actual[i].first_record ||
          expected[i].missing_records != actual[i].missing_records) {
        differs(Show(expected[i]) + " against " + Show(actual[i]));
      }
    }
  }
}

TEST(SameEvents, OfForgedLogs) {
  std::vector<forge::EvtxRecord> records;
  for (uint64_t i = 1; i <= 40; ++i) {
    forge::EvtxRecord record;
    record.record_id = i + (i > 20 ? 3 : 0);
    record.time = Ticks{133'000'000'000'000'000ULL + i * 12'345'678};
    record.provider = i % 2 == 0 ? "Contoso <&> \"Agent\"" : "Contoso-Agent";
    record.provider_guid = "{54849625-5478-4994-a5ba-3e3b0328c30d}";
    record.channel = i % 3 == 0 ? "Contoso/Admin" : "Contoso/Operational";
    record.computer = "PC-1.contoso.com";
    record.id = static_cast<uint32_t>(100 + i);
    record.version = 2;
    record.level = 4;
    record.opcode = 1;
    record.task = 12;
    record.keywords = 0x8000000000000000ULL;
    if (i % 5 == 0) record.qualifiers = static_cast<uint16_t>(16384);
    record.process_id = 4;
    record.thread_id = 8;
    record.user_sid = "S-1-5-18";
    record.activity_id = "{00000000-0000-0000-0000-000000000001}";
    record.fields = {{"Text", "UnicodeString", " a <b> & 'c'\r\n\xC3\xA9 "},
                     {"Empty", "UnicodeString", ""},
                     {"Null", "UnicodeString", std::nullopt},
                     {"Number", "UInt32", "7"},
                     {"Result", "HexInt32", "0x80070005"},
                     {"Id", "GUID", "{54849625-5478-4994-a5ba-3e3b0328c30d}"},
                     {"Sid", "SID", "S-1-5-21-1-2-3-1001"},
                     {"When", "FILETIME", "2024-07-23T10:04:05.1234567Z"},
                     {"Flag", "Boolean", "true"},
                     {"Bytes", "Binary", "01ab"}};
    if (i % 4 == 0) record.user_data = "EventXml";
    if (i % 7 == 0) record.fields = {{"", "UnicodeString", "x"}};
    if (i % 7 == 0) record.user_data.clear();
    records.push_back(record);
  }
  const auto file = forge::WriteEvtx(records);
  ASSERT_TRUE(file) << file.error().ToString();
  Compared compared;
  Compare(std::string(AsChars(*file)), "Contoso-Admin.evtx", &compared);
  for (const std::string& difference : compared.differences) {
    ADD_FAILURE() << difference;
  }
  EXPECT_EQ(compared.events, 80U);
}

TEST(SameEvents, OfTheCorpus) {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const fs::path folder =
      (shared != nullptr ? fs::path(shared)
                         : fs::path(ESPIAL_SOURCE_DIR) / "../shared") /
      "corpus/evtx";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent";
  std::vector<fs::path> logs;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".evtx") logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  Compared compared;
  const size_t step = kSlow ? 24 : 4;
  for (size_t i = 0; i < logs.size(); i += step) {
    if (fs::file_size(logs[i]) > 2'200'000) continue;
    Compare(ReadWholeFile(logs[i]), logs[i].filename().string(), &compared);
  }
  for (const std::string& difference : compared.differences) {
    ADD_FAILURE() << difference;
  }
  EXPECT_GT(compared.events, kSlow ? 100U : 5000U);
}

}  // namespace
}  // namespace espial::eventxml
