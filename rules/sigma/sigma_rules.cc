#include "rules/sigma/sigma_rules.h"

#include <espial/core/text.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "rules/engine/diagnostics.h"
#include "rules/engine/embedded_pack.h"
#include "rules/sigma/correlation_check.h"
#include "rules/sigma/filter_joiner.h"
#include "rules/sigma/sigma_loader.h"

namespace espial::rules {
namespace {

constexpr std::string_view kLogSources = "catalog/logsources.yml";
// Values of one match that are shown.
constexpr size_t kMaxShown = 64;

void Append(const std::vector<Diagnostic>& from, std::vector<Diagnostic>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

// Whether one of a comparison's regular expressions fits, each looked for only
// where the texts that it must contain are: the plain way tries all of them, on
// texts of tens of kilobytes.
bool FitsExpression(const Predicate& predicate, const Event& event) {
  return VisitField(
      event, predicate.field, predicate.name, [&](const Value& value) {
        if (value.is_null()) return false;
        const std::string text = ToText(value);
        const std::string folded = Fold(text);
        return std::any_of(predicate.patterns.begin(), predicate.patterns.end(),
                           [&](const Pattern& pattern) {
                             return pattern.MatchesText(text, folded);
                           });
      });
}

bool HoldsIn(const Predicate& predicate, const Event& event) {
  const bool one_of_expressions =
      predicate.test == Predicate::Test::kMatch && !predicate.all &&
      !predicate.neq && !predicate.patterns.empty() &&
      std::all_of(
          predicate.patterns.begin(), predicate.patterns.end(),
          [](const Pattern& pattern) { return pattern.regex() != nullptr; });
  return one_of_expressions ? FitsExpression(predicate, event)
                            : PredicateHolds(predicate, event);
}

}  // namespace

std::string_view SigmaLevelName(SigmaLevel level) {
  switch (level) {
    case SigmaLevel::kInformational:
      return "informational";
    case SigmaLevel::kLow:
      return "low";
    case SigmaLevel::kMedium:
      return "medium";
    case SigmaLevel::kHigh:
      return "high";
    case SigmaLevel::kCritical:
      return "critical";
  }
  return "informational";
}

SigmaRules::SigmaRules(std::unique_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}
SigmaRules::SigmaRules(SigmaRules&&) noexcept = default;
SigmaRules& SigmaRules::operator=(SigmaRules&&) noexcept = default;
SigmaRules::~SigmaRules() = default;

SigmaRules SigmaRules::Load(std::span<const RuleFile> files,
                            const SigmaOptions& options) {
  auto impl = std::make_unique<Impl>();
  Diagnostics settings;
  for (const EmbeddedFile& file : EmbeddedPack()) {
    if (file.name != kLogSources) continue;
    AddLogSources(file.text, {file.name, &settings}, &impl->log_sources);
  }
  for (const RuleFile& file : options.log_sources) {
    AddLogSources(file.text, {file.name, &settings}, &impl->log_sources);
  }
  for (const RuleFile& file : options.placeholders) {
    AddPlaceholders(file.text, {file.name, &settings}, &impl->placeholders);
  }
  Append(settings.Sorted(), &impl->errors);

  // The order of the files must not matter.
  std::vector<const RuleFile*> ordered;
  for (const RuleFile& file : files) ordered.push_back(&file);
  std::stable_sort(
      ordered.begin(), ordered.end(),
      [](const RuleFile* a, const RuleFile* b) { return a->name < b->name; });
  const SigmaContext context = {impl->log_sources, impl->placeholders};
  std::vector<SigmaFile> loaded(ordered.size());
  Executor own(1);
  Executor& executor = options.executor != nullptr ? *options.executor : own;
  executor.ParallelFor(ordered.size(), [&](size_t i) {
    loaded[i] = LoadSigmaFile(*ordered[i], context);
  });

  std::vector<SigmaFilter> filters;
  for (SigmaFile& file : loaded) {
    Append(file.errors.Sorted(), &impl->errors);
    Append(file.warnings.Sorted(), &impl->warnings);
    std::move(file.filters.begin(), file.filters.end(),
              std::back_inserter(filters));
    for (SigmaDocument& document : file.documents) {
      if (document.elsewhere) {
        impl->other_sources.push_back({document.info.file, document.info.title,
                                       document.log_source.ToString()});
      } else {
        impl->documents.push_back(std::move(document));
      }
    }
  }
  FilterJoiner joiner(context, &impl->documents);
  for (const SigmaFilter& filter : filters) {
    Diagnostics diagnostics;
    joiner.Join(filter, {filter.file, &diagnostics});
    Append(diagnostics.Sorted(), &impl->errors);
  }
  ResolveCorrelations(&impl->documents, &impl->errors);
  impl->Finish();
  return SigmaRules(std::move(impl));
}

void SigmaRules::Impl::Finish() {
  for (uint32_t i = 0; i < documents.size(); ++i) {
    for (const Variant& variant : documents[i].variants) {
      table.Add(i, variant.detection);
    }
    infos.push_back(std::move(documents[i].info));
  }
  routes = std::make_unique<const RouteMap>(table);
}

std::span<const SigmaRule> SigmaRules::rules() const { return impl_->infos; }
const std::vector<Diagnostic>& SigmaRules::errors() const {
  return impl_->errors;
}
const std::vector<Diagnostic>& SigmaRules::warnings() const {
  return impl_->warnings;
}
const std::vector<SigmaOtherSource>& SigmaRules::other_sources() const {
  return impl_->other_sources;
}
const std::vector<FieldName>& SigmaRules::fields() const {
  return impl_->table.fields();
}

bool SigmaRules::MatchesPlain(uint32_t rule, const Event& event) const {
  const std::vector<Variant>& variants = impl_->documents[rule].variants;
  return std::any_of(
      variants.begin(), variants.end(),
      [&](const Variant& variant) { return variant.detection.Matches(event); });
}

std::vector<MatchedField> SigmaRules::Explain(uint32_t rule,
                                              const Event& event) const {
  std::vector<MatchedField> out;
  std::set<MatchedField> seen;
  const auto add = [&](std::string_view name, const Value& value) {
    if (value.is_null() || out.size() >= kMaxShown) return;
    MatchedField field(name, ToText(value));
    if (seen.insert(field).second) out.push_back(std::move(field));
  };
  const std::vector<Variant>& variants = impl_->documents[rule].variants;
  for (const Variant& variant : variants) {
    // Of several it must be found out which one it was.
    if (variants.size() > 1 && !variant.detection.Matches(event)) continue;
    for (const Selection& selection : variant.detection.selections) {
      for (const Group& group : selection.groups) {
        const bool holds =
            std::all_of(group.predicates.begin(), group.predicates.end(),
                        [&](const Predicate& p) { return HoldsIn(p, event); });
        if (!holds) continue;
        for (const Predicate& predicate : group.predicates) {
          if (predicate.test != Predicate::Test::kKeywords) {
            VisitField(event, predicate.field, predicate.name,
                       [&](const Value& value) {
                         add(predicate.name, value);
                         return false;
                       });
            continue;
          }
          for (const Field& field : event.fields) {
            if (std::any_of(
                    predicate.patterns.begin(), predicate.patterns.end(),
                    [&](const Pattern& p) { return p.Matches(field.value); })) {
              add(field.name, field.value);
            }
          }
        }
      }
    }
    break;
  }
  return out;
}

EventRecord::EventRecord(const SigmaRules& rules, const Event& event)
    : rules_(rules), event_(event) {
  fields_.reserve(event.fields.size());
  for (const Field& field : event.fields) {
    fields_.push_back(rules.impl_->table.FindField(field.name));
  }
}
std::string_view EventRecord::channel() const { return event_.channel; }
std::string_view EventRecord::provider() const { return event_.provider; }
uint32_t EventRecord::id() const { return event_.id; }
std::string_view EventRecord::message() const { return event_.message; }
std::span<const uint32_t> EventRecord::fields() const { return fields_; }
Value EventRecord::ValueAt(size_t place) const {
  return event_.fields[place].value;
}

void EventRecord::AppendProperty(uint32_t field,
                                 std::vector<Value>* out) const {
  const FieldName& name = rules_.impl_->table.fields()[field];
  VisitField(event_, name.kind, name.name, [&](const Value& value) {
    out->push_back(value);
    return false;
  });
}

}  // namespace espial::rules
