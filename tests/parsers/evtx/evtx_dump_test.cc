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
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

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

// Our line with what we do on purpose undone: the _1 of repeated keys.
bool DiffersOnPurpose(const std::string& ours, const std::string& theirs) {
  static const std::regex suffix("_[0-9]+\":");
  if (std::regex_replace(ours, suffix, "\":") ==
      std::regex_replace(theirs, suffix, "\":")) {
    return true;
  }
  // A lone surrogate becomes U+FFFD here and nothing there.
  std::string kept = ours;
  for (size_t at = 0;
       (at = kept.find("\xef\xbf\xbd", at)) != std::string::npos;) {
    kept.erase(at, 3);
  }
  if (kept == theirs) return true;
  // Of several elements in one nested value evtx_dump prints the first.
  const size_t rendering = ours.find(",\"RenderingInfo");
  return rendering != std::string::npos &&
         ours.substr(0, rendering) + "}}" == theirs;
}

class EvtxDumpTest : public testing::TestWithParam<bool> {};

TEST_P(EvtxDumpTest, PrintsTheSame) {
  const std::string program = EvtxDump();
  if (program.empty()) {
    GTEST_SKIP() << "no evtx_dump 0.12: cargo install evtx --version 0.12.2, "
                    "or set ESPIAL_EVTX_DUMP";
  }
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const fs::path folder =
      fs::path(shared != nullptr ? shared : "../shared") / "corpus/evtx";
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.path().extension() == ".evtx") files.push_back(entry.path());
  }
  if (files.empty()) GTEST_SKIP() << "no corpus: set ESPIAL_SHARED_DIR";

  RenderJob job;
  job.style = {Markup::kJson, GetParam(), true};
  Executor executor(1);
  size_t same = 0;
  size_t on_purpose = 0;
  size_t theirs_alone = 0;
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
        match = std::find_if(
            candidates.begin(), candidates.end(),
            [&](const std::string& c) { return DiffersOnPurpose(c, line); });
        if (match != candidates.end()) {
          ++on_purpose;
          candidates.erase(match);
          continue;
        }
        // What evtx_dump makes of damaged records is no record.
        EXPECT_TRUE(candidates.empty()) << file << "\n" << line;
        ++theirs_alone;
      }
    }
  }
  EXPECT_GT(same, 30'000U);
  EXPECT_LT(on_purpose, 200U);
  EXPECT_LE(theirs_alone, 5U);
}

INSTANTIATE_TEST_SUITE_P(Attributes, EvtxDumpTest, testing::Bool());

}  // namespace
}  // namespace espial::evtx
