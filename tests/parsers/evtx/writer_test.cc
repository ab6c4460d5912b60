// Readers that are not ours read what the writer writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/parsers/evtx/evtx_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::HasSubstr;

std::string Shell(const std::string& command) {
  std::string output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer{};
  size_t size = 0;
  while ((size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    output.append(buffer.data(), size);
  }
  pclose(pipe);
  return output;
}

bool Installed(const std::string& program) {
  return !Shell("command -v " + program).empty();
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

// One record of every type that the writer knows, and of every kind of event.
std::vector<forge::EvtxRecord> AllKinds() {
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 3);
  records[0].fields = {{"A", "UnicodeString", "less < and \xc3\xa9"},
                       {"B", "UInt32", "77"},
                       {"C", "HexInt32", "0x80070005"},
                       {"D", "GUID", "{54849625-5478-4994-a5ba-3e3b0328c30d}"},
                       {"E", "SID", "S-1-5-21-1-2-3-500"},
                       {"F", "FILETIME", "2024-01-02T03:04:05.1234567Z"},
                       {"G", "Boolean", "true"},
                       {"H", "Binary", "deadbeef"},
                       {"I", "Int32", "5"},
                       {"J", "AnsiString", "ansi"},
                       {"K", "HexInt64", "0xffffffffffffffff"},
                       {"L", "SYSTEMTIME", "2024-01-02T03:04:05.123Z"},
                       {"M", "UnicodeString", ""}};
  records[0].activity_id = "{54849625-5478-4994-a5ba-3e3b0328c30d}";
  records[1].qualifiers = 0x4000;
  records[1].provider_guid.clear();
  records[1].fields = {{"", "UnicodeString", "first"},
                       {"", "UnicodeString", "second"},
                       {"Binary", "Binary", "0102"}};
  records[2].user_data = "EventXML";
  records[2].fields = {{"Foo", "UnicodeString", "f"}, {"Bar", "UInt16", "9"}};
  return records;
}

class WriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::path(ESPIAL_BINARY_DIR) /
             (std::string("evtx_writer_") +
              ::testing::UnitTest::GetInstance()->current_test_info()->name() +
              ".evtx"))
                .string();
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void Write(const std::vector<forge::EvtxRecord>& records,
             const forge::EvtxOptions& options = {}) {
    const auto file = forge::WriteEvtx(records, options);
    ASSERT_TRUE(file) << file.error().ToString();
    std::ofstream out(path_, std::ios::binary);
    out.write(reinterpret_cast<const char*>(file->data()),
              static_cast<std::streamsize>(file->size()));
  }

  std::string path_;
};

TEST_F(WriterTest, LibevtxReadsIt) {
  if (!Installed("evtxexport")) GTEST_SKIP() << "evtxexport is not installed";
  Write(AllKinds());
  const std::string xml = Shell("evtxexport -f xml '" + path_ + "'");
  EXPECT_EQ(Count(xml, "<Event xmlns"), 3U) << xml;
  for (const char* part :
       {"<Data Name=\"A\">less &lt; and \xc3\xa9</Data>",
        "<Data Name=\"B\">77</Data>",
        "<Data Name=\"C\">0x80070005</Data>",
        "<Data Name=\"D\">{54849625-5478-4994-A5BA-3E3B0328C30D}</Data>",
        "<Data Name=\"E\">S-1-5-21-1-2-3-500</Data>",
        "<Data Name=\"F\">2024-01-02T03:04:05.123456700Z</Data>",
        "<Data Name=\"G\">true</Data>",
        "<Data Name=\"H\">DEADBEEF</Data>",
        "<Data Name=\"I\">5</Data>",
        "<Data Name=\"J\">ansi</Data>",
        "<Data Name=\"K\">0xffffffffffffffff</Data>",
        "<Data Name=\"L\">2024-01-02T03:04:05.123Z</Data>",
        "<Data Name=\"M\"/>",
        "<EventID Qualifiers=\"16384\">102</EventID>",
        "<Data>first</Data>",
        "<Data>second</Data>",
        "<EventXML>",
        "<Foo>f</Foo>",
        "<Bar>9</Bar>",
        "UserID=\"S-1-5-18\"",
        "Guid=\"{3DA494E4-0FE2-415C-B895-FB5265C5C83B}\"",
        "ActivityID=\"{54849625-5478-4994-A5BA-3E3B0328C30D}\""}) {
    EXPECT_THAT(xml, HasSubstr(part));
  }
}

