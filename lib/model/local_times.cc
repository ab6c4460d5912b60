// Which zone each line of local time was written with.
//
// A log is a walk through the offsets that the bundle proves. Each line costs
// what its reading would mean under an offset: nothing where that offset holds
// at the resulting moment, a little where the writer would go on with the zone
// before (a process keeps the zone that it began with), much where the zone had
// not been set yet or never held then. Neighbours cost where time would fall,
// and where the walk changes from one offset to another. The cheapest walk is
// taken (Viterbi), so that a change of the zone is found at the jump that it
// leaves in the file, and lines of two writers with two zones are told apart
// one by one. A line for which another offset would cost the same stays
// kAssumed.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

using Cost = uint32_t;

// What makes a walk dearer. Only their order matters: a fall costs more than
// two changes and a stale line, or interleaved writers would be read as one.
constexpr Cost kStale = 2;          // the zone before, still in use
constexpr Cost kChange = 6;         // to a later zone
constexpr Cost kChangeBack = 10;    // to an earlier one
constexpr Cost kUnusedChange = 12;  // a leap that a change of zone explains
constexpr Cost kEarly = 12;         // the zone was not set yet
constexpr Cost kAfterCapture = 30;  // the line would come from the future
constexpr Cost kFall = 40;
constexpr Cost kForeign = 60;  // never the offset of that zone at that time
constexpr Cost kOtherBias = 80;
// A difference that does not decide.
constexpr Cost kMargin = 2;

// Threads write lines in another order than they took their times.
constexpr int64_t kFallSlack = 2 * kTicksPerMinute;
// A leap is a change of zone when it is that exact.
constexpr int64_t kLeapSlack = 10 * kTicksPerMinute;
constexpr int64_t kCaptureSlack = 60 * kTicksPerMinute;

// No offset lies as far from UTC.
constexpr int64_t kWidestOffset = int64_t{24} * 60 * kTicksPerMinute;

// More offsets than any device sees; the rest is not considered.
constexpr size_t kMostOffsets = 8;
// Lines that are decided together.
constexpr size_t kBlock = size_t{1} << 15U;

using Costs = std::array<Cost, kMostOffsets>;

Ticks ToUtc(Ticks local, int32_t offset) {
  return AddTicks(local, -int64_t{offset} * kTicksPerMinute);
}

class Zones {
 public:
  explicit Zones(const Clock& clock) : clock_(clock) {
    for (const ZoneEra& era : clock.zones) {
      calendars_.emplace_back(era.rule);
      AddOffset(era.rule.standard);
      if (era.rule.saves_daylight()) AddOffset(era.rule.daylight);
    }
  }

  [[nodiscard]] const std::vector<int32_t>& offsets() const { return offsets_; }

  // What it costs that a clock which showed `utc` was `offset` from it.
  Cost CostOf(Ticks utc, int32_t offset) {
    Cost best = CostAt(utc, offset);
    // Where the clock was wrong, eras are looked up at the true time.
    for (const ClockStep& step : clock_.steps) {
      if (best == 0) break;
      if (utc <= step.from) {
        best = std::min(best, CostAt(AddTicks(utc, step.delta()), offset));
      }
    }
    if (clock_.captured && utc > AddTicks(*clock_.captured, kCaptureSlack)) {
      best += kAfterCapture;
    }
    return best;
  }

  // Whether StepExplains may hold for lines with these readings, whatever
  // their offsets.
  [[nodiscard]] bool NearStepBack(Ticks before, Ticks behind) const {
    return std::any_of(
        clock_.steps.begin(), clock_.steps.end(), [&](const ClockStep& step) {
          return step.delta() < 0 &&
                 before <= AddTicks(step.from, kWidestOffset + kFallSlack) &&
                 behind >= AddTicks(step.to, -kWidestOffset - kFallSlack);
        });
  }
  // Whether a step back of the clock explains a fall.
  [[nodiscard]] bool StepExplains(Ticks before, Ticks behind) const {
    return std::any_of(clock_.steps.begin(), clock_.steps.end(),
                       [&](const ClockStep& step) {
                         return step.delta() < 0 &&
                                before <= AddTicks(step.from, kFallSlack) &&
                                behind >= AddTicks(step.to, -kFallSlack);
                       });
  }

 private:
  void AddOffset(int32_t offset) {
    if (offsets_.size() < kMostOffsets &&
        std::find(offsets_.begin(), offsets_.end(), offset) == offsets_.end()) {
      offsets_.push_back(offset);
    }
  }

