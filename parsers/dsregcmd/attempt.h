// What dsregcmd says about attempts: a time, and the lines below it that tell
// how it went.
#pragma once

#include <espial/core/time.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/support/output_facts.h"

namespace espial::dsregcmd {

// Makes an event of each value that is a time in the past (expiries are none),
// with the values that follow it up to the next time or the end of the section
// as its fields. Not thread-safe.
class Attempts {
 public:
  explicit Attempts(Sink* sink) : sink_(*sink) {}

  // The next value of the output.
  void OnValue(std::string_view section, std::string_view label,
               std::string_view value, const TextLine& line);
  void EndSection() { Finish(); }
  void Finish();

 private:
  Sink& sink_;
  bool open_ = false;
  Ticks time_;
  uint64_t line_ = 0;
  uint64_t offset_ = 0;
  std::string section_;
  std::string label_;
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace espial::dsregcmd
