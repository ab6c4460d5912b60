#include "lib/report/timeline_formats.h"

#include <espial/core/time.h>

#include <algorithm>

namespace espial::report {

std::string FieldsPhrase(const Event& event) {
  std::string out;
  for (const Field& field : event.fields) {
    if (!out.empty()) out += "; ";
    out.append(field.name).push_back('=');
    const size_t value = out.size();
    AppendText(field.value, &out);
    if (field.value.type == ValueType::kList) {
      std::replace(out.begin() + static_cast<std::ptrdiff_t>(value), out.end(),
                   '\n', ',');
    }
  }
  return out;
}

std::string EventSentence(const Event& event, std::string_view title) {
  std::string out(event.provider.empty() ? event.channel : event.provider);
  if (event.id != 0) out.append(" ").append(std::to_string(event.id));
  if (!title.empty()) out.append(" [").append(title).append("]");
  // A message of Windows says what the fields say; that of a text log is the
  // line itself.
  std::string rest(event.message);
  if (rest.empty()) rest = FieldsPhrase(event);
  if (!rest.empty()) out.append(out.empty() ? "" : ": ").append(rest);
  return out;
}

std::string_view TimeDescription(const Event& event) {
  switch (event.time.quality) {
    case TimeQuality::kNone:
      return "Event Logged (time unknown)";
    case TimeQuality::kAssumed:
      return "Event Logged (zone assumed)";
    case TimeQuality::kZone:
    case TimeQuality::kOffset:
    case TimeQuality::kUtc:
      break;
  }
  return event.corrected == event.time.ticks ? "Event Logged"
                                             : "Event Logged (clock corrected)";
}

std::string TimeAsLogged(const Event& event) {
  if (!event.time.known() || event.corrected == event.time.ticks) return {};
  return FormatUtc(event.time.ticks, 7);
}

std::string_view FormatOf(const Case& the_case, const Event& event) {
  if (event.source.value >= the_case.artifacts.size()) return {};
  return the_case.artifact(event.source).format;
}

bool LooksLikeFormula(std::string_view text) {
  // A lone sign is a word of these formats and no formula.
  return text.size() > 1 &&
         std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
}

}  // namespace espial::report
