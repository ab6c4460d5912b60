// The example programs do what their first lines say.
#include <espial/core/bytes.h>
#include <espial/core/time.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/run.h"
#include "tools/forge/evtx_writer.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

RunResult Example(const std::string& name,
                  const std::vector<std::string>& arguments) {
  return RunProgram(
      std::string(ESPIAL_BINARY_DIR) + "/bin/espial_example_" + name,
      arguments);
}

std::string Corpus(const std::string& name) {
  return std::string(ESPIAL_SOURCE_DIR) + "/tests/fuzz/corpus/" + name;
}

TEST(ExamplesTest, FindsARecord) {
  const RunResult found = Example("evtx_find", {Corpus("evtx/plain"), "1"});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.out, AllOf(StartsWith("chunk 0, offset "),
                               HasSubstr("\n<Event xmlns=")));
  const RunResult absent = Example("evtx_find", {Corpus("evtx/plain"), "999"});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_EQ(absent.err, "no such record\n");
}

TEST(ExamplesTest, PrintsWhatSlackHolds) {
  const RunResult result =
      Example("evtx_recover", {Corpus("evtx_recover/slack-own")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"state\":\"recovered\""));
  EXPECT_THAT(result.err, HasSubstr(" records recovered\n"));
}

TEST(ExamplesTest, PrintsLogons) {
  forge::EvtxRecord logon;
  logon.record_id = 1;
  logon.time = Ticks{132'999'999'990'000'000ULL};
  logon.provider = "Microsoft-Windows-Security-Auditing";
  logon.channel = "Security";
  logon.computer = "PC-1";
  logon.id = 4624;
  logon.fields = {{"TargetUserName", "UnicodeString", "erika"},
                  {"LogonType", "UInt32", "11"}};
  forge::EvtxRecord other = logon;
  other.record_id = 2;
  other.id = 4625;
  const auto log = forge::WriteEvtx({logon, other});
  ASSERT_TRUE(log) << log.error().ToString();
  const std::string path = TestFolder() + "/Security.evtx";
  WriteFile(path, std::string(AsChars(*log)));
  const RunResult result = Example("evtx_logons", {path});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "2022-06-18T04:26:39.0000000Z PC-1 erika logon type 11\n");
  EXPECT_EQ(Example("evtx_logons", {"/does/not/exist"}).exit_code, 1);
}

}  // namespace
}  // namespace espial::cli_test
