// From what the evidence says to eras of the zone.
#include <algorithm>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

// An era and the samples that prove it.
struct Growing {
  ZoneEra era;
  bool whole = false;  // the rule is known, not only an offset
  std::vector<size_t> samples;
};

class EraBuilder {
 public:
  EraBuilder(Ticks end, std::vector<ZoneSample>* samples)
      : end_(end), samples_(*samples) {}

  std::vector<ZoneEra> Build() {
    for (size_t i = 0; i < samples_.size(); ++i) {
      if (samples_[i].at) AddDated(i);
    }
    Merge();
    for (size_t i = 0; i < samples_.size(); ++i) {
      if (!samples_[i].at && samples_[i].evidence.why_not.empty()) {
        AddUndated(i);
      }
    }
    std::vector<ZoneEra> eras;
    for (Growing& growing : eras_) {
      growing.era.offset_minutes = OffsetAt(growing.era.rule, growing.era.from);
      eras.push_back(std::move(growing.era));
    }
    return eras;
  }

 private:
  // Whether `rule` explains all that proved `growing`.
  [[nodiscard]] bool Explains(const ZoneRule& rule,
                              const Growing& growing) const {
    return std::all_of(growing.samples.begin(), growing.samples.end(),
                       [&](size_t i) { return samples_[i].FitsRule(rule); });
  }

  // Whether the sample may be of the same zone; takes its rule over if so.
  bool Join(size_t index, Growing* growing) const {
    const ZoneSample& sample = samples_[index];
    if (growing->whole || !sample.rule) {
      if (!sample.FitsRule(growing->era.rule)) return false;
    } else {
      if (!Explains(*sample.rule, *growing)) return false;
      growing->era.rule = *sample.rule;
      growing->whole = true;
    }
    growing->samples.push_back(index);
    return true;
  }

  // An offset of standard time, stated while its daylight time holds, begins no
  // era.
  [[nodiscard]] bool IsStandardOfDaylight(size_t index) const {
    constexpr int32_t kDaylight = 60;
    const ZoneSample& sample = samples_[index];
    if (!sample.loose) return false;
    bool daylight = false;
    const auto look = [&](const ZoneSample& other) {
      if (other.loose || !other.at) return false;
      daylight = daylight || other.offset == sample.offset + kDaylight;
      return true;
    };
    for (size_t i = index; i > 0 && !look(samples_[i - 1]); --i) {
    }
    for (size_t i = index + 1; i < samples_.size() && !look(samples_[i]); ++i) {
    }
    return daylight;
  }

  void AddDated(size_t index) {
    ZoneSample& sample = samples_[index];
    if (IsStandardOfDaylight(index) &&
        (eras_.empty() || !sample.FitsRule(eras_.back().era.rule))) {
      sample.evidence.why_not =
          "it seems to state standard time while daylight time held";
      return;
    }
    sample.evidence.used = true;
    if (!eras_.empty() && Join(index, &eras_.back())) {
      ZoneEra& era = eras_.back().era;
      era.proven_until = std::max(era.proven_until, sample.last);
      return;
    }
    Begin(index, *sample.at, sample.last);
    eras_.back().era.exact = sample.change;
  }

  void Begin(size_t index, Ticks from, Ticks until) {
    const ZoneSample& sample = samples_[index];
    Growing growing;
    growing.era.from = from;
    growing.era.proven_until = until;
    growing.era.evidence = sample.evidence.what;
    growing.era.rule =
        sample.rule.value_or(ZoneRule{sample.offset, sample.offset, {}, {}});
    growing.whole = sample.rule.has_value();
    growing.samples = {index};
    eras_.push_back(std::move(growing));
  }

  // A rule that was found late explains eras before it: the two halves of a
  // year are one zone.
  void Merge() {
    for (size_t i = eras_.size(); i > 1; --i) {
      Growing& later = eras_[i - 1];
      Growing& earlier = eras_[i - 2];
      if (!later.whole || earlier.whole || !Explains(later.era.rule, earlier)) {
        continue;
      }
      earlier.era.rule = later.era.rule;
      earlier.whole = true;
      earlier.era.proven_until = later.era.proven_until;
      earlier.samples.insert(earlier.samples.end(), later.samples.begin(),
                             later.samples.end());
      eras_.erase(eras_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
  }

  void AddUndated(size_t index) {
    ZoneSample& sample = samples_[index];
    if (eras_.empty()) {
      sample.evidence.used = true;
      Begin(index, Ticks{0}, end_);
      return;
    }
    Growing& last = eras_.back();
    const int32_t holds = OffsetAt(last.era.rule, end_);
    const bool agrees =
        sample.rule
            ? OffsetAt(*sample.rule, end_) == holds
            : sample.offset == holds ||
                  (sample.loose &&
                   (!last.whole || sample.offset == last.era.rule.standard));
    if (agrees && sample.rule && !last.whole) {
      sample.evidence.used = Join(index, &last);
    } else {
      sample.evidence.used = agrees;
    }
    if (!sample.evidence.used) {
      sample.evidence.why_not =
          last.era.evidence + " says " + FormatZone(last.era.rule);
    }
  }

  Ticks end_;
  std::vector<ZoneSample>& samples_;
  std::vector<Growing> eras_;
};

}  // namespace

std::vector<ZoneEra> MakeEras(Ticks end, std::vector<ZoneSample>* samples) {
  return EraBuilder(end, samples).Build();
}

}  // namespace espial
