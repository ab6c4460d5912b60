#include "tools/forge/lzx.h"

#include <algorithm>
#include <span>

#include "tools/forge/byte_writer.h"
#include "tools/forge/huffman.h"

namespace espial::forge {
namespace {

constexpr size_t kWindow = size_t{1} << kLzxWindowBits;
// The last three distances of a window cannot be told.
constexpr size_t kLongestDistance = kWindow - 3;
constexpr size_t kShortestMatch = 3;
constexpr size_t kLongestMatch = 257;
constexpr size_t kHashed = 4;
constexpr uint32_t kHashBits = 16;
// Places looked at for one match: enough for logs, quick on noise.
constexpr int kLongestSearch = 24;
constexpr size_t kGoodMatch = 64;

constexpr uint32_t kVerbatim = 1;
constexpr uint32_t kUncompressed = 3;
constexpr uint8_t kLongestCode = 16;
constexpr size_t kPretreeSymbols = 20;
constexpr uint8_t kLongestPretreeCode = 15;

uint8_t ExtraBits(size_t slot) {
  return static_cast<uint8_t>(slot < 4 ? 0
                                       : std::min<size_t>(slot / 2 - 1, 17));
}

uint32_t HashAt(const std::byte* bytes) {
  return LoadU32(bytes) * 2654435761U >> (32U - kHashBits);
}

// Bits into 16-bit words, from the highest down.
class BitWriter {
 public:
  explicit BitWriter(std::vector<std::byte>* out) : writer_(out) {}

  void Write(uint32_t value, uint32_t bits) {
    for (; bits > 16; bits -= 16) Write(value >> (bits - 16) & 0xFFFFU, 16);
    value &= (1U << bits) - 1;
    held_ = held_ << bits | value;
    count_ += bits;
    if (count_ < 16) return;
    count_ -= 16;
    writer_.U16(static_cast<uint16_t>(held_ >> count_ & 0xFFFFU));
  }
  void Align() {
    if (count_ != 0) Write(0, 16 - count_);
  }

