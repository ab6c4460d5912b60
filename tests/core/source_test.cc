#include <espial/core/source.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/matchers.h"

namespace espial {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SourceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (fs::temp_directory_path() / "espial-source-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, std::string_view text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  fs::path folder_;
};

TEST_F(SourceTest, MapsAFile) {
  const std::string path = Write("a.bin", "some bytes");
  const auto source = Source::OpenFile(path, "bundle/a.bin");
  ASSERT_THAT(source, IsOk());
  EXPECT_EQ(AsChars((*source)->bytes()), "some bytes");
  EXPECT_EQ((*source)->size(), 10U);
  EXPECT_EQ((*source)->provenance(), "bundle/a.bin");
  EXPECT_EQ((*source)->name(), "a.bin");
  // The bytes stay after the name is gone.
  fs::remove(path);
  EXPECT_EQ(AsChars((*source)->bytes()), "some bytes");
}

TEST_F(SourceTest, AnEmptyFileIsEmpty) {
  const auto source = Source::OpenFile(Write("empty", ""), "empty");
  ASSERT_THAT(source, IsOk());
  EXPECT_EQ((*source)->size(), 0U);
  EXPECT_TRUE((*source)->bytes().empty());
}

TEST_F(SourceTest, AMissingFileIsNotFound) {
  const std::string path = (folder_ / "absent").string();
  const auto source = Source::OpenFile(path, "absent");
  EXPECT_THAT(source, HasError(Errc::kNotFound, path, 0));
  EXPECT_THAT(source.error().detail, HasSubstr("cannot open: No such file"));
}

TEST_F(SourceTest, ADirectoryIsNoFile) {
  const auto source = Source::OpenFile(folder_.string(), "folder");
  EXPECT_THAT(source, HasError(Errc::kIo, folder_.string(), 0));
  EXPECT_THAT(source.error().detail, HasSubstr("Is a directory"));
}

TEST_F(SourceTest, AFileAsAFolderIsRefused) {
  const std::string path = Write("file", "x") + "/below";
  const auto source = Source::OpenFile(path, "below");
  EXPECT_THAT(source, HasError(Errc::kIo, path, 0));
  EXPECT_THAT(source.error().detail, HasSubstr("Not a directory"));
}

TEST_F(SourceTest, ReadsAPipeToItsEnd) {
  const std::string path = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  // More than one buffer of the pipe and of the reader.
  std::string text;
  while (text.size() < 300'000) text += std::to_string(text.size()) + ",";
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << text; });
  const auto source = Source::OpenFile(path, "pipe");
  writer.join();
  ASSERT_THAT(source, IsOk());
  EXPECT_EQ(AsChars((*source)->bytes()), text);
}

TEST(Source, TakesBytes) {
  std::vector<std::byte> bytes = ByteList({1, 2, 3});
  const std::byte* address = bytes.data();
  const auto source = Source::FromBytes("a.zip!logs/x.evtx", std::move(bytes));
  EXPECT_EQ(source->bytes().data(), address);
  EXPECT_EQ(source->size(), 3U);
  EXPECT_EQ(source->name(), "x.evtx");
  EXPECT_EQ(Source::FromBytes("none", {})->size(), 0U);
}

TEST(ProvenanceName, IsThePartBehindTheLastSeparator) {
  const struct {
    std::string_view provenance;
    std::string_view want;
  } cases[] = {
      {"x.evtx", "x.evtx"},
      {"folder/x.evtx", "x.evtx"},
      {"a.zip!x.evtx", "x.evtx"},
      {"a.zip!logs/x.evtx", "x.evtx"},
      {"a.zip!logs/b.cab!x.evtx", "x.evtx"},
      {"folder/a.zip!(45) Events System Events.evtx",
       "(45) Events System Events.evtx"},
      {"a.zip!b\\c.evtx", "b\\c.evtx"},
      {"folder/", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ProvenanceName(c.provenance), c.want) << c.provenance;
  }
}

}  // namespace
}  // namespace espial
