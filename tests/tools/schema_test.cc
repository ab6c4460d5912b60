// The JSON of the commands over the sample bundles, against its schemas.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

// What validate.py says when it cannot validate.
constexpr int kMissing = 77;

std::vector<std::string> Samples() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           ESPIAL_SOURCE_DIR "/samples/bundles")) {
    paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(SchemasTest, TheJsonOfEverySampleIsValid) {
  const std::vector<std::string> samples = Samples();
  ASSERT_FALSE(samples.empty());
  struct Row {
    const char* command;
    const char* schema;
  };
  for (const Row& row :
       {Row{"triage", "case"}, {"clock", "clock"}, {"coverage", "coverage"}}) {
    std::vector<std::string> arguments = {
        ESPIAL_SOURCE_DIR "/tests/report/validate.py",
        ESPIAL_SOURCE_DIR "/lib/report/" + std::string(row.schema) +
            ".schema.json"};
    for (size_t i = 0; i < samples.size(); ++i) {
      const RunResult json =
          Espial({row.command, samples[i], "--format", "json"});
      ASSERT_LE(json.exit_code, 1) << samples[i] << json.err;
      arguments.push_back(TestFolder() + '/' + row.schema + std::to_string(i) +
                          ".json");
      WriteFile(arguments.back(), json.out);
    }
    const RunResult result = RunProgram("/usr/bin/python3", arguments);
    if (result.exit_code == kMissing || result.exit_code == 127) {
      GTEST_SKIP() << result.out << result.err;
    }
    EXPECT_EQ(result.exit_code, 0) << row.schema << ": " << result.out;
  }
}

}  // namespace
}  // namespace espial::cli_test
