#include "tools/forge/zone_reader.h"

#include <espial/model/zone_rule.h>

#include <string_view>
#include <vector>

namespace espial::forge {
namespace {

constexpr std::string_view kZoneKeys[] = {"bias", "name", "daylight"};

// Zones lie within a day of UTC.
constexpr int64_t kMaxBias = int64_t{24} * 60;

}  // namespace

int32_t Zone::BiasAt(Ticks utc) const {
  const auto from = ParseZoneSwitch(daylight_from);
  const auto to = ParseZoneSwitch(daylight_to);
  if (!from || !to) return bias_minutes;
  return -OffsetAt({-bias_minutes, 60 - bias_minutes, *to, *from}, utc);
}

Status ReadZone(const YamlNode& node, Zone* zone) {
  ESPIAL_TRY(node.ExpectKeys("zone", kZoneKeys));
  if (const auto name = node.Find("name")) {
    ESPIAL_TRY_ASSIGN(zone->name, name->ExpectText("name"));
  }
  if (const auto bias = node.Find("bias")) {
    ESPIAL_TRY_ASSIGN(const int64_t minutes,
                      bias->ExpectInteger("bias", -kMaxBias, kMaxBias));
    zone->bias_minutes = static_cast<int32_t>(minutes);
  }
  if (const auto daylight = node.Find("daylight")) {
    ESPIAL_TRY_ASSIGN(const std::vector<std::string> switches,
                      daylight->ExpectTexts("daylight"));
    if (switches.size() != 2 || !ParseZoneSwitch(switches[0]) ||
        !ParseZoneSwitch(switches[1])) {
      return daylight->Fail(
          "daylight is a list of two switches such as 3.2.0/02:00:00: when it "
          "begins, when it ends");
    }
    zone->daylight_from = switches[0];
    zone->daylight_to = switches[1];
  }
  return {};
}

}  // namespace espial::forge
