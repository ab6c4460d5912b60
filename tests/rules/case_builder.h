// Small cases for tests of the rules: logs with events, and facts.
#pragma once

#include <espial/model/case.h>
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace espial::rules {

using Fields = std::vector<std::pair<std::string, std::string>>;

// Seconds behind 2025-03-01T08:00:00Z.
Ticks At(int64_t seconds);

// Puts a case together. Each log is an artifact of its own, whole and with its
// first record unless something is said about it. Events get their record
// numbers in the order in which they are added to their log.
class CaseBuilder {
 public:
  // Makes the log known even if it stays empty.
  CaseBuilder& Log(const std::string& channel);
  CaseBuilder& Add(const std::string& channel, int64_t seconds, uint32_t id,
                   Fields fields = {},
                   RecordState state = RecordState::kActive);
  // The log begins with record 5000: it wrapped.
  CaseBuilder& Wrapped(const std::string& channel);
  // Bytes of the log could not be read.
  CaseBuilder& Damaged(const std::string& channel, uint64_t bytes = 312);
  // A boot in the System log: Kernel-General 12.
  CaseBuilder& Boot(int64_t seconds);
  // An event of that provider in the System log.
  CaseBuilder& System(const std::string& provider, int64_t seconds, uint32_t id,
                      Fields fields = {});
  // The times of the log are local, and nothing proves their zone.
  CaseBuilder& LocalTimes(const std::string& channel);
  // A registry dump with values; `key` may be empty for a dump without any.
  CaseBuilder& Registry(const std::string& key, const std::string& name,
                        const std::string& data);
  CaseBuilder& Json(const std::string& file, const std::string& path,
                    const std::string& data);
  // A fact of any kind.
  CaseBuilder& AddFact(FactKind kind, const std::string& key,
                       const std::string& name, const std::string& data);
  // A container around everything, which lost bytes.
  CaseBuilder& DamagedContainer(uint64_t bytes);

  // The case, sorted, with coverage; the builder stays as it is.
  [[nodiscard]] Case Build() const;

 private:
  struct Record {
    int64_t seconds;
    uint32_t id;
    uint64_t number;
    RecordState state;
    Fields fields;
    std::string provider;  // empty: that of the channel
  };
  struct LogData {
    std::vector<Record> records;
    uint64_t first_number = 1;
    std::optional<uint64_t> lost;
    TimeQuality quality = TimeQuality::kUtc;
  };
  struct FactData {
    FactKind kind;
    std::string key, name, data;
  };

  std::map<std::string, LogData> logs_;
  std::vector<FactData> facts_;
  bool dump_ = false;
  std::optional<uint64_t> container_lost_;
};

// The provider that CaseBuilder gives to events of `channel`.
std::string ProviderOf(const std::string& channel);

// A rule set of `files`; reports a test failure and returns an empty one when
// it does not load.
RuleSet MustLoad(const std::vector<RuleFile>& files);

// The YAML of a signature around `rest`, which is the body's own lines
// ("  when: x" ...) and the sections that follow it.
RuleFile SignatureFile(const std::string& code, const std::string& body,
                       const std::string& sections);

// The finding of `code`, or null.
const Finding* FindFinding(const Case& the_case, const std::string& code);
// The result of a signature: what its finding says, or not matched.
Verity ResultOf(const Case& the_case, const std::string& code);

}  // namespace espial::rules
