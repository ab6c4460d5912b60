// What is wrong with rule files: collecting it, and suggesting what was meant.
//
// Codes are stable:
//   E001 the text is no YAML            E002 YAML that is not accepted here
//   E003 duplicate key                  E004 wrong kind of value
//   E005 missing key                    E006 empty value
//   E007 unknown key                    E008 value that is not one of a list
//   E009 condition that does not parse  E010 unknown name
//   E011 name used twice                E012 unknown or unsupported modifier
//   E013 modifier or value out of place E014 regular expression
//   E015 EventID without a log          E016 unknown service or category
//   E017 duration                       E018 step of a sequence
//   E019 code, name or id               E020 code or id used twice
//   E021 cycle of explanations          E022 unknown step of a flow
//   E023 pipe syntax in a condition     E024 CSV
//   E025 file that is no part of a pack E026 a limit was reached
//   E027 placeholder without a value    E028 value
//   E029 comparison of what does not compare
//   E030 pack for a newer engine        E031 register of codes
//   E032 language
#pragma once

#include <espial/rules/ruleset.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// A place in a rule file; both count from 1.
struct Mark {
  uint32_t line = 1;
  uint32_t column = 1;
};

// Collects what is wrong, up to a bound.
class Diagnostics {
 public:
  void Add(std::string_view file, Mark mark, std::string_view code,
           std::string message);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] size_t size() const { return list_.size(); }
  // By file, place and code.
  [[nodiscard]] std::vector<Diagnostic> Sorted() const;

 private:
  std::vector<Diagnostic> list_;
};

// The file that is being read, and where its problems go. Must not outlive
// either.
struct Reporter {
  std::string_view file;
  Diagnostics* diagnostics;

  void Error(Mark mark, std::string_view code, std::string message) const {
    diagnostics->Add(file, mark, code, std::move(message));
  }
};

// " (did you mean 'near'?)" for the nearest candidate, or "" when none is near.
std::string DidYouMean(std::string_view name,
                       std::span<const std::string_view> candidates);
std::string DidYouMean(std::string_view name,
                       std::span<const std::string> candidates);

// `text` between single quotes, shortened and with control characters made
// visible, for a message.
std::string Quoted(std::string_view text);

}  // namespace espial::rules
