// The commands over small inputs, and how they treat the outside world.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/tools/bundle.h"
#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kEscape = "\x1b";

// More text than a pipe holds.
std::string WriteLargeDump(const std::string& folder) {
  std::string text = "[HKEY_LOCAL_MACHINE\\software\\large]\r\n";
  for (int i = 0; i < 20000; ++i) {
    text += "    \"Value" + std::to_string(i) + "\"=DWORD:00000001\r\n";
  }
  std::string path = folder + "/MdmDiagReport_RegistryDump.reg";
  WriteFile(path, text + "\r\n");
  return path;
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(".std")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(OpenTest, AMissingPathExitsWithThreeAndIsNamed) {
  for (const std::string command : {"triage", "timeline", "ls", "facts"}) {
    const RunResult result = Espial({command, "/does/not/exist.zip"});
    EXPECT_EQ(result.exit_code, 3) << command;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err,
                AllOf(StartsWith("espial: "), HasSubstr("/does/not/exist.zip"),
                      HasSubstr("no such file")))
        << command;
  }
}

TEST(OpenTest, AMessageCannotMoveTheCursor) {
  const RunResult result = Espial({"ls", "/no/\x1b[2J\r\nx"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, Not(HasSubstr(kEscape)));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

TEST(LsTest, ShowsWhatAFileIs) {
  const RunResult result = Espial({"ls", WriteRegistryDump(TestFolder())});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("MdmDiagReport_RegistryDump.reg: registry/dump"),
                    HasSubstr("whole"), HasSubstr("3 facts")));
}

TEST(LsTest, ShowsWhatNobodyUnderstands) {
  const std::string path = TestFolder() + "/notes.txt";
  WriteFile(path, "just some words\n");
  const RunResult result = Espial({"ls", path});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("notes.txt: text, 16 bytes, not "
                                    "understood"));
}