  Cost CostAt(Ticks utc, int32_t offset) {
    const std::vector<ZoneEra>& zones = clock_.zones;
    // The era in force, and whether the next may have begun.
    size_t era = 0;
    while (era + 1 < zones.size() && zones[era + 1].from <= utc) ++era;
    if (calendars_[era].OffsetAt(utc) == offset) return 0;
    if (era + 1 < zones.size() && !zones[era + 1].exact &&
        utc > zones[era].proven_until &&
        calendars_[era + 1].OffsetAt(utc) == offset) {
      return 0;
    }
    for (size_t i = 0; i < era; ++i) {
      if (calendars_[i].OffsetAt(utc) == offset) return kStale;
    }
    for (size_t i = era + 1; i < zones.size(); ++i) {
      if (calendars_[i].OffsetAt(utc) == offset) return kEarly;
    }
    return kForeign;
  }

  const Clock& clock_;
  std::vector<ZoneCalendar> calendars_;
  std::vector<int32_t> offsets_;  // in the order of the eras
};

// The bias that a line states, whichever way it counts.
std::optional<int64_t> BiasOf(const Event& event) {
  const Value* value = event.FindField("Bias");
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return static_cast<int64_t>(value->number);
}

bool BiasFits(std::optional<int64_t> bias, int32_t offset) {
  return !bias || *bias == offset || *bias == -int64_t{offset};
}

// Decides the lines of one log.
class Walk {
 public:
  Walk(Zones* zones, LocalLog* log) : zones_(*zones), log_(*log) {
    FillQuietSteps();
  }

  // `lines` in the order of the file.
  void Decide(std::span<Event* const> lines) {
    for (size_t at = 0; at < lines.size(); at += kBlock) {
      DecideBlock(lines.subspan(at, std::min(kBlock, lines.size() - at)));
    }
  }

 private:
  [[nodiscard]] size_t states() const { return zones_.offsets().size(); }

  Costs OwnCosts(const Event& event) {
    Costs costs{};
    const auto bias = BiasOf(event);
    for (size_t k = 0; k < states(); ++k) {
      const int32_t offset = zones_.offsets()[k];
      costs[k] = zones_.CostOf(ToUtc(event.time.ticks, offset), offset);
      if (!BiasFits(bias, offset)) costs[k] += kOtherBias;
    }
    return costs;
  }

  // Between two lines that follow each other closely, all that StepCost looks
  // at is the offsets: too little time passes for a leap or to make up for a
  // fall.
  void FillQuietSteps() {
    constexpr int64_t kQuietGap = 10 * kTicksPerMinute;
    const std::vector<int32_t>& offsets = zones_.offsets();
    int64_t nearest = std::numeric_limits<int32_t>::max();
    for (const int32_t a : offsets) {
      for (const int32_t b : offsets) {
        if (a < b) nearest = std::min(nearest, int64_t{b} - a);
      }
    }
    if (nearest * kTicksPerMinute < kQuietGap + kFallSlack) return;
    quiet_gap_ = kQuietGap;
    for (size_t a = 0; a < states(); ++a) {
      for (size_t b = 0; b < states(); ++b) {
        quiet_steps_[a][b] =
            ChangeCost(a, b) + (offsets[b] > offsets[a] ? kFall : Cost{0});
      }
    }
  }

  [[nodiscard]] static Cost ChangeCost(size_t a, size_t b) {
    return a == b ? 0 : a < b ? kChange : kChangeBack;
  }

  // StepCost for all pairs of offsets: result[a][b].
  const std::array<Costs, kMostOffsets>& StepCosts(Ticks before,
                                                   const Costs& own_before,
                                                   Ticks behind,
                                                   const Costs& own) {
    // ToUtc() meets no end of time this far from it.
    if (before.value > kWidestOffset && behind >= before &&
        behind.value - before.value < quiet_gap_ &&
        !zones_.NearStepBack(before, behind)) {
      return quiet_steps_;
    }
    for (size_t a = 0; a < states(); ++a) {
      for (size_t b = 0; b < states(); ++b) {
        steps_[a][b] = StepCost(before, own_before, a, behind, own, b);
      }
    }
    return steps_;
  }

  // From offset `a` at the line before to offset `b`.
  [[nodiscard]] Cost StepCost(Ticks before, const Costs& own_before, size_t a,
                              Ticks behind, const Costs& own, size_t b) const {
    const std::vector<int32_t>& offsets = zones_.offsets();
    const Ticks from = ToUtc(before, offsets[a]);
    const Ticks to = ToUtc(behind, offsets[b]);
    Cost cost = ChangeCost(a, b);
    if (AddTicks(to, kFallSlack) < from && !zones_.StepExplains(from, to)) {
      cost += kFall;
    }
    if (a == b && LeapsAsZonesDo(before, own_before, a, behind, own)) {
      cost += kUnusedChange;
    }
    return cost;
  }

