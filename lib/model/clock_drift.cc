// The same action in two sources: by how much their times differ.
//
// An event of another format (a trace, an export) and one of an event log are
// the same action when provider, id and all fields are equal and each occurs
// once in its source. Three such pairs measure.
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

constexpr size_t kFewest = 3;
// A forged bundle must not cost more memory than a real one.
constexpr size_t kMostActions = 200'000;
// Further apart than any two clocks; differences of such do not overflow.
constexpr int64_t kFurthest = std::numeric_limits<int64_t>::max() / 2;

uint64_t HashOf(const Event& event) {
  uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    hash = (hash ^ 0xFFU) * 0x100000001b3U;
  };
  mix(event.provider);
  std::string text = std::to_string(event.id);
  mix(text);
  for (const Field& field : event.fields) {
    mix(field.name);
    text.clear();
    AppendText(field.value, &text);
    mix(text);
  }
  return hash;
}

struct Seen {
  Ticks ticks;
  bool twice = false;
};
using Actions = std::unordered_map<uint64_t, std::map<SourceId, Seen>>;

void Add(const Event& event, uint64_t hash, Actions* actions) {
  auto& of_source = (*actions)[hash];
  const auto [place, fresh] =
      of_source.try_emplace(event.source, Seen{event.time.ticks, false});
  if (!fresh) place->second.twice = true;
}

int64_t Median(std::vector<int64_t> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<ClockDrift> MeasureDrift(const Timeline& timeline,
                                     std::span<const Artifact> artifacts) {
  const auto is_log = [&](const Event& event) {
    return event.source.value < artifacts.size() &&
           artifacts[event.source.value].format == "evtx";
  };
  const auto counts = [](const Event& event) {
    return IsOwnRecord(event) && event.id != 0 && !event.fields.empty() &&
           event.time.quality >= TimeQuality::kZone;
  };
  Actions others;
  std::set<std::pair<std::string_view, uint32_t>> kinds;
  if (artifacts.empty()) return {};
  for (const Event& event : timeline.events()) {
    if (!counts(event) || is_log(event)) continue;
    if (others.size() >= kMostActions) break;
    kinds.insert({event.provider, event.id});
    Add(event, HashOf(event), &others);
  }
  if (others.empty()) return {};
  Actions logs;
  for (const Event& event : timeline.events()) {
    if (!counts(event) || !is_log(event) ||
        !kinds.contains({event.provider, event.id})) {
      continue;
    }
    const uint64_t hash = HashOf(event);
    if (others.contains(hash)) Add(event, hash, &logs);
  }
  std::map<std::pair<SourceId, SourceId>, std::vector<int64_t>> differences;
  for (const auto& [hash, in_logs] : logs) {
    for (const auto& [log, seen] : in_logs) {
      for (const auto& [other, seen_there] : others[hash]) {
        if (seen.twice || seen_there.twice) continue;
        differences[{log, other}].push_back(std::clamp(
            TicksBetween(seen.ticks, seen_there.ticks), -kFurthest, kFurthest));
      }
    }
  }
  std::vector<ClockDrift> drifts;
  for (const auto& [pair, list] : differences) {
    if (list.size() < kFewest) continue;
    ClockDrift drift{pair.first, pair.second, Median(list), 0, list.size()};
    std::vector<int64_t> away;
    for (const int64_t difference : list) {
      away.push_back(std::abs(difference - drift.ticks));
    }
    drift.spread = Median(std::move(away));
    drifts.push_back(drift);
  }
  return drifts;
}

}  // namespace espial