TEST(FactsTest, PrintsAllOrThoseThatFit) {
  const std::string path = WriteRegistryDump(TestFolder());
  const RunResult all = Espial({"facts", path});
  EXPECT_EQ(all.exit_code, 0);
  EXPECT_THAT(all.out, AllOf(HasSubstr("UPN  REG_SZ  = anna@contoso.example"),
                             HasSubstr("EnrollmentState  REG_DWORD  = 1"),
                             HasSubstr("SyncFailureTimeout  REG_DWORD  = 60")));
  EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 3);

  const RunResult by_name = Espial({"facts", path, "--key", "*SYNCfailure*"});
  EXPECT_EQ(std::count(by_name.out.begin(), by_name.out.end(), '\n'), 1);
  EXPECT_THAT(by_name.out, HasSubstr("SyncFailureTimeout"));

  const RunResult by_key =
      Espial({"facts", path, "--key", "*\\enrollments\\*"});
  EXPECT_EQ(std::count(by_key.out.begin(), by_key.out.end(), '\n'), 2);

  const RunResult none = Espial({"facts", path, "--key", "nothing"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_THAT(none.out, IsEmpty());
}

TEST(FactsTest, ReadsJson) {
  const RunResult result = Espial(
      {"facts", WriteProfileJson(TestFolder()), "--key", "*DomainJoinMethod"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out,
              AllOf(StartsWith("json  "),
                    HasSubstr("CloudAssignedDomainJoinMethod  number  = 1")));
}

TEST(TriageTest, SeveralPathsAreOneCaseInAnyOrder) {
  const std::string folder = TestFolder();
  const std::string dump = WriteRegistryDump(folder);
  const std::string json = WriteProfileJson(folder);
  const RunResult one = Espial({"triage", dump, json, "--format", "json"});
  const RunResult other = Espial({"triage", json, dump, "--format", "json"});
  EXPECT_EQ(one.exit_code, other.exit_code);
  EXPECT_EQ(one.out, other.out);
  const auto parsed = nlohmann::json::parse(one.out);
  EXPECT_EQ(parsed["schema"], "espial.case/1");
  EXPECT_EQ(parsed["input"].size(), 2U);
}

TEST(TriageTest, AFolderAndItsTextEndWithTotals) {
  const std::string folder = TestFolder() + "/bundle";
  std::filesystem::create_directory(folder);
  WriteRegistryDump(folder);
  const RunResult result = Espial({"triage", folder});
  EXPECT_THAT(result.exit_code, ::testing::AnyOf(0, 1));
  EXPECT_THAT(result.out, Not(StartsWith("\n")));
  EXPECT_THAT(result.out, HasSubstr("artifact"));
  EXPECT_THAT(result.out, HasSubstr("3 facts"));
  EXPECT_TRUE(result.out.ends_with("left out.\n")) << result.out;
}

TEST(TriageTest, ThreadsDoNotChangeTheResult) {
  const std::string path = WriteRegistryDump(TestFolder());
  const RunResult one =
      Espial({"triage", path, "--format", "json", "--threads", "1"});
  const RunResult many =
      Espial({"triage", path, "--format", "json", "--threads", "8"});
  EXPECT_FALSE(one.out.empty());
  EXPECT_EQ(one.out, many.out);
}

TEST(TriageTest, TheZoneOfTheMachineDoesNotMatter) {
  const std::string path = WriteRegistryDump(TestFolder());
  RunOptions tokyo;
  tokyo.environment["TZ"] = "Asia/Tokyo";
  EXPECT_EQ(Espial({"triage", path}).out, Espial({"triage", path}, tokyo).out);
}

TEST(TriageTest, DamageGoesToStandardError) {
  const std::string path = TestFolder() + "/MdmDiagReport_RegistryDump.reg";
  WriteFile(path,
            "[HKEY_LOCAL_MACHINE\\software\\a]\r\n"
            "    \"Good\"=DWORD:00000001\r\n"
            "    \"Bad\"=DWORD:zz\r\n\r\n");
  const RunResult result = Espial({"triage", path, "--format", "json"});
  EXPECT_THAT(result.err, HasSubstr("MdmDiagReport_RegistryDump.reg: "));
  const auto parsed = nlohmann::json::parse(result.out);
  EXPECT_GE(parsed["damage"].size(), 1U);
}

// Pieces of damage beyond a screenful are counted, and shown on request.
TEST(TriageTest, DamageOnStandardErrorIsBoundedUnlessVerbose) {
  const std::string path = TestFolder() + "/MdmDiagReport_RegistryDump.reg";
  std::string text = "[HKEY_LOCAL_MACHINE\\software\\a]\r\n";
  for (int i = 0; i < 30; ++i) {
    text += "    \"Good\"=DWORD:00000001\r\n    \"Bad\"=DWORD:zz\r\n";
  }
  WriteFile(path, text + "\r\n");
  const RunResult few = Espial({"ls", path});
  EXPECT_EQ(std::count(few.err.begin(), few.err.end(), '\n'), 11);
  EXPECT_THAT(few.err, HasSubstr("and 20 more; --verbose shows all\n"));
  const RunResult all = Espial({"ls", path, "--verbose"});
  EXPECT_EQ(std::count(all.err.begin(), all.err.end(), '\n'), 30);
}

TEST(OutputTest, AFileHoldsWhatStandardOutputWould) {
  const std::string folder = TestFolder();
  const std::string path = WriteRegistryDump(folder);
  const std::string target = folder + "/case.json";
  const RunResult to_stdout = Espial({"triage", path, "--format", "json"});
  const RunResult to_file =
      Espial({"triage", path, "--format", "json", "-o", target});
  EXPECT_EQ(to_file.exit_code, to_stdout.exit_code);
  EXPECT_THAT(to_file.out, IsEmpty());
  EXPECT_EQ(ReadFile(target), to_stdout.out);
  // Nothing temporary stays.
  EXPECT_THAT(
      FilesIn(folder),
      ::testing::ElementsAre("MdmDiagReport_RegistryDump.reg", "case.json"));
}

TEST(OutputTest, DashIsStandardOutput) {
  const std::string path = WriteRegistryDump(TestFolder());
  EXPECT_EQ(Espial({"ls", path, "-o", "-"}).out, Espial({"ls", path}).out);
}

TEST(OutputTest, ReplacesAFileAndKeepsItsMode) {
  const std::string folder = TestFolder();
  const std::string path = WriteRegistryDump(folder);
  const std::string target = folder + "/tree.txt";
  WriteFile(target, "old contents that are longer than the new ones are\n");
  ASSERT_EQ(chmod(target.c_str(), 0640), 0);
  EXPECT_EQ(Espial({"ls", path, "-o", target}).exit_code, 0);
  EXPECT_EQ(ReadFile(target), Espial({"ls", path}).out);
  struct stat state {};
  ASSERT_EQ(stat(target.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0640U);
}

TEST(OutputTest, WritesThroughASymbolicLink) {
  const std::string folder = TestFolder();
  const std::string path = WriteRegistryDump(folder);
  WriteFile(folder + "/real.txt", "old");
  std::filesystem::create_symlink("real.txt", folder + "/link.txt");
  EXPECT_EQ(Espial({"ls", path, "-o", folder + "/link.txt"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder + "/link.txt"));
  EXPECT_EQ(ReadFile(folder + "/real.txt"), Espial({"ls", path}).out);
}

TEST(OutputTest, AFolderThatIsNotThereIsAnError) {
  const std::string path = WriteRegistryDump(TestFolder());
  const std::string target = TestFolder() + "/nowhere/case.json";
  const RunResult result = Espial({"triage", path, "-o", target});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr(target), HasSubstr("cannot create"),
                                HasSubstr("No such file or directory")));
}

TEST(OutputTest, AFolderAsTargetIsAnError) {
  const std::string path = WriteRegistryDump(TestFolder());
  const RunResult result = Espial({"triage", path, "-o", TestFolder()});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("Is a directory"));
}

TEST(OutputTest, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const std::string path = WriteRegistryDump(TestFolder());
  for (const std::string command : {"triage", "facts", "ls"}) {
    RunOptions options;
    options.stdout_path = "/dev/full";
    const RunResult result = Espial({command, path}, options);
    EXPECT_EQ(result.exit_code, 3) << command;
    EXPECT_THAT(result.err, HasSubstr("No space left on device")) << command;
    // A device is written in place, never replaced.
    const RunResult to_device = Espial({command, path, "-o", "/dev/full"});
    EXPECT_EQ(to_device.exit_code, 3) << command;
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  }
}

TEST(PipeTest, AReaderThatGoesAwayIsNoError) {
  const std::string path = WriteLargeDump(TestFolder());
  RunOptions options;
  options.deaf_reader = true;
  for (const std::string command : {"facts", "ls", "timeline"}) {
    const RunResult result = Espial({command, path}, options);
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_THAT(result.err, IsEmpty()) << command;
  }
  const RunResult help = Espial({"--help"}, options);
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.err, IsEmpty());
}

