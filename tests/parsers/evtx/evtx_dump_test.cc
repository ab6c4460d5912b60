// What evtx_dump prints of the corpus, and what we print: the same bytes, but
// for a closed list of differences.
//
// Needs evtx_dump, on PATH or named by ESPIAL_EVTX_DUMP, and the corpus.
#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/evtx_render.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/core/shared_folder.h"

namespace espial::evtx {
namespace {

namespace fs = std::filesystem;

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string Output(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  std::array<char, 65536> buffer{};
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), got);
  }
  pclose(pipe);
  return text;
}

std::string EvtxDump() {
  const char* named = std::getenv("ESPIAL_EVTX_DUMP");
  const std::string program = named != nullptr ? named : "evtx_dump";
  const std::string version =
      Output(Quoted(program) + " --version 2>/dev/null");
  return version.find("0.12.") == std::string::npos ? "" : program;
}

class TextClient : public RenderClient {
 public:
  explicit TextClient(std::shared_ptr<const Source> log)
      : log_(std::move(log)) {}
  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(log_, nullptr);
  }
  bool Write(std::string_view more) override {
    text += more;
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& /*damage*/) override {}

  std::string text;

 private:
  std::shared_ptr<const Source> log_;
};

// Lines by record id, in their order.
std::map<std::string, std::vector<std::string>> ByRecord(
    const std::string& text) {
  std::map<std::string, std::vector<std::string>> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    const size_t id = line.find("\"EventRecordID\":");
    const std::string key =
        id == std::string::npos
            ? ""
            : line.substr(id, line.find_first_of(",}", id) - id);
    lines[key].push_back(std::move(line));
  }
  return lines;
}

// Puts a JSON text out again, unchanged or with the keys that an object
// repeats told apart as we do it: "Data", "Data_1", "Data_2".
class KeyWriter : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit KeyWriter(bool number_repeated) : number_(number_repeated) {}

  bool null() override { return Put("null"); }
  bool boolean(bool value) override { return Put(value ? "true" : "false"); }
  bool number_integer(int64_t value) override {
    return Put(std::to_string(value));
  }
  bool number_unsigned(uint64_t value) override {
    return Put(std::to_string(value));
  }
  bool number_float(double /*value*/, const std::string& digits) override {
    return Put(digits);
  }
  bool string(std::string& value) override {
    return Put(nlohmann::json(value).dump());
  }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return false; }
  bool start_object(size_t /*elements*/) override {
    objects_.emplace_back();
    return Put("{");
  }
  bool key(std::string& name) override {
    const uint64_t repeated = objects_.back()[name]++;
    if (number_ && repeated != 0) name += "_" + std::to_string(repeated);
    return Put(nlohmann::json(name).dump() + ":");
  }
  bool end_object() override {
    objects_.pop_back();
    return Put("}");
  }
  bool start_array(size_t /*elements*/) override { return Put("["); }
  bool end_array() override { return Put("]"); }
  bool parse_error(size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    return false;
  }

  std::string text;

 private:
  bool Put(std::string_view piece) {
    text.append(piece).push_back(' ');
    return true;
  }

  bool number_;
  std::vector<std::map<std::string, uint64_t>> objects_;
};

std::string Rewritten(const std::string& line, bool number_repeated) {
  KeyWriter writer(number_repeated);
  return nlohmann::json::sax_parse(line, &writer) ? writer.text : "";
}

std::string WithoutReplacements(std::string text) {
  for (size_t at = 0; (at = text.find("\xef\xbf\xbd", at)) != text.npos;) {
    text.erase(at, 3);
  }
  return text;
}

// The closed list of what we print otherwise, on purpose.
enum class Purpose {
  kRepeatedKeys,   // evtx_dump repeats a key within one object: most readers
                   // of JSON then keep the last value only
  kLoneSurrogate,  // U+FFFD here, nothing there: the loss stays visible
  kNestedElement,  // of several elements in one nested value it prints the
                   // first; the others are data, too
  kNone,
};

Purpose PurposeOf(const std::string& ours, const std::string& theirs) {
  const std::string numbered = Rewritten(theirs, true);
  if (!numbered.empty() && numbered == Rewritten(ours, false)) {
    return Purpose::kRepeatedKeys;
  }
  if (ours != theirs && WithoutReplacements(ours) == theirs) {
    return Purpose::kLoneSurrogate;
  }
  const size_t second = ours.find(",\"RenderingInfo");
  if (second != std::string::npos && ours.substr(0, second) + "}}" == theirs) {
    return Purpose::kNestedElement;
  }
  return Purpose::kNone;
}

class EvtxDumpTest : public ::testing::TestWithParam<bool> {};

TEST_P(EvtxDumpTest, PrintsTheSame) {
  const std::string program = EvtxDump();
  if (program.empty()) {
    GTEST_SKIP() << "no evtx_dump 0.12: cargo install evtx --version 0.12.2, "
                    "or set ESPIAL_EVTX_DUMP";
  }
  const std::vector<fs::path> files =
      testing::FilesBelow(testing::SharedFolder("corpus/evtx"), ".evtx");
  if (files.empty()) GTEST_SKIP() << "no corpus: set ESPIAL_SHARED_DIR";

  RenderJob job;
  job.style = {Markup::kJson, GetParam(), true};
  Executor executor(1);
  size_t same = 0;
  std::map<Purpose, size_t> on_purpose;
  size_t theirs_alone = 0;
  size_t ours_alone = 0;
  for (const fs::path& file : files) {
    const auto source = Source::OpenFile(file.string(), file.string());
    ASSERT_TRUE(source) << file;
    TextClient client(*source);
    RenderLogs(job, executor, &client);
    auto ours = ByRecord(client.text);
    const auto theirs =
        ByRecord(Output(Quoted(program) + " -t 1 -o jsonl " +
                        (GetParam() ? "--separate-json-attributes " : "") +
                        Quoted(file.string()) + " 2>/dev/null"));
    for (const auto& [id, lines] : theirs) {
      std::vector<std::string>& candidates = ours[id];
      for (const std::string& line : lines) {
        auto match = std::find(candidates.begin(), candidates.end(), line);
        if (match != candidates.end()) {
          ++same;
          candidates.erase(match);
          continue;
        }
        Purpose purpose = Purpose::kNone;
        match = std::find_if(candidates.begin(), candidates.end(),
                             [&](const std::string& candidate) {
                               purpose = PurposeOf(candidate, line);
                               return purpose != Purpose::kNone;
                             });
        if (match != candidates.end()) {
          ++on_purpose[purpose];
          candidates.erase(match);
          continue;
        }
        // Damaged records: their values are cut short or are all zero.
        EXPECT_TRUE(candidates.empty()) << file << "\n" << line;
        ++theirs_alone;
      }
    }
    for (const auto& [id, lines] : ours) ours_alone += lines.size();
  }
  EXPECT_GT(same, 30'000U);
  EXPECT_LE(on_purpose[Purpose::kRepeatedKeys], 92U);
  EXPECT_LE(on_purpose[Purpose::kLoneSurrogate], 1U);
  EXPECT_LE(on_purpose[Purpose::kNestedElement], 2U);
  EXPECT_LE(theirs_alone, 5U);
  // Records of damaged chunks, which evtx_dump drops whole.
  EXPECT_GE(ours_alone, 500U);
}

INSTANTIATE_TEST_SUITE_P(Attributes, EvtxDumpTest, ::testing::Bool());

}  // namespace
}  // namespace espial::evtx
