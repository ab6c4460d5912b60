// Every tests/golden/commands/<name>.args, an argument a line, against
// <name>.out beside it: what the command prints, and behind it what it
// complains about and its exit code. It starts beside the bundles; '@' is the
// folder of golden files.
//
// ESPIAL_UPDATE_GOLDEN=1 writes them anew; read the difference before you keep
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBundles = ESPIAL_SOURCE_DIR "/samples/bundles";
constexpr std::string_view kGolden = ESPIAL_SOURCE_DIR "/tests/golden";

bool IsUpdate() {
  const char* value = std::getenv("ESPIAL_UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

std::vector<std::string> Names(std::string_view extension) {
  std::vector<std::string> names;
  for (const auto& entry :
       fs::directory_iterator(std::string(kGolden) + "/commands")) {
    if (entry.path().extension() == extension) {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string PathOf(const std::string& name, const std::string& extension) {
  return std::string(kGolden) + "/commands/" + name + extension;
}

// `text` without the place of the sources on this machine.
std::string Anywhere(std::string text) {
  for (size_t at = text.find(kGolden); at != std::string::npos;
       at = text.find(kGolden, at)) {
    text.replace(at, kGolden.size(), "@");
  }
  return text;
}

class CommandGoldenTest : public ::testing::TestWithParam<std::string> {};

TEST_P(CommandGoldenTest, PrintsTheSame) {
  std::vector<std::string> arguments;
  std::istringstream lines(ReadFile(PathOf(GetParam(), ".args")));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('@')) line.replace(0, 1, kGolden);
    arguments.push_back(line);
  }
  RunOptions options;
  options.directory = kBundles;
  const RunResult run = Espial(arguments, options);
  const std::string found =
      Anywhere(run.out + "-- messages\n" + run.err + "-- exit code " +
               std::to_string(run.exit_code) + "\n");
  const std::string path = PathOf(GetParam(), ".out");
  if (IsUpdate()) {
    WriteFile(path, found);
    return;
  }
  ASSERT_TRUE(fs::exists(path))
      << path << " is missing; ESPIAL_UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(ReadFile(path), found);
}

std::string TestName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Commands, CommandGoldenTest,
                         ::testing::ValuesIn(Names(".args")), TestName);

TEST(CommandGoldenFilesTest, EachBelongsToACommand) {
  EXPECT_EQ(Names(".out"), Names(".args"));
}

}  // namespace
}  // namespace espial::cli_test
