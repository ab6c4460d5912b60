// From when to when a log speaks, and where it is silent.
//
// Absence of an event is evidence only inside coverage.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// Record ids or lines from `first` to `last`, both included.
struct RecordRange {
  uint64_t first = 0;
  uint64_t last = 0;
  friend bool operator==(RecordRange, RecordRange) = default;
};

// Holes of one log that are listed one by one.
inline constexpr size_t kMostHoles = 64;

// One channel within one artifact.
struct Coverage {
  SourceId source;
  // From the records; for a log without records, empty: `file_stem` tells.
  std::string channel;
  // The file name without ".evtx", for logs that hold no record.
  std::string file_stem;
  uint64_t events = 0;  // active and live
  Ticks first;
  Ticks last;
  uint64_t first_record = 0;
  uint64_t last_record = 0;
  // Record ids between first and last that are not there.
  uint64_t missing_records = 0;
  // The log starts later than its channel did: it wrapped or was cleared.
  bool starts_late = false;
  // Something of the artifact could not be read.
  bool damaged = false;

  // What follows is set when the case is put together. `first` and `last` are
  // then corrected times.

  // Records are lines of a text, which are no proof that nothing stood before
  // the first: such logs are rotated.
  bool lines = false;
  // How the weakest time of the log is known; kNone without times.
  TimeQuality quality = TimeQuality::kNone;
  // The first of the missing records, at most kMostHoles ranges.
  std::vector<RecordRange> holes;
  uint64_t holes_left_out = 0;
  // When the channel was cleared last (EventLog 104, Security 1102).
  std::optional<Ticks> cleared;
  // When the log was copied; nothing when the bundle does not say. It proves
  // nothing behind that.
  std::optional<Ticks> captured;
};

// A log or answer that should be there and is not.
struct Absence {
  enum class Kind : uint8_t {
    kFailed,    // asked for; collecting it failed
    kAbsent,    // asked for; there was nothing
    kExpected,  // a collection of this kind usually has it
  };
  Kind kind = Kind::kExpected;
  std::string what;
  std::string why;  // "0x80070002", "area CABs usually have it"
  SourceId source;  // who says so
  uint64_t line = 0;
};
std::string_view AbsenceKindName(Absence::Kind kind);  // "failed", ...

// Whether `stem` (a file name without extension, in any of the spellings of
// the collectors: '/' as '-' or "%4", any case, "(45) Events System Events")
// names `channel`.
bool StemNamesChannel(std::string_view stem, std::string_view channel);

}  // namespace espial
