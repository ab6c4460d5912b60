#include "tools/forge/local_log_writer.h"

#include <fmt/format.h>

namespace espial::forge {

std::string FormatLocalLine(const StoryLine& line, Ticks utc,
                            int32_t bias_minutes) {
  const Civil at =
      ToCivil(AddTicks(utc, -int64_t{bias_minutes} * kTicksPerMinute));
  if (line.form == LineForm::kPanther) {
    return fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}, Info                  [{}] "
        "{}\r\n",
        at.year, at.month, at.day, at.hour, at.minute, at.second,
        line.component, line.text);
  }
  // No padding in the date, seven digits of the second, no bias.
  return fmt::format(
      "<![LOG[{}]LOG]!><time=\"{:02}:{:02}:{:02}.{:07}\" date=\"{}-{}-{}\" "
      "component=\"{}\" context=\"\" type=\"1\" thread=\"4\" file=\"\">\r\n",
      line.text, at.hour, at.minute, at.second, at.tick, at.month, at.day,
      at.year, line.component);
}

}  // namespace espial::forge
