// espial rules capture, and rules test --expect: what they say and write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/tools/bundle.h"
#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

const char kNoDc[] = ESPIAL_SOURCE_DIR "/samples/bundles/user-flow-no-dc.cab";

RunResult Capture(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"rules", "capture"});
  return Espial(arguments);
}

TEST(RulesCaptureTest, WritesAScenarioThatHoldsWhatItPromises) {
  const std::string folder = TestFolder() + "/new";
  const RunResult run = Capture({kNoDc, "hyb-001", "-o", folder});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  const std::string path = folder + "/hyb-001-captured.yml";
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr(path + "\n"),
            HasSubstr("events 135 -> 1, registry and JSON values 46 -> "),
            HasSubstr("forged and read back it gives HYB-001 matched\n"),
            HasSubstr("run it: espial rules test --expect " + path + "\n"),
            HasSubstr("- { scenario: hyb-001-captured, expect: matched }")));
  const std::string text = ReadFile(path);
  EXPECT_THAT(text, AllOf(HasSubstr("scenario: hyb-001-captured\n"),
                          HasSubstr("expect:\n  matched: [HYB-001]\n"),
                          HasSubstr("name: PC-"), Not(HasSubstr("LAP-4711")),
                          Not(HasSubstr("2025-03"))));
  // The command that it names.
  const RunResult test = Espial({"rules", "test", "--expect", path, "-v"});
  EXPECT_EQ(test.exit_code, 0) << test.out << test.err;
  EXPECT_EQ(test.out,
            "ok hyb-001-captured HYB-001 matched\n1 tests, 0 failed\n");
  EXPECT_EQ(Espial({"rules", "test", "--expect", folder}).out,
            "1 tests, 0 failed\n");
  EXPECT_EQ(Espial({"rules", "test", ESPIAL_SOURCE_DIR "/rules/packs",
                    "--expect", path})
                .out,
            "1 tests, 0 failed\n");

  // What is there stays.
  const RunResult again = Capture({kNoDc, "HYB-001", "-o", folder});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr(path + ": exists already"));
  EXPECT_EQ(ReadFile(path), text);
  const RunResult other =
      Capture({kNoDc, "HYB-001", "-o", folder, "--name", "no-dc-2"});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(ReadFile(folder + "/no-dc-2.yml"),
              HasSubstr("scenario: no-dc-2\n"));
}

TEST(RulesCaptureTest, OneKeyOneScenario) {
  const std::string key = TestFolder() + "/key";
  WriteFile(key, "a key of more than 16 bytes\n");
  std::vector<std::string> texts;
  for (const std::string folder : {"/a", "/b"}) {
    const RunResult run =
        Capture({kNoDc, "HYB-001", "-o", TestFolder() + folder, "--key", key});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    texts.push_back(ReadFile(TestFolder() + folder + "/hyb-001-captured.yml"));
  }
  EXPECT_EQ(texts[0], texts[1]);
  ASSERT_EQ(Capture({kNoDc, "HYB-001", "-o", TestFolder() + "/c"}).exit_code,
            0);
  EXPECT_NE(ReadFile(TestFolder() + "/c/hyb-001-captured.yml"), texts[0]);
}

TEST(RulesCaptureTest, SaysWhyNot) {
  const std::string folder = TestFolder() + "/out";
  const RunResult unknown = Capture({kNoDc, "HYB-0001", "-o", folder});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err,
              AllOf(HasSubstr("HYB-0001"), HasSubstr("(did you mean 'HYB-0")));
  const RunResult no_match = Capture({kNoDc, "ESP-004", "-o", folder});
  EXPECT_EQ(no_match.exit_code, 1);
  EXPECT_EQ(no_match.err,
            "espial: ESP-004 is not_matched in this bundle\n"
            "espial: see espial why " +
                std::string(kNoDc) + " ESP-004\n");
  const RunResult missing = Capture({kNoDc, "HYB-003", "-o", folder});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(
      missing.err,
      AllOf(HasSubstr("HYB-003 is inconclusive in this bundle: "),
            HasSubstr("is not in the bundle."), HasSubstr("see espial why ")));
  const RunResult nothing = Capture({folder + "/none.cab", "HYB-001"});
  EXPECT_EQ(nothing.exit_code, 3);
  EXPECT_THAT(nothing.err, HasSubstr("none.cab"));
  const RunResult alone = Capture({"HYB-001"});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, AllOf(HasSubstr("CODE is required behind BUNDLE"),
                               HasSubstr("see espial rules capture --help")));
  const RunResult name =
      Capture({kNoDc, "HYB-001", "-o", folder, "--name", "../x"});
  EXPECT_EQ(name.exit_code, 2);
  EXPECT_THAT(name.err, HasSubstr("--name: expected small letters, digits and "
                                  "'-', found \"../x\""));
  EXPECT_FALSE(fs::exists(folder));
}

TEST(RulesCaptureTest, ADamagedBundleIsToldAndUsedAsFarAsItGoes) {
  const std::string path = TestFolder() + "/cut.cab";
  const std::string whole = ReadFile(kNoDc);
  WriteFile(path, whole.substr(0, whole.size() * 2 / 3));
  const RunResult run = Capture({path, "HYB-001", "-o", TestFolder() + "/out"});
  EXPECT_THAT(run.err, HasSubstr("cut.cab"));
  EXPECT_THAT(run.exit_code, testing::AnyOf(0, 1)) << run.err;
  EXPECT_EQ(fs::exists(TestFolder() + "/out/hyb-001-captured.yml"),
            run.exit_code == 0);
}

TEST(RulesTestExpectTest, AFailureIsNamed) {
  const std::string path = TestFolder() + "/x.yml";
  WriteFile(path,
            "scenario: x\ntitle: Nothing happens\ndevice: { name: PC-1 }\n"
            "clock: { start: 2025-03-10T08:00:00Z }\n"
            "expect:\n  outcome: failed\n  matched: [HYB-001]\n");
  const RunResult run = Espial({"rules", "test", "--expect", path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("FAILED x outcome failed: expected failed, found "
                              "unknown\n"),
                    HasSubstr("FAILED x HYB-001 matched: expected matched, "
                              "found "),
                    HasSubstr("3 tests, 2 failed\n")));
  WriteFile(path, "scenario: y\n");
  EXPECT_THAT(Espial({"rules", "test", "--expect", path}).out,
              HasSubstr("FAILED x loads: "));
  const RunResult none = Espial({"rules", "test"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, AllOf(HasSubstr("DIR is required, or --expect"),
                              HasSubstr("see espial rules test --help")));
  const RunResult missing =
      Espial({"rules", "test", "--expect", TestFolder() + "/nowhere"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("no such file or folder"));
}

}  // namespace
}  // namespace espial::cli_test
