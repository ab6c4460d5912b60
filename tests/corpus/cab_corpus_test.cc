// The public cabinets of the shared folder: sound ones yield what cabextract
// yields, malformed ones a named error or damage, each in little time.
#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/text.h>
#include <espial/model/timeline.h>
#include <espial/parsers/parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/core/shared_folder.h"

namespace espial::archive_cab {

extern const Parser kParser;

namespace {

namespace fs = std::filesystem;

struct Expectation {
  // Members read whole, members read in part, members listed and not read.
  size_t whole = 0;
  size_t part = 0;
  size_t unread = 0;
  uint64_t bytes = 0;  // of all that was read
  // The code of the error, or of the first damage that loses something; empty:
  // sound.
  std::string trouble;
  // What it is about.
  std::string what;
  // Whether cabextract reads the same files; false where it goes by another
  // rule, see the comment.
  bool compare = true;
};

const std::map<std::string, Expectation>& Expectations() {
  static const std::map<std::string, Expectation> kTable = {
      {"bad_folderindex.cab",
       {1, 0, 0, 77, "bad value", "file folder index", false}},
      {"bad_nofiles.cab", {0, 0, 0, 0, "bad value", "file count"}},
      {"bad_nofolders.cab", {0, 0, 0, 0, "bad value", "folder count"}},
      {"bad_signature.cab", {0, 0, 0, 0, "bad magic", "cabinet signature"}},
      {"case-ascii.cab", {2, 0, 0, 0, "", ""}},
      {"case-utf8.cab", {6, 0, 0, 0, "", ""}},
      {"cve-2010-2800-mszip-infinite-loop.cab",
       {0, 1, 0, 1, "bad value", "compressed data"}},
      {"cve-2010-2801-qtm-flush.cab", {1, 0, 0, 524'159, "", ""}},
      // Declares blocks of 191 bytes and a file of more.
      {"cve-2014-9556-qtm-infinite-loop.cab",
       {0, 0, 1, 0, "truncated", "member"}},
      {"cve-2014-9732-folders-segfault.cab",
       {2, 0, 1, 2, "unsupported", "compression"}},
      {"cve-2015-4470-mszip-over-read.cab",
       {0, 1, 0, 1, "bad value", "compressed data"}},
      {"cve-2015-4471-lzx-under-read.cab",
       {0, 0, 2, 0, "bad value", "compressed data"}},
      {"cve-2017-11423-fname-overread.cab",
       {0, 0, 0, 0, "bad value", "file name"}},
      {"cve-2018-18584-qtm-max-size-block.cab",
       {0, 0, 1, 0, "bad value", "compressed data"}},
      {"dir.cab", {2, 0, 0, 151, "", ""}},
      // 29 entries, four of which are folders by their names.
      {"dirwalk-vulns.cab", {25, 0, 0, 0, "", ""}},
      {"encoding-koi8.cab", {3, 0, 0, 0, "", ""}},
      {"encoding-latin1.cab", {3, 0, 0, 0, "", ""}},
      {"encoding-sjis.cab", {6, 0, 0, 0, "", ""}},
      {"filename-read-violation-1.cab", {0, 0, 0, 0, "bad value", "file name"}},
      {"filename-read-violation-2.cab", {0, 0, 1, 0, "truncated", "member"}},
      {"filename-read-violation-3.cab", {0, 0, 1, 0, "truncated", "member"}},
      {"filename-read-violation-4.cab",
       {0, 0, 1, 0, "truncated", "block header"}},
      {"hidden-file-bad-folderid.cab",
       {0, 0, 0, 0, "bad value", "file folder index"}},
      {"hidden-file-beyond-eof.cab", {0, 0, 0, 0, "truncated", "file table"}},
      // The header points at other entries than those behind the folders. We
      // follow it, as Windows does; cabextract does not.
      {"hidden-files.cab", {2, 0, 0, 0, "", "", false}},
      {"large-files-cab.cab", {1, 0, 0, 14'689'228, "", ""}},
      {"lzx-main-tree-no-lengths.cab",
       {0, 0, 1, 0, "bad value", "compressed data"}},
      {"lzx-premature-matches.cab",
       {0, 0, 1, 0, "bad value", "compressed data"}},
      {"mixed.cab", {3, 0, 0, 303, "", ""}},
      {"mszip_lzx_qtm.cab", {3, 0, 0, 303, "", ""}},
      // The names within say cabd_multi_..., so none has a neighbour here.
      {"multi_basic_pt1.cab", {0, 1, 2, 38, "not found", "next cabinet"}},
      {"multi_basic_pt2.cab", {0, 0, 3, 0, "not found", "previous cabinet"}},
      {"multi_basic_pt3.cab", {0, 0, 3, 0, "not found", "previous cabinet"}},
      {"multi_basic_pt4.cab", {0, 0, 3, 0, "not found", "previous cabinet"}},
      {"multi_basic_pt5.cab", {0, 0, 3, 0, "not found", "previous cabinet"}},
      {"normal_255c_filename.cab", {1, 0, 0, 7, "", ""}},
      {"normal_2files_1folder.cab", {2, 0, 0, 151, "", ""}},
      {"normal_2files_2folders.cab", {4, 0, 0, 118, "", ""}},
      {"partial_nodata.cab", {0, 0, 2, 0, "truncated", "block header"}},
      {"partial_nofiles.cab", {0, 0, 0, 0, "truncated", "file size"}},
      {"partial_nofolder.cab", {0, 0, 0, 0, "truncated", "folder data offset"}},
      {"partial_shortextheader.cab",
       {0, 0, 0, 0, "truncated", "folder reserve size"}},
      {"partial_shortfile1.cab", {0, 0, 0, 0, "truncated", "file attributes"}},
      {"partial_shortfile2.cab", {0, 0, 1, 0, "truncated", "file attributes"}},
      {"partial_shortfolder.cab",
       {0, 0, 0, 0, "truncated", "folder compression"}},
      {"partial_shortheader.cab", {0, 0, 0, 0, "truncated", "cabinet index"}},
      {"partial_str_nofname.cab", {0, 0, 0, 0, "truncated", "file name"}},
      {"partial_str_noninfo.cab", {0, 0, 0, 0, "truncated", "next disk"}},
      {"partial_str_nonname.cab", {0, 0, 0, 0, "truncated", "next cabinet"}},
      {"partial_str_nopinfo.cab", {0, 0, 0, 0, "truncated", "previous disk"}},
      {"partial_str_nopname.cab",
       {0, 0, 0, 0, "truncated", "previous cabinet"}},
      {"partial_str_shortfname.cab", {0, 0, 0, 0, "truncated", "file name"}},
      {"partial_str_shortninfo.cab", {0, 0, 0, 0, "truncated", "next disk"}},
      {"partial_str_shortnname.cab", {0, 0, 0, 0, "truncated", "next cabinet"}},
      {"partial_str_shortpinfo.cab",
       {0, 0, 0, 0, "truncated", "previous disk"}},
      {"partial_str_shortpname.cab",
       {0, 0, 0, 0, "truncated", "previous cabinet"}},
      {"qtm-max-size-block.cab", {0, 0, 1, 0, "bad value", "compressed data"}},
      {"reserve_---.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_--D.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_-F-.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_-FD.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_H--.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_H-D.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_HF-.cab", {2, 0, 0, 10, "", ""}},
      {"reserve_HFD.cab", {2, 0, 0, 10, "", ""}},
      {"search.cab", {24, 0, 0, 1'107, "", ""}},
      {"search_basic.cab", {4, 0, 0, 302, "", ""}},
      {"search_tricky1.cab", {2, 0, 0, 151, "", ""}},
      {"simple.cab", {2, 0, 0, 151, "", ""}},
      {"split-1.cab", {6, 0, 0, 140'128, "", ""}},
      {"split-2.cab", {0, 0, 0, 0, "", ""}},
      {"split-3.cab", {0, 0, 0, 0, "", ""}},
      {"split-4.cab", {0, 0, 0, 0, "", ""}},
      {"split-5.cab", {0, 0, 0, 0, "", ""}},
      {"utf8-stresstest.cab", {79, 0, 0, 0, "", ""}},
  };
  return kTable;
}

std::string CorpusFolder() {
  const fs::path folder = testing::SharedFolder("corpus/cab");
  return fs::is_directory(folder) ? folder.string() : std::string();
}

struct Outcome {
  Status status;
  std::vector<Child> children;
  std::vector<Damage> damage;
  std::string note;
};

// `rename` maps the names that parts ask for to those of the files.
Outcome ParseFile(const fs::path& path, const std::string& renamed_prefix) {
  Outcome outcome;
  auto source = Source::OpenFile(path.string(), path.filename().string());
  if (!source) {
    outcome.status = source.error();
    return outcome;
  }
  const Limits limits;
  Budget budget(limits);
  Executor executor(1);
  const auto sibling =
      [&](std::string_view name) -> std::shared_ptr<const Source> {
    if (StartsWithFold(name, renamed_prefix)) {
      name.remove_prefix(renamed_prefix.size());
    }
    for (const auto& entry : fs::directory_iterator(path.parent_path())) {
      const std::string file = entry.path().filename().string();
      if (!EqualsFold(file, name)) continue;
      auto found = Source::OpenFile(entry.path().string(), file);
      if (found) return *found;
    }
    return nullptr;
  };
  const ParseContext context{limits, budget, executor, sibling};
  Collector collector(limits);
  outcome.status = kParser.parse(**source, context, collector);
  collector.Finish();
  outcome.children = std::move(collector.children);
  outcome.damage = std::move(collector.damage);
  outcome.note = std::move(collector.note);
  return outcome;
}

// What cabextract writes to its standard output for all members of a cabinet,
// one behind the other; nothing when it is not installed or fails.
std::optional<std::string> CabextractPipe(const fs::path& path) {
  const std::string command =
      "cabextract -q -p '" + path.string() + "' 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string out;
  std::array<char, 65'536> chunk{};
  size_t got = 0;
  while ((got = fread(chunk.data(), 1, chunk.size(), pipe)) > 0) {
    out.append(chunk.data(), got);
  }
  return pclose(pipe) == 0 ? std::optional<std::string>(out) : std::nullopt;
}

TEST(CabCorpus, EveryFileAsExpected) {
  const std::string folder = CorpusFolder();
  if (folder.empty()) GTEST_SKIP() << "no shared corpus of cabinets";
  std::set<std::string> seen;
  size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cab")) continue;
    SCOPED_TRACE(name);
    seen.insert(name);
    const auto start = std::chrono::steady_clock::now();
    const Outcome out = ParseFile(entry.path(), "no such prefix");
    EXPECT_LT(std::chrono::steady_clock::now() - start,
              std::chrono::seconds(10));
    const auto expected = Expectations().find(name);
    if (expected == Expectations().end()) {
      ADD_FAILURE() << "not in the table";
      continue;
    }
    const Expectation& want = expected->second;
    Expectation got;
    std::string content;
    for (const Child& child : out.children) {
      if (child.source == nullptr) {
        ++got.unread;
        continue;
      }
      ++(child.note.starts_with("truncated") ? got.part : got.whole);
      got.bytes += child.source->size();
      content += AsChars(child.source->bytes());
    }
    EXPECT_EQ(got.whole, want.whole);
    EXPECT_EQ(got.part, want.part);
    EXPECT_EQ(got.unread, want.unread);
    EXPECT_EQ(got.bytes, want.bytes);
    if (!out.status) {
      got.trouble = ErrcName(out.status.error().code);
      got.what = out.status.error().what;
    } else {
      for (const Damage& damage : out.damage) {
        if (!damage.lossy) continue;
        got.trouble = ErrcName(damage.error.code);
        got.what = damage.error.what;
        break;
      }
    }
    EXPECT_EQ(got.trouble, want.trouble);
    EXPECT_EQ(got.what, want.what);
    if (!want.compare || !want.trouble.empty() || want.whole == 0) continue;
    if (const auto theirs = CabextractPipe(entry.path())) {
      EXPECT_TRUE(*theirs == content)
          << theirs->size() << " bytes by cabextract, " << content.size()
          << " by us";
      ++compared;
    }
  }
  for (const auto& [name, want] : Expectations()) {
    EXPECT_TRUE(seen.contains(name)) << name << " is missing";
  }
  RecordProperty("compared_with_cabextract", static_cast<int>(compared));
}

TEST(CabCorpus, SetsByTheirSiblings) {
  const std::string folder = CorpusFolder();
  if (folder.empty()) GTEST_SKIP() << "no shared corpus of cabinets";
  struct Set {
    std::string stem;
    std::string prefix;
    std::vector<std::string> members;
    uint64_t bytes;
    std::string first_name;
    std::string id;
  };
  const std::vector<Set> sets = {
      {"multi_basic_pt",
       "cabd_",
       {"test1.txt", "test2.txt", "test3.txt"},
       190,
       "cabd_multi_basic_pt1.cab",
       "12345"},
      {"split-",
       "",
       {"small1.bin", "small2.bin", "medium1.bin", "medium2.bin", "small3.bin",
        "medium3.bin"},
       140'128,
       "Split-1.CAB",
       "5988"},
  };
  for (const Set& set : sets) {
    for (int part = 1; part <= 5; ++part) {
      const std::string number = std::to_string(part);
      SCOPED_TRACE(set.stem + number);
      const Outcome out = ParseFile(
          fs::path(folder) / (set.stem + number + ".cab"), set.prefix);
      ASSERT_TRUE(out.status);
      EXPECT_TRUE(out.damage.empty());
      std::vector<std::string> names;
      uint64_t bytes = 0;
      for (const Child& child : out.children) {
        names.push_back(child.name);
        ASSERT_NE(child.source, nullptr);
        EXPECT_EQ(child.note, "");
        bytes += child.source->size();
      }
      if (part == 1) {
        EXPECT_EQ(names, set.members);
        EXPECT_EQ(bytes, set.bytes);
        EXPECT_EQ(out.note, "part 1 of set " + set.id + ", read with 4 more");
      } else {
        EXPECT_TRUE(names.empty());
        EXPECT_EQ(out.note, "part " + number + " of set " + set.id +
                                ", read with " + set.first_name);
      }
    }
  }
}

// Every cabinet cut at every length (long ones at some): no crash, no hang,
// and no cut that passes in silence.
TEST(CabCorpus, CutAtEveryLength) {
  const std::string folder = CorpusFolder();
  if (folder.empty()) GTEST_SKIP() << "no shared corpus of cabinets";
  for (const char* name :
       {"mixed.cab", "simple.cab", "normal_2files_2folders.cab",
        "reserve_HFD.cab", "multi_basic_pt1.cab", "large-files-cab.cab",
        "cve-2010-2801-qtm-flush.cab"}) {
    SCOPED_TRACE(name);
    const fs::path path = fs::path(folder) / name;
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)),
                            std::istreambuf_iterator<char>());
    const size_t step = bytes.size() > 5000 ? 2003 : 1;
    for (size_t size = 0; size < bytes.size(); size += step) {
      SCOPED_TRACE(size);
      const Bytes cut = AsBytes(std::string_view(bytes).substr(0, size));
      const auto source = Source::FromBytes(
          name, std::vector<std::byte>(cut.begin(), cut.end()));
      const Limits limits;
      Budget budget(limits);
      Executor executor(1);
      const ParseContext context{limits, budget, executor, {}};
      Collector collector(limits);
      const Status status = kParser.parse(*source, context, collector);
      EXPECT_TRUE(!status || !collector.damage.empty());
    }
  }
}

}  // namespace
}  // namespace espial::archive_cab
