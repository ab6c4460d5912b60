// Bounds-checked reading of little-endian structures.
//
//   ByteReader r(bytes, base);
//   header.first = r.U64("first_chunk");
//   header.count = r.U16("chunk_count");
//   ESPIAL_TRY(r.status());       // one check for the whole structure
//
// The first read that does not fit sticks: it records its name and offset,
// every later read returns zero and moves nothing. All sizes and offsets are
// 64-bit and bounds are tested by subtraction, so no sum can overflow.
#pragma once

#include <espial/core/result.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace espial {

// A run of bytes that somebody else owns.
using Bytes = std::span<const std::byte>;

// The bytes of a character view; lives as long as the text does.
inline Bytes AsBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
// The bytes as characters, no decoding; lives as long as the bytes do.
inline std::string_view AsChars(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The part of `bytes` at [offset, offset + size), cut where `bytes` ends;
// empty where it starts behind the end.
inline Bytes SliceClamped(Bytes bytes, uint64_t offset, uint64_t size) {
  if (offset >= bytes.size()) return {};
  const uint64_t rest = bytes.size() - offset;
  return bytes.subspan(static_cast<size_t>(offset),
                       static_cast<size_t>(size < rest ? size : rest));
}

// Fixed-width little-endian loads. REQUIRES: that many bytes at `p`.
inline uint16_t LoadU16(const std::byte* p) {
  return static_cast<uint16_t>(std::to_integer<unsigned>(p[0]) |
                               std::to_integer<unsigned>(p[1]) << 8U);
}
inline uint32_t LoadU32(const std::byte* p) {
  return static_cast<uint32_t>(LoadU16(p)) |
         static_cast<uint32_t>(LoadU16(p + 2)) << 16U;
}
inline uint64_t LoadU64(const std::byte* p) {
  return static_cast<uint64_t>(LoadU32(p)) |
         static_cast<uint64_t>(LoadU32(p + 4)) << 32U;
}

// Reads forward through a run of bytes. A value type; copy it to look ahead.
// The bytes must outlive it. Not thread-safe, as any value.
class ByteReader {
 public:
  // `base` is the offset of bytes[0] in its Source: errors then name absolute
  // offsets.
  explicit ByteReader(Bytes bytes, uint64_t base = 0)
      : bytes_(bytes), base_(base) {}

  uint8_t U8(const char* what) {
    const std::byte* p = Take(1, what);
    return p ? std::to_integer<uint8_t>(*p) : uint8_t{0};
  }
  uint16_t U16(const char* what) {
    const std::byte* p = Take(2, what);
    return p ? LoadU16(p) : uint16_t{0};
  }
  uint32_t U32(const char* what) {
    const std::byte* p = Take(4, what);
    return p ? LoadU32(p) : uint32_t{0};
  }
  uint64_t U64(const char* what) {
    const std::byte* p = Take(8, what);
    return p ? LoadU64(p) : uint64_t{0};
  }
  // The next `size` bytes, or an empty view once the reader has failed.
  Bytes ReadBytes(uint64_t size, const char* what) {
    const std::byte* p = Take(size, what);
    return p ? Bytes(p, static_cast<size_t>(size)) : Bytes();
  }
  void Skip(uint64_t size, const char* what) { Take(size, what); }

  // Moves to an offset relative to the first byte; behind the end is an error
  // (the end itself is not).
  void Seek(uint64_t offset, const char* what) {
    if (failed_) return;
    if (offset > bytes_.size()) {
      Fail(Errc::kTruncated, what, offset - position_);
      return;
    }
    position_ = offset;
  }

  // Marks the reader failed at its current place, for a value that was read
  // well but cannot be right.
  void Fail(Errc code, const char* what, uint64_t need = 0) {
    if (failed_) return;
    failed_ = true;
    code_ = code;
    what_ = what;
    need_ = need;
  }

  [[nodiscard]] bool ok() const { return !failed_; }
  [[nodiscard]] uint64_t position() const { return position_; }
  [[nodiscard]] uint64_t offset() const { return base_ + position_; }
  [[nodiscard]] uint64_t remaining() const { return bytes_.size() - position_; }
  [[nodiscard]] Bytes rest() const {
    return bytes_.subspan(static_cast<size_t>(position_));
  }
  // Ok, or the first failure with its name, absolute offset, need and have.
  [[nodiscard]] Status status() const;

 private:
  const std::byte* Take(uint64_t size, const char* what) {
    if (failed_) return nullptr;
    if (size > bytes_.size() - position_) {
      Fail(Errc::kTruncated, what, size);
      return nullptr;
    }
    const std::byte* p = bytes_.data() + position_;
    position_ += size;
    return p;
  }

  Bytes bytes_;
  uint64_t base_ = 0;
  uint64_t position_ = 0;
  bool failed_ = false;
  Errc code_ = Errc::kTruncated;
  const char* what_ = "";
  uint64_t need_ = 0;
};

}  // namespace espial
