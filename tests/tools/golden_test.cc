// Every bundle of samples/bundles against tests/golden/<name>.txt and .json.
//
// ESPIAL_UPDATE_GOLDEN=1 writes them anew; read the difference before you keep
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
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

// Names of the bundles; a folder is a bundle, too.
std::vector<std::string> Bundles() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kBundles, error)) {
    const std::string name = entry.path().filename().string();
    // Not bundles: notes for readers, the list of names, files that git needs.
    if (name.starts_with('.') || name.ends_with(".md") ||
        name.ends_with(".txt")) {
      continue;
    }
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The first line that differs, with its number: a golden file is too long to
// print.
std::string FirstDifference(const std::string& want, const std::string& got) {
  size_t line = 1;
  size_t want_at = 0;
  size_t got_at = 0;
  while (want_at < want.size() || got_at < got.size()) {
    const size_t want_end = std::min(want.find('\n', want_at), want.size());
    const size_t got_end = std::min(got.find('\n', got_at), got.size());
    const std::string want_line = want.substr(want_at, want_end - want_at);
    const std::string got_line = got.substr(got_at, got_end - got_at);
    if (want_line != got_line || want_end - want_at != got_end - got_at) {
      return "line " + std::to_string(line) + "\n  golden: " + want_line +
             "\n  found:  " + got_line;
    }
    want_at = std::min(want_end + 1, want.size());
    got_at = std::min(got_end + 1, got.size());
    ++line;
  }
  return "only the line ends differ";
}

class GoldenTest : public ::testing::TestWithParam<std::string> {
 protected:
  // `triage` as someone runs it who stands beside the bundles.
  RunResult Triage(const std::string& format, const std::string& threads,
                   const std::string& zone) const {
    RunOptions options;
    options.directory = kBundles;
    options.environment["TZ"] = zone;
    return Espial(
        {"triage", GetParam(), "--format", format, "--threads", threads},
        options);
  }

  void Check(const std::string& format, const std::string& extension) const {
    const RunResult run = Triage(format, "1", "UTC");
    ASSERT_TRUE(run.exit_code == 0 || run.exit_code == 1)
        << "exit code " << run.exit_code << "\n"
        << run.err;
    const RunResult again = Triage(format, "4", "Asia/Kolkata");
    EXPECT_EQ(again.exit_code, run.exit_code);
    EXPECT_TRUE(again.out == run.out)
        << "threads or the zone of the machine change the result, "
        << FirstDifference(run.out, again.out);

    const std::string path =
        std::string(kGolden) + "/" + GetParam() + extension;
    if (IsUpdate()) {
      fs::create_directories(kGolden);
      WriteFile(path, run.out);
      return;
    }
    ASSERT_TRUE(fs::exists(path))
        << path << " is missing; ESPIAL_UPDATE_GOLDEN=1 writes it";
    const std::string want = ReadFile(path);
    EXPECT_TRUE(want == run.out)
        << path << " " << FirstDifference(want, run.out);
  }
};

TEST_P(GoldenTest, Text) { Check("text", ".txt"); }
TEST_P(GoldenTest, Json) { Check("json", ".json"); }

std::string TestName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z');
    if (!is_word) c = '_';
  }
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenTest);
INSTANTIATE_TEST_SUITE_P(Bundles, GoldenTest, ::testing::ValuesIn(Bundles()),
                         TestName);

// A golden file whose bundle is gone proves nothing any more.
TEST(GoldenFilesTest, EachBelongsToABundle) {
  const std::vector<std::string> bundles = Bundles();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kGolden, error)) {
    if (!entry.is_regular_file()) continue;
    const std::string extension = entry.path().extension().string();
    if (extension != ".txt" && extension != ".json") continue;
    const std::string name = entry.path().stem().string();
    EXPECT_TRUE(std::find(bundles.begin(), bundles.end(), name) !=
                bundles.end())
        << entry.path() << " has no bundle " << name;
  }
}

}  // namespace
}  // namespace espial::cli_test
