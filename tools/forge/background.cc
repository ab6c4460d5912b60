#include "tools/forge/background.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "tools/forge/background_words.h"
#include "tools/forge/local_log_writer.h"
#include "tools/forge/random.h"
#include "tools/forge/text_writer.h"

namespace espial::forge {
namespace {

constexpr uint8_t kInformation = 4;
constexpr uint64_t kOperationalKeyword = uint64_t{1} << 63U;
constexpr uint64_t kSmallFileLines = 400;

// A row of the catalogue that stands for one kind of event.
struct Model {
  const CatalogEvent* row = nullptr;
  const Background::Kind* kind = nullptr;
};

EvtxRecord MakeRecord(const Model& model, const std::string& computer,
                      Random* random) {
  const CatalogEvent& row = *model.row;
  EvtxRecord record;
  record.provider = model.kind->provider;
  record.provider_guid = row.guid;
  record.channel = model.kind->channel;
  record.computer = computer;
  record.id = model.kind->id;
  record.version = row.version;
  record.level = row.level.value_or(kInformation);
  record.keywords = kOperationalKeyword;
  record.process_id = static_cast<uint32_t>(1000 + random->Below(40) * 4);
  record.thread_id = static_cast<uint32_t>(2000 + random->Below(400) * 4);
  record.user_sid = "S-1-5-18";
  if (random->Below(3) == 0) {
    record.activity_id = "{" + GuidOf(random->Next()) + "}";
  }
  for (const CatalogField& field : row.fields) {
    record.fields.push_back(
        {field.name, field.type, FieldText(field.type, field.name, random)});
  }
  return record;
}

// Times within the story, ascending.
std::vector<Ticks> Times(uint64_t count, Ticks begin, Ticks end,
                         Random* random) {
  const uint64_t length = std::max<uint64_t>(end.value - begin.value, 1);
  std::vector<Ticks> times(count);
  for (Ticks& time : times) time = Ticks{begin.value + random->Below(length)};
  std::sort(times.begin(), times.end());
  return times;
}

ChannelLog& LogOf(const std::string& channel, PlayedStory* story) {
  for (ChannelLog& log : story->logs) {
    if (EqualsFold(log.channel, channel)) return log;
  }
  return story->logs.emplace_back(ChannelLog{channel, {}});
}

// Puts each new record before the first of the story's that is later.
void Weave(std::vector<EvtxRecord> records, ChannelLog* log) {
  std::vector<EvtxRecord> woven;
  woven.reserve(records.size() + log->records.size());
  std::merge(
      std::make_move_iterator(log->records.begin()),
      std::make_move_iterator(log->records.end()),
      std::make_move_iterator(records.begin()),
      std::make_move_iterator(records.end()), std::back_inserter(woven),
      [](const EvtxRecord& a, const EvtxRecord& b) { return a.time < b.time; });
  for (size_t i = 0; i < woven.size(); ++i) woven[i].record_id = i + 1;
  log->records = std::move(woven);
}

Status AddEvents(const Scenario& scenario, const EventCatalog& catalog,
                 Random* random, PlayedStory* story) {
  const Background& background = scenario.background;
  std::vector<std::pair<std::string, std::vector<Model>>> channels;
  for (const Background::Kind& kind : background.kinds) {
    const auto row = catalog.Find(kind.provider, kind.id, kind.channel, {});
    if (!row) {
      return kind.where.Fail(row.error().what + ": " + row.error().detail);
    }
    const auto place =
        std::find_if(channels.begin(), channels.end(), [&](const auto& entry) {
          return EqualsFold(entry.first, kind.channel);
        });
    auto& models =
        place != channels.end()
            ? place->second
            : channels.emplace_back(kind.channel, std::vector<Model>()).second;
    models.push_back({*row, &kind});
  }
  for (size_t i = 0; i < channels.size(); ++i) {
    auto& [channel, models] = channels[i];
    // Shares that add up.
    const uint64_t count = background.events * (i + 1) / channels.size() -
                           background.events * i / channels.size();
    std::vector<EvtxRecord> records;
    records.reserve(count);
    for (const Ticks time : Times(count, scenario.start, story->end, random)) {
      records.push_back(MakeRecord(models[random->Below(models.size())],
                                   scenario.device.name, random));
      records.back().time = time;
    }
    Weave(std::move(records), &LogOf(channel, story));
  }
  return {};
}

// Rotated logs, the oldest first, one behind the other until the story ends.
void AddLogs(const Scenario& scenario, Random* random, PlayedStory* story) {
  const Background& background = scenario.background;
  const Zone& zone = scenario.device.zone;
  const uint64_t length = story->end.value - scenario.start.value;
  for (uint64_t i = 0; i < background.logs; ++i) {
    // About as many ticks a byte as will fill the file's part of the story.
    const uint64_t part = length / background.logs;
    const uint64_t begin = scenario.start.value + part * i;
    PlayedFile file;
    Ticks now{begin};
    while (file.bytes.size() < background.log_bytes) {
      const AgentLine line = MakeAgentLine(random);
      StoryLine story_line;
      story_line.form = LineForm::kCmTrace;
      story_line.component = line.component;
      story_line.text = line.text;
      file.bytes += FormatLocalLine(story_line, now, zone.BiasAt(now));
      // Never beyond the file's part; lines of one moment are common.
      const uint64_t reached = part * file.bytes.size() /
                               std::max<uint64_t>(background.log_bytes, 1);
      now = std::max(now, Ticks{begin + std::min(reached, part)});
    }
    const Civil at =
        ToCivil(AddTicks(now, -int64_t{zone.BiasAt(now)} * kTicksPerMinute));
    file.name = fmt::format(
        "IntuneManagementExtension-{:04}{:02}{:02}-{:02}{:02}{:02}.log",
        at.year, at.month, at.day, at.hour, at.minute, at.second);
    story->files.push_back(std::move(file));
  }
}

}  // namespace

Status AddBackground(const Scenario& scenario, const EventCatalog& catalog,
                     PlayedStory* story) {
  Random random(scenario.background.seed);
  ESPIAL_TRY(AddEvents(scenario, catalog, &random, story));
  AddLogs(scenario, &random, story);
  return {};
}

std::vector<RegistryKey> WithBackgroundKeys(
    const Background& background, const std::vector<RegistryKey>& own) {
  Random random(background.seed + 1);
  std::vector<RegistryKey> keys = own;
  keys.reserve(own.size() + background.keys);
  for (uint64_t i = 0; i < background.keys; ++i) {
    RegistryKey key;
    key.path = fmt::format(
        "HKEY_LOCAL_MACHINE\\software\\microsoft\\policymanager\\providers\\"
        "{}\\default\\device\\area{}",
        GuidOf(i % 40), i);
    const uint64_t count = background.values * (i + 1) / background.keys -
                           background.values * i / background.keys;
    for (uint64_t n = 0; n < count; ++n) {
      RegistryValue value;
      value.name = fmt::format("Setting{}_{}", n, random.Below(1000));
      if (random.Below(3) == 0) {
        value.text =
            random.Below(2) == 0 ? PathText(&random) : Sentence(&random);
      } else {
        value.type = RegistryType::kDword;
        value.number = random.Below(0x10000);
      }
      key.values.push_back(std::move(value));
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

void AddBackgroundFiles(const Background& background, Ticks time,
                        std::vector<ArchiveMember>* members) {
  Random random(background.seed + 2);
  for (uint64_t i = 1; members->size() < background.files; ++i) {
    std::string text;
    for (uint64_t line = 0; line < kSmallFileLines; ++line) {
      text += Sentence(&random) + "\r\n";
    }
    members->push_back(
        {fmt::format("contoso-notes-{}.txt", i), ToBytes(text), time});
  }
}

}  // namespace espial::forge
