// w32tm /tz and /query /status.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <string>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

bool IsZone(std::string_view head) {
  return head.find("TIME_ZONE_ID_") != std::string_view::npos;
}

// What stands behind `mark` in `text`, up to any of `ends`.
std::string_view Behind(std::string_view text, std::string_view mark,
                        std::string_view ends) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + mark.size());
  return Trim(text.substr(0, text.find_first_of(ends)));
}

// Minutes; the number of the fact is their two's complement.
void AddMinutes(std::string_view label, std::string_view text,
                Capture* capture) {
  text = text.substr(0, text.find("min"));
  const auto minutes = ParseSigned(text);
  if (!minutes) return;
  capture->facts().AddTyped({}, label, "number", std::to_string(*minutes),
                            static_cast<uint64_t>(*minutes), capture->line(),
                            capture->indent());
}

// "(M:10 D:5 DoW:0)" as "10.5.0": month, week, weekday. Empty where there is
// no such day.
std::string RuleOf(std::string_view text) {
  const std::string_view month = Behind(text, "(M:", " )");
  const std::string_view week = Behind(text, " D:", " )");
  const std::string_view day = Behind(text, "DoW:", " )");
  if (month.empty() || month == "0") return {};
  return std::string(month) + "." + std::string(week) + "." + std::string(day);
}

// Time zone: Current:TIME_ZONE_ID_DAYLIGHT Bias: -60min (UTC=LocalTime+Bias)
//   [Standard Name:"W. Europe Standard Time" Bias:0min Date:(M:10 D:5 DoW:0)]
void ReadZone(Capture* capture) {
  while (capture->Next()) {
    const std::string_view text = capture->text();
    if (text.find("TIME_ZONE_ID_") != std::string_view::npos) {
      capture->Add({}, "Current", Behind(text, "Current:", " "));
      AddMinutes("Bias", Behind(text, "Bias:", "("), capture);
      continue;
    }
    const std::string_view name = Behind(text, "Name:\"", "\"");
    if (!text.starts_with('[') || name.empty()) continue;
    const std::string kind(text.substr(1, text.find(' ') - 1));
    capture->Add({}, kind + "Name", name, capture->indent());
    AddMinutes(kind + "Bias", Behind(text, "Bias:", " "), capture);
    capture->Add({}, kind + "Date", RuleOf(text), capture->indent());
  }
}

// "Stratum: 4 (...)", and a reference in hexadecimal.
bool IsStatus(std::string_view head) {
  return head.find("Stratum:") != std::string_view::npos &&
         head.find(": 0x") != std::string_view::npos;
}

void ReadStatus(Capture* capture) { ReadLabels({}, capture); }

constexpr std::array<Reader, 2> kReaders = {{
    {"w32tm /tz", IsZone, ReadZone},
    {"w32tm /query /status", IsStatus, ReadStatus},
}};

}  // namespace

std::span<const Reader> TimeReaders() { return kReaders; }

}  // namespace espial::output
