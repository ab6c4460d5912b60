#include "rules/engine/detection.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace espial::rules {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kRoots =
    {{{"HKLM", "HKEY_LOCAL_MACHINE"},
      {"HKCU", "HKEY_CURRENT_USER"},
      {"HKCR", "HKEY_CLASSES_ROOT"},
      {"HKU", "HKEY_USERS"},
      {"HKCC", "HKEY_CURRENT_CONFIG"}}};

// Tests the occurrences of a field. `visit(f)` calls f(value) for each
// occurrence until f returns true.
template <typename Visit>
bool Test(const Predicate& predicate, const Visit& visit) {
  const auto has_value = [](const Value& value) { return !value.is_null(); };
  if (predicate.test == Predicate::Test::kExists) {
    const bool present = visit([](const Value&) { return true; });
    return present == predicate.exists;
  }
  if (predicate.neq && !visit(has_value)) return false;
  const bool is_null =
      !predicate.patterns.empty() && predicate.patterns[0].is_null();
  const bool fits = is_null ? !visit(has_value)
                            : AnyOrAll(predicate, [&](const Pattern& pattern) {
                                return visit([&](const Value& value) {
                                  return pattern.Matches(value);
                                });
                              });
  return fits != predicate.neq;
}

bool HoldsReference(const Predicate& predicate, const Event& event) {
  bool compared = false;
  const auto fits = [&](const FieldName& other) {
    return VisitField(
        event, predicate.field, predicate.name, [&](const Value& value) {
          return VisitField(event, other.kind, other.name,
                            [&](const Value& with) {
                              if (value.is_null() || with.is_null()) {
                                return false;
                              }
                              compared = true;
                              return RefersTo(predicate, value, with);
                            });
        });
  };
  const std::vector<FieldName>& others = predicate.others;
  const bool found = predicate.all
                         ? std::all_of(others.begin(), others.end(), fits)
                         : std::any_of(others.begin(), others.end(), fits);
  return predicate.neq ? compared && !found : found;
}

template <typename F>
bool VisitEveryField(const Event& event, const F& f) {
  for (const Field& field : event.fields) {
    if (f(field.value)) return true;
  }
  return !event.message.empty() && f(Value::String(event.message));
}

bool Holds(const Predicate& predicate, const Event& event) {
  if (predicate.test == Predicate::Test::kKeywords) {
    return Test(predicate,
                [&](const auto& f) { return VisitEveryField(event, f); });
  }
  if (predicate.test == Predicate::Test::kFieldRef) {
    return HoldsReference(predicate, event);
  }
  return Test(predicate, [&](const auto& f) {
    return VisitField(event, predicate.field, predicate.name, f);
  });
}

template <typename F>
bool VisitFact(const Fact& fact, FieldKind field, const F& f) {
  switch (field) {
    case FieldKind::kKey:
      if (fact.kind == FactKind::kRegistry) {
        // Dumps spell the roots in full, so most keys need no copy.
        if (fact.key.starts_with("HKEY_")) return f(Value::String(fact.key));
        return f(Value::String(NormaliseKey(fact.key)));
      }
      return f(Value::String(fact.key)) ||
             f(Value::String(FileNameOf(fact.key)));
    case FieldKind::kName:
      return f(Value::String(fact.name));
    case FieldKind::kType:
      return f(Value::String(fact.type));
    case FieldKind::kData:
      return f(Value::String(fact.data)) ||
             (fact.number && f(Value::UInt(*fact.number)));
    default:
      return false;
  }
}

bool Holds(const Predicate& predicate, const Fact& fact) {
  if (predicate.test == Predicate::Test::kKeywords) {
    return Test(predicate, [&](const auto& f) {
      return VisitFact(fact, FieldKind::kKey, f) ||
             VisitFact(fact, FieldKind::kName, f) ||
             VisitFact(fact, FieldKind::kData, f);
    });
  }
  return Test(predicate, [&](const auto& f) {
    return VisitFact(fact, predicate.field, f);
  });
}

template <typename Subject>
bool SelectionHolds(const Selection& selection, const Subject& subject) {
  return std::any_of(selection.groups.begin(), selection.groups.end(),
                     [&](const Group& group) {
                       return std::all_of(group.predicates.begin(),
                                          group.predicates.end(),
                                          [&](const Predicate& predicate) {
                                            return Holds(predicate, subject);
                                          });
                     });
}

template <typename Subject>
bool ConditionHolds(const Detection& detection, const Subject& subject) {
  return detection.condition.Evaluate([&](uint32_t selection) {
    return ToTri(SelectionHolds(detection.selections[selection], subject));
  }) == Tri::kTrue;
}

}  // namespace

bool PredicateHolds(const Predicate& predicate, const Event& event) {
  return Holds(predicate, event);
}

bool RefersTo(const Predicate& predicate, const Value& value,
              const Value& other) {
  const std::string text = ToText(value);
  const std::string part = ToText(other);
  if (predicate.anchor == Anchor::kWhole && !predicate.cased) {
    const auto number = CanonicalNumber(text);
    if (number && number == CanonicalNumber(part)) return true;
  }
  return Pattern::Literal(part, predicate.anchor, predicate.cased)
      .MatchesText(text);
}

bool Detection::Matches(const Event& event) const {
  if (subject != Subject::kEvent || !IsEvidence(event)) return false;
  if (!service_channels.empty() &&
      std::none_of(service_channels.begin(), service_channels.end(),
                   [&](const std::string& channel) {
                     return EqualsFold(channel, event.channel);
                   })) {
    return false;
  }
  return ConditionHolds(*this, event);
}

std::optional<Subject> SubjectOf(const Fact& fact) {
  if (fact.recovered) return std::nullopt;
  switch (fact.kind) {
    case FactKind::kRegistry:
      return Subject::kRegistry;
    case FactKind::kJson:
      return Subject::kJson;
    case FactKind::kXml:
      return Subject::kXml;
    case FactKind::kOutput:
      return Subject::kOutput;
    case FactKind::kCollection:
      break;
  }
  return std::nullopt;
}

bool Detection::Matches(const Fact& fact) const {
  return SubjectOf(fact) == subject && ConditionHolds(*this, fact);
}

std::string NormaliseKey(std::string_view key) {
  while (key.starts_with('\\')) key.remove_prefix(1);
  for (const auto& [shorter, longer] : kRoots) {
    if (StartsWithFold(key, shorter) &&
        (key.size() == shorter.size() || key[shorter.size()] == '\\')) {
      std::string out(longer);
      out += key.substr(shorter.size());
      return out;
    }
  }
  return std::string(key);
}

std::string_view FileNameOf(std::string_view key) {
  const size_t cut = key.find_last_of("/\\!");
  return cut == std::string_view::npos ? key : key.substr(cut + 1);
}

}  // namespace espial::rules
