// Scanning with several threads: what one finds, in the same order.
#include <espial/core/executor.h>
#include <espial/rules/sigma.h>
#include <espial/scan.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/threads/logs.h"

namespace espial::threads_test {
namespace {

using Logs = std::vector<std::shared_ptr<const Source>>;

std::string Rule(const std::string& name, const std::string& detection) {
  return "title: " + name + "\nname: " + name +
         "\nlogsource: { product: windows, category: process_creation }\n"
         "detection:\n" +
         detection + "---\n";
}

// Comparisons of every kind: those that are looked up, those that an index
// finds, long lists, expressions that are compiled when first needed.
std::string Rules() {
  std::string list;
  for (int i = 0; i < 40; ++i) {
    list += fmt::format("      - ' {}77 '\n", i);
  }
  return Rule("exact", "  s: { Image: 'C:\\3.exe' }\n  condition: s\n") +
         Rule("ends", "  s: { Image|endswith: 7.exe }\n  condition: s\n") +
         Rule("list", "  s:\n    CommandLine|contains:\n" + list +
                          "      - '77 x'\n  condition: s\n") +
         Rule("expression",
              "  s: { CommandLine|re: '^[0-9]*5[0-9] x+$' }\n"
              "  condition: s\n") +
         Rule("keyword", "  s: ['C:\\9']\n  condition: s\n") +
         Rule("not", "  s: { Image|re: '[0-8]' }\n  condition: not s\n") +
         "title: many\ncorrelation: { type: event_count, rules: [ends], "
         "timespan: 1m, group-by: [Image], generate: true, "
         "condition: { gte: 5 } }\n---\n" +
         "title: then\ncorrelation: { type: temporal_ordered, rules: "
         "[exact, keyword], timespan: 7s, generate: true }\n";
}

rules::SigmaRules Load(const std::string& text) {
  const std::vector<rules::RuleFile> files = {{"rules.yml", text}};
  auto rules = rules::SigmaRules::Load(files, {});
  for (const auto& error : rules.errors()) ADD_FAILURE() << error.ToString();
  return rules;
}

class Client : public ScanClient {
 public:
  Client(const rules::SigmaRules& rules, Logs logs, size_t padding = 0)
      : rules_(rules), logs_(std::move(logs)), padding_(padding) {}

  std::shared_ptr<const Source> NextLog() override {
    return next_ == logs_.size() ? nullptr : logs_[next_++];
  }
  [[nodiscard]] bool Wants(uint32_t /*rule*/) const override { return true; }
  [[nodiscard]] std::string Describe(const Source& log, const Event& event,
                                     uint32_t rule) const override {
    std::string out = fmt::format("{} {} {}", log.provenance(), event.record,
                                  rules_.rules()[rule].title);
    for (const auto& [name, value] : rules_.Explain(rule, event)) {
      out += fmt::format(" {}={}", name, value);
    }
    out.append(padding_, '.');
    Hold(static_cast<int64_t>(out.size()));
    return out;
  }
  bool OnMatch(uint32_t /*rule*/, std::string match) override {
    Hold(-static_cast<int64_t>(match.size()));
    match.resize(match.size() - padding_);
    lines.push_back(std::move(match));
    return lines.size() < stop_at;
  }
  bool OnCorrelation(const rules::CorrelationMatch& match) override {
    lines.push_back(fmt::format("{} {} {} {} {}", match.rule, match.events,
                                match.first.value, match.last.value,
                                match.value));
    return true;
  }
  void OnDamage(const Source& log, const Damage& damage) override {
    lines.push_back(log.provenance() + ": " + damage.error.ToString());
  }

  std::vector<std::string> lines;
  size_t stop_at = SIZE_MAX;
  // The most bytes that were described and not delivered.
  mutable std::atomic<int64_t> most_held = 0;

 private:
  void Hold(int64_t bytes) const {
    const int64_t now = held_ += bytes;
    int64_t most = most_held;
    while (now > most && !most_held.compare_exchange_weak(most, now)) {
    }
  }

