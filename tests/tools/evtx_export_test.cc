// espial evtx: choosing, sorting, recovering, counting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/core/shared_folder.h"
#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string& Root() {
  static const std::string root = ESPIAL_SOURCE_DIR;
  return root;
}

// Twelve logs of one device.
const std::string& Bundle() {
  static const std::string path =
      Root() + "/samples/bundles/user-flow-no-dc.cab";
  return path;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> Export(std::vector<std::string> options,
                                const std::string& path = Bundle()) {
  options.insert(options.begin(), {"evtx", path});
  const RunResult result = Espial(options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return Lines(result.out);
}

json SystemOf(const std::string& line) {
  return json::parse(line)["Event"]["System"];
}

std::string TimeOf(const std::string& line) {
  return SystemOf(line)["TimeCreated"]["#attributes"]["SystemTime"];
}

// A filter that lets everything through takes the other way to the same text.
TEST(EvtxExportTest, BothWaysGiveTheSameText) {
  std::vector<std::filesystem::path> paths =
      testing::FilesBelow(Root() + "/tests/fuzz/corpus/evtx");
  paths.emplace_back(Bundle());
  // Blocks of another time within a log, which are no part of it.
  const std::filesystem::path shadow_copy =
      testing::SharedFolder("corpus/evtx/omerbenamram_evtx");
  for (const auto& path : testing::FilesBelow(shadow_copy, ".evtx")) {
    if (path.filename().string().find("-vss_") != std::string::npos) {
      paths.push_back(path);
    }
  }
  for (const std::filesystem::path& path : paths) {
    for (const std::string format : {"jsonl", "json", "xml"}) {
      EXPECT_EQ(
          Export({"--format", format}, path.string()),
          Export({"--format", format, "--record", "0-18446744073709551615"},
                 path.string()))
          << path;
    }
  }
}

// Every log there is: the fast way and the way of filters.
TEST(EvtxExportTest, BothWaysGiveTheSameTextOverTheCorpus) {
  const std::filesystem::path corpus = testing::SharedFolder("corpus/evtx");
  if (!std::filesystem::exists(corpus)) {
    GTEST_SKIP() << corpus << " is not here";
  }
  RunOptions fast;
  fast.stdout_path = TestFolder() + "/fast.jsonl";
  RunOptions filtered;
  filtered.stdout_path = TestFolder() + "/filtered.jsonl";
  ASSERT_EQ(Espial({"evtx", corpus.string()}, fast).exit_code, 0);
  ASSERT_EQ(
      Espial({"evtx", corpus.string(), "--record", "0-18446744073709551615"},
             filtered)
          .exit_code,
      0);
  const RunResult compared =
      RunProgram("/usr/bin/cmp", {fast.stdout_path, filtered.stdout_path});
  EXPECT_EQ(compared.exit_code, 0) << compared.out << compared.err;
  std::filesystem::remove(fast.stdout_path);
  std::filesystem::remove(filtered.stdout_path);
}

TEST(EvtxExportTest, FiltersChooseRecords) {
  const std::vector<std::string> all = Export({});
  ASSERT_THAT(all, SizeIs(135));
  const auto count = [&](auto&& wanted) {
    return static_cast<size_t>(std::count_if(
        all.begin(), all.end(),
        [&](const std::string& line) { return wanted(SystemOf(line)); }));
  };
  EXPECT_THAT(Export({"--id", "109-111,62407"}),
              SizeIs(count([](const json& system) {
                const int id = system["EventID"];
                return (id >= 109 && id <= 111) || id == 62407;
              })));
  EXPECT_THAT(
      Export({"--channel", "*/autopilot"}),
      SizeIs(count([](const json& system) {
        return system["Channel"].get<std::string>().ends_with("/Autopilot");
      })));
  EXPECT_THAT(Export({"--provider", "Microsoft-Windows-Shell-Core"}),
              SizeIs(count([](const json& system) {
                return system["Provider"]["#attributes"]["Name"] ==
                       "Microsoft-Windows-Shell-Core";
              })));
  EXPECT_THAT(Export({"--level", "error"}),
              SizeIs(count([](const json& system) {
                const int level = system["Level"];
                return level == 1 || level == 2;
              })));
  EXPECT_THAT(Export({"--record", "1-3"}), SizeIs(count([](const json& system) {
                return system["EventRecordID"] <= 3;
              })));
  const auto late = Export({"--from", "2025-03-13T08:44:53Z"});
  EXPECT_THAT(late, Not(IsEmpty()));
  for (const std::string& line : late) {
    EXPECT_GE(TimeOf(line), "2025-03-13T08:44:53");
  }
  EXPECT_THAT(Export({"--grep", "0x80070774"}),
              AllOf(Not(IsEmpty()), Each(HasSubstr("0x80070774"))));
  EXPECT_THAT(Export({"--id", "1"}), IsEmpty());
}

TEST(EvtxExportTest, SortsByTimeOverAllLogs) {
  const std::vector<std::string> plain = Export({});
  const std::vector<std::string> sorted = Export({"--sort", "time"});
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end(),
                             [](const std::string& a, const std::string& b) {
                               return TimeOf(a) < TimeOf(b);
                             }));
  EXPECT_NE(plain, sorted);
  EXPECT_THAT(sorted, ::testing::UnorderedElementsAreArray(plain));
}

