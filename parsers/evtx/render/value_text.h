// The text of regular values, for the fast renderer.
#pragma once

#include <espial/evtx_render.h>

#include <cstdint>
#include <string_view>

#include "parsers/evtx/ansi.h"
#include "parsers/evtx/render/escape.h"
#include "parsers/evtx/render/record_slots.h"
#include "parsers/evtx/render/write_value.h"

namespace espial::evtx {

// Copies a literal in whole registers. REQUIRES: FastProgram::kPadding bytes
// behind `from` + `size`, and OutBuffer::kSlack behind what is written.
inline char* PutLiteral(const char* from, size_t size, char* out) {
  std::memcpy(out, from, 32);
  for (size_t i = 32; i < size; i += 32) {
    std::memcpy(out + i, from + i, 32);
  }
  return out + size;
}

inline char* PutView(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

class ValueText {
 public:
  explicit ValueText(const Style& style)
      : kernel_(BestEscape()),
        microseconds_(style.microseconds),
        xml_(style.markup == Markup::kXml) {}

  void BeginChunk(Bytes chunk) {
    chunk_ = chunk.data();
    limit_ = chunk.data() + chunk.size();
  }

  // Writes the text of a value, escaped. Null where its kind has none: lists,
  // nested XML. REQUIRES: room for the bound of the value (RecordSlots).
  template <Escape kEscape>
  char* Put(const RecordSlot& slot, char* out) {
    const std::byte* const p = chunk_ + slot.offset;
    switch (slot.kind) {
      case SlotKind::kNull:
      case SlotKind::kEmpty:
        return out;
      case SlotKind::kString:
        return kernel_.escape[static_cast<size_t>(kEscape)](p, slot.size / 2U,
                                                            limit_, out);
      case SlotKind::kAnsi:
        return PutAnsi<kEscape>(p, slot.size, out);
      case SlotKind::kInt8:
        return PutSigned(std::to_integer<int8_t>(p[0]), out);
      case SlotKind::kInt16:
        return PutSigned(static_cast<int16_t>(LoadU16(p)), out);
      case SlotKind::kInt32:
        return PutSigned(static_cast<int32_t>(LoadU32(p)), out);
      case SlotKind::kInt64:
        return PutSigned(static_cast<int64_t>(LoadU64(p)), out);
      case SlotKind::kUInt8:
        return PutUnsigned(std::to_integer<uint8_t>(p[0]), out);
      case SlotKind::kUInt16:
        return PutUnsigned(LoadU16(p), out);
      case SlotKind::kUInt32:
        return PutUnsigned(LoadU32(p), out);
      case SlotKind::kUInt64:
        return PutUnsigned(LoadU64(p), out);
      case SlotKind::kBool:
        return PutView(LoadU32(p) != 0 ? "true" : "false", out);
      case SlotKind::kBinary:
        return PutHexBytes(p, slot.size, out);
      case SlotKind::kGuid:
        if constexpr (kEscape == Escape::kJson) {
          return PutGuid(p, kUpperHex, out);
        } else {
          *out++ = '{';
          out = PutGuid(p, kLowerHex, out);
          *out++ = '}';
          return out;
        }
      case SlotKind::kTime:
        return time_.Put(LoadU64(p), microseconds_, out);
      case SlotKind::kSystemTime:
        return time_.Put(SystemTimeTicks(p).value_or(0), microseconds_, out);
      case SlotKind::kSid:
        return sid_.Put(p, slot.size, xml_, out);
      case SlotKind::kHex32:
        return PutHex(LoadU32(p), out);
      case SlotKind::kHex64:
        return PutHex(LoadU64(p), out);
      case SlotKind::kXml:
      case SlotKind::kArray:
      case SlotKind::kIrregular:
        return nullptr;
    }
    return nullptr;
  }

 private:
  template <Escape kEscape>
  static char* PutAnsi(const std::byte* bytes, size_t size, char* out) {
    for (size_t i = 0; i < size; ++i) {
      const auto byte = std::to_integer<uint8_t>(bytes[i]);
      if (byte == 0) continue;
      if (byte < 0x80) {
        out = PutAscii(AsciiTable<kEscape>::kEntries[byte], out);
      } else {
        out = PutCodePoint(AnsiCodePoint(byte), out);
      }
    }
    return out;
  }

  const EscapeKernel& kernel_;
  bool microseconds_;
  bool xml_;
  const std::byte* chunk_ = nullptr;
  const std::byte* limit_ = nullptr;
  TimeWriter time_;
  SidWriter sid_;
};

}  // namespace espial::evtx
