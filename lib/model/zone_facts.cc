#include "lib/model/zone_facts.h"

#include <espial/core/text.h>

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace espial {
namespace {

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
  ZoneRuleParts parts;
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
    ZoneRuleParts used = parts;
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

}  // namespace

std::optional<ZoneRule> ZoneRuleParts::Make() const {
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

void ReadZoneFacts(const Timeline& timeline, std::vector<ZoneSample>* samples) {
  ReadRegistry(timeline, samples);
  ReadOutputs(timeline, samples);
}

}  // namespace espial
