// What a case says of the device's time zone.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "lib/model/clock_parts.h"

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

struct RuleParts {
  std::optional<int64_t> bias;
  std::optional<int64_t> standard_bias;
  std::optional<int64_t> daylight_bias;
  std::optional<ZoneSwitch> to_standard;
  std::optional<ZoneSwitch> to_daylight;

  // Without switches the zone does not switch.
  [[nodiscard]] std::optional<ZoneRule> Make() const {
    if (!bias) return std::nullopt;
    const auto standard = OffsetOfBias(*bias + standard_bias.value_or(0));
    if (!standard) return std::nullopt;
    ZoneRule rule{*standard, *standard, {}, {}};
    if (!to_standard || !to_daylight || to_standard->month == 0 ||
        to_daylight->month == 0) {
      return rule;
    }
    const auto daylight = OffsetOfBias(*bias + daylight_bias.value_or(0));
    if (!daylight) return rule;
    rule.daylight = *daylight;
    rule.to_standard = *to_standard;
    rule.to_daylight = *to_daylight;
    return rule;
  }
};

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
  RuleParts parts;
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

ZoneSample SampleOf(const Fact& fact, std::string_view what,
                    const ZoneRule& rule, bool whole) {
  ZoneSample sample;
  sample.offset = rule.standard;
  if (whole) sample.rule = rule;
  sample.evidence.what = what;
  sample.evidence.says = FormatZone(rule);
  sample.evidence.source = fact.source;
  sample.evidence.record = fact.line;
  sample.evidence.offset = fact.offset;
  return sample;
}

// A SYSTEMTIME in hexadecimal, as a rule: year 0, month, weekday, week, hour,
// minute, second, 16 bits each, little endian.
std::optional<ZoneSwitch> SwitchOfBinary(std::string_view hex) {
  std::array<uint64_t, 8> parts{};
  if (hex.size() < 4 * parts.size()) return std::nullopt;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto low = ParseHex(hex.substr(4 * i, 2));
    const auto high = ParseHex(hex.substr(4 * i + 2, 2));
    if (!low || !high) return std::nullopt;
    parts[i] = *high << 8U | *low;
  }
  const auto [year, month, weekday, week, hour, minute, second, ms] = parts;
  if (month == 0) return ZoneSwitch();
  if (year != 0 || month > 12 || weekday > 6 || week == 0 || week > 5 ||
      hour > 24 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  return ZoneSwitch{static_cast<uint8_t>(month), static_cast<uint8_t>(week),
                    static_cast<uint8_t>(weekday),
                    static_cast<uint32_t>(hour * 3600 + minute * 60 + second)};
}

int64_t Signed32(uint64_t number) {
  return static_cast<int32_t>(static_cast<uint32_t>(number));
}

// The values of one TimeZoneInformation key.
struct RegistryZone {
  const Fact* first = nullptr;
  RuleParts parts;
  std::optional<int32_t> active;
  bool no_daylight = false;

  void Read(const Fact& fact) {
    if (first == nullptr) first = &fact;
    const auto is = [&](std::string_view name) {
      return EqualsFold(fact.name, name);
    };
    if (is("StandardStart")) parts.to_standard = SwitchOfBinary(fact.data);
    if (is("DaylightStart")) parts.to_daylight = SwitchOfBinary(fact.data);
    if (!fact.number) return;
    const int64_t number = Signed32(*fact.number);
    if (is("ActiveTimeBias")) active = OffsetOfBias(number);
    if (is("ActiveTimeBias") && active) first = &fact;
    if (is("Bias")) parts.bias = number;
    if (is("StandardBias")) parts.standard_bias = number;
    if (is("DaylightBias")) parts.daylight_bias = number;
    if (is("DynamicDaylightTimeDisabled")) no_daylight = number != 0;
  }

