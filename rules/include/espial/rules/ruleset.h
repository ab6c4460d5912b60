// Rules: loading them, and judging a case with them.
//
//   ESPIAL_TRY_ASSIGN(const auto rules, RuleSet::Load(files));
//   rules.Judge(&the_case);       // fills scenario, flow, findings, verdict
//
// The dialect is described in rules/FORMAT.md.
#pragma once

#include <espial/core/result.h>
#include <espial/model/case.h>
#include <espial/rules/rule_coverage.h>
#include <espial/rules/signature_info.h>
#include <espial/rules/why.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// A rule document or catalogue file. `name` is its path below the pack:
// "autopilot/HYB-001.yml", "flows/hybrid-preprovisioned.yml",
// "catalog/errorcodes.csv".
struct RuleFile {
  std::string name;
  std::string text;
};

// What is wrong with a rule file, as a compiler would say it.
struct Diagnostic {
  std::string file;
  uint32_t line = 0;    // from 1
  uint32_t column = 0;  // from 1
  std::string code;     // "E007"; stable
  std::string message;  // with a suggestion where one is near

  // "HYB-001.yml:3:7: E007 unknown key 'tittle' (did you mean 'title'?)"
  [[nodiscard]] std::string ToString() const;
};

// What a catalogue says of a code or an event.
struct Explanation {
  std::string key;    // "0x801c03f2", "AADSTS50034", "HYB-001",
                      // "Microsoft-Windows-AAD:1098"
  std::string title;  // symbol, or title
  std::string area;
  std::string meaning;
  std::vector<std::string> advice;
  std::vector<std::string> details;  // fields of an event, links, derived codes
};

// One provider, id and the fields that rules and the flow name, for checks
// against a catalogue.
struct EventReference {
  std::string rule;  // code of the signature, or id of the flow
  std::string file;
  std::string channel;
  std::string provider;
  std::optional<uint32_t> id;
  std::vector<std::string> fields;
};

// A compiled set of rules. Immutable; any number of threads may judge with it.
class RuleSet {
 public:
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();

  // Compiles all files. On failure every problem is in `diagnostics` (when not
  // null) and the error names the first.
  static Result<RuleSet> Load(std::span<const RuleFile> files,
                              std::vector<Diagnostic>* diagnostics = nullptr);
  // The pack that is part of the library.
  static const RuleSet& BuiltIn();
  // The files of the pack that is part of the library.
  static std::span<const RuleFile> BuiltInFiles();
  // Every .yml and .csv file below `path` (UTF-8) beside the built-in
  // catalogue: the rules of the directory take the place of the built-in ones.
  static Result<RuleSet> LoadDirectory(
      const std::string& path, std::vector<Diagnostic>* diagnostics = nullptr);

  // Fills scenario, flow, findings and verdict of a case that was read. Titles,
  // causes and remedies are in `language` where the rules have it ("de-at" is
  // "de" where only that is there), else in English.
  void Judge(Case* the_case, std::string_view language = "en") const;

  // The languages that some rule speaks, sorted; "en" is always one.
  [[nodiscard]] std::vector<std::string> Languages() const;
  // The one of them that stands for `language`; nothing when none does.
  [[nodiscard]] std::optional<std::string> FindLanguage(
      std::string_view language) const;

  // Why a signature (its code; case does not matter) holds of a case that was
  // read, or does not. Judges anew; findings of the case do not matter. An
  // unknown code is an error that names the nearest.
  [[nodiscard]] Result<Why> AskWhy(const Case& the_case,
                                   std::string_view code) const;
  // The same of every signature, by code.
  [[nodiscard]] std::vector<Why> AskWhy(const Case& the_case) const;

  // What the rules make of a case that was read: what they decide of it, what
  // is missing, what they do not look at. Judges anew.
  [[nodiscard]] RuleCoverage Cover(const Case& the_case) const;

  // Looks up an error code ("0x801c03f2", "-2145647630", "AADSTS50034"), a
  // signature ("HYB-001") or an event ("provider:id").
  [[nodiscard]] std::vector<Explanation> Explain(std::string_view key) const;
  // The catalogue's title of an event; empty when it has none.
  [[nodiscard]] std::string_view EventTitle(std::string_view provider,
                                            uint32_t id) const;

  [[nodiscard]] std::vector<std::string> SignatureCodes() const;
  [[nodiscard]] std::vector<SignatureTest> SignatureTests() const;
  // All signatures, by code.
  [[nodiscard]] std::vector<SignatureInfo> Signatures() const;
  // One of them; case does not matter. An unknown code is an error that names
  // the nearest.
  [[nodiscard]] Result<SignatureInfo> Describe(std::string_view code) const;
  [[nodiscard]] std::vector<EventReference> EventReferences() const;

 private:
  class Impl;
  explicit RuleSet(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace espial::rules
