#include <espial/core/text.h>
#include <espial/model/clock.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace espial {
namespace {

// Time service adjustments below this are noise.
constexpr int64_t kSmallestStep = 2 * kTicksPerSecond;
// No zone lies further from Greenwich than 14 hours.
constexpr int64_t kLargestBias = int64_t{14} * 60;

bool IsKernelGeneral(const Event& event) {
  return EqualsFold(event.provider, "Microsoft-Windows-Kernel-General");
}

std::optional<Ticks> TimeField(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  if (value == nullptr) return std::nullopt;
  if (value->type == ValueType::kTime) return Ticks{value->number};
  if (value->type != ValueType::kString) return std::nullopt;
  const auto time = ParseIso8601(Trim(value->text));
  if (!time || time->quality < TimeQuality::kOffset) return std::nullopt;
  return time->ticks;
}

// A bias in minutes as an offset east of Greenwich.
std::optional<int32_t> OffsetOfBias(const Value* value) {
  if (value == nullptr) return std::nullopt;
  int64_t bias = 0;
  if (value->is_number()) {
    // A bias is signed; 32-bit unsigned and hexadecimal fields wrap around.
    bias = value->type == ValueType::kInt
               ? static_cast<int64_t>(value->number)
               : static_cast<int32_t>(static_cast<uint32_t>(value->number));
  } else {
    // "480 Pacific Standard Time"
    const std::string_view text = Trim(value->text);
    const auto parsed = ParseSigned(text.substr(0, text.find(' ')));
    if (!parsed) return std::nullopt;
    bias = *parsed;
  }
  if (bias < -kLargestBias || bias > kLargestBias) return std::nullopt;
  return static_cast<int32_t>(-bias);
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

void ReadZone(const Event& event, std::vector<ZoneEra>* zones) {
  std::optional<int32_t> offset;
  std::string evidence;
  if (event.id == 22 && IsKernelGeneral(event)) {
    offset = OffsetOfBias(event.FindField("NewBias"));
    evidence = "Microsoft-Windows-Kernel-General 22 NewBias";
  } else if (event.id == 24 && IsKernelGeneral(event)) {
    offset = OffsetOfBias(event.FindField("CurrentBias"));
    evidence = "Microsoft-Windows-Kernel-General 24 CurrentBias";
  } else if (event.id == 6013 && EqualsFold(event.provider, "EventLog")) {
    // Classic data: the fifth string is the uptime, the seventh the zone.
    if (event.fields.size() >= 7) {
      offset = OffsetOfBias(&event.fields[6].value);
      evidence = "EventLog 6013";
    }
  }
  if (!offset) return;
  if (!zones->empty() && zones->back().offset_minutes == *offset) return;
  zones->push_back({event.corrected, *offset, std::move(evidence)});
}

// The zone of the registry holds at capture; it serves where no event tells.
std::optional<ZoneEra> ZoneOfRegistry(const Timeline& timeline) {
  for (const Fact& fact : timeline.facts()) {
    if (fact.kind != FactKind::kRegistry || !fact.number ||
        !EqualsFold(fact.name, "ActiveTimeBias") ||
        !EndsWithFold(fact.key, "\\Control\\TimeZoneInformation")) {
      continue;
    }
    const Value value{ValueType::kHex32, *fact.number, {}};
    if (const auto offset = OffsetOfBias(&value)) {
      return ZoneEra{{}, *offset, "registry TimeZoneInformation"};
    }
  }
  return std::nullopt;
}

// Events of one channel of one artifact, in the order of their records.
std::vector<std::vector<Event*>> ByLog(std::vector<Event>& events) {
  std::map<std::pair<SourceId, std::string_view>, std::vector<Event*>> logs;
  for (Event& event : events) {
    if (event.state != RecordState::kActive &&
        event.state != RecordState::kLive) {
      continue;
    }
    logs[{event.source, event.channel}].push_back(&event);
  }
  std::vector<std::vector<Event*>> result;
  for (auto& [key, log] : logs) {
    std::sort(log.begin(), log.end(), [](const Event* a, const Event* b) {
      return std::tie(a->record, a->offset) < std::tie(b->record, b->offset);
    });
    result.push_back(std::move(log));
  }
  return result;
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

// The boot that a step belongs to: the last one written before it.
Ticks SessionStart(const std::vector<Event>& events, const ClockStep& step) {
  Ticks start{0};
  for (const Event& event : events) {
    if (event.id == 12 && event.source == step.source &&
        event.record < step.record && event.time.ticks > start &&
        event.time.ticks <= step.from && IsKernelGeneral(event)) {
      start = event.time.ticks;
    }
  }
  return start;
}

// The last time that the log of the step reached behind it.
Ticks Horizon(const std::vector<Event>& events, const ClockStep& step) {
  Ticks last = step.to;
  for (const Event& event : events) {
    if (event.source == step.source && event.record > step.record &&
        event.time.ticks > last) {
      last = event.time.ticks;
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

}  // namespace

std::optional<int32_t> Clock::OffsetAt(Ticks ticks) const {
  if (zones.empty()) return std::nullopt;
  int32_t offset = zones.front().offset_minutes;
  for (const ZoneEra& era : zones) {
    if (era.from > ticks) break;
    offset = era.offset_minutes;
  }
  return offset;
}

Clock ReadClock(const Timeline& timeline) {
  Clock clock;
  for (const Event& event : timeline.events()) {
    if (event.state != RecordState::kActive &&
        event.state != RecordState::kLive) {
      continue;
    }
    ReadStep(event, &clock.steps);
    ReadZone(event, &clock.zones);
  }
  if (clock.zones.empty()) {
    if (auto era = ZoneOfRegistry(timeline)) {
      clock.zones.push_back(std::move(*era));
    }
  }
  LimitSteps(&clock);
  std::sort(clock.steps.begin(), clock.steps.end(),
            [](const ClockStep& a, const ClockStep& b) {
              return std::tie(a.to, a.source, a.record) <
                     std::tie(b.to, b.source, b.record);
            });
  return clock;
}

void CorrectTimes(const Clock& clock, Timeline* timeline) {
  std::vector<Event>& events = timeline->mutable_events();
  for (Event& event : events) event.corrected = event.time.ticks;
  if (clock.steps.empty()) return;
  const auto logs = ByLog(events);
  for (const ClockStep& step : clock.steps) {
    const Ticks session = SessionStart(events, step);
    const Ticks horizon = Horizon(events, step);
    for (const auto& log : logs) CorrectLog(step, session, horizon, log);
  }
}

}  // namespace espial
