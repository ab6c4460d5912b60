#include "tools/capture/event_pieces.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/story_player.h"

namespace espial::capture {
namespace {

using forge::StoryEvent;
using forge::StoryField;

constexpr std::string_view kUnnamed = "Data";
constexpr uint8_t kInformation = 4;
constexpr uint8_t kVerbose = 5;

std::string CleanValue(const Value& value, std::string_view name,
                       const Cleaner& cleaner) {
  switch (value.type) {
    case ValueType::kTime:
      return FormatUtc(cleaner.Moved(Ticks{value.number}));
    case ValueType::kBinary:
      return cleaner.Hex(ToText(value));
    case ValueType::kUInt:
    case ValueType::kInt:
    case ValueType::kHex64: {
      Value moved = value;
      moved.number = cleaner.Number(value.number);
      return ToText(moved);
    }
    default:
      return cleaner.Text(ToText(value), name);
  }
}

bool IsUnnamed(const Event& event) {
  return !event.fields.empty() &&
         std::all_of(event.fields.begin(), event.fields.end(),
                     [](const Field& field) { return field.name == kUnnamed; });
}

std::vector<StoryField> FieldsOf(const Event& event, const Cleaner& cleaner) {
  std::vector<StoryField> out;
  for (const Field& field : event.fields) {
    std::optional<std::string> text;
    if (!field.value.is_null()) {
      text = CleanValue(field.value, field.name, cleaner);
    }
    const auto same = std::find_if(
        out.begin(), out.end(),
        [&](const StoryField& other) { return other.name == field.name; });
    if (same != out.end()) {
      same->texts.push_back(std::move(text));
    } else {
      out.push_back({{}, std::string(field.name), {std::move(text)}});
    }
  }
  return out;
}

// Whether the catalogue's row has these fields, no more and no less, in any
// order.
bool HasTheseFields(const forge::CatalogEvent& row,
                    const std::vector<StoryField>& fields) {
  size_t count = 0;
  for (const StoryField& field : fields) {
    const auto in_row = std::count_if(
        row.fields.begin(), row.fields.end(),
        [&](const forge::CatalogField& of) { return of.name == field.name; });
    if (static_cast<size_t>(in_row) != field.texts.size()) return false;
    count += field.texts.size();
  }
  return count == row.fields.size();
}

// Whether the forge takes it.
bool CanBePlayed(const StoryEvent& event, const forge::EventCatalog& known) {
  forge::Scenario scenario;
  scenario.device.name = "PC";
  scenario.story.push_back({{}, "", 0, event});
  return forge::PlayStory(scenario, known).has_value();
}

// Leaves out what the catalogue says anyway.
void Shorten(const forge::EventCatalog& known, StoryEvent* event) {
  const auto row = known.Find(event->provider, event->id, event->channel, {});
  if (!row) return;
  if (event->version != (*row)->version) return;
  event->version.reset();
  if (event->level == (*row)->level.value_or(kInformation)) {
    event->level.reset();
  }
  std::erase_if(event->fields, [&](const StoryField& field) {
    if (field.texts.size() != 1 || field.texts[0] != "") return false;
    return std::any_of((*row)->fields.begin(), (*row)->fields.end(),
                       [&](const forge::CatalogField& of) {
                         return of.name == field.name &&
                                of.type == "UnicodeString";
                       });
  });
}

std::string CleanSid(std::string_view sid, const Cleaner& cleaner) {
  std::string text = cleaner.Text(sid);
  return text.starts_with("S-1-") ? text : std::string();
}

}  // namespace

std::optional<StoryEvent> StoryEventOf(const Event& event,
                                       const forge::EventCatalog& known,
                                       const Cleaner& cleaner) {
  if (event.channel.empty() || event.provider.empty() ||
      event.id > UINT16_MAX || event.level > kVerbose || !event.time.known()) {
    return std::nullopt;
  }
  StoryEvent out;
  out.channel = cleaner.LogName(event.channel);
  out.provider = cleaner.LogName(event.provider);
  out.id = static_cast<uint16_t>(event.id);
  out.version = event.version;
  out.level = event.level;
  out.user_sid = CleanSid(event.user_sid, cleaner);
  if (IsUnnamed(event)) {
    out.data.emplace();
    for (const Field& field : event.fields) {
      out.data->push_back(CleanValue(field.value, {}, cleaner));
    }
    if (out.version == 0) out.version.reset();
    if (CanBePlayed(out, known)) return out;
    return std::nullopt;
  }
  out.fields = FieldsOf(event, cleaner);
  const auto row = known.Find(out.provider, out.id, out.channel, event.version);
  const bool named = !known.GuidOf(out.provider).empty() || out.fields.empty();
  if (row && named && HasTheseFields(**row, out.fields) &&
      CanBePlayed(out, known)) {
    Shorten(known, &out);
    return out;
  }
  out.unlisted = true;
  if (CanBePlayed(out, known)) return out;
  return std::nullopt;
}

std::optional<forge::StoryLine> StoryLineOf(const Event& event,
                                            std::string_view format,
                                            const Cleaner& cleaner) {
  if (!event.time.known() || event.message.empty() || event.channel.empty()) {
    return std::nullopt;
  }
  forge::StoryLine out;
  out.log = cleaner.Text(event.channel) + ".log";
  out.form = format == "panther" ? forge::LineForm::kPanther
                                 : forge::LineForm::kCmTrace;
  out.component = cleaner.Text(event.provider);
  if (out.component.empty()) out.component = event.channel;
  out.level = std::clamp<uint8_t>(event.level, 2, kInformation);
  out.text = cleaner.Text(event.message);
  return out;
}

}  // namespace espial::capture
