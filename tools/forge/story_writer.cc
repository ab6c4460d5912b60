#include "tools/forge/story_writer.h"

#include <espial/core/text.h>
#include <espial/core/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <variant>

#include "tools/forge/duration.h"
#include "tools/forge/yaml_text.h"

namespace espial::forge {
namespace {

constexpr uint8_t kInformation = 4;

std::string_view LevelName(uint8_t level) {
  constexpr std::array<std::string_view, 6> kNames = {
      "always", "critical", "error", "warning", "information", "verbose"};
  return kNames[std::min<size_t>(level, kNames.size() - 1)];
}

std::string FieldText(const std::optional<std::string>& text) {
  if (!text) return "~";
  // A field takes the text of a number as well.
  return ParseSigned(*text) ? *text : YamlValue(*text);
}

class StoryWriter {
 public:
  std::string Write(const std::vector<StoryEntry>& story) {
    if (story.empty()) return {};
    out_ = "story:\n";
    for (const StoryEntry& entry : story) Write(entry);
    return std::move(out_);
  }

 private:
  void Write(const StoryEntry& entry);
  void Write(const StoryEvent& event);
  void Write(const ClockStep& step) {
    Add("clock_step", DurationText(step.delta));
  }
  void Write(const Pause& pause) { Add("pause", DurationText(pause.length)); }
  void Write(const ZoneChange& change);
  void Write(const StoryLine& line);
  void Write(const StoryTrace& trace) { Add("trace", YamlValue(trace.file)); }
  void WriteFields(const std::vector<StoryField>& fields);

  // A line of an entry; its first one begins it.
  void Add(std::string_view key, std::string_view value) {
    out_ += fmt::format("  {} {}: {}\n", begun_ ? ' ' : '-', key, value);
    begun_ = true;
  }

  std::string out_;
  bool begun_ = false;
  bool first_ = true;
};

void StoryWriter::Write(const StoryEntry& entry) {
  begun_ = false;
  if (!entry.label.empty()) Add("label", YamlText(entry.label));
  // The same as FORMAT.md says of an entry without `after`.
  const bool nothing = first_ || std::holds_alternative<Pause>(entry.what);
  if (entry.after != (nothing ? 0 : kTicksPerSecond)) {
    Add("after", DurationText(entry.after));
  }
  first_ = false;
  std::visit([&](const auto& what) { Write(what); }, entry.what);
}

void StoryWriter::Write(const StoryEvent& event) {
  Add("channel", YamlValue(event.channel));
  Add("provider", YamlValue(event.provider));
  Add("id", std::to_string(event.id));
  if (event.version) Add("version", std::to_string(*event.version));
  if (event.level) Add("level", LevelName(*event.level));
  if (event.unlisted) Add("unlisted", "true");
  WriteFields(event.fields);
  if (event.data) {
    std::string list;
    for (const std::string& text : *event.data) {
      list += (list.empty() ? "" : ", ") + YamlValue(text);
    }
    Add("data", "[" + list + "]");
  }
  if (!event.user_sid.empty()) Add("user", YamlValue(event.user_sid));
  if (event.times != 1) {
    Add("repeat", fmt::format("{{ times: {}, every: {} }}", event.times,
                              DurationText(event.every)));
  }
}

void StoryWriter::WriteFields(const std::vector<StoryField>& fields) {
  if (fields.empty()) return;
  out_ += "    fields:\n";
  for (const StoryField& field : fields) {
    std::string value;
    for (const auto& text : field.texts) {
      value += (value.empty() ? "" : ", ") + FieldText(text);
    }
    const bool one = field.texts.size() == 1;
    out_ += fmt::format("      {}: {}{}{}\n", YamlText(field.name),
                        one ? "" : "[", value, one ? "" : "]");
  }
}

void StoryWriter::Write(const ZoneChange& change) {
  Add("zone", WriteZone(change.zone));
  if (change.silent) Add("silent", "true");
}

void StoryWriter::Write(const StoryLine& line) {
  Add("log", YamlValue(line.log));
  if (line.form == LineForm::kPanther) Add("form", "panther");
  if (line.component != line.log.substr(0, line.log.find('.'))) {
    Add("component", YamlValue(line.component));
  }
  if (line.level != kInformation) Add("level", LevelName(line.level));
  if (line.stale) Add("stale", "true");
  Add("text", YamlValue(line.text));
}

}  // namespace

std::string WriteStory(const std::vector<StoryEntry>& story) {
  return StoryWriter().Write(story);
}

std::string WriteZone(const Zone& zone) {
  std::string out = fmt::format("{{ bias: {}, name: {}", zone.bias_minutes,
                                YamlText(zone.name));
  if (!zone.daylight_from.empty()) {
    out += fmt::format(", daylight: [{}, {}]", YamlText(zone.daylight_from),
                       YamlText(zone.daylight_to));
  }
  return out + " }";
}

}  // namespace espial::forge
