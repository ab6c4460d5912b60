// From when to when a log speaks, and where it is silent.
//
// Absence of an event is evidence only inside coverage.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial {

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
};

// Whether `stem` (a file name without extension, in any of the spellings of
// the collectors: '/' as '-' or "%4", any case, "(45) Events System Events")
// names `channel`.
bool StemNamesChannel(std::string_view stem, std::string_view channel);

}  // namespace espial
