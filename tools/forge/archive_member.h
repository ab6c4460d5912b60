// What goes into an archive.
#pragma once

#include <espial/core/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace espial::forge {

// A file by the name that it has in the archive (UTF-8).
struct ArchiveMember {
  std::string name;
  std::vector<std::byte> bytes;
  Ticks time;  // UTC
};

// Date and time as DOS counts: local, two seconds apart, from 1980 to 2107.
struct DosTime {
  uint16_t date = 0;
  uint16_t time = 0;
};

// The time that a clock in a zone with this bias (UTC = local + bias, minutes)
// shows; held within what DOS can count.
DosTime ToDosTime(Ticks utc, int32_t bias_minutes);

}  // namespace espial::forge
