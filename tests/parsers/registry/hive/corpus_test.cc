// The public hives of the shared folder: what each was made to show, and the
// same keys and values that reglookup and hivex find in the sound ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/parsers/registry/hive/hive_support.h"
#include "tests/parsers/support/golden.h"

namespace espial::registry_hive {
namespace {

namespace fs = std::filesystem;
using ::espial::testing::Parsed;
using ::espial::testing::ReadWholeFile;

struct Expectation {
  size_t keys = 0;
  size_t values = 0;
  // Recovered.
  size_t lost_keys = 0;
  size_t lost_values = 0;
  // The first damage that loses something, else the first at all.
  std::string what;
  bool lossy = false;
  // Not in the peers' outputs, or there for other reasons: see the comment.
  bool compare = true;
};

// Files of the folder that begin with no signature of ours.
const std::set<std::string>& Strangers() {
  static const std::set<std::string> kNames = {
      // Carving is for disk images: the hive or its bins begin further on, or
      // are compressed.
      "512",
      "FragmentReconstruction2",
      "FragmentReconstruction2plus1",
      "FragmentReconstruction3",
      "FragmentReconstruction4",
      "Fragment_1",
      "Fragment_3",
      "HiveBinCompressed",
      "Margin0_2",
      "Margin3584",
      "Margin512_1",
      "Margin512_2",
      "MarginMixed",
      "NTFSCompressed",
      "NTFSCompressedNoSlack",
      "NTFSCompressedNoSlackCluster1024",
      "Rebuild3584_4096",
      "Rebuild512_24576",
      "Rebuild512_4096",
      "SqliteFragment.sqlite",
      "TwoFragments",
      "TwoFragmentsWithGap",
      "TwoFragmentsWithGap2",
      "bootcamp_unallocated_decrypted_nogarbage_sparse.txt"};
  return kNames;
}

const std::map<std::string, Expectation>& Expectations() {
  static const std::map<std::string, Expectation> kTable = {
      {"0", {3, 0, 1, 0, "", false}},
      // Peers do not replay logs.
      {"BadBaseBlockHive", {5003, 1, 1, 0, "base block", false, false}},
      {"BadBaseBlockHive.LOG1", {0, 0, 0, 0, "", false}},
      {"BadListHive", {6, 0, 2, 0, "subkey list", true}},
      {"BadLogHive", {5003, 0, 1, 0, "log bitmap", true}},
      {"BadLogHive.LOG1", {0, 0, 0, 0, "log bitmap", true}},
      {"BadSubkeyHive", {6, 0, 2, 0, "key node", true}},
      {"BigDataHive", {2, 2, 0, 0, "", false}},
      {"BogusKeyNamesHive", {3, 0, 1, 0, "", false}},
      {"CompHive", {4, 0, 1, 0, "", false}},
      {"DeletedDataHive", {2, 1, 1, 2, "", false}},
      {"DeletedDataHiveTruncated", {2, 0, 1, 3, "value list", true}},
      {"DeletedTreeHive", {3, 0, 4, 0, "", false}},
      {"DeletedTreeNoRootFlagHive", {3, 0, 4, 0, "", false}},
      {"DeletedTreePartialPathHive", {3, 0, 4, 0, "", false}},
      {"DupNameHive", {2, 0, 3, 0, "", false}},
      {"DuplicateSubkeysHive", {5003, 0, 1, 0, "subkey order", false}},
      // A broken base block understates the bins.
      {"EffectiveSizeHive", {5003, 0, 1, 0, "dirty hive", true}},
      {"EmptyHive", {1, 0, 0, 0, "", false}},
      {"ExtendedASCIIHive", {2, 1, 0, 0, "", false}},
      {"FragmentReconstruction2and4", {0, 0, 4987, 1, "cell size", true}},
      {"Fragment_0", {0, 0, 2, 0, "", false}},
      {"GarbageHive", {1, 0, 0, 0, "dirty hive", true}},
      {"HealedHive", {4, 1, 1, 1, "", false}},
      {"HiveAndFragments", {0, 0, 8, 2, "cell size", true}},
      {"InvalidParentFragment", {0, 0, 1, 0, "", false}},
      {"InvalidParentHive", {5003, 0, 1, 0, "parent key", false}},
      {"ManySubkeysHive", {5003, 0, 1, 0, "", false}},
      {"Margin0_1", {0, 0, 0, 0, "", false}},
      {"NewDirtyHive", {5, 1, 10, 0, "", false, false}},
      {"NewDirtyHive.LOG1", {0, 0, 0, 0, "", false}},
      {"NewDirtyHive.LOG2", {0, 0, 0, 0, "", false}},
      {"NewFlagsHive", {3, 0, 1, 0, "", false}},
      {"OffHive", {1, 0, 0, 0, "", false}},
      {"OldDirtyHive", {5003, 1, 1, 0, "", false, false}},
      {"OldDirtyHive.LOG1", {0, 0, 0, 0, "", false}},
      {"OldLogWithRemnantData", {0, 0, 0, 0, "", false}},
      {"PairHive", {4, 0, 1, 0, "", false}},
      {"ReallocValueDataHive", {2, 1, 1, 0, "", false}},
      {"ReallocValueHive", {2, 1, 1, 1, "", false}},
      {"RecoveredHive_Windows10", {5, 1, 10, 0, "", false}},
      {"RecoveredHive_Windows7", {5003, 1, 1, 0, "", false}},
      {"RemnantData", {2, 15, 0, 1, "", false}},
      // Its value lies behind the bins and in no cell.
      {"RemnantsHive", {1, 0, 0, 0, "", false}},
      {"SlackHive", {5003, 0, 1, 0, "", false}},
      {"MultiSzHive", {2, 2, 0, 0, "", false}},
      {"TruncatedHiveBin", {0, 0, 2, 0, "hive bin", true}},
      {"SqliteFragment", {0, 0, 7, 9, "hive fragment", true}},
      {"SqliteHive", {4, 3, 3, 6, "", false}},
      {"StringValuesHive", {2, 4, 0, 0, "", false}},
      {"System_Delta", {586, 820, 0, 58, "", false}},
      {"TruncatedDirtyHive", {2, 0, 83, 0, "dirty hive", true}},
      {"TruncatedHive", {2, 0, 83, 0, "hive bins", true}},
      {"TruncatedNameHive", {2, 0, 1, 0, "key name", true}},
      {"TruncatedPairHive", {4, 0, 1, 0, "", false}},
      {"TruncatedPairHive2", {6, 5, 0, 0, "", false}},
      {"TwoOwnersHive", {3, 0, 0, 0, "", false}},
      {"UnicodeHive", {3, 0, 1, 0, "", false}},
      {"UpcaseHive", {4, 0, 1, 0, "", false}},
      {"ValuesOrderHive", {1, 3, 0, 1, "", false}},
      {"WrongOrderHive", {11, 0, 1, 0, "subkey order", false}},
  };
  return kTable;
}

std::string CorpusFolder() {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const fs::path folder =
      fs::path(shared != nullptr
                   ? std::string(shared)
                   : std::string(ESPIAL_SOURCE_DIR) + "/../shared") /
      "corpus/regf";
  return fs::is_directory(folder) ? folder.string() : std::string();
}

std::unique_ptr<Parsed> ParseFile(const fs::path& path) {
  testing::Siblings logs;
  for (const char* suffix : {".LOG1", ".LOG2"}) {
    const fs::path log = path.string() + suffix;
    if (fs::exists(log)) logs[log.filename().string()] = ReadWholeFile(log);
  }
  return testing::ParseHive(ReadWholeFile(path), logs, {},
                            path.filename().string());
}

Expectation Summary(const Parsed& parsed) {
  Expectation got;
  const std::string& note = parsed.kept.note;
  if (!note.starts_with("fragment") && !note.starts_with("transaction")) {
    got.keys = std::stoul(note);
  }
  for (const Event& event : parsed.kept.events) {
    if (event.state == RecordState::kRecovered) ++got.lost_keys;
  }
  for (const Fact& fact : parsed.kept.facts) {
    ++(fact.recovered ? got.lost_values : got.values);
  }
  for (const Damage& damage : parsed.kept.damage) {
    if (got.what.empty() || (damage.lossy && !got.lossy)) {
      got.what = damage.error.what;
      got.lossy = damage.lossy;
    }
  }
  return got;
}

// What a command writes; nothing when it is not installed or fails.
std::optional<std::string> Output(const std::string& command) {
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string out;
  std::array<char, 65'536> chunk{};
  size_t got = 0;
  while ((got = fread(chunk.data(), 1, chunk.size(), pipe)) > 0) {
    out.append(chunk.data(), got);
  }
  return pclose(pipe) == 0 ? std::optional<std::string>(out) : std::nullopt;
}

size_t CountOf(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// "/a/b,2017-03-04 16:37:31" of every key and "/a/b/name,SZ" of every value.
std::multiset<std::string> RowsOf(const Parsed& parsed) {
  const auto path_of = [](std::string_view key) {
    const size_t root = key.find('\\');
    std::string path(root == std::string_view::npos ? "" : key.substr(root));
    std::replace(path.begin(), path.end(), '\\', '/');
    return path;
  };
  std::multiset<std::string> rows;
  for (const Event& event : parsed.kept.events) {
    if (event.state != RecordState::kActive) continue;
    std::string path = path_of(event.fields[0].value.text);
    std::string time = FormatUtc(event.time.ticks, 0);
    time[10] = ' ';
    time.pop_back();
    rows.insert((path.empty() ? "/" : path) + "," + time);
  }
  for (const Fact& fact : parsed.kept.facts) {
    if (fact.recovered || fact.kind != FactKind::kRegistry) continue;
    rows.insert(path_of(fact.key) + "/" + std::string(fact.name) + "," +
                std::string(fact.type.substr(4)));
  }
  return rows;
}

// Whether reglookup, too, writes `row` as it is.
bool IsPlain(const std::string& row) {
  return std::all_of(row.begin(), row.end(), [](char c) {
    return c >= 0x20 && c < 0x7F && c != '%' && c != '\\';
  });
}

std::multiset<std::string> RowsOfReglookup(const std::string& output) {
  std::multiset<std::string> rows;
  std::istringstream lines(output);
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    const size_t first = line.find(',');
    const size_t second = line.find(',', first + 1);
    const std::string type = line.substr(first + 1, second - first - 1);
    // Values of the root have two slashes there.
    if (line.starts_with("//")) {
      rows.insert(line.substr(1, first) + type);
      continue;
    }
    rows.insert(line.substr(0, first + 1) +
                (type == "KEY" ? line.substr(line.rfind(',') + 1) : type));
  }
  return rows;
}

TEST(HiveCorpus, EveryFileAsExpected) {
  const std::string folder = CorpusFolder();
  if (folder.empty()) GTEST_SKIP() << "no shared corpus of hives";
  std::set<std::string> seen;
  int reglookup = 0;
  int hivex = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    const std::string bytes = ReadWholeFile(entry.path());
    const Parser* parser = FindParser(AsBytes(bytes));
    const bool ours = parser == &kParser;
    EXPECT_EQ(ours, !Strangers().contains(name));
    if (!ours) continue;
    seen.insert(name);
    const auto parsed = ParseFile(entry.path());
    ASSERT_TRUE(parsed->status);
    const Expectation got = Summary(*parsed);
    const auto expected = Expectations().find(name);
    if (expected == Expectations().end()) {
      ADD_FAILURE() << "not in the table: {\"" << name << "\", {" << got.keys
                    << ", " << got.values << ", " << got.lost_keys << ", "
                    << got.lost_values << ", \"" << got.what << "\", "
                    << (got.lossy ? "true" : "false") << "}},";
      continue;
    }
    const Expectation& want = expected->second;
    EXPECT_EQ(got.keys, want.keys);
    EXPECT_EQ(got.values, want.values);
    EXPECT_EQ(got.lost_keys, want.lost_keys);
    EXPECT_EQ(got.lost_values, want.lost_values);
    EXPECT_EQ(got.what, want.what);
    EXPECT_EQ(got.lossy, want.lossy);
    if (!want.compare || want.lossy || want.keys == 0) continue;
    const std::string path = "'" + entry.path().string() + "'";
    if (const auto theirs = Output("hivexml " + path)) {
      EXPECT_EQ(CountOf(*theirs, "<node "), want.keys);
      EXPECT_EQ(CountOf(*theirs, "<value "), want.values);
      ++hivex;
    }
    if (const auto theirs = Output("reglookup " + path)) {
      const auto rows = RowsOf(*parsed);
      if (std::all_of(rows.begin(), rows.end(), IsPlain)) {
        EXPECT_EQ(rows, RowsOfReglookup(*theirs));
      } else {
        // Keys without a time make no event.
        EXPECT_EQ(want.keys + want.values, RowsOfReglookup(*theirs).size());
      }
      ++reglookup;
    }
  }
  for (const auto& [name, want] : Expectations()) {
    EXPECT_TRUE(seen.contains(name)) << name << " is missing";
  }
  RecordProperty("compared_with_reglookup", reglookup);
  RecordProperty("compared_with_hivex", hivex);
}

}  // namespace
}  // namespace espial::registry_hive
