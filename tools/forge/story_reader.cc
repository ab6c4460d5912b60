#include "tools/forge/story_reader.h"

#include <espial/core/text.h>

#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tools/forge/duration.h"
#include "tools/forge/zone_reader.h"

namespace espial::forge {
namespace {

constexpr std::string_view kEventKeys[] = {
    "label", "after",  "channel", "provider", "id",     "version",
    "level", "fields", "data",    "user",     "repeat", "unlisted"};
constexpr std::string_view kClockStepKeys[] = {"label", "after", "clock_step"};
constexpr std::string_view kPauseKeys[] = {"label", "after", "pause"};
constexpr std::string_view kZoneChangeKeys[] = {"label", "after", "zone",
                                                "silent"};
constexpr std::string_view kLineKeys[] = {
    "label", "after", "log", "form", "level", "component", "text", "stale"};
constexpr std::string_view kTraceKeys[] = {"label", "after", "trace"};
// In the order of LineForm.
constexpr std::string_view kForms[] = {"cmtrace", "panther"};
constexpr std::string_view kRepeatKeys[] = {"times", "every"};

// Positions are the numbers that events store; "always" is 0.
constexpr std::string_view kLevels[] = {"always",  "critical",    "error",
                                        "warning", "information", "verbose"};

// Those of a line, behind the number that stands for the first.
constexpr std::string_view kLineLevels[] = {"error", "warning", "information"};
constexpr uint8_t kFirstLineLevel = 2;

constexpr int64_t kMaxTimes = 100'000;

// A duration that cannot run backwards.
Result<int64_t> ReadForward(const YamlNode& node, std::string_view what) {
  ESPIAL_TRY_ASSIGN(const int64_t ticks, node.ExpectDuration(what));
  if (ticks < 0) return node.Fail(std::string(what) + " cannot be negative");
  return ticks;
}

// The `after` of an entry, which may stand in a value.
Result<int64_t> ReadAfter(const YamlNode& node, const Substitution& values) {
  if (!node.IsScalar()) return ReadForward(node, "after");
  ESPIAL_TRY_ASSIGN(const std::string text, values.ExpandNode(node, "after"));
  const auto ticks = ParseDuration(text);
  if (!ticks) {
    return node.Fail(
        "after must be a duration such as 30s, 10m, 1h30m or 3d, found '" +
        text + "'");
  }
  if (*ticks < 0) return node.Fail("after cannot be negative");
  return *ticks;
}

Result<std::string> ReadText(const YamlNode& entry, std::string_view key,
                             const Substitution& values) {
  const auto node = entry.Find(key);
  if (!node) return entry.Fail("'" + std::string(key) + "' is missing");
  ESPIAL_TRY_ASSIGN(std::string text, values.ExpandNode(*node, key));
  if (text.empty()) return node->Fail(std::string(key) + " is empty");
  return text;
}

// One text of a field; null is a null substitution.
Result<std::optional<std::string>> ReadFieldText(const YamlNode& node,
                                                 const Substitution& values) {
  if (node.IsNull()) return std::optional<std::string>();
  ESPIAL_TRY_ASSIGN(std::string text, values.ExpandNode(node, "a field"));
  return std::optional<std::string>(std::move(text));
}

Result<std::vector<StoryField>> ReadFields(const YamlNode& map,
                                           const Substitution& values) {
  ESPIAL_TRY(map.ExpectMap("fields"));
  std::vector<StoryField> fields;
  for (const auto& [key, node] : map.Entries()) {
    StoryField field{key.Where(), key.Scalar(), {}};
    std::vector<YamlNode> texts{node};
    if (node.IsSequence()) texts = node.Items();
    for (const YamlNode& text : texts) {
      ESPIAL_TRY_ASSIGN(auto value, ReadFieldText(text, values));
      field.texts.push_back(std::move(value));
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<std::vector<std::string>> ReadData(const YamlNode& list,
                                          const Substitution& values) {
  ESPIAL_TRY_ASSIGN(const auto items, list.ExpectSequence("data"));
  std::vector<std::string> data;
  for (const YamlNode& item : items) {
    ESPIAL_TRY_ASSIGN(std::string text, values.ExpandNode(item, "a datum"));
    data.push_back(std::move(text));
  }
  return data;
}

Status ReadRepeat(const YamlNode& node, StoryEvent* event) {
  ESPIAL_TRY(node.ExpectKeys("repeat", kRepeatKeys));
  const auto times = node.Find("times");
  const auto every = node.Find("every");
  if (!times) return node.Fail("'times' is missing");
  if (!every) return node.Fail("'every' is missing");
  ESPIAL_TRY_ASSIGN(const int64_t count,
                    times->ExpectInteger("times", 1, kMaxTimes));
  ESPIAL_TRY_ASSIGN(event->every, ReadForward(*every, "every"));
  event->times = static_cast<uint32_t>(count);
  return {};
}

Result<StoryEvent> ReadEvent(const YamlNode& entry,
                             const Substitution& values) {
  ESPIAL_TRY(entry.ExpectKeys("an event", kEventKeys));
  StoryEvent event;
  ESPIAL_TRY_ASSIGN(event.channel, ReadText(entry, "channel", values));
  ESPIAL_TRY_ASSIGN(event.provider, ReadText(entry, "provider", values));
  const auto id = entry.Find("id");
  if (!id) return entry.Fail("'id' is missing");
  ESPIAL_TRY_ASSIGN(const int64_t number, id->ExpectInteger("id", 0, 65535));
  event.id = static_cast<uint16_t>(number);
  if (const auto version = entry.Find("version")) {
    ESPIAL_TRY_ASSIGN(const int64_t value,
                      version->ExpectInteger("version", 0, 255));
    event.version = static_cast<uint8_t>(value);
  }
  if (const auto level = entry.Find("level")) {
    ESPIAL_TRY_ASSIGN(const size_t value, level->ExpectWord("level", kLevels));
    event.level = static_cast<uint8_t>(value);
  }
  const auto data = entry.Find("data");
  if (const auto fields = entry.Find("fields")) {
    if (data) return data->Fail("an event has 'fields' or 'data', not both");
    ESPIAL_TRY_ASSIGN(event.fields, ReadFields(*fields, values));
  }
  if (data) {
    ESPIAL_TRY_ASSIGN(event.data, ReadData(*data, values));
  }
  if (const auto unlisted = entry.Find("unlisted")) {
    ESPIAL_TRY_ASSIGN(event.unlisted, unlisted->ExpectBool("unlisted"));
    if (event.unlisted && data) {
      return unlisted->Fail("'data' needs no catalogue, nor 'unlisted'");
    }
  }
  if (const auto user = entry.Find("user")) {
    ESPIAL_TRY_ASSIGN(event.user_sid, values.ExpandNode(*user, "user"));
    if (!event.user_sid.starts_with("S-1-")) {
      return user->Fail("user must be a SID, S-1-..., found '" +
                        event.user_sid + "'");
    }
  }
  if (const auto repeat = entry.Find("repeat")) {
    ESPIAL_TRY(ReadRepeat(*repeat, &event));
  }
  return event;
}

Result<std::string> ReadFileName(const YamlNode& entry, std::string_view key,
                                 const Substitution& values) {
  ESPIAL_TRY_ASSIGN(std::string name, ReadText(entry, key, values));
  if (name.starts_with('/') || name.find("..") != std::string::npos) {
    return entry.Fail("'" + name + "' cannot name a file of a bundle");
  }
  return name;
}

Result<ZoneChange> ReadZoneChange(const YamlNode& entry) {
  ESPIAL_TRY(entry.ExpectKeys("a change of the zone", kZoneChangeKeys));
  ZoneChange change;
  ESPIAL_TRY(ReadZone(*entry.Find("zone"), &change.zone));
  if (const auto silent = entry.Find("silent")) {
    ESPIAL_TRY_ASSIGN(change.silent, silent->ExpectBool("silent"));
  }
  return change;
}

Result<StoryLine> ReadLine(const YamlNode& entry, const Substitution& values) {
  ESPIAL_TRY(entry.ExpectKeys("a line of a log", kLineKeys));
  StoryLine line;
  ESPIAL_TRY_ASSIGN(line.log, ReadFileName(entry, "log", values));
  ESPIAL_TRY_ASSIGN(line.text, ReadText(entry, "text", values));
  line.component = line.log.substr(0, line.log.find('.'));
  if (const auto component = entry.Find("component")) {
    ESPIAL_TRY_ASSIGN(line.component,
                      values.ExpandNode(*component, "component"));
  }
  if (const auto form = entry.Find("form")) {
    ESPIAL_TRY_ASSIGN(const size_t word, form->ExpectWord("form", kForms));
    line.form = static_cast<LineForm>(word);
  }
  if (const auto level = entry.Find("level")) {
    ESPIAL_TRY_ASSIGN(const size_t word,
                      level->ExpectWord("level", kLineLevels));
    line.level = static_cast<uint8_t>(kFirstLineLevel + word);
  }
  if (const auto stale = entry.Find("stale")) {
    ESPIAL_TRY_ASSIGN(line.stale, stale->ExpectBool("stale"));
  }
  return line;
}

Result<StoryTrace> ReadTrace(const YamlNode& entry,
                             const Substitution& values) {
  ESPIAL_TRY(entry.ExpectKeys("a trace", kTraceKeys));
  ESPIAL_TRY_ASSIGN(std::string file, ReadFileName(entry, "trace", values));
  return StoryTrace{std::move(file)};
}

Result<StoryEntry> ReadEntry(const YamlNode& node, bool first,
                             const Substitution& values) {
  ESPIAL_TRY(node.ExpectMap("a story entry"));
  StoryEntry entry;
  entry.where = node.Where();
  const auto step = node.Find("clock_step");
  const auto pause = node.Find("pause");
  if (step) {
    ESPIAL_TRY(node.ExpectKeys("a clock step", kClockStepKeys));
    ESPIAL_TRY_ASSIGN(const int64_t delta, step->ExpectDuration("clock_step"));
    entry.what = ClockStep{delta};
  } else if (pause) {
    ESPIAL_TRY(node.ExpectKeys("a pause", kPauseKeys));
    ESPIAL_TRY_ASSIGN(const int64_t length, ReadForward(*pause, "pause"));
    entry.what = Pause{length};
  } else if (node.Find("zone")) {
    ESPIAL_TRY_ASSIGN(entry.what, ReadZoneChange(node));
  } else if (node.Find("log")) {
    ESPIAL_TRY_ASSIGN(entry.what, ReadLine(node, values));
  } else if (node.Find("trace")) {
    ESPIAL_TRY_ASSIGN(entry.what, ReadTrace(node, values));
  } else {
    ESPIAL_TRY_ASSIGN(entry.what, ReadEvent(node, values));
  }
  // The first entry stands where the clock starts, a pause behind what came
  // before it: neither needs a second of its own.
  entry.after = first || pause ? 0 : kTicksPerSecond;
  if (const auto after = node.Find("after")) {
    ESPIAL_TRY_ASSIGN(entry.after, ReadAfter(*after, values));
  }
  if (const auto label = node.Find("label")) {
    ESPIAL_TRY_ASSIGN(entry.label, label->ExpectText("label"));
  }
  return entry;
}

}  // namespace

Result<std::vector<StoryEntry>> ReadStory(const std::vector<YamlNode>& entries,
                                          const Substitution& values) {
  std::vector<StoryEntry> story;
  std::set<std::string> labels;
  for (const YamlNode& node : entries) {
    ESPIAL_TRY_ASSIGN(StoryEntry entry, ReadEntry(node, story.empty(), values));
    if (!entry.label.empty() && !labels.insert(entry.label).second) {
      return entry.where.Fail("label '" + entry.label +
                              "' stands twice in the story");
    }
    story.push_back(std::move(entry));
  }
  return story;
}

}  // namespace espial::forge
