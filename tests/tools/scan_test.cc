// espial scan: every format, what chooses rules, and what is said about them.
#include <espial/core/bytes.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/run.h"
#include "tools/forge/evtx_writer.h"

namespace espial::cli_test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kLogName[] = "/Microsoft-Windows-Sysmon%4Operational.evtx";

// Starts of programs, a second apart; records from 1.
void WriteLog(const std::string& path, const std::vector<std::string>& images) {
  std::vector<forge::EvtxRecord> records;
  for (const std::string& image : images) {
    forge::EvtxRecord& record = records.emplace_back();
    record.record_id = records.size();
    record.time =
        Ticks{132'999'999'990'000'000ULL + records.size() * 10'000'000};
    record.provider = "Microsoft-Windows-Sysmon";
    record.channel = "Microsoft-Windows-Sysmon/Operational";
    record.computer = "PC-1";
    record.id = 1;
    record.fields = {{"Image", "UnicodeString", image},
                     {"User", "UnicodeString", "eva"}};
  }
  const auto log = forge::WriteEvtx(records);
  ASSERT_TRUE(log) << log.error().ToString();
  WriteFile(path, std::string(AsChars(*log)));
}

std::string Rule(const std::string& title, const std::string& more,
                 const std::string& selection) {
  return "title: " + title + "\n" + more +
         "logsource: { product: windows, category: process_creation }\n"
         "detection: { s: { " +
         selection + " }, condition: s }\n---\n";
}

// Records 1 and 3 are cmd.exe, 2 is calc.exe.
class ScanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = TestFolder();
    WriteLog(folder_ + kLogName,
             {"C:\\cmd.exe", "C:\\calc.exe", "C:\\cmd.exe"});
    WriteRules(Rule("Shell, \"quoted\"",
                    "id: 0A\nauthor: Jane Doe\nlevel: high\n"
                    "tags: [attack.execution, attack.t1059]\n",
                    "Image|endswith: \\cmd.exe") +
               Rule("Calculator",
                    "id: 0b\nauthor: Tom\nlevel: low\n"
                    "tags: [test.calc]\n",
                    "Image|endswith: \\calc.exe"));
  }

  void WriteRules(const std::string& text) {
    WriteFile(folder_ + "/rules.yml", text);
  }

  RunResult Scan(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"scan", "--rules", folder_ + "/rules.yml",
                               folder_ + kLogName});
    return Espial(more);
  }

  // Titles of the matches.
  std::vector<std::string> Titles(std::vector<std::string> more) {
    more.insert(more.end(), {"--format", "jsonl"});
    const RunResult result = Scan(more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<std::string> titles;
    for (const json& match : Lines(result.out)) {
      titles.push_back(match["title"]);
    }
    return titles;
  }

  static std::vector<json> Lines(const std::string& text) {
    std::vector<json> out;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      out.push_back(json::parse(line));
    }
    return out;
  }

  std::string folder_;
};

TEST_F(ScanTest, Text) {
  const RunResult result = Scan();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("2022-06-18T04:26:40.0000000Z  high  "
                              "Shell, \"quoted\" (by Jane Doe)\n"),
                    HasSubstr(std::string(kLogName) +
                              " record 2, Microsoft-Windows-Sysmon 1\n"
                              "  Image=C:\\calc.exe"),
                    HasSubstr("low  Calculator (by Tom)\n")));
  EXPECT_THAT(result.err,
              HasSubstr("2 rules, 0 problems, 0 rules not about Windows"));
}

TEST_F(ScanTest, Jsonl) {
  const std::vector<json> matches = Lines(Scan({"--format", "jsonl"}).out);
  ASSERT_THAT(matches, SizeIs(3));
  const json& first = matches[0];
  EXPECT_EQ(first["rule_id"], "0a");
  EXPECT_EQ(first["title"], "Shell, \"quoted\"");
  EXPECT_EQ(first["author"], "Jane Doe");
  EXPECT_EQ(first["level"], "high");
  EXPECT_EQ(first["tags"], json({"attack.execution", "attack.t1059"}));
  EXPECT_EQ(first["file"], folder_ + kLogName);
  EXPECT_EQ(first["channel"], "Microsoft-Windows-Sysmon/Operational");
  EXPECT_EQ(first["record_id"], 1);
  EXPECT_EQ(first["event_id"], 1);
  EXPECT_EQ(first["computer"], "PC-1");
  EXPECT_EQ(first["time"], "2022-06-18T04:26:40.0000000Z");
  EXPECT_EQ(first["fields"]["Image"], "C:\\cmd.exe");
  EXPECT_EQ(matches[1]["title"], "Calculator");
  EXPECT_EQ(matches[1]["record_id"], 2);
  EXPECT_EQ(matches[2]["record_id"], 3);
}