  // Whether the file leaps forward by just the difference between the offset
  // `a`, held on both sides, and another that fits one side better or as well.
  [[nodiscard]] bool LeapsAsZonesDo(Ticks before, const Costs& own_before,
                                    size_t a, Ticks behind,
                                    const Costs& own) const {
    const std::vector<int32_t>& offsets = zones_.offsets();
    const auto fits = [&](int64_t minutes) {
      const int64_t passed =
          TicksBetween(AddTicks(before, minutes * kTicksPerMinute), behind);
      return minutes > 0 && passed > -kFallSlack && passed < kLeapSlack;
    };
    for (size_t c = 0; c < offsets.size(); ++c) {
      if (c == a) continue;
      const bool to_other = own[c] == 0 && (own_before[a] == 0 || own[a] != 0);
      if (to_other && fits(int64_t{offsets[c]} - offsets[a])) return true;
      const bool from_other = own_before[c] == 0 && own[a] == 0;
      if (from_other && fits(int64_t{offsets[a]} - offsets[c])) return true;
    }
    return false;
  }

  void DecideBlock(std::span<Event* const> lines) {
    const size_t count = lines.size();
    readings_.resize(count);
    own_.resize(count);
    forward_.resize(count);
    backward_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      readings_[i] = lines[i]->time.ticks;
      own_[i] = OwnCosts(*lines[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      forward_[i] = own_[i];
      if (i == 0 && !carried_) continue;
      const Ticks before = i == 0 ? carried_reading_ : readings_[i - 1];
      const Costs& own_before = i == 0 ? carried_own_ : own_[i - 1];
      const Costs& sums = i == 0 ? carried_sums_ : forward_[i - 1];
      const auto& steps = StepCosts(before, own_before, readings_[i], own_[i]);
      for (size_t b = 0; b < states(); ++b) {
        Cost best = std::numeric_limits<Cost>::max();
        for (size_t a = 0; a < states(); ++a) {
          best = std::min(best, sums[a] + steps[a][b]);
        }
        forward_[i][b] += best;
      }
    }
    for (size_t i = count; i > 0; --i) {
      backward_[i - 1] = {};
      if (i == count) continue;
      const auto& steps =
          StepCosts(readings_[i - 1], own_[i - 1], readings_[i], own_[i]);
      for (size_t a = 0; a < states(); ++a) {
        Cost best = std::numeric_limits<Cost>::max();
        for (size_t b = 0; b < states(); ++b) {
          best = std::min(best, steps[a][b] + own_[i][b] + backward_[i][b]);
        }
        backward_[i - 1][a] = best;
      }
    }
    for (size_t i = 0; i < count; ++i) Settle(i, lines[i]);
    carried_ = true;
    carried_reading_ = readings_.back();
    carried_own_ = own_.back();
    carried_sums_ = forward_.back();
    // Sums are compared with each other only.
    const Cost least = *std::min_element(
        carried_sums_.begin(),
        carried_sums_.begin() + static_cast<std::ptrdiff_t>(states()));
    for (size_t k = 0; k < states(); ++k) carried_sums_[k] -= least;
  }

  void Settle(size_t i, Event* event) {
    const auto total = [&](size_t k) {
      return forward_[i][k] + backward_[i][k];
    };
    size_t best = 0;
    for (size_t k = 1; k < states(); ++k) {
      if (total(k) < total(best)) best = k;
    }
    bool certain = true;
    for (size_t k = 0; k < states(); ++k) {
      if (k != best && total(k) - total(best) < kMargin) certain = false;
    }
    const int32_t offset = zones_.offsets()[best];
    if (!BiasFits(BiasOf(*event), offset)) {
      ++log_.contradicted;
    } else if (!certain) {
      ++log_.ambiguous;
    } else {
      ++log_.converted;
      event->time.quality = TimeQuality::kZone;
    }
    // An assumed time is the likelier one, so that the order of the file stays.
    event->time.ticks = ToUtc(event->time.ticks, offset);
    event->corrected = event->time.ticks;
  }

  Zones& zones_;
  LocalLog& log_;
  // Ticks below which a gap is quiet, and what steps cost there.
  uint64_t quiet_gap_ = 0;
  std::array<Costs, kMostOffsets> quiet_steps_{};
  std::array<Costs, kMostOffsets> steps_{};
  std::vector<Ticks> readings_;
  std::vector<Costs> own_;
  std::vector<Costs> forward_;
  std::vector<Costs> backward_;
  // Of the last line of the block before.
  bool carried_ = false;
  Ticks carried_reading_;
  Costs carried_own_{};
  Costs carried_sums_{};
};

}  // namespace

void ConvertLocalTimes(Timeline* timeline, Clock* clock) {
  clock->local_logs.clear();
  std::map<std::pair<SourceId, std::string_view>, std::vector<Event*>> logs;
  for (Event& event : timeline->mutable_events()) {
    if (IsLocal(event)) logs[{event.source, event.channel}].push_back(&event);
  }
  Zones zones(*clock);
  for (auto& [key, lines] : logs) {
    LocalLog log;
    log.source = key.first;
    log.channel = key.second;
    if (zones.offsets().empty()) {
      log.assumed = lines.size();
    } else {
      SortByRecord(&lines);
      Walk(&zones, &log).Decide(lines);
    }
    clock->local_logs.push_back(std::move(log));
  }
}

}  // namespace espial
