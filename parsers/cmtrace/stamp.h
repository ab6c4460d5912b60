// The time of a CMTrace record.
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial::cmtrace {

struct Stamp {
  // kAssumed, or kNone when it cannot be read or cannot be. as_written is not
  // set.
  Time time;
  // Minutes as written behind the time, with their sign. Writers disagree on
  // what the sign means, so nothing is converted with it.
  std::optional<int32_t> bias;
  // The bias as written, when it is not one sign and up to three digits.
  std::string_view odd_bias;
};

// `date` is M-D-YYYY or YYYY-MM-DD, zeros in front or not; `time` is
// HH:MM:SS, a fraction of 1 to 9 digits or none, and "+300", "-360" or "+-300"
// or nothing.
Stamp ReadStamp(std::string_view date, std::string_view time);

// The same for the records of one log, whose neighbours have the same date.
class StampReader {
 public:
  Stamp Read(std::string_view date, std::string_view time);

 private:
  std::string date_;
  Civil day_;
};

}  // namespace espial::cmtrace
