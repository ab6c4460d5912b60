#include "tools/forge/story_player.h"

#include <espial/core/text.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "tools/forge/evtx_values.h"
#include "tools/forge/local_log_writer.h"
#include "tools/forge/suggest.h"
#include "tools/forge/trace_writer.h"

namespace espial::forge {
namespace {

constexpr std::string_view kKernelGeneral = "Microsoft-Windows-Kernel-General";
constexpr std::string_view kEventlog = "Microsoft-Windows-Eventlog";
constexpr uint8_t kInformation = 4;

// Keywords: bit 63 says that the event may go to an admin or operational
// channel, bit 55 that it is a classic one, bits 53 and 52 that an audit
// succeeded or failed.
constexpr uint64_t kOperationalKeyword = uint64_t{1} << 63U;
constexpr uint64_t kClassicKeyword = uint64_t{1} << 55U;
constexpr uint64_t kAuditSuccessKeyword = uint64_t{1} << 53U;
constexpr uint64_t kAuditFailureKeyword = uint64_t{1} << 52U;

// Events of the Security log that tell of a failure.
constexpr uint16_t kAuditFailures[] = {4625, 4771, 5038, 6281};

// What a field of this type holds when nobody says.
std::string EmptyValue(std::string_view type) {
  if (type == "UnicodeString" || type == "AnsiString" || type == "Binary") {
    return "";
  }
  if (type == "Boolean") return "false";
  if (type == "GUID") return "{00000000-0000-0000-0000-000000000000}";
  if (type == "SID") return "S-1-0-0";  // nobody
  return "0";
}

// People write HRESULTs in hexadecimal; a signed field takes them as the same
// 32 bits.
std::string FitSigned(std::string_view type, std::string text) {
  if (type != "Int32" || !text.starts_with("0x")) return text;
  const auto number = ParseUnsigned(text);
  if (!number || *number > UINT32_MAX) return text;
  return std::to_string(static_cast<int32_t>(*number));
}

// A number that stays the same for one provider, so that its events seem to
// come from one process.
uint32_t HashOf(std::string_view text) {
  uint32_t hash = 2166136261;  // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619;
  }
  return hash;
}

uint64_t KeywordsOf(const StoryEvent& event, bool classic) {
  if (event.channel == "Security") {
    for (const uint16_t id : kAuditFailures) {
      if (event.id == id) return kOperationalKeyword | kAuditFailureKeyword;
    }
    return kOperationalKeyword | kAuditSuccessKeyword;
  }
  return classic ? kClassicKeyword : kOperationalKeyword;
}

class Player {
 public:
  Player(const Scenario& scenario, const EventCatalog& catalog)
      : scenario_(scenario), catalog_(catalog), zone_(scenario.device.zone) {}

  Result<PlayedStory> Play();

 private:
  Status Apply(const StoryEntry& entry, const StoryEvent& event);
  Status Apply(const StoryEntry& entry, const ClockStep& step);
  Status Apply(const StoryEntry& entry, const Pause& pause);
  Status Apply(const StoryEntry& entry, const ZoneChange& change);
  Status Apply(const StoryEntry& entry, const StoryLine& line);
  Status Apply(const StoryEntry& entry, const StoryTrace& trace);
  // Writes an event of the kernel to System; `known` gives its fields.
  Status ApplyKernel(
      const StoryEntry& entry, uint16_t id,
      std::span<const std::pair<std::string_view, std::string>> known);
  PlayedFile& FileOf(const std::string& name);
  Result<EvtxRecord> MakeRecord(const StoryEntry& entry,
                                const StoryEvent& event) const;
  void Write(const std::string& channel, EvtxRecord record);
  // Moves the clock; an error when it leaves what Windows can count.
  Status Advance(const StoryEntry& entry, int64_t ticks);

