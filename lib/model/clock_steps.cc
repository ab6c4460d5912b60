// Steps of the clock, and the order of records.
#include <espial/core/text.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

// Time service adjustments below this are noise.
constexpr int64_t kSmallestStep = 2 * kTicksPerSecond;

std::optional<Ticks> TimeField(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  if (value == nullptr) return std::nullopt;
  if (value->type == ValueType::kTime) return Ticks{value->number};
  if (value->type != ValueType::kString) return std::nullopt;
  const auto time = ParseIso8601(Trim(value->text));
  if (!time || time->quality < TimeQuality::kOffset) return std::nullopt;
  return time->ticks;
}

void ReadStep(const Event& event, std::vector<ClockStep>* steps) {
  if (event.id != 1 || !IsKernelGeneral(event)) return;
  const auto from = TimeField(event, "OldTime");
  const auto to = TimeField(event, "NewTime");
  if (!from || !to) return;
  ClockStep step{*from, *to, event.source, event.record,
                 "Microsoft-Windows-Kernel-General 1"};
  const int64_t delta = step.delta();
  if (delta < kSmallestStep && delta > -kSmallestStep) return;
  steps->push_back(std::move(step));
}

// Keeps the largest steps when there are too many.
void LimitSteps(Clock* clock) {
  if (clock->steps.size() <= kMostClockSteps) return;
  const auto size = [](const ClockStep& step) {
    return step.to > step.from ? step.to.value - step.from.value
                               : step.from.value - step.to.value;
  };
  std::sort(clock->steps.begin(), clock->steps.end(),
            [&](const ClockStep& a, const ClockStep& b) {
              return std::tuple(size(b), a.to, a.source, a.record) <
                     std::tuple(size(a), b.to, b.source, b.record);
            });
  clock->steps_left_out = clock->steps.size() - kMostClockSteps;
  clock->steps.resize(kMostClockSteps);
}

// A log, in the order of its records: the events of one channel in one
// artifact, or in several that hold parts of it.
struct Log {
  std::vector<SourceId> sources;
  std::vector<Event*> events;

  // Whether the records of `step` stand in this log.
  [[nodiscard]] bool Holds(const ClockStep& step) const {
    return std::find(sources.begin(), sources.end(), step.source) !=
           sources.end();
  }
};

// Whether `later` goes on where `earlier` ends: the same device wrote it, with
// higher numbers.
bool GoesOn(const Log& earlier, const Log& later) {
  const Event& last = *earlier.events.back();
  const Event& first = *later.events.front();
  return last.record < first.record &&
         EqualsFold(last.computer, first.computer);
}

// The parts of one channel's log as one, where each goes on behind the one
// before; else (copies of a log, or logs of two devices) as they are.
std::vector<Log> Join(std::vector<Log> parts) {
  std::sort(parts.begin(), parts.end(), [](const Log& a, const Log& b) {
    return a.events.front()->record < b.events.front()->record;
  });
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!GoesOn(parts[i - 1], parts[i])) return parts;
  }
  Log whole = std::move(parts.front());
  for (size_t i = 1; i < parts.size(); ++i) {
    whole.sources.push_back(parts[i].sources.front());
    whole.events.insert(whole.events.end(), parts[i].events.begin(),
                        parts[i].events.end());
  }
  std::vector<Log> joined;
  joined.push_back(std::move(whole));
  return joined;
}

std::vector<Log> ReadLogs(std::vector<Event>& events) {
  std::map<std::string_view, std::map<SourceId, Log>> channels;
  for (Event& event : events) {
    if (!IsOwnRecord(event)) continue;
    channels[event.channel][event.source].events.push_back(&event);
  }
  std::vector<Log> result;
  for (auto& [channel, by_source] : channels) {
    std::vector<Log> parts;
    for (auto& [source, log] : by_source) {
      log.sources.push_back(source);
      SortByRecord(&log.events);
      parts.push_back(std::move(log));
    }
    // Texts have no channel, and lines count from 1 in each.
    if (!channel.empty()) parts = Join(std::move(parts));
    for (Log& log : parts) result.push_back(std::move(log));
  }
  return result;
}

