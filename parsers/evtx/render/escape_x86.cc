// The kernels for x86-64: SSE2, which all of them have, and AVX2.
#include "parsers/evtx/render/escape.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <bit>

namespace espial::evtx {
namespace {

// Bits of the bytes that are no plain ASCII. The bytes were packed from 16-bit
// units with saturation: what was above 0x7f is above it still, or zero.
template <Escape kEscape>
inline uint32_t Special16(__m128i bytes) {
  const auto is = [&](char c) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
  };
  __m128i hit = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  if constexpr (kEscape == Escape::kJson) {
    hit = _mm_or_si128(hit, _mm_or_si128(is('"'), is('\\')));
  } else {
    hit = _mm_or_si128(hit, _mm_or_si128(is('&'), is('<')));
    hit = _mm_or_si128(hit, is('>'));
    if constexpr (kEscape == Escape::kXmlAttribute) {
      hit = _mm_or_si128(hit, is('"'));
    }
  }
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(hit, bytes)));
}

inline __m128i Load16Units(const std::byte* units) {
  const auto* p = reinterpret_cast<const __m128i*>(units);
  return _mm_packus_epi16(_mm_loadu_si128(p), _mm_loadu_si128(p + 1));
}

// Units [i, count), 16 at once. The store of 16 bytes goes beyond what is
// kept; the next write, or nobody, takes its place: see kEscapeSlack.
template <Escape kEscape>
inline char* Escape16(const std::byte* units, size_t i, size_t count,
                      const std::byte* limit, char* out) {
  while (i < count) {
    const std::byte* at = units + 2 * i;
    alignas(16) std::array<std::byte, 32> end;
    if (limit - at < 32) {
      // The end of the chunk: nothing behind it may be read.
      end.fill(std::byte{0});
      std::memcpy(end.data(), at, 2 * std::min<size_t>(count - i, 16));
      at = end.data();
    }
    const __m128i bytes = Load16Units(at);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
    const size_t have = std::min<size_t>(count - i, 16);
    const uint32_t special =
        Special16<kEscape>(bytes) | static_cast<uint32_t>(0x10000);
    const auto plain = static_cast<size_t>(std::countr_zero(special));
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

template <Escape kEscape>
char* Sse2(const std::byte* units, size_t count, const std::byte* limit,
           char* out) {
  return Escape16<kEscape>(units, 0, count, limit, out);
}

template <Escape kEscape>
__attribute__((target("avx2"))) inline uint32_t Special32(__m256i bytes) {
  __m256i hit =
      _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
  if constexpr (kEscape == Escape::kJson) {
    hit = _mm256_or_si256(
        hit, _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                             _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'))));
  } else {
    hit = _mm256_or_si256(
        hit, _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('&')),
                             _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('<'))));
    hit = _mm256_or_si256(hit, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('>')));
    if constexpr (kEscape == Escape::kXmlAttribute) {
      hit =
          _mm256_or_si256(hit, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')));
    }
  }
  return static_cast<uint32_t>(
      _mm256_movemask_epi8(_mm256_or_si256(hit, bytes)));
}

template <Escape kEscape>
__attribute__((target("avx2"))) char* Avx2(const std::byte* units, size_t count,
                                           const std::byte* limit, char* out) {
  size_t i = 0;
  while (i < count && limit - (units + 2 * i) >= 64) {
    const auto* p = reinterpret_cast<const __m256i*>(units + 2 * i);
    // Packing works on each half by itself; the permutation puts the quarters
    // in order.
    const __m256i bytes = _mm256_permute4x64_epi64(
        _mm256_packus_epi16(_mm256_loadu_si256(p), _mm256_loadu_si256(p + 1)),
        0xd8);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), bytes);
    const size_t have = std::min<size_t>(count - i, 32);
    const uint64_t special = Special32<kEscape>(bytes) | uint64_t{1} << 32U;
    const auto plain = static_cast<size_t>(std::countr_zero(special));
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
  // Without this, every SSE instruction from here on waits for the upper
  // halves; compilers forget it before a call at the end.
  _mm256_zeroupper();
  return Escape16<kEscape>(units, i, count, limit, out);
}

}  // namespace

const EscapeKernel* Sse2Escape() {
  static constexpr EscapeKernel kKernel = {
      "sse2",
      {Sse2<Escape::kJson>, Sse2<Escape::kXmlText>,
       Sse2<Escape::kXmlAttribute>}};
  return &kKernel;
}

const EscapeKernel* Avx2Escape() {
  static constexpr EscapeKernel kKernel = {
      "avx2",
      {Avx2<Escape::kJson>, Avx2<Escape::kXmlText>,
       Avx2<Escape::kXmlAttribute>}};
  return __builtin_cpu_supports("avx2") ? &kKernel : nullptr;
}

}  // namespace espial::evtx

#else

namespace espial::evtx {

const EscapeKernel* Sse2Escape() { return nullptr; }
const EscapeKernel* Avx2Escape() { return nullptr; }

}  // namespace espial::evtx

#endif
