// Providers, logs, ids and fields, by the catalogue.
#include <espial/core/arena.h>
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/engine/csv.h"
#include "rules/lint/linter.h"

namespace espial::rules {
namespace {

// Families of text logs, whose fields their parsers make.
constexpr std::array<std::string_view, 2> kTextLogs = {
    "IntuneManagementExtension", "AppWorkload"};
// Logs that many providers write to.
constexpr std::array<std::string_view, 3> kShared = {"System", "Application",
                                                     "Setup"};
// The unnamed strings of a classic event.
constexpr std::string_view kUnnamed = "Data";

bool IsAmong(std::span<const std::string_view> names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view one) {
    return EqualsFold(one, name);
  });
}

// The name of a field without modifiers, folded.
std::string FieldOf(std::string_view key) {
  return Fold(key.substr(0, key.find('|')));
}

// The place of the first key of that field below `node` whose value is, or
// holds, `value`; any value when it is empty.
const YamlEntry* FindField(const YamlNode& node, const std::string& field,
                           std::string_view value) {
  for (const YamlNode& item : node.items) {
    if (const YamlEntry* found = FindField(item, field, value)) return found;
  }
  for (const YamlEntry& entry : node.entries) {
    if (FieldOf(entry.key) == field) {
      const auto fits = [&](const YamlNode& one) {
        return value.empty() || EqualsFold(one.text, value);
      };
      if (fits(entry.value) || std::any_of(entry.value.items.begin(),
                                           entry.value.items.end(), fits)) {
        return &entry;
      }
    }
    if (const YamlEntry* found = FindField(entry.value, field, value)) {
      return found;
    }
  }
  return nullptr;
}

class ReferenceLint {
 public:
  ReferenceLint(const EventReference& reference, const LintDocument& document,
                const EventNames& names, LintSink* sink)
      : reference_(reference),
        document_(document),
        names_(names),
        sink_(*sink) {}

  void Check() {
    if (IsAmong(kTextLogs, reference_.channel)) return;
    if (reference_.provider.empty() && reference_.channel.empty()) return;
    if (reference_.id && reference_.provider.empty() &&
        IsAmong(kShared, reference_.channel)) {
      Add("eventid", std::to_string(*reference_.id), "L004",
          fmt::format("many providers write to {}; an id {} without "
                      "Provider_Name may be of any",
                      reference_.channel, *reference_.id));
    }
    if (!reference_.provider.empty() &&
        names_.Find(reference_.provider) == nullptr) {
      return UnknownOrigin();
    }
    // The catalogue does not know the channel of every event; channels are
    // named after their provider.
    const std::string_view channel = reference_.channel;
    std::vector<const EventNames::Known*> known;
    for (const std::string_view origin :
         {std::string_view(reference_.provider), channel,
          channel.substr(0, channel.find('/'))}) {
      if (origin.empty()) continue;
      if (const EventNames::Known* found = names_.Find(origin)) {
        known.push_back(found);
      }
    }
    if (known.empty()) return UnknownOrigin();
    std::set<std::string> fields;
    bool has_id = false;
    for (const EventNames::Known* one : known) {
      if (!reference_.id) {
        fields.insert(one->all.begin(), one->all.end());
        continue;
      }
      const auto found = one->fields.find(*reference_.id);
      if (found == one->fields.end()) continue;
      has_id = true;
      fields.insert(found->second.begin(), found->second.end());
    }
    if (reference_.id && !has_id) {
      return Add("eventid", std::to_string(*reference_.id), "L002",
                 fmt::format("{} has no event {}", Origin(), *reference_.id));
    }
    for (const std::string& field : reference_.fields) {
      if (field == kUnnamed || fields.contains(Fold(field))) continue;
      const std::vector<std::string> candidates(fields.begin(), fields.end());
      Add(Fold(field), {}, "L003",
          reference_.id
              ? fmt::format("event {} of {} has no field {}{}", *reference_.id,
                            Origin(), Quoted(field),
                            DidYouMean(field, candidates))
              : fmt::format("no event of {} has a field {}{}", Origin(),
                            Quoted(field), DidYouMean(field, candidates)));
    }
  }

