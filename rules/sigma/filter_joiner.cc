#include "rules/sigma/filter_joiner.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>

namespace espial::rules {
namespace {

bool IsAbout(const LogSourceName& wanted, const LogSourceName& have) {
  const auto fits = [](const std::string& want, const std::string& has) {
    return want.empty() || want == has;
  };
  return fits(wanted.product, have.product) &&
         fits(wanted.category, have.category) &&
         fits(wanted.service, have.service);
}

}  // namespace

FilterJoiner::FilterJoiner(const SigmaContext& context,
                           std::vector<SigmaDocument>* rules)
    : context_(context), rules_(*rules) {
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    const SigmaRule& info = rules_[i].info;
    if (!info.id.empty()) by_id_[info.id].push_back(i);
    if (!info.name.empty()) by_name_[info.name].push_back(i);
  }
}

void FilterJoiner::Join(const SigmaFilter& filter, const Reporter& reporter) {
  const Places rules = RulesOf(filter, reporter);
  if (rules.empty()) return;
  // What is wrong with a filter is said once and not for every rule.
  const FieldMappings* fields = rules_[rules[0]].variants[0].fields;
  const auto values = ValuesOfFilter(filter, fields, context_, reporter);
  if (!values) return;
  size_t variants = 0;
  for (const uint32_t rule : rules) variants += rules_[rule].variants.size();
  if (*values * variants > left_) {
    reporter.Error(
        filter.mark, "E026",
        fmt::format("filters would add more than {} values to rules, {} of "
                    "them this one to {}; it is left out",
                    kMostValues, *values,
                    rules.size() == 1
                        ? "one rule"
                        : std::to_string(rules.size()) + " rules"));
    return;
  }
  left_ -= *values * variants;
  for (const uint32_t rule : rules) {
    if (!ApplyFilter(filter, context_, reporter, &rules_[rule])) return;
  }
}

FilterJoiner::Places FilterJoiner::RulesOf(const SigmaFilter& filter,
                                           const Reporter& reporter) const {
  Places out;
  if (filter.any) {
    for (uint32_t i = 0; i < rules_.size(); ++i) {
      if (!rules_[i].correlation &&
          IsAbout(filter.log_source, rules_[i].log_source)) {
        out.push_back(i);
      }
    }
  }
  for (const auto& [name, mark] : filter.rules) {
    const Places named = RulesNamed(name);
    if (named.empty()) {
      reporter.Error(mark, "E010",
                     fmt::format("no rule {} is loaded", Quoted(name)));
    }
    for (const uint32_t at : named) {
      if (rules_[at].correlation) {
        reporter.Error(mark, "E013",
                       fmt::format("{} is a correlation; filters apply to "
                                   "rules, such as those that it names",
                                   Quoted(name)));
      } else {
        out.push_back(at);
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

FilterJoiner::Places FilterJoiner::RulesNamed(const std::string& name) const {
  Places out;
  const auto id = by_id_.find(Fold(name));
  if (id != by_id_.end()) out = id->second;
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) {
    out.insert(out.end(), found->second.begin(), found->second.end());
  }
  return out;
}

}  // namespace espial::rules
