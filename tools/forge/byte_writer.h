// Little-endian structures, appended.
#pragma once

#include <espial/core/bytes.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace espial::forge {

// Appends to `out`, which must outlive it.
class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::byte>* out) : out_(out) {}

  void U8(uint8_t value) { Little(value, 1); }
  void U16(uint16_t value) { Little(value, 2); }
  void U32(uint32_t value) { Little(value, 4); }
  void Append(Bytes bytes) {
    out_->insert(out_->end(), bytes.begin(), bytes.end());
  }
  void Append(std::string_view text) { Append(AsBytes(text)); }

 private:
  void Little(uint32_t value, int width) {
    for (int i = 0; i < width; ++i) {
      out_->push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
    }
  }

  std::vector<std::byte>* out_;
};

}  // namespace espial::forge
