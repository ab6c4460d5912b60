// What could not be read, or was not read because a limit forbade it.
#pragma once

#include <espial/core/result.h>
#include <espial/core/source.h>

#include <cstdint>
#include <string>

namespace espial {

struct Damage {
  SourceId source;
  // kind, what, offset, expected and found.
  Error error;
  // Bytes of the Source that nothing was read from because of this; 0 when
  // everything was read all the same (a note: checksum mismatch with sound
  // contents, say).
  uint64_t bytes_lost = 0;
  // Whether events or facts may be missing because of it. False for oddities
  // that cost nothing. Absence cannot be proven in a source with losses.
  bool lossy = true;
};

}  // namespace espial