  const rules::SigmaRules& rules_;
  Logs logs_;
  size_t padding_;
  size_t next_ = 0;
  mutable std::atomic<int64_t> held_ = 0;
};

std::vector<std::string> Scan(const rules::SigmaRules& rules, const Logs& logs,
                              uint32_t threads, ScanCounts* counts = nullptr) {
  Executor executor(threads);
  Client client(rules, logs);
  const ScanCounts found = ScanLogs(rules, executor, &client);
  if (counts != nullptr) *counts = found;
  return client.lines;
}

TEST(ScanThreadsTest, AnyNumberFindsTheSameInTheSameOrder) {
  const Logs logs = MakeLogs();
  const rules::SigmaRules rules = Load(Rules());
  ScanCounts counts;
  const std::vector<std::string> alone = Scan(rules, logs, 1, &counts);
  EXPECT_EQ(counts.logs, logs.size());
  EXPECT_EQ(counts.records, 3382U);
  EXPECT_EQ(counts.dropped, 0U);
  std::map<std::string, size_t> rules_seen;
  for (const std::string& line : alone) {
    for (const rules::SigmaRule& rule : rules.rules()) {
      if (line.find(" " + rule.title + " ") != std::string::npos) {
        ++rules_seen[rule.title];
      }
    }
  }
  EXPECT_EQ(rules_seen.size(), 6U);
  for (const uint32_t threads : {2U, 3U, 8U}) {
    EXPECT_EQ(Scan(rules, logs, threads), alone) << threads;
  }
  // Rules of a pack: their expressions are compiled by whoever is first.
  const auto pack = rules::SigmaRules::FromPack(rules.ToPack());
  ASSERT_TRUE(pack) << pack.error().ToString();
  EXPECT_EQ(Scan(*pack, logs, 8), alone);
}

TEST(ScanThreadsTest, RulesLoadTheSame) {
  std::vector<rules::RuleFile> files;
  for (int i = 0; i < 100; ++i) {
    files.push_back(
        {fmt::format("{:03}.yml", i), i % 10 == 9 ? "title: [" : Rules()});
  }
  const auto load = [&](uint32_t threads) {
    Executor executor(threads);
    rules::SigmaOptions options;
    options.executor = &executor;
    return rules::SigmaRules::Load(files, options);
  };
  const rules::SigmaRules alone = load(1);
  const rules::SigmaRules many = load(8);
  EXPECT_EQ(alone.rules().size(), 90U * 8);
  EXPECT_EQ(many.errors().size(), alone.errors().size());
  EXPECT_EQ(many.ToPack(), alone.ToPack());
}

TEST(ScanThreadsTest, AClientThatStopsStopsAllThreads) {
  const Logs logs = MakeLogs();
  const rules::SigmaRules rules = Load(Rules());
  const std::vector<std::string> alone = Scan(rules, logs, 1);
  Executor executor(8);
  Client client(rules, logs);
  client.stop_at = 100;
  ScanLogs(rules, executor, &client);
  EXPECT_EQ(client.lines,
            std::vector<std::string>(alone.begin(), alone.begin() + 100));
}

// 200 rules that match every record, and say much: what is not delivered yet
// stays below 16 MB a task, and nothing is lost.
TEST(ScanThreadsTest, MatchesDoNotPileUp) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += Rule(fmt::format("r{}", i),
                 "  s: { Image|exists: true }\n"
                 "  condition: s\n");
  }
  const rules::SigmaRules rules = Load(text);
  Executor executor(1);
  Client client(rules, {MakeLog("one", 30)}, 20'000);
  const ScanCounts counts = ScanLogs(rules, executor, &client);
  EXPECT_EQ(counts.matches, 6000U);
  EXPECT_EQ(counts.records, 30U);
  ASSERT_EQ(client.lines.size(), 6000U);
  EXPECT_EQ(client.lines[0].substr(0, 8), "one 1 r0");
  EXPECT_EQ(client.lines[5999].substr(0, 11), "one 30 r199");
  EXPECT_LT(client.most_held.load(), 17 << 20);
  EXPECT_GT(client.most_held.load(), 15 << 20);
}

}  // namespace
}  // namespace espial::threads_test
