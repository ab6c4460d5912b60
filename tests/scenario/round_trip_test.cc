// Every scenario, written as one file without the others that it builds on,
// makes the same bundle.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "tests/scenario/forged_bundles.h"
#include "tools/forge/scenario_writer.h"

namespace espial::scenario_test {
namespace {

namespace fs = std::filesystem;

class RoundTripTest : public testing::TestWithParam<std::string> {
 protected:
  RoundTripTest() {
    std::random_device random;
    folder_ = fs::temp_directory_path() /
              ("espial_round_trip_" + std::to_string(random()));
    fs::create_directories(folder_);
  }
  ~RoundTripTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  fs::path folder_;
};

TEST_P(RoundTripTest, MakesTheSameBytes) {
  std::string why;
  const auto forged = ForgedBundles::Get().Find(GetParam(), {}, &why);
  ASSERT_NE(forged, nullptr) << why;
  const std::string text = forge::WriteScenario(forged->scenario);
  const fs::path path = folder_ / (GetParam() + ".yml");
  std::ofstream(path, std::ios::binary) << text;
  auto read = forge::LoadScenario(path.string());
  ASSERT_TRUE(read) << read.error().ToString() << "\n" << text;
  EXPECT_EQ(forge::WriteScenario(*read), text);
  EXPECT_EQ(read->expect.matched, forged->scenario.expect.matched);
  EXPECT_EQ(read->expect.steps, forged->scenario.expect.steps);
  const auto again = ForgedBundles::Get().Make(std::move(*read), {}, &why);
  ASSERT_NE(again, nullptr) << why << "\n" << text;
  ASSERT_EQ(again->files.size(), forged->files.size());
  for (size_t i = 0; i < again->files.size(); ++i) {
    EXPECT_EQ(again->files[i].name, forged->files[i].name);
    EXPECT_TRUE(again->files[i].bytes == forged->files[i].bytes)
        << again->files[i].name << " differs\n"
        << text;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RoundTripTest, testing::ValuesIn(ScenarioNames()),
                         [](const auto& test) { return TestName(test.param); });

}  // namespace
}  // namespace espial::scenario_test
