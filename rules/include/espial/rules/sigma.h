// Sigma rules over the records of event logs.
//
//   SigmaOptions options;
//   const SigmaRules rules = SigmaRules::Load(files, options);
//   SigmaMatcher matcher(rules);                 // one a thread
//   for (const ScanRecord& record : ...) {
//     for (const uint32_t rule : matcher.Match(record)) {
//       rules.rules()[rule].title ...
//     }
//   }
//
// All of Sigma 2.1: rules, filters and correlations, in files of one or several
// documents. What cannot be honoured is refused with its place; the other rules
// load all the same. Rules of SigmaHQ are under the Detection Rule License,
// which asks that the author of a rule is named with its matches.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/result.h>
#include <espial/model/event.h>
#include <espial/model/value.h>
#include <espial/rules/field_name.h>
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::rules {

enum class SigmaLevel : uint8_t {
  kInformational,
  kLow,
  kMedium,
  kHigh,
  kCritical
};
std::string_view SigmaLevelName(SigmaLevel level);

// What a rule says of itself.
struct SigmaRule {
  std::string file;
  uint32_t line = 1;
  std::string title;
  std::string id;    // lower case; may be empty
  std::string name;  // may be empty
  std::string author;
  std::string status;
  std::string description;
  std::string license;
  // A rule without one counts as informational.
  SigmaLevel level = SigmaLevel::kInformational;
  std::vector<std::string> tags;
  std::vector<std::string> references;
  std::vector<std::string> falsepositives;
  bool is_correlation = false;
  // Whether its matches are results; those of rules that only correlations
  // name are not.
  bool reports = true;
};

// A rule that is sound, and about something that no Windows event log has.
struct SigmaOtherSource {
  std::string file;
  std::string title;
  std::string log_source;  // "linux/auditd", "category webserver"
};

struct SigmaOptions {
  // Files of YAML or JSON: { name: [value, ...] }.
  std::span<const RuleFile> placeholders;
  // In the form of the catalogue's logsources.yml; replace what it says.
  std::span<const RuleFile> log_sources;
  // Threads to load with; null: the caller's.
  Executor* executor = nullptr;
};

// One record as a scan sees it. Text that it gives lives until it is asked
// about the next record.
class ScanRecord {
 public:
  // A field that no rule looks at.
  static constexpr uint32_t kOtherField = UINT32_MAX;

  virtual ~ScanRecord() = default;
  [[nodiscard]] virtual std::string_view channel() const = 0;
  [[nodiscard]] virtual std::string_view provider() const = 0;
  [[nodiscard]] virtual uint32_t id() const = 0;
  // What the log says in words; empty where it does not.
  [[nodiscard]] virtual std::string_view message() const = 0;
  // The fields of the event in their order, each by its number in
  // SigmaRules::fields(). Names that stand there for properties (a field
  // "Channel") are other fields.
  [[nodiscard]] virtual std::span<const uint32_t> fields() const = 0;
  // The value of fields()[place], as an Event would have it.
  [[nodiscard]] virtual Value ValueAt(size_t place) const = 0;
  // Appends the value of a property of the System section, where it has one.
  // `field` is the number of such a property; the message is none.
  virtual void AppendProperty(uint32_t field,
                              std::vector<Value>* out) const = 0;
};

// A field that took part in a match, and its value as text.
using MatchedField = std::pair<std::string, std::string>;

// Immutable; any number of threads may use it.
class SigmaRules {
 public:
  static SigmaRules Load(std::span<const RuleFile> files,
                         const SigmaOptions& options);

  // What Load() made, as bytes that are read ten times as fast: a compiled
  // pack. Placeholders, log sources and filters are part of it, and the
  // problems and other sources that there were. The same rules give the same
  // bytes.
  [[nodiscard]] std::string ToPack() const;
  // Whether these bytes claim to be such a pack.
  static bool IsPack(std::string_view bytes);
  // Reads a pack of any origin; kBadMagic, kUnsupported
  // (another version), kTruncated, kBadChecksum, or kBadValue where a part
  // cannot be. Regular expressions are compiled when they are first needed.
  static Result<SigmaRules> FromPack(std::string_view bytes);

  SigmaRules(SigmaRules&&) noexcept;
  SigmaRules& operator=(SigmaRules&&) noexcept;
  ~SigmaRules();

  // Rules that loaded, ordered by file and place.
  [[nodiscard]] std::span<const SigmaRule> rules() const;
  // Why others did not; by file and place.
  [[nodiscard]] const std::vector<Diagnostic>& errors() const;
  // What loads and is most likely not meant so.
  [[nodiscard]] const std::vector<Diagnostic>& warnings() const;
  [[nodiscard]] const std::vector<SigmaOtherSource>& other_sources() const;
  // Regular expressions of a pack that were needed and do not compile in this
  // build: nothing matches them. Empty for rules that Load() made. Any thread.
  [[nodiscard]] std::vector<Diagnostic> broken() const;

  // The fields that any rule looks at.
  [[nodiscard]] const std::vector<FieldName>& fields() const;

  // Whether a rule that is no correlation matches, by the plain evaluator: no
  // index, every comparison on demand. What the matcher must agree with.
  [[nodiscard]] bool MatchesPlain(uint32_t rule, const Event& event) const;
  // What of the event made the rule match.
  [[nodiscard]] std::vector<MatchedField> Explain(uint32_t rule,
                                                  const Event& event) const;

 private:
  friend class SigmaMatcher;
  friend class SigmaCorrelator;
  friend class EventRecord;
  class Impl;
  explicit SigmaRules(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

// An event as a record: for tests and for whoever has events already.
class EventRecord : public ScanRecord {
 public:
  // Both must outlive the record.
  EventRecord(const SigmaRules& rules, const Event& event);
  [[nodiscard]] std::string_view channel() const override;
  [[nodiscard]] std::string_view provider() const override;
  [[nodiscard]] uint32_t id() const override;
  [[nodiscard]] std::string_view message() const override;
  [[nodiscard]] std::span<const uint32_t> fields() const override;
  [[nodiscard]] Value ValueAt(size_t place) const override;
  void AppendProperty(uint32_t field, std::vector<Value>* out) const override;

 private:
  const SigmaRules& rules_;
  const Event& event_;
  std::vector<uint32_t> fields_;
};

// Finds the rules that a record matches. One a thread; not thread-safe.
class SigmaMatcher {
 public:
  // The rules must outlive it.
  explicit SigmaMatcher(const SigmaRules& rules);
  ~SigmaMatcher();
  SigmaMatcher(const SigmaMatcher&) = delete;
  SigmaMatcher& operator=(const SigmaMatcher&) = delete;

  // Rules that match, ascending; correlations never do (SigmaCorrelator). Valid
  // until the next call.
  std::span<const uint32_t> Match(const ScanRecord& record);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace espial::rules
