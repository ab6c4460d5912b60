// Logs with the JSON that another reader made of them: Sigma's regression data.
//
// Beside each log stands a file with one JSON object a record, in the order of
// the log, in the shape that evtx_dump prints. Ours must be equal by value. The
// closed list of differences, each of which must still occur:
//   * SystemTime: theirs is cut to microseconds; ours has the 100 ns that the
//     log has.
//   * Blanks at the end of a string: theirs are gone; the logs have them (a
//     command line that ends in one, as cmd.exe writes it).
#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/evtx_render.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/core/shared_folder.h"

namespace espial::evtx {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path Corpus() {
  return testing::SharedFolder("corpus/sigma/regression_data");
}

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The objects at the top of `text`, which follow each other without anything
// between them but white space. What is no JSON is discarded.
std::vector<json> ReadObjects(const std::string& text) {
  std::vector<json> objects;
  size_t depth = 0;
  size_t start = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && depth > 0 && --depth == 0) {
      objects.push_back(
          json::parse(text.substr(start, i + 1 - start), nullptr, false));
      start = i + 1;
    }
  }
  if (text.find_first_not_of(" \r\n", start) != std::string::npos) {
    objects.emplace_back(json::value_t::discarded);
  }
  return objects;
}

class Lines : public RenderClient {
 public:
  explicit Lines(std::shared_ptr<const Source> log) : log_(std::move(log)) {}
  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(log_, nullptr);
  }
  bool Write(std::string_view more) override {
    text_ += more;
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& damage) override {
    damage_ += damage.error.ToString() + "\n";
  }

  [[nodiscard]] const std::string& damage() const { return damage_; }
  [[nodiscard]] std::vector<json> Objects() const {
    std::vector<json> objects;
    std::istringstream in(text_);
    for (std::string line; std::getline(in, line);) {
      objects.push_back(json::parse(line, nullptr, false));
    }
    return objects;
  }

 private:
  std::shared_ptr<const Source> log_;
  std::string text_;
  std::string damage_;
};

// Compares by value and counts the differences that are meant.
class Comparison {
 public:
  // What differs otherwise, a line each.
  std::string complaints;
  uint64_t cut_times = 0;
  uint64_t cut_blanks = 0;

  void Compare(const json& theirs, const json& ours, const std::string& path) {
    if (theirs.is_object() && ours.is_object()) {
      for (const auto& [key, value] : theirs.items()) {
        if (ours.contains(key)) {
          Compare(value, ours[key], path + "/" + key);
        } else {
          Complain(path + "/" + key, value, "nothing");
        }
      }
      for (const auto& [key, value] : ours.items()) {
        if (!theirs.contains(key)) Complain(path + "/" + key, "nothing", value);
      }
    } else if (theirs.is_array() && ours.is_array() &&
               theirs.size() == ours.size()) {
      for (size_t i = 0; i < theirs.size(); ++i) {
        Compare(theirs[i], ours[i], path + "/" + std::to_string(i));
      }
    } else if (theirs != ours && !IsMeant(theirs, ours, path)) {
      Complain(path, theirs, ours);
    }
  }

 private:
  bool IsMeant(const json& theirs, const json& ours, const std::string& path) {
    if (!theirs.is_string() || !ours.is_string()) return false;
    const auto& before = theirs.get_ref<const std::string&>();
    std::string text = ours.get<std::string>();
    if (path == "/Event/System/TimeCreated/#attributes/SystemTime") {
      // "....1234567Z" to "....123456Z"
      if (text.size() != before.size() + 1) return false;
      text.erase(text.size() - 2, 1);
      ++cut_times;
    } else {
      text.erase(text.find_last_not_of(' ') + 1);
      ++cut_blanks;
    }
    return text == before;
  }

  void Complain(const std::string& path, const json& theirs, const json& ours) {
    complaints +=
        path + ": expected " + theirs.dump() + ", found " + ours.dump() + "\n";
  }
};

TEST(EvtxSigmaOracle, EveryRecordHasTheSameValues) {
  if (!fs::exists(Corpus())) GTEST_SKIP() << "no corpus at " << Corpus();
  const std::vector<fs::path> logs = testing::FilesBelow(Corpus(), ".evtx");
  EXPECT_GE(logs.size(), 97U);
  Executor executor(1);
  uint64_t records = 0;
  Comparison comparison;
  for (const fs::path& path : logs) {
    SCOPED_TRACE(path.lexically_relative(Corpus()).string());
    const std::vector<json> theirs =
        ReadObjects(ReadText(fs::path(path).replace_extension(".json")));
    const auto source = Source::OpenFile(path.string(), path.string());
    ASSERT_TRUE(source) << source.error().ToString();
    Lines lines(*source);
    RenderLogs({}, executor, &lines);
    EXPECT_EQ(lines.damage(), "");
    const std::vector<json> ours = lines.Objects();
    EXPECT_FALSE(theirs.empty());
    ASSERT_EQ(theirs.size(), ours.size());
    for (size_t i = 0; i < theirs.size(); ++i) {
      ASSERT_FALSE(theirs[i].is_discarded() || ours[i].is_discarded());
      comparison.complaints.clear();
      comparison.Compare(theirs[i], ours[i], "");
      EXPECT_EQ(comparison.complaints, "");
    }
    records += theirs.size();
  }
  EXPECT_GE(records, 110U);
  EXPECT_EQ(comparison.cut_times, records);
  EXPECT_GT(comparison.cut_blanks, 0U);
  RecordProperty("records", std::to_string(records));
  RecordProperty("cut_blanks", std::to_string(comparison.cut_blanks));
}

}  // namespace
}  // namespace espial::evtx