TEST(PipeTest, HeadGetsItsLines) {
  if (!std::filesystem::exists("/bin/bash")) GTEST_SKIP() << "no /bin/bash";
  const std::string path = WriteLargeDump(TestFolder());
  const RunResult result = RunProgram(
      "/bin/bash", {"-c", "'" ESPIAL_BINARY_DIR "/bin/espial' facts '" + path +
                              "' | head -n 2; exit ${PIPESTATUS[0]}"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(TerminalTest, ColourOnATerminalOnly) {
  const std::string path = WriteRegistryDump(TestFolder());
  EXPECT_THAT(Espial({"ls", path}).out, Not(HasSubstr(kEscape)));
  RunOptions options;
  options.terminal = true;
  options.environment["TERM"] = "xterm";
  EXPECT_THAT(Espial({"ls", path}, options).out, HasSubstr("\x1b[32mwhole"));
}

TEST(TerminalTest, NoColorIsHonouredWhenItIsNotEmpty) {
  const std::string path = WriteRegistryDump(TestFolder());
  RunOptions options;
  options.terminal = true;
  options.environment["TERM"] = "xterm";
  options.environment["NO_COLOR"] = "1";
  EXPECT_THAT(Espial({"ls", path}, options).out, Not(HasSubstr("\x1b[32m")));
  options.environment["NO_COLOR"] = "";
  EXPECT_THAT(Espial({"ls", path}, options).out, HasSubstr("\x1b[32m"));
}

TEST(TerminalTest, ADumbTerminalGetsNoColour) {
  RunOptions options;
  options.terminal = true;
  options.environment["TERM"] = "dumb";
  EXPECT_THAT(Espial({"ls", WriteRegistryDump(TestFolder())}, options).out,
              Not(HasSubstr("\x1b[32m")));
}

TEST(TerminalTest, AFileGetsNoColourEvenFromATerminal) {
  const std::string folder = TestFolder();
  RunOptions options;
  options.terminal = true;
  options.environment["TERM"] = "xterm";
  const std::string target = folder + "/tree.txt";
  Espial({"ls", WriteRegistryDump(folder), "-o", target}, options);
  EXPECT_THAT(ReadFile(target),
              AllOf(HasSubstr("whole"), Not(HasSubstr(kEscape))));
}

size_t LongestLine(const std::string& text) {
  size_t longest = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  return longest;
}

TEST(TerminalTest, WidthFollowsTheTerminalThenEighty) {
  RunOptions options;
  options.terminal = true;
  options.environment["NO_COLOR"] = "1";
  options.columns = 60;
  const std::vector<std::string> command = {"explain", "0x801c03f2"};
  const size_t narrow = LongestLine(Espial(command, options).out);
  EXPECT_GT(narrow, 40U);
  EXPECT_LE(narrow, 60U);
  options.columns = 0;
  const size_t unknown = LongestLine(Espial(command, options).out);
  EXPECT_GT(unknown, 60U);
  EXPECT_LE(unknown, 80U);
}

TEST(TerminalTest, PipesGetAHundredColumnsUnlessColumnsSays) {
  const std::vector<std::string> command = {"explain", "0x801c03f2"};
  const size_t piped = LongestLine(Espial(command).out);
  EXPECT_GT(piped, 80U);
  EXPECT_LE(piped, 100U);
  RunOptions options;
  options.environment["COLUMNS"] = "50";
  EXPECT_LE(LongestLine(Espial(command, options).out), 50U);
}

}  // namespace
}  // namespace espial::cli_test
