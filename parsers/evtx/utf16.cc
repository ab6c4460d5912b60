#include "parsers/evtx/utf16.h"

#include <espial/core/text.h>

#include <cstddef>
#include <cstdint>

namespace espial::evtx {
namespace {

// Nearly all text of a log is ASCII: four characters at once, in each order of
// bytes. False when some are not.
bool NarrowAscii(Bytes units, char* out) {
  constexpr uint64_t kNotAscii = 0xFF80FF80FF80FF80;
  uint64_t seen = 0;
  const size_t count = units.size() / 2;
  size_t at = 0;
  for (; at + 4 <= count; at += 4) {
    uint64_t word = LoadU64(units.data() + 2 * at);
    seen |= word;
    word |= word >> 8U;
    word = (word & 0xFFFFU) | (word >> 16U & 0xFFFF0000U);
    out[at] = static_cast<char>(word);
    out[at + 1] = static_cast<char>(word >> 8U);
    out[at + 2] = static_cast<char>(word >> 16U);
    out[at + 3] = static_cast<char>(word >> 24U);
  }
  for (; at < count; ++at) {
    const uint16_t unit = LoadU16(units.data() + 2 * at);
    seen |= unit;
    out[at] = static_cast<char>(unit);
  }
  return (seen & kNotAscii) == 0;
}

}  // namespace

Bytes TrimTerminators(Bytes units) {
  size_t size = units.size();
  if (size % 2 != 0) return units;
  while (size >= 2 && LoadU16(units.data() + size - 2) == 0) size -= 2;
  return units.first(size);
}

std::string_view CopyUtf16(Bytes units, Arena* arena, std::string* scratch) {
  if (units.empty()) return {};
  if (units.size() % 2 == 0) {
    const size_t count = units.size() / 2;
    // Kept where the text is something else: it is seldom.
    char* text = static_cast<char*>(arena->Allocate(count, 1));
    if (NarrowAscii(units, text)) return {text, count};
  }
  scratch->clear();
  AppendUtf16Le(units, scratch);
  return arena->Copy(*scratch);
}

}  // namespace espial::evtx
