#include "lib/report/words.h"

#include <espial/core/text.h>
#include <espial/report/layout.h>

#include <limits>

namespace espial::report {
namespace {

// "2024-07-23 10:04:05"
std::string DateAndTime(Ticks ticks) {
  std::string text = FormatUtc(ticks, 0);
  if (!text.empty() && text.back() == 'Z') text.pop_back();
  const size_t t = text.find('T');
  if (t != std::string::npos) text[t] = ' ';
  return text;
}

}  // namespace

std::string TimePhrase(const Case& the_case, Ticks ticks) {
  const std::string utc = DateAndTime(ticks);
  std::string out = utc + 'Z';
  const auto offset = the_case.clock.OffsetAt(ticks);
  if (!offset) return out;
  std::string local = FormatLocal(ticks, *offset);
  // Zones are whole minutes apart: the seconds stand in the UTC already.
  const size_t zone = local.rfind(' ');
  if (zone != std::string::npos && zone >= 3) local.erase(zone - 3, 3);
  // The date is worth its columns only where it differs.
  const size_t date = utc.find(' ');
  const bool same_date =
      date != std::string::npos && local.compare(0, date, utc, 0, date) == 0;
  out += " (";
  out += same_date ? local.substr(date + 1) : local;
  out += ')';
  return out;
}

std::string TimePhrase(const Case& the_case, const Time& time) {
  switch (time.quality) {
    case TimeQuality::kNone:
      return "";
    case TimeQuality::kAssumed:
      return DateAndTime(time.ticks) + " (zone unknown)";
    case TimeQuality::kZone:
    case TimeQuality::kOffset:
    case TimeQuality::kUtc:
      break;
  }
  return TimePhrase(the_case, time.ticks);
}

std::string_view Provenance(const Case& the_case, SourceId source) {
  if (source.value >= the_case.artifacts.size()) return {};
  return the_case.artifact(source).provenance;
}

std::string ArtifactPhrase(const Case& the_case, SourceId source) {
  const std::string_view provenance = Provenance(the_case, source);
  if (provenance.empty()) return "?";
  const std::string_view name = ProvenanceName(provenance);
  return Safe(name.empty() ? provenance : name);
}

std::string Grouped(uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string Counted(uint64_t number, std::string_view noun) {
  std::string out = Grouped(number) + ' ';
  out.append(noun);
  if (number != 1) out.push_back('s');
  return out;
}

DamageTotal SumDamage(const Case& the_case) {
  DamageTotal total;
  for (const Damage& damage : the_case.damage) {
    ++total.pieces;
    if (damage.lossy) ++total.lossy;
    const uint64_t room =
        std::numeric_limits<uint64_t>::max() - total.bytes_lost;
    total.bytes_lost += damage.bytes_lost < room ? damage.bytes_lost : room;
  }
  return total;
}

std::string DamagePhrase(const Case& the_case, const Damage& damage) {
  std::string out = Safe(Provenance(the_case, damage.source));
  if (out.empty()) out = "?";
  out += ": " + Safe(damage.error.ToString());
  if (damage.bytes_lost != 0) {
    out += "; " + Counted(damage.bytes_lost, "byte") + " lost";
  } else if (!damage.lossy) {
    out += "; nothing lost";
  }
  return out;
}

}  // namespace espial::report
