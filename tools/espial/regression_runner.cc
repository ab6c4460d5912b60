#include "tools/espial/regression_runner.h"

#include <espial/core/executor.h>
#include <espial/core/text.h>
#include <espial/scan.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "tools/espial/log_files.h"
#include "tools/espial/rule_files.h"

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

// The value of the first line `key: value` of a text; an info.yml is a flat
// list of them.
std::string ValueOf(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = Trim(text.substr(0, end));
    if (line.starts_with("- ")) line = Trim(line.substr(2));
    if (line.starts_with(key) && line.size() > key.size() &&
        line[key.size()] == ':') {
      std::string_view value = Trim(line.substr(key.size() + 1));
      if (value.size() > 1 && (value[0] == '"' || value[0] == '\'')) {
        value = value.substr(1, value.size() - 2);
      }
      return std::string(value);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

// Counts what one rule matches.
class Counter : public ScanClient {
 public:
  Counter(LogFiles* logs, uint32_t rule) : logs_(*logs), rule_(rule) {}

  std::shared_ptr<const Source> NextLog() override { return logs_.Next(); }
  [[nodiscard]] bool Wants(uint32_t rule) const override {
    return rule == rule_;
  }
  [[nodiscard]] std::string Describe(const Source& /*log*/,
                                     const Event& /*event*/,
                                     uint32_t /*rule*/) const override {
    return {};
  }
  bool OnMatch(uint32_t /*rule*/, std::string /*match*/) override {
    ++matches_;
    return true;
  }
  bool OnCorrelation(const rules::CorrelationMatch& match) override {
    matches_ += match.rule == rule_ ? 1U : 0U;
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& /*damage*/) override {}

  [[nodiscard]] uint64_t matches() const { return matches_; }

 private:
  LogFiles& logs_;
  uint32_t rule_;
  uint64_t matches_ = 0;
};

// Nothing when the folder of `info` has no log: then there is nothing to run.
std::optional<TestResult> RunCase(
    const rules::SigmaRules& rules,
    const std::map<std::string, uint32_t, std::less<>>& by_id,
    const rules::RuleFile& info) {
  std::vector<std::string> logs;
  std::error_code error;
  for (const auto& entry :
       fs::directory_iterator(fs::path(info.name).parent_path(), error)) {
    if (entry.path().extension() == ".evtx") {
      logs.push_back(entry.path().string());
    }
  }
  if (logs.empty()) return std::nullopt;
  std::sort(logs.begin(), logs.end());
  TestResult out;
  out.name = info.name;
  const size_t metadata = info.text.find("rule_metadata:");
  const std::string_view about =
      metadata == std::string::npos
          ? std::string_view()
          : std::string_view(info.text).substr(metadata);
  const std::string id = Fold(ValueOf(about, "id"));
  out.suite = ValueOf(about, "title");
  const auto rule = by_id.find(id);
  if (rule == by_id.end()) {
    out.failure = fmt::format("no rule with the id \"{}\" was loaded", id);
    return out;
  }
  auto files = LogFiles::Find(logs, false);
  if (!files) {
    out.failure = files.error().ToString();
    return out;
  }
  Executor executor(1);
  Counter counter(&*files, rule->second);
  ScanLogs(rules, executor, &counter);
  const std::string wanted = ValueOf(info.text, "match_count");
  const uint64_t least = ParseUnsigned(wanted).value_or(1);
  if (counter.matches() < least) {
    out.failure =
        fmt::format("expected {} matches, found {}", least, counter.matches());
  }
  return out;
}

}  // namespace

Result<std::vector<TestResult>> RunRegression(const rules::SigmaRules& rules,
                                              const std::string& folder) {
  ESPIAL_TRY_ASSIGN(const std::vector<rules::RuleFile> files,
                    ReadRuleFiles({folder}));
  std::map<std::string, uint32_t, std::less<>> by_id;
  for (uint32_t i = 0; i < rules.rules().size(); ++i) {
    by_id.emplace(rules.rules()[i].id, i);
  }
  std::vector<TestResult> out;
  for (const rules::RuleFile& file : files) {
    if (fs::path(file.name).filename() != "info.yml") continue;
    if (auto result = RunCase(rules, by_id, file)) {
      out.push_back(std::move(*result));
    }
  }
  return out;
}

}  // namespace espial::cli