TEST(EvtxExportTest, CountsWhatItFound) {
  const RunResult result = Espial({"evtx", Bundle(), "--stats", "json"});
  const std::vector<std::string> lines = Lines(result.err);
  ASSERT_THAT(lines, SizeIs(13));
  uint64_t active = 0;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    active += json::parse(lines[i])["records"]["active"].get<uint64_t>();
  }
  EXPECT_EQ(active, 135U);
  EXPECT_EQ(json::parse(lines.back())["records"]["active"], 135U);
  EXPECT_EQ(json::parse(lines.back())["source"], "*");
}

TEST(EvtxExportTest, RecoversOnlyWhenAsked) {
  const std::string log = Root() + "/tests/fuzz/corpus/evtx_recover/slack-own";
  const size_t live = Export({}, log).size();
  EXPECT_EQ(Export({"--recover", "live"}, log).size(), live);
  const RunResult all =
      Espial({"evtx", log, "--recover", "all", "--stats", "json"});
  EXPECT_GT(Lines(all.out).size(), live);
  const json stats = json::parse(Lines(all.err).back());
  EXPECT_GT(stats["records"]["recovered"]["own"].get<int>(), 0);
}

TEST(EvtxExportTest, CarvesLogsOutOfAnything) {
  const std::string image = TestFolder() + "/image.bin";
  const std::string log =
      ReadFile(Root() + "/tests/fuzz/corpus/evtx/chunk-alone");
  WriteFile(image, std::string(1000, 'x') + log + std::string(500, '\0'));
  const std::vector<std::string> want =
      Export({}, Root() + "/tests/fuzz/corpus/evtx/chunk-alone");
  EXPECT_THAT(want, Not(IsEmpty()));
  EXPECT_EQ(Export({"--carve"}, image), want);
}

TEST(EvtxExportTest, ReadsStandardInput) {
  const std::string log = Root() + "/tests/fuzz/corpus/evtx/plain";
  RunOptions piped;
  piped.stdin_path = log;
  const RunResult fast = Espial({"evtx", "-"}, piped);
  EXPECT_EQ(Lines(fast.out), Export({}, log));
  const RunResult recovered = Espial({"evtx", "-", "--recover", "all"}, piped);
  EXPECT_EQ(recovered.exit_code, 0);
  EXPECT_THAT(recovered.out, StartsWith(fast.out.substr(0, 50)));
}

TEST(EvtxExportTest, EveryFormatHasItsShape) {
  for (const std::string& line : Export({"--format", "raw"})) {
    const json record = json::parse(line);
    EXPECT_EQ(record["state"], "active") << line;
    EXPECT_TRUE(record.contains("record_id")) << line;
  }
  EXPECT_THAT(Export({"--format", "csv"}), SizeIs(136));
  EXPECT_THAT(
      Export({"--format", "evtxecmd-csv"}),
      AllOf(SizeIs(136),
            ::testing::Contains(StartsWith("RecordNumber,EventRecordId,"))));
  for (const std::string& line : Export({"--format", "evtxecmd-json"})) {
    EXPECT_TRUE(json::parse(line).contains("PayloadData1") ||
                json::parse(line).contains("Payload"))
        << line;
  }
}

// An XML parser that is not ours reads all that there is.
TEST(EvtxExportTest, XmlOfTheCorpusIsWellFormed) {
  const std::filesystem::path corpus = testing::SharedFolder("corpus/evtx");
  if (!std::filesystem::exists(corpus)) {
    GTEST_SKIP() << corpus << " is not here";
  }
  RunOptions to_file;
  to_file.stdout_path = TestFolder() + "/corpus.xml";
  ASSERT_EQ(
      Espial({"evtx", corpus.string(), "--format", "xml"}, to_file).exit_code,
      0);
  const RunResult parsed =
      RunProgram("/usr/bin/python3",
                 {"-c",
                  "import sys, xml.parsers.expat as e\n"
                  "n = [0]\n"
                  "p = e.ParserCreate()\n"
                  "def start(name, attributes): n[0] += name == 'Event'\n"
                  "p.StartElementHandler = start\n"
                  "p.ParseFile(open(sys.argv[1], 'rb'))\n"
                  "print(n[0])\n",
                  to_file.stdout_path});
  EXPECT_EQ(parsed.exit_code, 0) << parsed.err;
  EXPECT_GE(std::stoul("0" + parsed.out), 42'000U);
}

TEST(EvtxExportTest, HiddenRecordsAreMarked) {
  const std::string log = Root() + "/tests/fuzz/corpus/evtx_recover/hidden";
  size_t hidden = 0;
  for (const std::string& line :
       Export({"--recover", "all", "--format", "raw"}, log)) {
    const json record = json::parse(line);
    if (!record["hidden"].get<bool>()) continue;
    ++hidden;
    EXPECT_EQ(record["state"], "recovered");
  }
  EXPECT_GT(hidden, 0U);
}

TEST(EvtxExportTest, WrongOptionsAreNamed) {
  const RunResult record = Espial({"evtx", Bundle(), "--record", "5-x"});
  EXPECT_EQ(record.exit_code, 2);
  EXPECT_THAT(record.err, HasSubstr("--record: expected record ids"));
  EXPECT_EQ(Espial({"evtx", Bundle(), "--format", "yaml"}).exit_code, 2);
  EXPECT_EQ(Espial({"evtx", Bundle(), "--recover", "some"}).exit_code, 2);
  const RunResult codepage = Espial({"evtx", Bundle(), "--codepage", "37"});
  EXPECT_EQ(codepage.exit_code, 2);
  EXPECT_THAT(codepage.err, HasSubstr("expected one like 1252"));
}

}  // namespace
}  // namespace espial::cli_test
