// The command line itself: help, version, mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tools/bundle.h"
#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

TEST(UsageTest, HelpNamesEveryCommandAndTheExitCodes) {
  const RunResult result = Espial({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, IsEmpty());
  for (const char* text : {"triage", "timeline", "ls", "facts", "explain",
                           "evtx", "Exit codes", "Examples", "NO_COLOR"}) {
    EXPECT_THAT(result.out, HasSubstr(text));
  }
}

TEST(UsageTest, EveryCommandHasHelpWithExamplesAndExitCodes) {
  for (const std::string command :
       {"triage", "timeline", "ls", "facts", "explain", "evtx"}) {
    const RunResult result = Espial({command, "--help"});
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(result.out, AllOf(HasSubstr("Usage: espial " + command),
                                  HasSubstr("Exit codes:"),
                                  HasSubstr("Examples:\n  espial " + command)));
  }
}

TEST(UsageTest, HelpNamesEveryOption) {
  const std::string triage = Espial({"triage", "--help"}).out;
  for (const char* option : {"--format", "--output", "--rules", "--threads",
                             "--fail-on", "--verbose"}) {
    EXPECT_THAT(triage, HasSubstr(option));
  }
  const std::string timeline = Espial({"timeline", "--help"}).out;
  for (const char* option :
       {"--format", "--from", "--to", "--channel", "--provider", "--id",
        "--level", "--grep", "--threads", "--source", "--kind", "--state",
        "--step", "--around", "--window"}) {
    EXPECT_THAT(timeline, HasSubstr(option));
  }
}

TEST(UsageTest, WhatPrintsABundleCanRedactIt) {
  for (const std::string command :
       {"triage", "timeline", "ls", "facts", "evtx"}) {
    EXPECT_THAT(Espial({command, "--help"}).out,
                AllOf(HasSubstr("--redact "), HasSubstr("--redact-key")));
  }
}

TEST(UsageTest, VersionIsOneLine) {
  const RunResult result = Espial({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, MatchesRegex("espial [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string message;
};

TEST(UsageTest, MistakesExitWithTwoAndSayWhatWasExpected) {
  const std::string input = WriteRegistryDump(TestFolder());
  const std::vector<Mistake> mistakes = {
      {{}, "A subcommand is required"},
      {{"--nonsense"}, "espial --help"},
      {{"triage"}, "PATH is required"},
      {{"explain"}, "KEY is required"},
      {{"triage", input, "--nonsense"}, "--nonsense"},
      {{"triage", input, "--format", "html"}, "html not in {"},
      {{"triage", input, "--fail-on", "never"}, "never not in {"},
      {{"triage", input, "--threads", "0"}, "--threads"},
      {{"triage", input, "--threads", "many"}, "--threads"},
      {{"timeline", input, "--format", "json"}, "json not in {"},
      {{"timeline", input, "--from", "yesterday"},
       "--from: expected an ISO 8601 time"},
      {{"timeline", input, "--to", "2024-13-01"},
       "--to: expected an ISO 8601 time"},
      {{"timeline", input, "--from", "2024-07-24", "--to", "2024-07-23"},
       "--to: expected a time that is not before --from"},
      {{"timeline", input, "--id", "100,"}, "--id: expected event ids"},
      {{"timeline", input, "--id", "9-3"}, "--id: expected event ids"},
      {{"timeline", input, "--id", "4294967296"}, "--id: expected event ids"},
      {{"timeline", input, "--level", "loud"},
       "--level: expected critical, error, warning, information or verbose, "
       "found \"loud\""},
      {{"timeline", input, "--grep", "a(b"},
       "--grep: expected an RE2 regular expression"},
  };
  for (const Mistake& mistake : mistakes) {
    const RunResult result = Espial(mistake.arguments);
    EXPECT_EQ(result.exit_code, 2) << mistake.message;
    EXPECT_THAT(result.out, IsEmpty()) << mistake.message;
    EXPECT_THAT(result.err,
                AllOf(StartsWith("espial: "), HasSubstr(mistake.message)));
  }
}

TEST(UsageTest, AMistakeIsFoundBeforeTheInputIsRead) {
  const RunResult result = Espial({"timeline", "/does/not/exist", "--id", "x"});
  EXPECT_EQ(result.exit_code, 2);
}

TEST(UsageTest, RulesThatDoNotLoadExitWithTwo) {
  const std::string folder = TestFolder();
  WriteFile(folder + "/BAD-001.yml", "title: [unclosed\n");
  const std::string input = WriteRegistryDump(folder);
  const RunResult broken = Espial({"triage", input, "--rules", folder});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.out, IsEmpty());
  EXPECT_THAT(broken.err, HasSubstr("BAD-001.yml"));

  const RunResult absent =
      Espial({"triage", input, "--rules", folder + "/nowhere"});
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_THAT(absent.err, HasSubstr("nowhere"));
}

TEST(ExplainTest, KnowsCodesInAllTheirSpellings) {
  for (const std::string key : {"0x801c03f2", "-2145647630", "0x801C03F2"}) {
    const RunResult result = Espial({"explain", key});
    EXPECT_EQ(result.exit_code, 0) << key;
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(result.out, HasSubstr("801c03f2")) << key;
  }
  const RunResult sign_in = Espial({"explain", "AADSTS50034"});
  EXPECT_EQ(sign_in.exit_code, 0);
  EXPECT_THAT(sign_in.out, HasSubstr("AADSTS50034"));
}

TEST(ExplainTest, ExplainsSeveralKeysInTheirOrder) {
  const RunResult result = Espial({"explain", "AADSTS50034", "-2145647630"});
  EXPECT_EQ(result.exit_code, 0);
  const size_t first = result.out.find("AADSTS50034");
  const size_t second = result.out.find("801c03f2");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
}

TEST(ExplainTest, SaysSoWhenNothingIsKnown) {
  const RunResult result = Espial({"explain", "NOT-A-CODE"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("nothing known about \"NOT-A-CODE\""));
}

TEST(ExplainTest, OneUnknownKeyDoesNotHideTheOthers) {
  const RunResult result = Espial({"explain", "NOT-A-CODE", "0x801c03f2"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, HasSubstr("801c03f2"));
  EXPECT_THAT(result.err, HasSubstr("NOT-A-CODE"));
}

}  // namespace
}  // namespace espial::cli_test
