// Strings of the ANSI code page of the machine that wrote the log. The log does
// not name it: windows-1252 unless the caller knows better.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/codepage.h>

#include <array>
#include <cstdint>
#include <string>

namespace espial::evtx {

// Code points of 0x80 to 0x9f. The five bytes that the code page leaves open
// stand for the control characters of the same number, as browsers have it.
inline constexpr std::array<uint16_t, 32> kAnsiHigh = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

inline uint16_t AnsiCodePoint(uint8_t byte) {
  return byte >= 0x80 && byte < 0xa0 ? kAnsiHigh[byte - 0x80U] : byte;
}

// Appends `bytes` as UTF-8; null is windows-1252. Zero bytes, which pad these
// strings, are left out.
void AppendAnsi(Bytes bytes, const Codepage* codepage, std::string* out);

}  // namespace espial::evtx
