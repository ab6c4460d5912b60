// --redact: 200 secrets planted in a bundle, none of which comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "tests/tools/planted_secrets.h"
#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using planted::HexOf;
using planted::Lower;
using planted::Secret;
using planted::Secrets;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Every command and format that prints what a bundle holds.
std::vector<std::vector<std::string>> Commands(const std::string& bundle) {
  std::vector<std::vector<std::string>> commands = {
      {"triage", bundle, "--verbose"},
      {"triage", bundle, "--format", "json"},
      {"ls", bundle},
      {"facts", bundle},
      {"clock", bundle},
      {"clock", bundle, "--format", "json"},
      {"coverage", bundle},
      {"coverage", bundle, "--format", "json"},
      {"evtx", bundle, "--sort", "time", "--stats", "json"},
      {"evtx", bundle, "--recover", "all", "--format", "raw"},
  };
  for (const char* format : {"text", "jsonl", "csv", "timesketch", "l2tcsv",
                             "ecs", "chrome-trace"}) {
    commands.push_back({"timeline", bundle, "--format", format});
  }
  for (const char* format : {"jsonl", "json", "xml", "raw", "csv",
                             "evtxecmd-json", "evtxecmd-csv"}) {
    commands.push_back({"evtx", bundle, "--format", format});
  }
  return commands;
}

class RedactTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string scenario = TestFolder() + "/planted.yml";
    WriteFile(scenario, planted::Scenario());
    // A name that tells nothing, whatever the folder of the tests is called.
    bundle_ = TestFolder() + "/planted.cab";
    const RunResult forged =
        RunProgram(ESPIAL_BINARY_DIR "/bin/espial-forge",
                   {"build", scenario, "-o", bundle_, "--catalog",
                    ESPIAL_SOURCE_DIR "/rules/packs/catalog/events.csv"});
    ASSERT_EQ(forged.exit_code, 0) << forged.err;
    key_ = TestFolder() + "/key";
    WriteFile(key_, "a key of more than 16 bytes\n");
    other_key_ = TestFolder() + "/other";
    WriteFile(other_key_, "another key of that length\n");
  }

  static std::string Output(std::vector<std::string> arguments,
                            const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    const RunResult result = Espial(arguments);
    EXPECT_THAT(result.exit_code, ::testing::AnyOf(0, 1)) << result.err;
    return result.out + result.err;
  }

  std::string bundle_;
  std::string key_;
  std::string other_key_;
};

TEST_F(RedactTest, NoSecretComesOutOfAnyCommand) {
  ASSERT_GE(Secrets().size(), 200U);
  std::string everything;
  for (const auto& command : Commands(bundle_)) {
    const std::string shown = command[0] + " " + command.back();
    everything += Lower(Output(command, {}));
    const std::string clean =
        Lower(Output(command, {"--redact", "--redact-key", key_}));
    EXPECT_FALSE(clean.empty());
    size_t found = 0;
    for (const Secret& secret : Secrets()) {
      const std::string text = Lower(secret.text);
      for (const std::string& form :
           {text, HexOf(text, false), HexOf(text, true)}) {
        const size_t at = clean.find(form);
        if (at == std::string::npos || ++found > 3) continue;
        ADD_FAILURE() << shown << ": " << secret.name << " " << secret.text
                      << ": "
                      << clean.substr(at < 80 ? 0 : at - 80, form.size() + 160);
      }
    }
    EXPECT_EQ(found, 0U) << shown;
  }
  // The test can fail: all of them are there.
  for (const Secret& secret : Secrets()) {
    EXPECT_NE(everything.find(Lower(secret.text)), std::string::npos)
        << secret.text;
  }
}

TEST_F(RedactTest, OneKeyOneOutput) {
  for (const auto& command :
       {std::vector<std::string>{"facts", bundle_},
        std::vector<std::string>{"timeline", bundle_, "--format", "jsonl"},
        std::vector<std::string>{"evtx", bundle_}}) {
    const std::string first =
        Output(command, {"--redact", "--redact-key", key_});
    EXPECT_EQ(first, Output(command, {"--redact", "--redact-key", key_}));
    EXPECT_NE(first, Output(command, {"--redact", "--redact-key", other_key_}));
    // Without a key every run has its own.
    EXPECT_NE(Output(command, {"--redact"}), Output(command, {"--redact"}));
  }
}

TEST_F(RedactTest, StandardInputIsReadOnceAndRedactedWhole) {
  RunOptions options;
  options.stdin_path = bundle_;
  const RunResult result = Espial({"evtx", "-", "--redact"}, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(result.out.empty());
  EXPECT_THAT(Lower(result.out), Not(HasSubstr(Lower(Secrets()[2].text))));
}

TEST_F(RedactTest, MistakesWithKeys) {
  EXPECT_EQ(Espial({"ls", bundle_, "--redact", "--key", key_}).out,
            Espial({"ls", bundle_, "--redact", "--redact-key", key_}).out);
  const RunResult alone = Espial({"facts", bundle_, "--redact-key", key_});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, HasSubstr("--redact"));
  WriteFile(other_key_, "short");
  const RunResult weak =
      Espial({"facts", bundle_, "--redact", "--redact-key", other_key_});
  EXPECT_EQ(weak.exit_code, 3);
  EXPECT_THAT(weak.err, HasSubstr("expected a file of at least 16 bytes, "
                                  "found 5"));
  EXPECT_THAT(weak.out, IsEmpty());
  const RunResult missing =
      Espial({"evtx", bundle_, "--redact", "--redact-key", "/nonexistent/key"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.out, IsEmpty());
}

}  // namespace
}  // namespace espial::cli_test
