#include "rules/engine/selection_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace espial::rules {
namespace {

using std::string_view;

using ClosedField = std::pair<string_view, FieldKind>;
constexpr std::array<ClosedField, 4> kRegistryFields = {{
    {"Key", FieldKind::kKey},
    {"Name", FieldKind::kName},
    {"Type", FieldKind::kType},
    {"Data", FieldKind::kData},
}};
constexpr std::array<ClosedField, 4> kJsonFields = {{
    {"File", FieldKind::kKey},
    {"Path", FieldKind::kName},
    {"Type", FieldKind::kType},
    {"Data", FieldKind::kData},
}};

// Forgets the runs where each value is one pattern.
bool Finish(bool ok, Predicate* out) {
  if (out->runs.size() == out->patterns.size()) out->runs.clear();
  return ok;
}

}  // namespace

bool SelectionLoader::Fail(Mark mark, string_view code,
                           std::string message) const {
  reporter_.Error(mark, code, std::move(message));
  return false;
}

bool SelectionLoader::Read(const YamlEntry& entry, Selection* out) {
  out->name = entry.key;
  if (entry.value.is_map()) {
    out->groups.emplace_back();
    return ReadGroup(entry.value, &out->groups.back());
  }
  if (!entry.value.is_list()) {
    return Fail(entry.value.mark, "E004",
                fmt::format("the selection {} must be a map or a list",
                            Quoted(entry.key)));
  }
  if (entry.value.items.empty()) {
    return Fail(entry.value.mark, "E006",
                fmt::format("the selection {} is empty", Quoted(entry.key)));
  }
  bool ok = true;
  Predicate keywords;
  keywords.test = Predicate::Test::kKeywords;
  Modifiers contains;
  contains.anchor = Anchor::kContains;
  for (const YamlNode& item : entry.value.items) {
    if (item.is_map()) {
      out->groups.emplace_back();
      ok = ReadGroup(item, &out->groups.back()) && ok;
    } else {
      ok = ReadKeywords(item, contains, &keywords) && ok;
    }
  }
  if (!keywords.patterns.empty()) {
    Finish(ok, &keywords);
    out->groups.emplace_back();
    out->groups.back().predicates.push_back(std::move(keywords));
  }
  return ok;
}

bool SelectionLoader::ReadGroup(const YamlNode& map, Group* group) {
  if (map.entries.empty()) {
    return Fail(map.mark, "E006", "a selection without a field fits anything");
  }
  bool ok = true;
  for (const YamlEntry& entry : map.entries) {
    Predicate predicate;
    if (ReadPredicate(entry, &predicate)) {
      group->predicates.push_back(std::move(predicate));
    } else {
      ok = false;
    }
  }
  // Cheap comparisons first: the id turns most events away. Routes have turned
  // away those of other channels and providers, so that these come last.
  const auto rank = [](const Predicate& p) {
    if (p.field == FieldKind::kEventId || p.field == FieldKind::kName) return 0;
    return p.field == FieldKind::kChannel || p.field == FieldKind::kProvider
               ? 2
               : 1;
  };
  std::stable_sort(group->predicates.begin(), group->predicates.end(),
                   [&](const Predicate& a, const Predicate& b) {
                     return rank(a) < rank(b);
                   });
  return ok;
}

// One keyword, or a list of them.
bool SelectionLoader::ReadKeywords(const YamlNode& node,
                                   const Modifiers& modifiers, Predicate* out) {
  if (node.is_list()) {
    bool ok = !node.items.empty();
    if (!ok) Fail(node.mark, "E006", "the list of keywords is empty");
    for (const YamlNode& item : node.items) {
      ok = !item.is_list() && ReadKeywords(item, modifiers, out) && ok;
    }
    return ok;
  }
  if (!node.is_scalar() || node.text.empty()) {
    return Fail(node.mark, "E004", "a keyword must be text");
  }
  return AddValue(node, modifiers, out);
}

bool SelectionLoader::ReadPredicate(const YamlEntry& entry, Predicate* out) {
  const string_view key = entry.key;
  const size_t bar = key.find('|');
  const string_view field = key.substr(0, bar);
  const auto modifiers = ReadModifiers(key, entry.mark, reporter_);
  if (!modifiers) return false;
  out->all = modifiers->all;
  out->neq = modifiers->neq;
  out->anchor = modifiers->anchor;
  out->cased = modifiers->cased;
  if (field.empty()) {
    if (bar == string_view::npos) {
      return Fail(entry.mark, "E006", "a field name is missing");
    }
    // "|all" and its like: keywords.
    if (modifiers->test != Modifiers::Test::kText &&
        modifiers->test != Modifiers::Test::kRegex) {
      return Fail(entry.mark, "E013",
                  fmt::format("{} needs the name of a field", Quoted(key)));
    }
    out->test = Predicate::Test::kKeywords;
    Modifiers words = *modifiers;
    words.anchor = modifiers->anchored ? modifiers->anchor : Anchor::kContains;
    return Finish(ReadKeywords(entry.value, words, out), out);
  }
  if (!ResolveField(field, entry.mark, out)) return false;
  if (modifiers->test == Modifiers::Test::kExists) {
    return ReadExists(entry.value, out);
  }
  if (entry.value.is_null()) {
    const bool plain = modifiers->test == Modifiers::Test::kText &&
                       !modifiers->anchored && !modifiers->all &&
                       modifiers->transforms.empty();
    if (!plain)
      return Fail(entry.value.mark, "E013", "null takes no modifiers");
    out->patterns.push_back(Pattern::Null());
    return CountValue(entry.value.mark);
  }
  if (entry.value.is_map()) {
    return Fail(
        entry.value.mark, "E004",
        fmt::format("the value of {} must be text or a list", Quoted(field)));
  }
  if (entry.value.is_scalar()) {
    return Finish(AddValue(entry.value, *modifiers, out), out);
  }
  if (entry.value.items.empty()) {
    return Fail(entry.value.mark, "E006",
                fmt::format("the list of {} is empty", Quoted(field)));
  }
  bool ok = true;
  for (const YamlNode& item : entry.value.items) {
    ok = AddValue(item, *modifiers, out) && ok;
  }
  return Finish(ok, out);
}

bool SelectionLoader::ResolveField(string_view field, Mark mark,
                                   Predicate* out) {
  mapping_ = nullptr;
  if (settings_.subject == Subject::kEvent) {
    if (settings_.mappings != nullptr) {
      const auto found = settings_.mappings->find(Fold(StripSpaces(field)));
      if (found != settings_.mappings->end()) mapping_ = &found->second;
    }
    FieldName name = EventField(mapping_ != nullptr ? mapping_->to : field);
    out->field = name.kind;
    out->name = std::move(name.name);
    return true;
  }
  std::vector<string_view> names;
  for (const auto& [name, kind] :
       settings_.subject == Subject::kJson ? kJsonFields : kRegistryFields) {
    if (EqualsFold(name, field)) {
      out->field = kind;
      out->name = name;
      return true;
    }
    names.push_back(name);
  }
  return Fail(
      mark, "E010",
      fmt::format("unknown field {} of a fact{}", Quoted(field),
                  DidYouMean(field, std::span<const string_view>(names))));
}

bool SelectionLoader::ReadExists(const YamlNode& value, Predicate* out) const {
  out->test = Predicate::Test::kExists;
  if (value.is_scalar() && (value.text == "true" || value.text == "false")) {
    out->exists = value.text == "true";
    return true;
  }
  return Fail(value.mark, "E013", "'exists' must be true or false");
}

}  // namespace espial::rules
