// The kernel for ARM.
#include "parsers/evtx/render/escape.h"

#if defined(__ARM_NEON) && defined(__aarch64__)

#include <arm_neon.h>

#include <algorithm>
#include <bit>

namespace espial::evtx {
namespace {

// Four bits for each of 16 bytes, set where the byte is no plain ASCII.
template <Escape kEscape>
inline uint64_t Special16(uint8x16_t bytes) {
  const auto is = [&](char c) {
    return vceqq_u8(bytes, vdupq_n_u8(static_cast<uint8_t>(c)));
  };
  uint8x16_t hit = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)),
                            vcgeq_u8(bytes, vdupq_n_u8(0x80)));
  if constexpr (kEscape == Escape::kJson) {
    hit = vorrq_u8(hit, vorrq_u8(is('"'), is('\\')));
  } else {
    hit = vorrq_u8(hit, vorrq_u8(is('&'), is('<')));
    hit = vorrq_u8(hit, is('>'));
    if constexpr (kEscape == Escape::kXmlAttribute) {
      hit = vorrq_u8(hit, is('"'));
    }
  }
  return vget_lane_u64(
      vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(hit), 4)), 0);
}

template <Escape kEscape>
char* Neon(const std::byte* units, size_t count, const std::byte* limit,
           char* out) {
  for (size_t i = 0; i < count;) {
    const std::byte* at = units + 2 * i;
    std::array<std::byte, 32> end;
    if (limit - at < 32) {
      end.fill(std::byte{0});
      std::memcpy(end.data(), at, 2 * std::min<size_t>(count - i, 16));
      at = end.data();
    }
    const auto* p = reinterpret_cast<const uint8_t*>(at);
    // Narrowing saturates: what is above 0x7f stays above it.
    const uint8x16_t bytes =
        vcombine_u8(vqmovn_u16(vreinterpretq_u16_u8(vld1q_u8(p))),
                    vqmovn_u16(vreinterpretq_u16_u8(vld1q_u8(p + 16))));
    vst1q_u8(reinterpret_cast<uint8_t*>(out), bytes);
    const size_t have = std::min<size_t>(count - i, 16);
    const uint64_t special = Special16<kEscape>(bytes);
    const size_t plain =
        special == 0 ? 16 : static_cast<size_t>(std::countr_zero(special)) / 4;
    if (plain >= have) {
      i += have;
      out += have;
      continue;
    }
    i += plain;
    out += plain;
    do {
      out = PutOne<kEscape>(units, &i, count, out);
    } while (i < count && UnitAt(units, i) >= 0x80);
  }
  return out;
}

}  // namespace

const EscapeKernel* NeonEscape() {
  static constexpr EscapeKernel kKernel = {
      "neon",
      {Neon<Escape::kJson>, Neon<Escape::kXmlText>,
       Neon<Escape::kXmlAttribute>}};
  return &kKernel;
}

}  // namespace espial::evtx

#else

namespace espial::evtx {

const EscapeKernel* NeonEscape() { return nullptr; }

}  // namespace espial::evtx

#endif
