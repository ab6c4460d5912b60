// espial rules compile, and rules test over regression cases of Sigma rules.
#include <espial/core/bytes.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "tests/tools/run.h"
#include "tools/forge/evtx_writer.h"

namespace espial::cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Starts of programs as Sysmon writes them, in a log of another name.
void WriteLog(const std::string& path, const std::string& channel,
              const std::vector<std::string>& images) {
  std::vector<forge::EvtxRecord> records;
  for (const std::string& image : images) {
    forge::EvtxRecord& record = records.emplace_back();
    record.record_id = records.size();
    record.time = Ticks{133'000'000'000'000'000ULL + records.size()};
    record.provider = "Microsoft-Windows-Sysmon";
    record.channel = channel;
    record.computer = "PC-1";
    record.id = 1;
    record.fields = {{"Image", "UnicodeString", image}};
  }
  const auto log = forge::WriteEvtx(records);
  ASSERT_TRUE(log) << log.error().ToString();
  WriteFile(path, std::string(AsChars(*log)));
}

std::string Rule(const std::string& selection) {
  return "title: Shell\nid: 00000000-0000-0000-0000-000000000001\n"
         "logsource: { product: windows, category: process_creation }\n"
         "detection: { s: { " +
         selection + " }, condition: s }\n";
}

class RulesCompileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = TestFolder();
    WriteFile(folder_ + "/rules.yml", Rule("Image|endswith: cmd.exe"));
    WriteLog(folder_ + "/log.evtx", "Microsoft-Windows-Sysmon/Operational",
             {"C:\\cmd.exe", "C:\\calc.exe"});
  }

  [[nodiscard]] RunResult Compile(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"rules", "compile", folder_ + "/rules.yml", "-o",
                               folder_ + "/rules.pack"});
    return Espial(more);
  }
  [[nodiscard]] RunResult Scan(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"scan", folder_ + "/log.evtx", "--format",
                               "jsonl", "--rules", folder_ + "/rules.pack"});
    return Espial(more);
  }
  // The pack with a byte changed.
  void Damage(size_t at, char value) const {
    std::string pack = ReadFile(folder_ + "/rules.pack");
    pack[at] = value;
    WriteFile(folder_ + "/rules.pack", pack);
  }

  std::string folder_;
};

TEST_F(RulesCompileTest, APackScansAsItsRules) {
  const RunResult compiled = Compile();
  EXPECT_EQ(compiled.exit_code, 0);
  EXPECT_EQ(compiled.out, "");
  EXPECT_THAT(compiled.err, HasSubstr("1 rules, 0 problems"));
  const RunResult of_pack = Scan();
  EXPECT_EQ(of_pack.exit_code, 0) << of_pack.err;
  EXPECT_THAT(of_pack.out, HasSubstr("cmd.exe"));
  EXPECT_THAT(of_pack.err, HasSubstr("1 rules, 0 problems"));
  EXPECT_EQ(of_pack.out, Espial({"scan", folder_ + "/log.evtx", "--format",
                                 "jsonl", "--rules", folder_ + "/rules.yml"})
                             .out);
  // The same rules, the same bytes.
  const std::string pack = ReadFile(folder_ + "/rules.pack");
  EXPECT_EQ(Compile().exit_code, 0);
  EXPECT_EQ(ReadFile(folder_ + "/rules.pack"), pack);
}

TEST_F(RulesCompileTest, ProblemsAreToldNowAndWithThePack) {
  WriteFile(folder_ + "/rules.yml",
            Rule("Image|endswith: cmd.exe") + "---\n" + Rule("Image|re: '('"));
  const std::string problem =
      "rules.yml:9:29: E014 the regular expression does not compile: missing )";
  const RunResult compiled = Compile();
  EXPECT_EQ(compiled.exit_code, 0);
  EXPECT_THAT(compiled.err, HasSubstr(problem));
  const RunResult scan = Scan();
  EXPECT_EQ(scan.exit_code, 0);
  EXPECT_THAT(scan.err, HasSubstr(problem));
  EXPECT_THAT(scan.err, HasSubstr("1 rules, 1 problems"));
}

TEST_F(RulesCompileTest, WritesNothingWithoutARule) {
  WriteFile(folder_ + "/rules.yml", Rule("Image|re: '('"));
  const RunResult compiled = Compile();
  EXPECT_EQ(compiled.exit_code, 2);
  EXPECT_THAT(compiled.err, HasSubstr("no rule could be loaded"));
  EXPECT_THAT(ReadFile(folder_ + "/rules.pack"), IsEmpty());
  EXPECT_EQ(Espial({"rules", "compile", folder_ + "/nowhere", "-o",
                    folder_ + "/rules.pack"})
                .exit_code,
            2);
}

