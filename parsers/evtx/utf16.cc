#include "parsers/evtx/utf16.h"

#include <espial/core/text.h>

#include <cstddef>
#include <cstdint>

namespace espial::evtx {
namespace {

// Nearly all text of a log is ASCII; a loop without branches tells, and is
// turned into vector instructions.
bool AllAscii(Bytes units) {
  uint32_t seen = 0;
  for (size_t i = 0; i + 1 < units.size(); i += 2) {
    seen |= LoadU16(units.data() + i);
  }
  return seen < 0x80;
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
  if (units.size() % 2 == 0 && AllAscii(units)) {
    const size_t count = units.size() / 2;
    char* text = static_cast<char*>(arena->Allocate(count, 1));
    for (size_t i = 0; i < count; ++i) {
      text[i] = static_cast<char>(units[2 * i]);
    }
    return {text, count};
  }
  scratch->clear();
  AppendUtf16Le(units, scratch);
  return arena->Copy(*scratch);
}

}  // namespace espial::evtx
