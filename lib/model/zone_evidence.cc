// What a case says of the device's time zone.
#include <espial/core/text.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "lib/model/clock_parts.h"
#include "lib/model/zone_facts.h"

namespace espial {
namespace {

// No zone lies further from Greenwich than 14 hours.
constexpr int64_t kLargestBias = int64_t{14} * 60;
// UEFI: the firmware does not know its zone.
constexpr int64_t kNoFirmwareZone = 2047;

// A bias of Windows has 32 bits: sums of those do not overflow.
std::optional<int64_t> InRange(std::optional<int64_t> bias) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (!bias || *bias > kMost || *bias < -kMost) return std::nullopt;
  return bias;
}

// A number that may have been written unsigned where it is signed.
std::optional<int64_t> SignedOf(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    // "480 Pacific Standard Time"
    const std::string_view text = Trim(value->text);
    return InRange(ParseSigned(text.substr(0, text.find(' '))));
  }
  if (value->type == ValueType::kInt) {
    return InRange(static_cast<int64_t>(value->number));
  }
  return static_cast<int32_t>(static_cast<uint32_t>(value->number));
}

std::optional<ZoneSwitch> SwitchField(const Event& event,
                                      std::string_view name) {
  const Value* value = event.FindField(name);
  if (value == nullptr) return std::nullopt;
  return ParseZoneSwitch(value->text);
}

class Samples {
 public:
  void Add(const Event& event, std::string_view what, ZoneSample sample) {
    sample.evidence.what = what;
    sample.evidence.says =
        sample.rule ? FormatZone(*sample.rule) : FormatOffset(sample.offset);
    sample.evidence.at = sample.at;
    sample.evidence.source = event.source;
    sample.evidence.record = event.record;
    sample.evidence.offset = event.offset;
    sample.last = *sample.at;
    if (Repeats(sample)) return;
    if (samples_.size() >= kMostZoneEvidence) {
      ++left_out_;
      return;
    }
    samples_.push_back(std::move(sample));
  }

  std::vector<ZoneSample> Take(uint64_t* left_out) {
    *left_out += left_out_;
    return std::move(samples_);
  }

 private:
  // The same said again, with nothing else in between, is one piece.
  bool Repeats(const ZoneSample& sample) {
    for (size_t i = samples_.size(); i > 0; --i) {
      ZoneSample& before = samples_[i - 1];
      if (before.offset != sample.offset ||
          (before.rule && sample.rule && before.rule != sample.rule)) {
        return false;
      }
      if (before.evidence.what != sample.evidence.what ||
          before.evidence.source != sample.evidence.source) {
        continue;
      }
      ++before.evidence.times;
      before.last = std::max(before.last, sample.last);
      return true;
    }
    return false;
  }

  std::vector<ZoneSample> samples_;
  uint64_t left_out_ = 0;
};

void AddOffset(const Event& event, std::string_view what, const Value* bias,
               Samples* samples) {
  const auto offset = OffsetOfBias(bias);
  if (!offset) return;
  ZoneSample sample;
  sample.at = event.corrected;
  sample.offset = *offset;
  samples->Add(event, what, std::move(sample));
}

void ReadTraceHeader(const Event& event, Samples* samples) {
  ZoneRuleParts parts;
  parts.bias = SignedOf(event.FindField("Bias"));
  parts.standard_bias = SignedOf(event.FindField("StandardBias"));
  parts.daylight_bias = SignedOf(event.FindField("DaylightBias"));
  parts.to_standard = SwitchField(event, "StandardDate");
  parts.to_daylight = SwitchField(event, "DaylightDate");
  ZoneSample sample;
  sample.rule = parts.Make();
  if (!sample.rule) return;
  sample.at = event.corrected;
  sample.offset = OffsetAt(*sample.rule, event.corrected);
  samples->Add(event, "trace header", std::move(sample));
}