// The cells of one line; quotes are doubled within quotes.
std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      const bool doubled = quoted && i + 1 < line.size() && line[i + 1] == '"';
      if (doubled) cells.back() += line[i++];
      if (!doubled) quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

TEST_F(ScanTest, Csv) {
  std::istringstream stream(Scan({"--format", "csv"}).out);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(stream, line);) {
    rows.push_back(Cells(line));
  }
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_THAT(rows[0],
              ElementsAre("time", "level", "rule_id", "title", "author", "tags",
                          "file", "channel", "record_id", "provider",
                          "event_id", "computer", "fields"));
  ASSERT_THAT(rows[1], SizeIs(rows[0].size()));
  EXPECT_EQ(rows[1][2], "0a");
  EXPECT_EQ(rows[1][3], "Shell, \"quoted\"");
  EXPECT_EQ(rows[1][4], "Jane Doe");
  EXPECT_EQ(rows[1][5], "attack.execution attack.t1059");
  EXPECT_EQ(rows[1][8], "1");
  EXPECT_EQ(rows[2][8], "2");
}

TEST_F(ScanTest, Sarif) {
  const json log = json::parse(Scan({"--format", "sarif"}).out);
  EXPECT_EQ(log["version"], "2.1.0");
  const json& run = log["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];
  ASSERT_THAT(rules, SizeIs(2));
  EXPECT_EQ(rules[0]["properties"]["author"], "Jane Doe");
  ASSERT_THAT(run["results"], SizeIs(3));
  const json& first = run["results"][0];
  EXPECT_EQ(first["ruleId"], "0a");
  EXPECT_EQ(rules[first["ruleIndex"].get<size_t>()]["id"], "0a");
  EXPECT_EQ(first["level"], "error");
  EXPECT_EQ(run["results"][1]["level"], "note");
  EXPECT_EQ(first["message"]["text"], "Shell, \"quoted\"");
  EXPECT_EQ(first["properties"]["record_id"], 1);
  // '%4' of a name must not be taken for an escape of the URI.
  EXPECT_THAT(
      first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
          .get<std::string>(),
      HasSubstr("/Microsoft-Windows-Sysmon%254Operational.evtx"));
}

TEST_F(ScanTest, SarifIsSoundWithoutMatchesAndIds) {
  WriteRules(Rule("Nothing", "", "Image: none"));
  const json run = json::parse(Scan({"--format", "sarif"}).out)["runs"][0];
  EXPECT_THAT(run["results"], IsEmpty());
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["id"], "Nothing");
}

TEST_F(ScanTest, LevelAndTagsChooseRules) {
  const std::string shell = "Shell, \"quoted\"";
  EXPECT_THAT(Titles({"--level", "medium"}), ElementsAre(shell, shell));
  EXPECT_THAT(Titles({"--level", "critical"}), IsEmpty());
  EXPECT_THAT(Titles({"--level", "low"}), SizeIs(3));
  EXPECT_THAT(Titles({"--tags", "test.*"}), ElementsAre("Calculator"));
  EXPECT_THAT(Titles({"--tags", "attack.t1059,none"}),
              ElementsAre(shell, shell));
  EXPECT_THAT(Titles({"--tags", "none", "--tags", "test.calc"}),
              ElementsAre("Calculator"));
  EXPECT_THAT(Titles({"--tags", "test.*", "--level", "high"}), IsEmpty());
}

TEST_F(ScanTest, Placeholders) {
  WriteRules(Rule("Listed", "", "Image|endswith|expand: '\\%programs%'"));
  const RunResult without = Scan();
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err,
              AllOf(HasSubstr("rules.yml:3:"), HasSubstr("programs"),
                    HasSubstr("no rule could be loaded")));
  WriteFile(folder_ + "/names.yml", "programs: [calc.exe, none.exe]\n");
  EXPECT_THAT(Titles({"--placeholders", folder_ + "/names.yml"}),
              ElementsAre("Listed"));
}