 private:
  ByteWriter writer_;
  uint64_t held_ = 0;
  uint32_t count_ = 0;
};

// Tells the lengths of a part of a tree by what they were in the last block:
// 0 to 16 is the difference, 17 and 18 are runs of zeros.
void WriteLengths(std::span<const uint8_t> now, std::span<uint8_t> before,
                  BitWriter* out) {
  struct Step {
    uint8_t symbol;
    uint8_t run;
  };
  std::vector<Step> steps;
  std::vector<uint32_t> counts(kPretreeSymbols, 0);
  for (size_t i = 0; i < now.size();) {
    size_t run = 0;
    while (i + run < now.size() && now[i + run] == 0 && run < 51) ++run;
    Step step{static_cast<uint8_t>((before[i] + 17 - now[i]) % 17), 0};
    if (run >= 20) {
      step = {18, static_cast<uint8_t>(run - 20)};
    } else if (run >= 4) {
      step = {17, static_cast<uint8_t>(run - 4)};
    } else {
      run = 1;
    }
    steps.push_back(step);
    ++counts[step.symbol];
    i += run;
  }
  std::copy(now.begin(), now.end(), before.begin());
  const auto lengths = HuffmanLengths(counts, kLongestPretreeCode);
  const auto codes = HuffmanCodes(lengths);
  for (const uint8_t length : lengths) out->Write(length, 4);
  for (const Step step : steps) {
    out->Write(codes[step.symbol], lengths[step.symbol]);
    if (step.symbol == 17) out->Write(step.run, 4);
    if (step.symbol == 18) out->Write(step.run, 5);
  }
}

}  // namespace

LzxEncoder::LzxEncoder(Bytes folder)
    : folder_(folder), heads_(size_t{1} << kHashBits, 0), chain_(kWindow, 0) {}

void LzxEncoder::Enter(size_t at) {
  if (folder_.size() - at < kHashed) return;
  uint32_t& head = heads_[HashAt(folder_.data() + at)];
  chain_[at % kWindow] = head;
  head = static_cast<uint32_t>(at + 1);
}

LzxEncoder::Match LzxEncoder::FindMatch(size_t at, size_t end) const {
  const size_t most = std::min(kLongestMatch, end - at);
  if (most < kHashed) return {};
  const std::byte* here = folder_.data() + at;
  Match best;
  size_t place = heads_[HashAt(here)];
  for (int i = 0; i < kLongestSearch && place != 0; ++i) {
    const size_t distance = at - (place - 1);
    if (distance > kLongestDistance) break;
    const std::byte* there = here - distance;
    if (there[best.length < most ? best.length : 0] ==
        here[best.length < most ? best.length : 0]) {
      const size_t length = static_cast<size_t>(
          std::mismatch(here, here + most, there).first - here);
      if (length > best.length) {
        best = {length, static_cast<uint32_t>(distance)};
      }
      if (length >= kGoodMatch || length == most) break;
    }
    place = chain_[(place - 1) % kWindow];
  }
  return best.length < kShortestMatch ? Match() : best;
}

void LzxEncoder::AddMatch(Match match) {
  // Distances of late are told by their place among the last three.
  uint32_t formatted = match.distance + 2;
  const auto known = std::find(recent_.begin(), recent_.end(), match.distance);
  if (known != recent_.end()) {
    formatted = static_cast<uint32_t>(known - recent_.begin());
    std::swap(recent_[0], *known);
  } else {
    recent_ = {match.distance, recent_[0], recent_[1]};
  }
  size_t slot = 0;
  uint32_t base = 0;
  while (base + (1U << ExtraBits(slot)) <= formatted) {
    base += 1U << ExtraBits(slot++);
  }
  const size_t header = std::min<size_t>(match.length - 2, 7);
  Token token;
  token.main = static_cast<uint16_t>(256 + slot * 8 + header);
  if (header == 7) token.length = static_cast<uint16_t>(match.length - 9 + 1);
  token.extra_bits = ExtraBits(slot);
  token.extra = formatted - base;
  tokens_.push_back(token);
}

void LzxEncoder::Tokenize(size_t end) {
  tokens_.clear();
  while (at_ < end) {
    const Match match = FindMatch(at_, end);
    const size_t length = std::max<size_t>(match.length, 1);
    if (match.length == 0) {
      tokens_.push_back({std::to_integer<uint16_t>(folder_[at_]), 0, 0, 0});
    } else {
      AddMatch(match);
    }
    for (size_t i = 0; i < length; ++i) Enter(at_ + i);
    at_ += length;
  }
}

std::vector<std::byte> LzxEncoder::WriteVerbatim(size_t size) {
  std::vector<uint32_t> main_counts(kMainSymbols, 0);
  std::vector<uint32_t> length_counts(kLengthSymbols, 0);
  for (const Token& token : tokens_) {
    ++main_counts[token.main];
    if (token.length != 0) ++length_counts[token.length - 1U];
  }
  const auto main = HuffmanLengths(main_counts, kLongestCode);
  const auto main_codes = HuffmanCodes(main);
  const auto lengths = HuffmanLengths(length_counts, kLongestCode);
  const auto length_codes = HuffmanCodes(lengths);

  std::vector<std::byte> data;
  BitWriter out(&data);
  // The stream begins with the bit that says whether x86 calls were translated.
  if (at_ == size) out.Write(0, 1);
  out.Write(kVerbatim, 3);
  out.Write(static_cast<uint32_t>(size), 24);
  const std::span<uint8_t> known(main_lengths_);
  WriteLengths(std::span(main).first(256), known.first(256), &out);
  WriteLengths(std::span(main).subspan(256), known.subspan(256), &out);
  WriteLengths(lengths, length_lengths_, &out);
  for (const Token& token : tokens_) {
    out.Write(main_codes[token.main], main[token.main]);
    if (token.length != 0) {
      out.Write(length_codes[token.length - 1U], lengths[token.length - 1U]);
    }
    if (token.extra_bits != 0) out.Write(token.extra, token.extra_bits);
  }
  out.Align();
  return data;
}

std::vector<std::byte> LzxEncoder::WriteUncompressed(Bytes frame) const {
  std::vector<std::byte> data;
  BitWriter out(&data);
  if (at_ == frame.size()) out.Write(0, 1);
  out.Write(kUncompressed, 3);
  out.Write(static_cast<uint32_t>(frame.size()), 24);
  out.Align();
  ByteWriter writer(&data);
  for (const uint32_t distance : recent_) writer.U32(distance);
  writer.Append(frame);
  if (frame.size() % 2 != 0) writer.U8(0);
  return data;
}

std::vector<std::byte> LzxEncoder::NextFrame() {
  const size_t begin = at_;
  const size_t size = std::min(kLzxFrameBytes, folder_.size() - at_);
  const auto recent = recent_;
  const auto main_lengths = main_lengths_;
  const auto length_lengths = length_lengths_;
  Tokenize(begin + size);
  std::vector<std::byte> verbatim = WriteVerbatim(size);
  if (verbatim.size() < size) return verbatim;
  recent_ = recent;
  main_lengths_ = main_lengths;
  length_lengths_ = length_lengths;
  return WriteUncompressed(folder_.subspan(begin, size));
}

}  // namespace espial::forge