// From when on records were written with the time that `step` set right: since
// the last boot before it. Of a step back, the sessions before that boot as
// well as far as they are later than the boot truly was.
Ticks SessionStart(const ClockStep& step, const std::vector<Log>& logs) {
  Ticks start{0};
  for (const Log& log : logs) {
    if (!log.Holds(step)) continue;
    for (const Event* event : log.events) {
      if (event->id == 12 && event->record < step.record &&
          event->time.ticks > start && event->time.ticks <= step.from &&
          IsKernelGeneral(*event)) {
        start = event->time.ticks;
      }
    }
  }
  if (step.delta() >= 0 || start == Ticks{0}) return start;
  for (const Log& log : logs) {
    if (!log.Holds(step)) continue;
    for (size_t i = log.events.size(); i > 0; --i) {
      const Event& event = *log.events[i - 1];
      if (event.record < step.record && event.time.ticks < start &&
          event.time.ticks > AddTicks(start, step.delta())) {
        start = event.time.ticks;
      }
    }
  }
  return start;
}

// The last time that the log of the step reached behind it.
Ticks Horizon(const std::vector<Log>& logs, const ClockStep& step) {
  Ticks last = step.to;
  for (const Log& log : logs) {
    if (!log.Holds(step)) continue;
    for (const Event* event : log.events) {
      if (event->record > step.record && event->time.ticks > last) {
        last = event->time.ticks;
      }
    }
  }
  return last;
}

// Moves the events of one log that were written before the step, within its
// boot session, by the step's size.
void CorrectLog(const ClockStep& step, Ticks session, Ticks horizon,
                const std::vector<Event*>& log) {
  const int64_t delta = step.delta();
  size_t before = 0;  // how many records of the log precede the step
  if (delta > 0) {
    // Nothing can have been written between the old time and the new one, so
    // time alone tells the two sides apart.
    while (before < log.size() && log[before]->time.ticks <= step.from) {
      ++before;
    }
  } else {
    // Times repeat after a step back: the log itself shows it by a fall
    // between two neighbours that the step explains.
    for (size_t i = 1; i < log.size(); ++i) {
      const Ticks earlier = log[i - 1]->time.ticks;
      const Ticks later = log[i]->time.ticks;
      if (later < earlier && earlier <= step.from && later >= step.to) {
        before = i;
      }
    }
    // A log without a fall lies on one side only. Times later than any that
    // the step's own log reached after it can only be from before.
    if (before == 0 && !log.empty() && log.back()->time.ticks > horizon) {
      before = log.size();
    }
  }
  for (size_t i = 0; i < before; ++i) {
    Event& event = *log[i];
    if (event.time.ticks < session) continue;
    event.corrected = AddTicks(event.corrected, delta);
  }
}

// One log whose order of time is not that of its records. Returns how many
// events were held.
uint64_t HoldInOrder(std::vector<Event*>* log) {
  SortByRecord(log);
  size_t falls = 0;
  for (size_t i = 1; i < log->size(); ++i) {
    if ((*log)[i]->corrected < (*log)[i - 1]->corrected) ++falls;
  }
  // Where neighbours fall so often, records stand in another order.
  if (falls == 0 || falls * 4 > log->size()) return 0;

  // The longest run of records whose times never fall is right; the others are
  // held at the time of the one before them in it.
  std::vector<size_t> tails;  // ends of the best runs, by their length
  std::vector<size_t> before(log->size());
  const size_t none = log->size();
  for (size_t i = 0; i < log->size(); ++i) {
    const auto place =
        std::upper_bound(tails.begin(), tails.end(), (*log)[i]->corrected,
                         [&](Ticks time, size_t tail) {
                           return time < (*log)[tail]->corrected;
                         });
    before[i] = place == tails.begin() ? none : *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<bool> right(log->size(), false);
  size_t first = none;
  for (size_t i = tails.back(); i != none; i = before[i]) {
    right[i] = true;
    first = i;
  }
  uint64_t held = 0;
  Ticks time = (*log)[first]->corrected;
  for (size_t i = 0; i < log->size(); ++i) {
    if (right[i]) {
      time = (*log)[i]->corrected;
    } else {
      (*log)[i]->corrected = time;
      ++held;
    }
  }
  return held;
}

}  // namespace

