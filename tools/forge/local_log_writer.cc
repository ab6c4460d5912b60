#include "tools/forge/local_log_writer.h"

#include <fmt/format.h>

namespace espial::forge {
namespace {

constexpr uint8_t kError = 2;
constexpr uint8_t kWarning = 3;

std::string_view PantherLevel(uint8_t level) {
  if (level == kError) return "Error";
  return level == kWarning ? "Warning" : "Info";
}

// CMTrace counts the other way round.
int CmTraceType(uint8_t level) {
  if (level == kError) return 3;
  return level == kWarning ? 2 : 1;
}

}  // namespace

std::string FormatLocalLine(const StoryLine& line, Ticks utc,
                            int32_t bias_minutes) {
  const Civil at =
      ToCivil(AddTicks(utc, -int64_t{bias_minutes} * kTicksPerMinute));
  if (line.form == LineForm::kPanther) {
    return fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}, {:<21} [{}] {}\r\n", at.year,
        at.month, at.day, at.hour, at.minute, at.second,
        PantherLevel(line.level), line.component, line.text);
  }
  // No padding in the date, seven digits of the second, no bias.
  return fmt::format(
      "<![LOG[{}]LOG]!><time=\"{:02}:{:02}:{:02}.{:07}\" date=\"{}-{}-{}\" "
      "component=\"{}\" context=\"\" type=\"{}\" thread=\"4\" file=\"\">\r\n",
      line.text, at.hour, at.minute, at.second, at.tick, at.month, at.day,
      at.year, line.component, CmTraceType(line.level));
}

}  // namespace espial::forge
