// Joins filters to the rules that they name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/sigma/sigma_document.h"
#include "rules/sigma/sigma_loader.h"

namespace espial::rules {

class FilterJoiner {
 public:
  // Of all filters together, each counted for every rule that it joins: values,
  // as SelectionBudget counts them, and fields.
  static constexpr size_t kMostValues = 500'000;

  // Both must outlive it; rules must stay where they are.
  FilterJoiner(const SigmaContext& context, std::vector<SigmaDocument>* rules);

  // To all of its rules or, with a diagnostic, to none.
  void Join(const SigmaFilter& filter, const Reporter& reporter);

 private:
  using Places = std::vector<uint32_t>;

  [[nodiscard]] Places RulesOf(const SigmaFilter& filter,
                               const Reporter& reporter) const;
  [[nodiscard]] Places RulesNamed(const std::string& name) const;

  const SigmaContext& context_;
  std::vector<SigmaDocument>& rules_;
  std::unordered_map<std::string, Places> by_id_;
  std::unordered_map<std::string, Places> by_name_;
  size_t left_ = kMostValues;
};

}  // namespace espial::rules