void ReadKernelGeneral(const Event& event, Samples* samples) {
  if (event.id == 24) {
    AddOffset(event, "Microsoft-Windows-Kernel-General 24 CurrentBias",
              event.FindField("CurrentBias"), samples);
    return;
  }
  if (event.id == 1) {
    AddOffset(event, "Microsoft-Windows-Kernel-General 1 TimeZoneBias",
              event.FindField("TimeZoneBias"), samples);
    return;
  }
  if (event.id != 22) return;
  const auto to = OffsetOfBias(event.FindField("NewBias"));
  if (!to) return;
  ZoneSample sample;
  if (const auto from = OffsetOfBias(event.FindField("OldBias"))) {
    sample.at = AddTicks(event.corrected, -1);
    sample.offset = *from;
    samples->Add(event, "Microsoft-Windows-Kernel-General 22 OldBias", sample);
  }
  sample.at = event.corrected;
  sample.offset = *to;
  sample.change = true;
  samples->Add(event, "Microsoft-Windows-Kernel-General 22 NewBias",
               std::move(sample));
}

void ReadEvent(const Event& event, Samples* samples) {
  if (!IsOwnRecord(event) || event.time.quality < TimeQuality::kOffset) return;
  if (EqualsFold(event.provider, "EventTrace")) {
    ReadTraceHeader(event, samples);
  } else if (event.id == 6013 && EqualsFold(event.provider, "EventLog")) {
    // Classic data: the fifth string is the uptime, the seventh the zone.
    if (event.fields.size() < 7) return;
    const auto offset = OffsetOfBias(&event.fields[6].value);
    if (!offset) return;
    ZoneSample sample;
    sample.at = event.corrected;
    sample.offset = *offset;
    sample.loose = true;
    samples->Add(event, "EventLog 6013", std::move(sample));
  } else if ((event.id == 1 || event.id == 22 || event.id == 24) &&
             IsKernelGeneral(event)) {
    ReadKernelGeneral(event, samples);
  }
}

// Firmware: listed, and nothing is converted with it.
void ReadFirmware(const Timeline& timeline, std::vector<ZoneSample>* out) {
  for (const Event& event : timeline.events()) {
    if (event.id != 238 || !IsOwnRecord(event) ||
        !EqualsFold(event.provider, "Microsoft-Windows-Kernel-Boot")) {
      continue;
    }
    const auto bias = SignedOf(event.FindField("EfiTimeZoneBias"));
    if (!bias || *bias == kNoFirmwareZone) continue;
    const auto offset = OffsetOfBias(*bias);
    if (!offset) continue;
    ZoneSample sample;
    sample.offset = *offset;
    sample.evidence.what = "Microsoft-Windows-Kernel-Boot 238 EfiTimeZoneBias";
    sample.evidence.says = FormatOffset(*offset);
    sample.evidence.at = event.corrected;
    sample.evidence.source = event.source;
    sample.evidence.record = event.record;
    sample.evidence.offset = event.offset;
    sample.evidence.why_not = "the firmware's zone need not be that of Windows";
    out->push_back(std::move(sample));
    return;
  }
}

}  // namespace

std::optional<int32_t> OffsetOfBias(int64_t bias) {
  if (bias < -kLargestBias || bias > kLargestBias) return std::nullopt;
  return static_cast<int32_t>(-bias);
}

std::optional<int32_t> OffsetOfBias(const Value* value) {
  const auto bias = SignedOf(value);
  return bias ? OffsetOfBias(*bias) : std::nullopt;
}

bool ZoneSample::FitsRule(const ZoneRule& other) const {
  if (rule) return *rule == other;
  if (loose && offset == other.standard) return true;
  if (!at) return offset == other.standard || offset == other.daylight;
  return OffsetAt(other, *at) == offset && OffsetAt(other, last) == offset;
}

std::vector<ZoneSample> ReadZoneSamples(const Timeline& timeline,
                                        uint64_t* left_out) {
  Samples dated;
  for (const Event& event : timeline.events()) ReadEvent(event, &dated);
  std::vector<ZoneSample> samples = dated.Take(left_out);
  std::stable_sort(
      samples.begin(), samples.end(),
      [](const ZoneSample& a, const ZoneSample& b) { return a.at < b.at; });
  std::vector<ZoneSample> undated;
  ReadZoneFacts(timeline, &undated);
  ReadFirmware(timeline, &undated);
  for (ZoneSample& sample : undated) {
    if (samples.size() >= 2 * kMostZoneEvidence) {
      ++*left_out;
      continue;
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace espial