  [[nodiscard]] std::optional<ZoneSample> Make() const {
    constexpr std::string_view kWhat = "registry TimeZoneInformation";
    const bool whole = parts.to_standard && parts.to_daylight;
    RuleParts used = parts;
    if (no_daylight) used.to_daylight = ZoneSwitch();
    const auto rule = whole ? used.Make() : std::nullopt;
    // The active bias is what holds; a rule that denies it is not read right.
    if (rule &&
        (!active || *active == rule->standard || *active == rule->daylight)) {
      return SampleOf(*first, kWhat, *rule, true);
    }
    if (!active) return std::nullopt;
    return SampleOf(*first, kWhat, {*active, *active, {}, {}}, false);
  }
};

void ReadRegistry(const Timeline& timeline, std::vector<ZoneSample>* out) {
  // CurrentControlSet sorts before the numbered sets.
  std::map<std::tuple<std::string, SourceId>, RegistryZone> zones;
  for (const Fact& fact : timeline.facts()) {
    if (fact.kind == FactKind::kRegistry && !fact.recovered &&
        EndsWithFold(fact.key, "\\Control\\TimeZoneInformation")) {
      zones[{Fold(fact.key), fact.source}].Read(fact);
    }
  }
  for (const auto& [key, zone] : zones) {
    if (auto sample = zone.Make()) out->push_back(std::move(*sample));
  }
}

// "UTC+01:00", "(UTC-08:00) Pacific Time", "Bias: -60min", "-60": minutes east.
std::optional<int32_t> OffsetOfText(std::string_view text) {
  const auto number_behind = [&](size_t at) -> std::optional<int64_t> {
    while (at < text.size() && (text[at] == ' ' || text[at] == ':')) ++at;
    size_t end = at;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    const size_t digits = end;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == digits || end - digits > 4) return std::nullopt;
    return ParseSigned(text.substr(at, end - at));
  };
  for (const std::string_view mark : {"(UTC", "(GMT", "UTC", "GMT"}) {
    const size_t at = text.find(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + mark.size());
    if (rest.size() >= 6 && (rest[0] == '+' || rest[0] == '-') &&
        rest[3] == ':') {
      const auto hours = ParseUnsigned(rest.substr(1, 2));
      const auto minutes = ParseUnsigned(rest.substr(4, 2));
      if (!hours || !minutes || *hours > 14 || *minutes > 59) continue;
      const auto size = static_cast<int64_t>(*hours * 60 + *minutes);
      return OffsetOfBias(rest[0] == '+' ? -size : size);
    }
  }
  const size_t bias = text.find("Bias");
  const auto number =
      number_behind(bias == std::string_view::npos ? 0 : bias + 4);
  return number ? OffsetOfBias(*number) : std::nullopt;
}

// What commands print: the first of a source that states an offset. Times of
// several labels would mix standard and daylight offsets.
void ReadOutputs(const Timeline& timeline, std::vector<ZoneSample>* out) {
  std::map<SourceId, bool> done;
  for (const Fact& fact : timeline.facts()) {
    if (fact.kind != FactKind::kOutput) continue;
    const bool w32tm = StartsWithFold(fact.key, "w32tm");
    const bool zone = ContainsFold(fact.name, "time zone") ||
                      ContainsFold(fact.name, "Zeitzone") ||
                      ContainsFold(fact.name, "fuseau horaire") ||
                      ContainsFold(fact.name, "zona horaria");
    if ((!w32tm && !zone) || done[fact.source]) continue;
    std::optional<int32_t> offset;
    if (fact.number && ContainsFold(fact.name, "bias")) {
      offset = OffsetOfBias(Signed32(*fact.number));
    } else {
      offset = OffsetOfText(fact.data);
    }
    if (!offset) continue;
    done[fact.source] = true;
    ZoneSample sample =
        SampleOf(fact, fact.key, {*offset, *offset, {}, {}}, false);
    // Names of zones state the offset of standard time.
    sample.loose = true;
    out->push_back(std::move(sample));
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
  ReadRegistry(timeline, &undated);
  ReadOutputs(timeline, &undated);
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