bool IsKernelGeneral(const Event& event) {
  return EqualsFold(event.provider, "Microsoft-Windows-Kernel-General");
}

void SortByRecord(std::vector<Event*>* log) {
  const auto before = [](const Event* a, const Event* b) {
    return std::tie(a->record, a->offset) < std::tie(b->record, b->offset);
  };
  if (std::is_sorted(log->begin(), log->end(), before)) return;
  std::sort(log->begin(), log->end(), before);
}

void ReadSteps(const Timeline& timeline, Clock* clock) {
  for (const Event& event : timeline.events()) {
    if (IsOwnRecord(event)) ReadStep(event, &clock->steps);
  }
  LimitSteps(clock);
  std::sort(clock->steps.begin(), clock->steps.end(),
            [](const ClockStep& a, const ClockStep& b) {
              return std::tie(a.to, a.source, a.record) <
                     std::tie(b.to, b.source, b.record);
            });
}

void CorrectTimes(const Clock& clock, Timeline* timeline) {
  std::vector<Event>& events = timeline->mutable_events();
  for (Event& event : events) event.corrected = event.time.ticks;
  if (clock.steps.empty()) return;
  const std::vector<Log> logs = ReadLogs(events);
  for (const ClockStep& step : clock.steps) {
    const Ticks session = SessionStart(step, logs);
    const Ticks horizon = Horizon(logs, step);
    for (const Log& log : logs) {
      CorrectLog(step, session, horizon, log.events);
    }
  }
}

uint64_t KeepRecordOrder(std::span<const Artifact> artifacts,
                         Timeline* timeline) {
  std::vector<Event>& events = timeline->mutable_events();
  // Most logs are in order: one look tells.
  struct Records {
    uint64_t record = 0;
    bool disordered = false;
    std::vector<Event*> events;
  };
  std::map<SourceId, Records> logs;
  std::pair<SourceId, Records*> last{SourceId{0}, nullptr};
  const auto log_of = [&](SourceId source) -> Records& {
    if (last.second == nullptr || last.first != source) {
      last = {source, &logs[source]};
    }
    return *last.second;
  };
  // Processors fill the buffers of a trace side by side; hives are trees.
  std::vector<bool> ordered(artifacts.size(), true);
  for (size_t i = 0; i < artifacts.size(); ++i) {
    const std::string_view format = artifacts[i].format;
    ordered[i] = format != "etl" && !format.starts_with("registry");
  }
  const auto counts = [&](const Event& event) {
    return IsOwnRecord(event) && event.time.known() &&
           (event.source.value >= ordered.size() ||
            ordered[event.source.value]);
  };
  for (const Event& event : events) {
    if (!counts(event)) continue;
    Records& log = log_of(event.source);
    log.disordered = log.disordered || event.record < log.record;
    log.record = event.record;
  }
  if (std::none_of(logs.begin(), logs.end(),
                   [](const auto& entry) { return entry.second.disordered; })) {
    return 0;
  }
  for (Event& event : events) {
    if (!counts(event)) continue;
    Records& log = log_of(event.source);
    if (log.disordered) log.events.push_back(&event);
  }
  uint64_t held = 0;
  for (auto& [source, log] : logs) {
    if (log.disordered) held += HoldInOrder(&log.events);
  }
  return held;
}

uint64_t KeepRecordOrder(Timeline* timeline) {
  return KeepRecordOrder({}, timeline);
}

}  // namespace espial
