#include "parsers/evtx/render/write_value.h"

#include <espial/core/time.h>

namespace espial::evtx {

std::optional<uint64_t> SystemTimeTicks(const std::byte* time) {
  const auto part = [&](size_t i) { return LoadU16(time + 2 * i); };
  if (LoadU64(time) == 0 && LoadU64(time + 8) == 0) return 0;
  const std::optional<Ticks> ticks =
      FromCivil({part(0), part(1), part(3), part(4), part(5), part(6),
                 part(7) * uint32_t{10'000}});
  if (!ticks || ticks->value >= TimeWriter::kEnd) return std::nullopt;
  return ticks->value;
}

void TimeWriter::SetSecond(uint64_t second) {
  second_ = second;
  const Civil civil = ToCivil(Ticks{second * 10'000'000});
  const auto year = static_cast<uint32_t>(civil.year);
  char* out = head_.data();
  out = PutTwoDigits(year / 100, out);
  out = PutTwoDigits(year % 100, out);
  *out++ = '-';
  out = PutTwoDigits(civil.month, out);
  *out++ = '-';
  out = PutTwoDigits(civil.day, out);
  *out++ = 'T';
  out = PutTwoDigits(civil.hour, out);
  *out++ = ':';
  out = PutTwoDigits(civil.minute, out);
  *out++ = ':';
  out = PutTwoDigits(civil.second, out);
  *out = '.';
}

char* SidWriter::Put(const std::byte* sid, size_t size, bool hex_authority,
                     char* out) {
  Known& known =
      known_[(size / 4 + std::to_integer<size_t>(sid[size - 4])) % 8];
  if (known.size == size && std::memcmp(known.sid.data(), sid, size) == 0) {
    std::memcpy(out, known.text.data(), known.text.size());
    return out + known.text_size;
  }
  char* const start = out;
  *out++ = 'S';
  *out++ = '-';
  out = PutUnsigned(std::to_integer<uint64_t>(sid[0]), out);
  *out++ = '-';
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) {
    authority = authority << 8U | std::to_integer<uint64_t>(sid[i]);
  }
  if (hex_authority && authority >> 32U != 0) {
    *out++ = '0';
    *out++ = 'x';
    for (size_t i = 2; i < 8; ++i) {
      out =
          PutPair(kLowerHex.text.data(), std::to_integer<size_t>(sid[i]), out);
    }
  } else {
    out = PutUnsigned(authority, out);
  }
  for (size_t i = 0; i < std::to_integer<size_t>(sid[1]); ++i) {
    *out++ = '-';
    out = PutUnsigned(LoadU32(sid + 8 + 4 * i), out);
  }
  const auto text_size = static_cast<size_t>(out - start);
  if (size <= known.sid.size() && text_size <= known.text.size()) {
    std::memcpy(known.sid.data(), sid, size);
    known.size = size;
    std::memcpy(known.text.data(), start, text_size);
    known.text_size = text_size;
  }
  return out;
}

}  // namespace espial::evtx
