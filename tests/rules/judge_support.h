// What the tests that judge whole cases share: two services and short names of
// the three results.
#pragma once

#include <espial/model/finding.h>
#include <espial/rules/ruleset.h>

#include <string>

#include "tests/rules/case_builder.h"

namespace espial::rules {

inline constexpr Verity kNo = Verity::kNotMatched;
inline constexpr Verity kOpen = Verity::kInconclusive;
inline constexpr Verity kYes = Verity::kMatched;

// The channels of the services `dm` and `aad`.
inline constexpr char kDm[] = "Microsoft-Windows-DM/Admin";
inline constexpr char kAad[] = "Microsoft-Windows-AAD/Operational";
// The catalogue that names them.
inline const RuleFile kServices = {
    "catalog/logsources.yml",
    "services:\n  dm: [Microsoft-Windows-DM/Admin]\n  aad: "
    "[Microsoft-Windows-AAD/Operational]\n"};

// The case, judged by one signature, TST-001, of that body and these sections.
inline Case JudgedBy(const CaseBuilder& builder, const std::string& body,
                     const std::string& sections) {
  const RuleSet rules =
      MustLoad({kServices, SignatureFile("TST-001", body, sections)});
  Case the_case = builder.Build();
  rules.Judge(&the_case);
  return the_case;
}

}  // namespace espial::rules
