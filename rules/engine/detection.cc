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

Value TextOrNull(std::string_view text) {
  return text.empty() ? Value{} : Value::String(text);
}

bool FitsOne(const Predicate& predicate, const Value& value) {
  return std::any_of(
      predicate.patterns.begin(), predicate.patterns.end(),
      [&](const Pattern& pattern) { return pattern.Matches(value); });
}

// Tests the occurrences of a field. `visit(f)` calls f(value) for each
// occurrence until f returns true.
template <typename Visit>
bool Test(const Predicate& predicate, const Visit& visit) {
  if (predicate.test == Predicate::Test::kExists) {
    const bool present = visit([](const Value&) { return true; });
    return present == predicate.exists;
  }
  if (!predicate.patterns.empty() && predicate.patterns[0].is_null()) {
    return !visit([](const Value& value) { return !value.is_null(); });
  }
  if (!predicate.all) {
    return visit([&](const Value& value) { return FitsOne(predicate, value); });
  }
  return std::all_of(predicate.patterns.begin(), predicate.patterns.end(),
                     [&](const Pattern& pattern) {
                       return visit([&](const Value& value) {
                         return pattern.Matches(value);
                       });
                     });
}

template <typename F>
bool VisitNamed(const Event& event, std::string_view name, const F& f) {
  for (const Field& field : event.fields) {
    if (field.name.size() == name.size() && EqualsFold(field.name, name) &&
        f(field.value)) {
      return true;
    }
  }
  return false;
}

// Calls f for each occurrence of the predicate's field, until f returns true.
// A system property without a value does not occur.
template <typename F>
bool VisitField(const Event& event, const Predicate& predicate, const F& f) {
  const auto text = [&](std::string_view value) {
    return !value.empty() && f(TextOrNull(value));
  };
  switch (predicate.field) {
    case FieldKind::kChannel:
      return text(event.channel);
    case FieldKind::kProvider:
      return text(event.provider);
    case FieldKind::kEventId:
      return f(Value::UInt(event.id));
    case FieldKind::kLevel:
      return f(Value::UInt(event.level));
    case FieldKind::kVersion:
      return f(Value::UInt(event.version));
    case FieldKind::kOpcode:
      return f(Value::UInt(event.opcode));
    case FieldKind::kTask:
      return f(Value::UInt(event.task));
    case FieldKind::kKeywords:
      return f(Value{ValueType::kHex64, event.keywords, {}});
    case FieldKind::kComputer:
      return text(event.computer);
    case FieldKind::kUserId:
      return text(event.user_sid);
    case FieldKind::kMessage:
      // Some providers have a field of this name; it counts as well.
      return text(event.message) || VisitNamed(event, "Message", f);
    default:
      return VisitNamed(event, predicate.name, f);
  }
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
  return Test(predicate,
              [&](const auto& f) { return VisitField(event, predicate, f); });
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

// Routes: each dimension is a set of allowed values, or no limit.
template <typename T>
using Limit = std::optional<std::vector<T>>;

template <typename T>
Limit<T> Both(Limit<T> a, Limit<T> b) {
  if (!a) return b;
  if (!b) return a;
  std::vector<T> out;
  std::set_intersection(a->begin(), a->end(), b->begin(), b->end(),
                        std::back_inserter(out));
  return out;
}

template <typename T>
Limit<T> Either(Limit<T> a, Limit<T> b) {
  if (!a || !b) return std::nullopt;
  std::vector<T> out;
  std::set_union(a->begin(), a->end(), b->begin(), b->end(),
                 std::back_inserter(out));
  return out;
}

Routes Both(Routes a, Routes b) {
  return {Both(std::move(a.channels), std::move(b.channels)),
          Both(std::move(a.providers), std::move(b.providers)),
          Both(std::move(a.ids), std::move(b.ids)),
          Both(std::move(a.names), std::move(b.names))};
}

Routes Either(Routes a, Routes b) {
  return {Either(std::move(a.channels), std::move(b.channels)),
          Either(std::move(a.providers), std::move(b.providers)),
          Either(std::move(a.ids), std::move(b.ids)),
          Either(std::move(a.names), std::move(b.names))};
}

template <typename T>
void SortUnique(std::vector<T>* list) {
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
}

Routes RoutesOf(const Predicate& predicate) {
  Routes routes;
  if (predicate.test != Predicate::Test::kMatch) return routes;
  // With "all" every value must fit, so the first alone is a sound limit.
  const size_t count = predicate.all ? 1 : predicate.patterns.size();
  if (predicate.field == FieldKind::kEventId) {
    std::vector<uint64_t> ids;
    for (size_t i = 0; i < count; ++i) {
      const auto number = predicate.patterns[i].number();
      if (!number) return routes;
      ids.push_back(*number);
    }
    SortUnique(&ids);
    routes.ids = std::move(ids);
    return routes;
  }
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    const Pattern& pattern = predicate.patterns[i];
    // A number fits other spellings too, so its text is no limit.
    if (!pattern.exact() || pattern.number()) return routes;
    texts.emplace_back(*pattern.exact());
  }
  SortUnique(&texts);
  if (predicate.field == FieldKind::kChannel) {
    routes.channels = std::move(texts);
  } else if (predicate.field == FieldKind::kProvider) {
    routes.providers = std::move(texts);
  } else if (predicate.field == FieldKind::kName) {
    routes.names = std::move(texts);
  }
  return routes;
}

Routes RoutesOf(const Selection& selection) {
  Routes out;
  for (size_t i = 0; i < selection.groups.size(); ++i) {
    Routes group = GroupRoutes(selection.groups[i]);
    out = i == 0 ? std::move(group) : Either(std::move(out), std::move(group));
  }
  return out;
}

Routes RoutesOf(const Detection& detection, const Expr::Node& node) {
  Routes out;
  switch (node.op) {
    case Expr::Op::kOperand:
      return RoutesOf(detection.selections[node.operand]);
    case Expr::Op::kNot:
      return out;
    case Expr::Op::kAnd:
      for (const uint32_t child : node.children) {
        out = Both(std::move(out),
                   RoutesOf(detection, detection.condition.node(child)));
      }
      return out;
    case Expr::Op::kOr:
      for (size_t i = 0; i < node.children.size(); ++i) {
        Routes next =
            RoutesOf(detection, detection.condition.node(node.children[i]));
        out =
            i == 0 ? std::move(next) : Either(std::move(out), std::move(next));
      }
      return out;
  }
  return out;
}

}  // namespace

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

Routes GroupRoutes(const Group& group) {
  Routes routes;
  for (const Predicate& predicate : group.predicates) {
    routes = Both(std::move(routes), RoutesOf(predicate));
  }
  return routes;
}

Routes ComputeRoutes(const Detection& detection) {
  Routes routes;
  if (!detection.condition.empty()) {
    routes = RoutesOf(detection, detection.condition.root());
  }
  if (!detection.service_channels.empty()) {
    std::vector<std::string> channels;
    for (const std::string& channel : detection.service_channels) {
      channels.push_back(Fold(channel));
    }
    SortUnique(&channels);
    routes.channels =
        Both(std::move(routes.channels), Limit<std::string>(channels));
  }
  return routes;
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