 private:
  [[nodiscard]] const std::string& Origin() const {
    return reference_.provider.empty() ? reference_.channel
                                       : reference_.provider;
  }

  void UnknownOrigin() {
    const bool provider = !reference_.provider.empty();
    Add(provider ? "provider_name" : "channel", Origin(), "L001",
        fmt::format("the catalogue has no event of the {} {}{}",
                    provider ? "provider" : "log", Quoted(Origin()),
                    names_.Suggest(Origin())));
  }

  void Add(const std::string& field, std::string_view value,
           std::string_view code, std::string message) {
    const YamlNode* detections = At(document_.root, {"detections"});
    const YamlEntry* entry =
        detections == nullptr ? nullptr : FindField(*detections, field, value);
    sink_.Add(
        document_.file,
        entry == nullptr ? MarkAt(document_.root, {"detections"}) : entry->mark,
        code, std::move(message));
  }

  const EventReference& reference_;
  const LintDocument& document_;
  const EventNames& names_;
  LintSink& sink_;
};

}  // namespace

EventNames::EventNames(std::string_view events_csv) {
  constexpr std::array<std::string_view, 8> kColumns = {
      "provider", "guid",  "channel", "id",
      "version",  "level", "fields",  "title"};
  Arena arena;
  Diagnostics ignored;
  ParseCsv(events_csv, kColumns, &arena, {"events.csv", &ignored},
           [&](std::span<const std::string_view> row, uint32_t) {
             const auto id = ParseUnsigned(row[3]);
             if (!id) return;
             for (const std::string_view origin : {row[0], row[2]}) {
               if (origin.empty()) continue;
               Known& known = origins_[Fold(origin)];
               known.name = origin;
               auto& names = known.fields[static_cast<uint32_t>(*id)];
               std::string_view rest = row[6];
               while (!rest.empty()) {
                 const size_t end = std::min(rest.find(';'), rest.size());
                 std::string name =
                     Fold(rest.substr(0, end).substr(0, rest.find(':')));
                 known.all.insert(name);
                 names.insert(std::move(name));
                 rest.remove_prefix(std::min(end + 1, rest.size()));
               }
             }
           });
}

const EventNames::Known* EventNames::Find(std::string_view origin) const {
  const auto found = origins_.find(Fold(origin));
  return found == origins_.end() ? nullptr : &found->second;
}

std::string EventNames::Suggest(std::string_view origin) const {
  std::vector<std::string> names;
  for (const auto& [folded, known] : origins_) names.push_back(known.name);
  return DidYouMean(origin, names);
}

void LintReferences(std::span<const EventReference> references,
                    std::span<const LintDocument> documents,
                    const EventNames& names, LintSink* sink) {
  for (const EventReference& reference : references) {
    for (const LintDocument& document : documents) {
      if (document.file != reference.file) continue;
      ReferenceLint(reference, document, names, sink).Check();
    }
  }
}

void LintNeeds(const Signature& signature, const LintDocument& document,
               const EventNames& names, LintSink* sink) {
  for (const Need& need : signature.needs) {
    for (const Need::Option& option : need.options) {
      const std::string_view name = option.name;
      if (option.kind != Need::Kind::kChannel || IsAmong(kTextLogs, name) ||
          names.Find(name) != nullptr ||
          names.Find(name.substr(0, name.find('/'))) != nullptr) {
        continue;
      }
      sink->Add(document.file, MarkAt(document.root, {"signature", "needs"}),
                "L014",
                fmt::format("the catalogue has no event of the log {}{}",
                            Quoted(name), names.Suggest(name)));
    }
  }
}

}  // namespace espial::rules
