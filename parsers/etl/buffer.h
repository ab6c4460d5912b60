// WMI_BUFFER_HEADER: the head of each buffer of a trace.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <optional>

namespace espial::etl {

inline constexpr uint64_t kBufferHeaderBytes = 0x48;
// Sizes of buffers that sessions can have.
inline constexpr uint32_t kLeastBufferBytes = 0x400;
inline constexpr uint32_t kMostBufferBytes = 0x1000000;

// BufferFlag.
inline constexpr uint16_t kBufferEventsLost = 0x02;
inline constexpr uint16_t kBufferLost = 0x04;
inline constexpr uint16_t kBufferCompressed = 0x40;

// BufferType of the buffer that begins a trace.
inline constexpr uint16_t kHeaderBuffer = 4;

struct BufferHeader {
  uint32_t size = 0;   // of the whole buffer, this header included
  uint32_t saved = 0;  // offset of the first byte behind the last record
  uint16_t flags = 0;
  uint16_t type = 0;  // 0 generic, 1 rundown, ... 7 debug information
};

// The header at the start of `bytes`; nothing when there is none that could be
// one, or when fewer bytes are there than it takes.
std::optional<BufferHeader> ReadBufferHeader(Bytes bytes);

}  // namespace espial::etl