TEST_F(WriterTest, LibevtxCountsManyChunks) {
  if (!Installed("evtxinfo")) GTEST_SKIP() << "evtxinfo is not installed";
  forge::EvtxOptions options;
  options.file_bytes = kHeader + 16 * kChunk;
  Write(PlainRecords(1, 700), options);
  const std::string info = Shell("evtxinfo '" + path_ + "'");
  EXPECT_THAT(info, HasSubstr("Number of records\t\t: 700"));
  EXPECT_THAT(info, HasSubstr("Number of recovered records\t: 0"));
}

TEST_F(WriterTest, PythonEvtxReadsItAndItsChecksums) {
  const std::string python = "/usr/bin/python3 ";
  if (Shell(python + "-c 'import Evtx.Evtx; print(\"found\")'") != "found\n") {
    GTEST_SKIP() << "python3-evtx is not installed";
  }
  // Its check of the file header knows version 3.1 only.
  Write(AllKinds(), {3, 1, 0, false, {}});
  const std::string out =
      Shell(python +
            "-c 'import sys, Evtx.Evtx as e\n"
            "with e.Evtx(sys.argv[1]) as log:\n"
            "  print(\"file\", log.get_file_header().verify())\n"
            "  for c in log.chunks():\n"
            "    print(\"chunk\", c.verify())\n"
            "    for r in c.records(): print(r.verify(), r.xml())' '" +
            path_ + "'");
  EXPECT_THAT(out, HasSubstr("file True"));
  EXPECT_THAT(out, HasSubstr("chunk True"));
  EXPECT_EQ(Count(out, "True <Event "), 3U) << out;
  EXPECT_THAT(out, HasSubstr("<Data Name=\"B\">77</Data>"));
  EXPECT_THAT(out, HasSubstr("<Foo>f</Foo>"));
}

TEST(Writer, RefusesWhatDoesNotFit) {
  std::vector<forge::EvtxRecord> records = PlainRecords(7, 7);
  const auto error = [&](std::string type, std::string text) {
    records[0].fields = {{"F", std::move(type), std::move(text)}};
    const auto file = forge::WriteEvtx(records);
    return file ? std::string("written") : file.error().ToString();
  };
  EXPECT_THAT(error("UInt8", "256"),
              HasSubstr("record 7, field 'F': expected an unsigned integer of "
                        "1 bytes, found '256'"));
  EXPECT_THAT(error("Int16", "40000"), HasSubstr("found '40000'"));
  EXPECT_THAT(error("GUID", "{x}"), HasSubstr("expected a GUID"));
  EXPECT_THAT(error("SID", "S-1-x"), HasSubstr("expected a SID"));
  EXPECT_THAT(error("Binary", "abc"), HasSubstr("pairs of hexadecimal"));
  EXPECT_THAT(error("Boolean", "maybe"), HasSubstr("true or false"));
  EXPECT_THAT(error("Float", "1.5x"), HasSubstr("a number"));
  EXPECT_THAT(error("Strange", ""), HasSubstr("unknown type 'Strange'"));
  EXPECT_THAT(error("UnicodeString", std::string(40'000, 'a')),
              HasSubstr("at most 65535 bytes"));
  EXPECT_EQ(error("UnicodeString", "a"), "written");
  records[0].fields = {{"A", "UnicodeString", std::string(20'000, 'a')},
                       {"B", "UnicodeString", std::string(20'000, 'b')}};
  const auto file = forge::WriteEvtx(records);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().ToString(),
              HasSubstr("does not fit into a chunk of 64 KiB"));
}

}  // namespace
}  // namespace espial::evtx
