// Runs libmspack over the blocks of one LZX or Quantum folder.
//
// libmspack reads cabinets, not streams, so it is given a cabinet: one folder
// and one file that covers it, made up in memory in front of the real blocks.
// It decodes in one pass, in order, and never sees a name, a table or a
// checksum of the input.
#pragma once

#include <espial/core/bytes.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "parsers/archive/cab/cab_folder.h"

namespace espial::archive_cab {

// Receives the output in order; false stops the run.
using WriteFn = std::function<bool(Bytes)>;

enum class DecodeEnd : uint8_t {
  kWhole,    // all that was asked for came out
  kStopped,  // the receiver said stop
  kBadData,  // the compressed data are wrong; what came before is sound
};

struct DecodeResult {
  DecodeEnd end = DecodeEnd::kWhole;
  // Why, for reports; empty unless kBadData.
  std::string detail;
};

// Decodes the first `blocks` blocks until `want` bytes have come out. `type`
// is CFFOLDER.typeCompress. Thread-safe: everything lives and dies with the
// call. May throw std::bad_alloc.
DecodeResult Decode(const FolderData& data, uint16_t type, size_t blocks,
                    uint64_t want, const WriteFn& write);

}  // namespace espial::archive_cab
