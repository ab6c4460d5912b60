#include "parsers/evtx/crc32.h"

#include <array>
#include <cstddef>

namespace espial::evtx {
namespace {

using Table = std::array<uint32_t, 256>;

// Table k gives the effect of a byte that stands k bytes before the end of a
// block of eight, so that eight bytes cost eight independent look-ups.
constexpr std::array<Table, 8> MakeTables() {
  std::array<Table, 8> tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? value >> 1U ^ 0xedb88320U : value >> 1U;
    }
    tables[0][i] = value;
  }
  for (size_t k = 1; k < tables.size(); ++k) {
    for (size_t i = 0; i < 256; ++i) {
      const uint32_t before = tables[k - 1][i];
      tables[k][i] = before >> 8U ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}
constexpr std::array<Table, 8> kTables = MakeTables();

}  // namespace

uint32_t Crc32(Bytes bytes, uint32_t crc) {
  crc = ~crc;
  const std::byte* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    const uint32_t low = LoadU32(p) ^ crc;
    const uint32_t high = LoadU32(p + 4);
    crc = kTables[7][low & 0xffU] ^ kTables[6][low >> 8U & 0xffU] ^
          kTables[5][low >> 16U & 0xffU] ^ kTables[4][low >> 24U] ^
          kTables[3][high & 0xffU] ^ kTables[2][high >> 8U & 0xffU] ^
          kTables[1][high >> 16U & 0xffU] ^ kTables[0][high >> 24U];
  }
  for (; left > 0; --left, ++p) {
    crc = crc >> 8U ^ kTables[0][(crc ^ std::to_integer<uint32_t>(*p)) & 0xffU];
  }
  return ~crc;
}

}  // namespace espial::evtx