TEST_F(RulesCompileTest, SaysThatItCannotWrite) {
  const RunResult run = Espial({"rules", "compile", folder_ + "/rules.yml",
                                "-o", folder_ + "/no/such/rules.pack"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, HasSubstr("/no/such/rules.pack: cannot be written"));
}

TEST_F(RulesCompileTest, ADamagedPackIsRefused) {
  ASSERT_EQ(Compile().exit_code, 0);
  const std::string pack = ReadFile(folder_ + "/rules.pack");
  Damage(pack.size() - 1, '~');
  RunResult run = Scan();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("rules.pack: "));
  EXPECT_THAT(run.err, HasSubstr("checksum"));
  WriteFile(folder_ + "/rules.pack", pack.substr(0, pack.size() / 2));
  run = Scan();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("bytes behind the header"));
  // Cut within the magic it is taken for YAML, and is none.
  WriteFile(folder_ + "/rules.pack", pack.substr(0, 5));
  EXPECT_EQ(Scan().exit_code, 2);
}

TEST_F(RulesCompileTest, APackOfAnotherVersionAsksToCompileAnew) {
  for (const char version : {'\0', '\2', '\x7f'}) {
    ASSERT_EQ(Compile().exit_code, 0);
    Damage(8, version);
    const RunResult run = Scan();
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err,
                HasSubstr("expected 1, found " + std::to_string(version) +
                          ": compile the rules again"));
  }
}

TEST_F(RulesCompileTest, APackStandsAlone) {
  ASSERT_EQ(Compile().exit_code, 0);
  const std::string pack = folder_ + "/rules.pack";
  RunResult run = Scan({"--rules", folder_ + "/rules.yml"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("rules.pack: a compiled pack cannot be used "
                                 "together with other rules"));
  WriteFile(folder_ + "/second.pack", ReadFile(pack));
  run = Scan({"--rules", folder_ + "/second.pack"});
  EXPECT_EQ(run.exit_code, 2);
  WriteFile(folder_ + "/sources.yml", "services: { a: [B] }\n");
  run = Scan({"--logsources", folder_ + "/sources.yml"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err,
              HasSubstr("placeholders and log sources are part of a compiled "
                        "pack; give them to 'espial rules compile'"));
  // With them it is another pack.
  ASSERT_EQ(Compile({"--logsources", folder_ + "/sources.yml"}).exit_code, 0);
  EXPECT_EQ(Scan().exit_code, 0);
}

class RegressionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = TestFolder();
    for (const char* name : {"/rules", "/cases", "/cases/one"}) {
      ASSERT_EQ(mkdir((folder_ + name).c_str(), 0700), 0);
    }
    WriteFile(folder_ + "/rules/rule.yml", Rule("Image|endswith: cmd.exe"));
    WriteFile(folder_ + "/cases/one/info.yml",
              "match_count: 2\nrule_metadata:\n"
              "    - id: 00000000-0000-0000-0000-000000000001\n"
              "      title: Shell\n");
  }

  [[nodiscard]] RunResult Test(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"rules", "test", folder_ + "/rules",
                               "--regression", folder_ + "/cases"});
    return Espial(more);
  }

  std::string folder_;
};

TEST_F(RegressionTest, CountsMatches) {
  const std::string log = folder_ + "/cases/one/log.evtx";
  const std::string channel = "Microsoft-Windows-Sysmon/Operational";
  WriteLog(log, channel, {"C:\\cmd.exe", "D:\\cmd.exe", "C:\\calc.exe"});
  RunResult run = Test();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "1 tests, 0 failed\n");
  EXPECT_THAT(run.err, HasSubstr("1 rules, 0 problems"));
  WriteLog(log, channel, {"C:\\cmd.exe"});
  run = Test();
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("info.yml: expected 2 matches, found 1\n"
                                 "1 tests, 1 failed\n"));
}

// Where a category is comes from the file, as for scan.
TEST_F(RegressionTest, TakesLogSources) {
  WriteLog(folder_ + "/cases/one/log.evtx", "Elsewhere",
           {"C:\\cmd.exe", "D:\\cmd.exe"});
  EXPECT_THAT(Test().out, HasSubstr("expected 2 matches, found 0"));
  WriteFile(folder_ + "/sources.yml",
            "services: { other: [Elsewhere] }\n"
            "categories:\n"
            "  process_creation: [ { service: other, ids: [1] } ]\n");
  const RunResult run = Test({"--logsources", folder_ + "/sources.yml"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  // What is wrong with it is said.
  WriteFile(folder_ + "/sources.yml", "category: {}\n");
  EXPECT_THAT(Test({"--logsources", folder_ + "/sources.yml"}).err,
              HasSubstr("sources.yml:1:1: E007 unknown key 'category'"));
  EXPECT_EQ(Test({"--logsources", folder_ + "/none.yml"}).exit_code, 2);
  const RunResult alone = Espial({"rules", "test", folder_ + "/rules",
                                  "--logsources", folder_ + "/sources.yml"});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, HasSubstr("--logsources requires --regression"));
}

}  // namespace
}  // namespace espial::cli_test