TEST_F(ScanTest, RefusedRulesAreListedAndTheOthersUsed) {
  WriteRules(Rule("Wrong", "", "Image|nosuch: x") +
             Rule("Right", "", "Image|endswith: \\calc.exe") +
             "title: Linux\nlogsource: { product: linux }\n"
             "detection: { s: { a: b }, condition: s }\n");
  const RunResult result = Scan({"--verbose"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Right"), Not(HasSubstr("Wrong"))));
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr("rules.yml:3:25: E012"), HasSubstr("nosuch"),
            HasSubstr("rules.yml: not about Windows event logs (linux)"),
            HasSubstr("1 rules, 1 problems, 1 rules not about")));
}

TEST_F(ScanTest, Correlations) {
  WriteRules(Rule("Part", "name: part\n", "Image|endswith: \\cmd.exe") +
             "title: Twice\nid: c0\nauthor: Ann\nlevel: critical\n"
             "correlation: { type: event_count, rules: [part], "
             "group-by: [User], timespan: 1m, condition: { gte: 2 } }\n");
  const std::vector<json> matches = Lines(Scan({"--format", "jsonl"}).out);
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_EQ(matches[0]["title"], "Twice");
  EXPECT_EQ(matches[0]["author"], "Ann");
  EXPECT_EQ(matches[0]["correlation"], true);
  EXPECT_EQ(matches[0]["events"], 2);
  EXPECT_EQ(matches[0]["value"], 2);
  EXPECT_EQ(matches[0]["fields"], json({{"User", "eva"}}));
  EXPECT_EQ(matches[0]["first_time"], "2022-06-18T04:26:40.0000000Z");
  EXPECT_EQ(matches[0]["time"], "2022-06-18T04:26:42.0000000Z");
  // Its rules are looked at whatever their own level.
  EXPECT_THAT(Titles({"--level", "critical"}), ElementsAre("Twice"));
  const json sarif = json::parse(Scan({"--format", "sarif"}).out);
  EXPECT_EQ(sarif["runs"][0]["results"][0]["ruleId"], "c0");
  EXPECT_THAT(Scan({"--format", "csv"}).out,
              HasSubstr("critical,c0,Twice,Ann"));
  EXPECT_THAT(Scan().out, HasSubstr("critical  Twice (by Ann)\n"
                                    "  2 events since 2022-06-18T04:26:40"));
}

TEST_F(ScanTest, ExitCodes) {
  const std::string rules = folder_ + "/rules.yml";
  EXPECT_EQ(Espial({"scan", folder_}).exit_code, 2);
  EXPECT_EQ(Espial({"scan", "--rules", rules}).exit_code, 2);
  EXPECT_EQ(Scan({"--format", "xml"}).exit_code, 2);
  EXPECT_EQ(Scan({"--level", "severe"}).exit_code, 2);
  const RunResult no_rules = Espial({"scan", "--rules", "/no/such", folder_});
  EXPECT_EQ(no_rules.exit_code, 2);
  EXPECT_THAT(no_rules.err, HasSubstr("no such file or folder"));
  const RunResult no_log = Espial({"scan", "--rules", rules, "/no/such"});
  EXPECT_EQ(no_log.exit_code, 3);
  EXPECT_THAT(no_log.err, HasSubstr("no such file or folder"));
  RunOptions full;
  full.stdout_path = "/dev/full";
  EXPECT_EQ(
      Espial({"scan", "--rules", rules, folder_ + kLogName}, full).exit_code,
      3);
}

TEST_F(ScanTest, ThreadsMakeNoDifference) {
  std::vector<std::string> images;
  for (int i = 0; i < 20'000; ++i) {
    images.push_back("C:\\folder" + std::to_string(i) +
                     (i % 7 == 0 ? "\\cmd.exe" : "\\calc.exe"));
  }
  WriteLog(folder_ + "/more.evtx", images);
  WriteRules(Rule("Part", "name: part\n", "Image|endswith: \\cmd.exe") +
             Rule("Calculator", "", "Image|contains: der1\\calc") +
             "title: Many\ncorrelation: { type: event_count, rules: [part], "
             "timespan: 1m, generate: true, condition: { gte: 5 } }\n");
  for (const char* format : {"text", "jsonl", "csv", "sarif"}) {
    const auto scan = [&](const char* threads) {
      return Espial({"scan", "--rules", folder_ + "/rules.yml", folder_,
                     "--format", format, "--threads", threads});
    };
    const RunResult one = scan("1");
    const RunResult two = scan("2");
    EXPECT_GT(one.out.size(), 100'000U) << format;
    EXPECT_TRUE(one.out == two.out) << format;
    EXPECT_EQ(one.err, two.err) << format;
  }
}

}  // namespace
}  // namespace espial::cli_test
