// espial evtx: files, folders, standard output that goes away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/tools/bundle.h"
#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string& FuzzCorpus() {
  static const std::string folder =
      std::string(ESPIAL_SOURCE_DIR) + "/tests/fuzz/corpus/evtx";
  return folder;
}

TEST(EvtxCommandTest, PrintsEveryFormat) {
  const std::string log = FuzzCorpus() + "/plain";
  const RunResult jsonl = Espial({"evtx", log});
  EXPECT_EQ(jsonl.exit_code, 0);
  EXPECT_THAT(jsonl.err, IsEmpty());
  EXPECT_THAT(jsonl.out, StartsWith("{\"Event\":{\"#attributes\":"));
  const RunResult json = Espial({"evtx", log, "--format", "json"});
  EXPECT_THAT(json.out, AllOf(StartsWith("Record "), HasSubstr("\n{\"Event")));
  const RunResult separate =
      Espial({"evtx", log, "--separate-json-attributes"});
  EXPECT_THAT(separate.out, StartsWith("{\"Event_attributes\":"));
  const RunResult xml = Espial({"evtx", log, "--format", "xml"});
  EXPECT_THAT(xml.out,
              AllOf(StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                               "<Events>\n<Event xmlns="),
                    HasSubstr("</Event>\n</Events>\n")));
}

TEST(EvtxCommandTest, ReadsFoldersAndSkipsWhatIsNoLog) {
  const std::string folder = TestFolder();
  std::filesystem::create_directory(folder + "/below");
  for (const std::string name : {"/a.evtx", "/below/b.EVTX"}) {
    std::filesystem::copy_file(FuzzCorpus() + "/plain", folder + name);
  }
  WriteFile(folder + "/notes.txt", "no log");
  const std::string one = Espial({"evtx", folder + "/a.evtx"}).out;
  const RunResult both = Espial({"evtx", folder, "--threads", "2"});
  EXPECT_EQ(both.exit_code, 0);
  EXPECT_EQ(both.out, one + one);
}

TEST(EvtxCommandTest, SaysWhatCannotBeRead) {
  const RunResult absent = Espial({"evtx", "/does/not/exist"});
  EXPECT_EQ(absent.exit_code, 3);
  EXPECT_THAT(absent.err, HasSubstr("no such file or folder"));
  const std::string folder = TestFolder();
  WriteFile(folder + "/x.evtx", "no log at all");
  const RunResult damaged = Espial({"evtx", folder + "/x.evtx"});
  EXPECT_THAT(damaged.out, IsEmpty());
  EXPECT_THAT(damaged.err, HasSubstr("expected \"ElfFile\""));
}

TEST(EvtxCommandTest, AReaderThatGoesAwayIsNoError) {
  RunOptions deaf;
  deaf.deaf_reader = true;
  const RunResult result = Espial({"evtx", FuzzCorpus() + "/plain"}, deaf);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, IsEmpty());
}

}  // namespace
}  // namespace espial::cli_test
