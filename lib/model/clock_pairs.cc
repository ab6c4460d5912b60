// The zone out of what happened, where nothing states it.
//
// A device is silent and busy as a whole: where all logs with local times were
// silent for five minutes and then speak, the logs with UTC times mostly do as
// well. The offset at which such awakenings fall together is the zone's. It
// decides when at least four awakenings and half of all local ones fall within
// a minute of one in UTC, and no other quarter of an hour gets half as many. It
// refuses otherwise: with few awakenings, with a zone that changed, with logs
// that speak all the time. It cannot know daylight time.
#include <algorithm>
#include <string>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

constexpr int64_t kSilence = 5 * kTicksPerMinute;
constexpr int64_t kTogether = 1 * kTicksPerMinute;
constexpr int32_t kQuarter = 15;
constexpr int32_t kWest = -12 * 60;
constexpr int32_t kEast = 14 * 60;
constexpr size_t kFewest = 4;
// Beyond that number of awakenings, later ones add nothing.
constexpr size_t kMost = 20'000;

// What is taken out of a timeline for this: the event that woke a log up.
struct Awakening {
  Ticks ticks;
  const Event* event;
};

std::vector<Awakening> Awakenings(const Timeline& timeline, bool local) {
  std::vector<Awakening> all;
  for (const Event& event : timeline.events()) {
    const bool fits =
        local ? IsLocal(event) : event.time.quality >= TimeQuality::kOffset;
    if (fits && IsOwnRecord(event)) all.push_back({event.time.ticks, &event});
  }
  std::stable_sort(
      all.begin(), all.end(),
      [](const Awakening& a, const Awakening& b) { return a.ticks < b.ticks; });
  std::vector<Awakening> found;
  for (size_t i = 0; i < all.size() && found.size() < kMost; ++i) {
    if (i == 0 || TicksBetween(all[i - 1].ticks, all[i].ticks) >= kSilence) {
      found.push_back(all[i]);
    }
  }
  return found;
}

size_t Together(const std::vector<Awakening>& local,
                const std::vector<Awakening>& utc, int32_t offset) {
  size_t count = 0;
  size_t at = 0;
  for (const Awakening& awakening : local) {
    const Ticks ticks =
        AddTicks(awakening.ticks, -int64_t{offset} * kTicksPerMinute);
    while (at < utc.size() && utc[at].ticks < AddTicks(ticks, -kTogether)) {
      ++at;
    }
    if (at < utc.size() && utc[at].ticks <= AddTicks(ticks, kTogether)) ++count;
  }
  return count;
}

ZoneSample SampleAt(const Event& event, int32_t offset, std::string what) {
  ZoneSample sample;
  sample.offset = offset;
  sample.evidence.what = std::move(what);
  sample.evidence.says = FormatOffset(offset);
  sample.evidence.source = event.source;
  sample.evidence.record = event.record;
  sample.evidence.offset = event.offset;
  return sample;
}

}  // namespace

std::optional<ZoneSample> ZoneOfPairs(const Timeline& timeline) {
  const std::vector<Awakening> local = Awakenings(timeline, true);
  const std::vector<Awakening> utc = Awakenings(timeline, false);
  if (local.size() < kFewest || utc.size() < kFewest) return std::nullopt;
  size_t best = 0;
  size_t second = 0;
  int32_t offset = 0;
  for (int32_t tried = kWest; tried <= kEast; tried += kQuarter) {
    const size_t count = Together(local, utc, tried);
    if (count > best) {
      second = std::exchange(best, count);
      offset = tried;
    } else {
      second = std::max(second, count);
    }
  }
  if (best < kFewest || 2 * best < local.size() || 2 * second > best) {
    return std::nullopt;
  }
  return SampleAt(*local.front().event, offset,
                  "awakenings of local and UTC logs (" + std::to_string(best) +
                      " of " + std::to_string(local.size()) + " together)");
}

std::optional<ZoneSample> ZoneOfCapture(const Timeline& timeline,
                                        const Clock& clock) {
  if (!clock.captured) return std::nullopt;
  const Event* newest = nullptr;
  for (const Event& event : timeline.events()) {
    if (IsLocal(event) && IsOwnRecord(event) &&
        (newest == nullptr || event.time.ticks > newest->time.ticks)) {
      newest = &event;
    }
  }
  if (newest == nullptr) return std::nullopt;
  // A line cannot come from the future, so the zone lies at least so far east.
  const int64_t ahead =
      TicksBetween(*clock.captured, newest->time.ticks) / kTicksPerMinute;
  if (ahead < kWest || ahead > kEast) return std::nullopt;
  ZoneSample sample = SampleAt(*newest, static_cast<int32_t>(ahead),
                               "newest local line and time of capture");
  sample.evidence.says = "at least " + sample.evidence.says;
  sample.evidence.why_not =
      "it says how far east the zone lies at least, not where it is";
  return sample;
}

}  // namespace espial
