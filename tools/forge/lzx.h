// Compresses as LZX does in cabinets.
//
// The format is that of [MS-PATCH] and of what libmspack reads: a stream of
// 16-bit words, bits from the highest down; frames of 32 KiB that end on a
// word; here one block a frame, with Huffman codes of its own or, where that
// is smaller, uncompressed.
#pragma once

#include <espial/core/bytes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace espial::forge {

inline constexpr uint8_t kLzxWindowBits = 21;
inline constexpr size_t kLzxFrameBytes = 32768;

// Compresses `folder` frame by frame. Matches reach back over the window and
// never beyond their frame. The folder must outlive the encoder.
class LzxEncoder {
 public:
  explicit LzxEncoder(Bytes folder);

  // The next frame, of kLzxFrameBytes but for the last. REQUIRES: not done().
  std::vector<std::byte> NextFrame();
  [[nodiscard]] bool done() const { return at_ == folder_.size(); }

 private:
  static constexpr size_t kSlots = 50;  // of a window of 2^21
  static constexpr size_t kMainSymbols = 256 + kSlots * 8;
  static constexpr size_t kLengthSymbols = 249;

  // A literal, or a match with what stands behind its symbol.
  struct Token {
    uint16_t main = 0;
    uint16_t length = 0;  // 1 + symbol of the length tree; 0: none
    uint8_t extra_bits = 0;
    uint32_t extra = 0;
  };
  struct Match {
    size_t length = 0;
    uint32_t distance = 0;
  };

  void Tokenize(size_t end);
  [[nodiscard]] Match FindMatch(size_t at, size_t end) const;
  void Enter(size_t at);
  void AddMatch(Match match);
  std::vector<std::byte> WriteVerbatim(size_t size);
  [[nodiscard]] std::vector<std::byte> WriteUncompressed(Bytes frame) const;

  Bytes folder_;
  size_t at_ = 0;
  // Where a hash of four bytes was seen last, and before each such place; both
  // one more than the place, 0 is never.
  std::vector<uint32_t> heads_;
  std::vector<uint32_t> chain_;
  std::vector<Token> tokens_;
  // Distances of the last matches, newest first.
  std::array<uint32_t, 3> recent_ = {1, 1, 1};
  // Code lengths of the last block, from which the next ones are told.
  std::array<uint8_t, kMainSymbols> main_lengths_{};
  std::array<uint8_t, kLengthSymbols> length_lengths_{};
};

}  // namespace espial::forge