  const Scenario& scenario_;
  const EventCatalog& catalog_;
  PlayedStory story_;
  Zone zone_;
  Ticks now_;
};

Status Player::Advance(const StoryEntry& entry, int64_t ticks) {
  const Ticks moved = AddTicks(now_, ticks);
  constexpr Ticks kLast{INT64_MAX};
  if (TicksBetween(now_, moved) != ticks || moved > kLast) {
    return entry.where.Fail("the clock leaves the years 1601 to 30827");
  }
  now_ = moved;
  return {};
}

void Player::Write(const std::string& channel, EvtxRecord record) {
  ChannelLog* log = nullptr;
  for (ChannelLog& known : story_.logs) {
    if (EqualsFold(known.channel, channel)) log = &known;
  }
  if (!log) log = &story_.logs.emplace_back(ChannelLog{channel, {}});
  record.record_id = log->records.size() + 1;
  log->records.push_back(std::move(record));
}

// Whether `text` can be written as `type`; said here, where its place is known.
Status CheckText(const StoryField& given, const CatalogField& field,
                 const std::optional<std::string>& text) {
  const auto type = BinXmlTypeOf(field.type);
  if (!type) return given.where.Fail(type.error().detail);
  if (!text) return {};
  const auto value = MakeValue(*type, *text);
  if (value) return {};
  return given.where.Fail("field '" + field.name + "' is " + field.type + ": " +
                          value.error().detail);
}

// Takes the texts that the story gives, in the order of the template. A name
// that the template holds n times takes up to n texts.
Status FillFields(const StoryEvent& event, const CatalogEvent& row,
                  bool unnamed, std::vector<EvtxField>* out) {
  std::vector<size_t> taken(event.fields.size(), 0);
  std::vector<std::string_view> names;
  for (const CatalogField& field : row.fields) {
    names.push_back(field.name);
    EvtxField value{unnamed ? "" : field.name, field.type,
                    EmptyValue(field.type)};
    for (size_t i = 0; i < event.fields.size(); ++i) {
      const StoryField& given = event.fields[i];
      if (given.name != field.name || taken[i] == given.texts.size()) continue;
      value.text = given.texts[taken[i]++];
      if (value.text) value.text = FitSigned(field.type, *value.text);
      ESPIAL_TRY(CheckText(given, field, value.text));
    }
    out->push_back(std::move(value));
  }
  for (size_t i = 0; i < event.fields.size(); ++i) {
    const StoryField& given = event.fields[i];
    if (taken[i] == given.texts.size() && taken[i] > 0) continue;
    if (taken[i] > 0) {
      return given.where.Fail("field '" + given.name + "' stands only " +
                              std::to_string(taken[i]) + " times in " +
                              event.provider + " " + std::to_string(event.id));
    }
    return given.where.Fail(event.provider + " " + std::to_string(event.id) +
                            " version " + std::to_string(row.version) +
                            " has no field '" + given.name + "'" +
                            Suggestion(given.name, names));
  }
  return {};
}

Result<EvtxRecord> Player::MakeRecord(const StoryEntry& entry,
                                      const StoryEvent& event) const {
  const auto row =
      catalog_.Find(event.provider, event.id, event.channel, event.version);
  // Unnamed strings need no catalogue.
  if (!row && !event.data && !event.unlisted) {
    return entry.where.Fail(row.error().what + ": " + row.error().detail);
  }
  EvtxRecord record;
  record.provider = event.provider;
  record.provider_guid = catalog_.GuidOf(event.provider);
  record.channel = event.channel;
  record.computer = scenario_.device.name;
  record.id = event.id;
  record.version = event.version.value_or(row ? (*row)->version : 0);
  record.level = event.level.value_or(row ? (*row)->level.value_or(kInformation)
                                          : kInformation);
  const bool classic =
      event.data || (record.provider_guid.empty() && !event.unlisted);
  record.keywords = KeywordsOf(event, classic);
  if (classic) record.qualifiers = 0;
  // Process and thread ids are multiples of four.
  record.process_id = 1000 + HashOf(event.provider) % 2000 * 4;
  record.thread_id = record.process_id + 8 + HashOf(event.channel) % 500 * 4;
  record.user_sid = event.user_sid;
  if (event.data) {
    for (const std::string& text : *event.data) {
      record.fields.push_back({"", "UnicodeString", text});
    }
    return record;
  }
  if (event.unlisted) {
    for (const StoryField& field : event.fields) {
      for (const auto& text : field.texts) {
        record.fields.push_back({field.name, "UnicodeString", text});
      }
    }
    return record;
  }
  ESPIAL_TRY(FillFields(event, **row, classic, &record.fields));
  if (event.provider == kEventlog && !record.fields.empty()) {
    record.user_data = "LogFileCleared";
  }
  return record;
}

Status Player::Apply(const StoryEntry& entry, const StoryEvent& event) {
  ESPIAL_TRY_ASSIGN(EvtxRecord record, MakeRecord(entry, event));
  for (uint32_t i = 0; i < event.times; ++i) {
    if (i > 0) ESPIAL_TRY(Advance(entry, event.every));
    record.time = now_;
    Write(event.channel, record);
  }
  return {};
}

Status Player::Apply(const StoryEntry& entry, const ClockStep& step) {
  const Ticks old = now_;
  ESPIAL_TRY(Advance(entry, step.delta));
  const std::pair<std::string_view, std::string> known[] = {
      {"NewTime", FormatUtc(now_)},
      {"OldTime", FormatUtc(old)},
      {"TimeDeltaInMs", std::to_string(step.delta / (kTicksPerSecond / 1000))},
      {"Reason", "1"},  // an application or component set it
      {"ProcessName",
       "\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe"},
      {"ProcessID", "1480"},
      {"CmosTime", FormatUtc(old)},
      {"TimeZoneBias", std::to_string(zone_.BiasAt(now_))},
  };
  return ApplyKernel(entry, 1, known);
}

Status Player::ApplyKernel(
    const StoryEntry& entry, uint16_t id,
    std::span<const std::pair<std::string_view, std::string>> known) {
  StoryEvent event;
  event.channel = "System";
  event.provider = kKernelGeneral;
  event.id = id;
  const auto row = catalog_.Find(event.provider, event.id, event.channel, {});
  if (!row) {
    return entry.where.Fail(row.error().what + ": " + row.error().detail);
  }
  for (const CatalogField& field : (*row)->fields) {
    for (const auto& [name, text] : known) {
      if (field.name == name) {
        event.fields.push_back({entry.where, field.name, {text}});
      }
    }
  }
  event.user_sid = "S-1-5-19";  // LOCAL SERVICE, which runs the time service
  return Apply(entry, event);
}

Status Player::Apply(const StoryEntry& entry, const ZoneChange& change) {
  const std::pair<std::string_view, std::string> known[] = {
      {"OldBias", std::to_string(zone_.BiasAt(now_))},
      {"NewBias", std::to_string(change.zone.BiasAt(now_))}};
  zone_ = change.zone;
  if (change.silent) return {};
  return ApplyKernel(entry, 22, known);
}

PlayedFile& Player::FileOf(const std::string& name) {
  for (PlayedFile& file : story_.files) {
    if (EqualsFold(file.name, name)) return file;
  }
  return story_.files.emplace_back(PlayedFile{name, {}});
}

Status Player::Apply(const StoryEntry& /*entry*/, const StoryLine& line) {
  const Zone& zone = line.stale ? scenario_.device.zone : zone_;
  FileOf(line.log).bytes += FormatLocalLine(line, now_, zone.BiasAt(now_));
  return {};
}

Status Player::Apply(const StoryEntry& entry, const StoryTrace& trace) {
  PlayedFile& file = FileOf(trace.file);
  if (!file.bytes.empty()) {
    return entry.where.Fail("'" + trace.file + "' was begun before");
  }
  file.bytes = WriteTrace(now_, zone_);
  return {};
}

Status Player::Apply(const StoryEntry& entry, const Pause& pause) {
  return Advance(entry, pause.length);
}

Result<PlayedStory> Player::Play() {
  now_ = scenario_.start;
  for (const StoryEntry& entry : scenario_.story) {
    ESPIAL_TRY(Advance(entry, entry.after));
    ESPIAL_TRY(std::visit([&](const auto& what) { return Apply(entry, what); },
                          entry.what));
  }
  story_.end = now_;
  return std::move(story_);
}

}  // namespace

const ChannelLog* PlayedStory::Find(std::string_view channel) const {
  for (const ChannelLog& log : logs) {
    if (EqualsFold(log.channel, channel)) return &log;
  }
  return nullptr;
}

Result<PlayedStory> PlayStory(const Scenario& scenario,
                              const EventCatalog& catalog) {
  return Player(scenario, catalog).Play();
}

}  // namespace espial::forge
