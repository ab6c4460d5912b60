// One real log with every kind of damage that the damage script makes, one at
// a time: what survives is read, as active or as recovered.
//
// The variants are written when the test runs, from a log that is not part of
// the source tree; without it the test is skipped.
#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/core/shared_folder.h"
#include "tests/parsers/evtx/evtx_test_util.h"
#include "tests/parsers/evtx/recovery_test_util.h"

namespace espial::evtx {
namespace {

namespace fs = std::filesystem;

class DamageMatrix : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path script = testing::SharedFolder("tools/make-damaged-evtx.py");
    const fs::path log =
        testing::SharedFolder("corpus/evtx/omerbenamram_evtx/security.evtx");
    if (!fs::exists(script) || !fs::exists(log)) {
      GTEST_SKIP() << "no damage script or no log below "
                   << testing::SharedFolder();
    }
    if (std::system("python3 -c pass") != 0) GTEST_SKIP() << "no python3";
    folder_ = fs::path(ESPIAL_BINARY_DIR) /
              ("damage-matrix-" + std::to_string(getpid()));
    const std::string command = "python3 '" + script.string() + "' '" +
                                log.string() + "' '" + folder_.string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream table(folder_ / "expected.tsv");
    std::string line;
    std::getline(table, line);  // the heads of the columns
    while (std::getline(table, line)) {
      const size_t tab = line.find('\t');
      ASSERT_NE(tab, std::string::npos) << line;
      expected_[line.substr(0, tab)] = ParseUnsigned(line.substr(tab + 1));
    }
    ASSERT_GE(expected_.size(), 22U);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  [[nodiscard]] std::vector<std::byte> Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const Bytes bytes = AsBytes(text.view());
    return {bytes.begin(), bytes.end()};
  }

  fs::path folder_;
  // By file; nothing where the script names no number.
  std::map<std::string, std::optional<uint64_t>> expected_;
};

// What the reader of a triage loses, which takes nothing from other chunks: 86
// records whose template is damaged, and 3 that name elements by names which
// stood in that template.
const std::map<std::string_view, uint64_t> kPlainReader = {
    {"template-64-bytes-zeroed.evtx", 2261 - 86 - 3},
};

TEST_F(DamageMatrix, ThePlainReaderLosesWhatIsGoneAndNothingElse) {
  for (const auto& [name, survive] : expected_) {
    const Parsed parsed = ParseLog(Read(name), 1, "security.evtx");
    EXPECT_TRUE(parsed.status) << name;
    const size_t read = parsed.Ids(RecordState::kActive).size() +
                        parsed.Ids(RecordState::kLive).size();
    const auto known = kPlainReader.find(name);
    const uint64_t expected =
        known != kPlainReader.end() ? known->second : survive.value_or(0);
    EXPECT_EQ(read, expected) << name << "\n" << parsed.DamageText();
  }
}

// With recovery every record that stands whole in the file is read. Of those
// in a zeroed page (7 of 2,261) nothing is left; of the damaged template 64
// bytes are, and its like is in every other chunk.
TEST_F(DamageMatrix, RecoveryReachesEveryRecordThatSurvives) {
  for (const auto& [name, survive] : expected_) {
    const Scanned scanned = ScanEverything(Read(name));
    EXPECT_TRUE(scanned.status) << name;
    EXPECT_EQ(scanned.records.size(), survive.value_or(2261))
        << name << "\n"
        << scanned.DamageText();
    // Not one of them is less than it was.
    EXPECT_EQ(scanned.stats.records.values_only, 0U) << name;
    const auto known = kPlainReader.find(name);
    EXPECT_EQ(scanned.stats.records.active_rescued,
              known != kPlainReader.end() ? 2261 - known->second : 0U)
        << name;
  }
}

}  // namespace
}  // namespace espial::evtx
