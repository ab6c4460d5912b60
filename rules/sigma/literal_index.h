// Which of many texts stand in another.
//
// Each text is looked for by four of its bytes, those that are rarest, and by
// the four behind the first of them. Of a value every other run of four bytes
// is looked up in a bit set that says of nearly all that none of the texts has
// them. What is left is compared. Texts of fewer than five bytes, and those
// that share their four with too many others, go to an automaton instead, so
// that no set of texts makes this slow.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "rules/sigma/aho_corasick.h"

namespace espial::rules {

// Where a text must stand in a value.
struct Literal {
  std::string_view text;
  bool at_start = false;
  bool at_end = false;

  friend auto operator<=>(const Literal&, const Literal&) = default;
};

// Immutable; any number of threads. Bytes are compared as they are.
class LiteralIndex {
 public:
  // Texts must not be empty, and live as long as the index.
  explicit LiteralIndex(std::span<const Literal> literals);

  [[nodiscard]] size_t size() const { return literals_.size(); }

  // Calls found(i) for literals[i] where it stands in `value`, more than once
  // when it stands there more than once.
  template <typename Found>
  void Scan(std::string_view value, const Found& found) const {
    if (value.size() >= kGram) {
      const char* const begin = value.data();
      const size_t last = value.size() - kGram;
      // One of two runs that are a byte apart begins at an even place.
      for (size_t at = 0; at <= last; at += 2) {
        const uint32_t gram = GramAt(begin + at);
        const uint32_t slot = SlotOf(gram);
        if ((bits_[slot / 64] >> (slot % 64) & 1U) == 0) continue;
        Look(value, at, gram, slot, found);
      }
    }
    if (rest_) {
      rest_->Scan(value, [&](uint32_t i, size_t end) {
        const Literal& literal = literals_[rest_literals_[i]];
        if (literal.at_start && end != literal.text.size()) return;
        if (literal.at_end && end != value.size()) return;
        found(rest_literals_[i]);
      });
    }
  }

 private:
  static constexpr size_t kGram = 4;
  // Texts that are found by the same four bytes.
  static constexpr uint32_t kMostOfGram = 16;

  struct Entry {
    uint32_t gram = 0;
    uint32_t offset = 0;  // of the four bytes in the text
    uint32_t literal = 0;
    uint32_t next = 0;  // in entries_; 0: the last
  };

  static uint32_t GramAt(const char* at) {
    uint32_t gram = 0;
    std::memcpy(&gram, at, kGram);
    return gram;
  }
  [[nodiscard]] uint32_t SlotOf(uint32_t gram) const {
    return gram * 0x9E3779B1U >> shift_;
  }

  bool AddByGrams(uint32_t literal);
  // How many texts are found by what `gram` is found by, up to kMostOfGram.
  [[nodiscard]] uint32_t Crowd(uint32_t gram) const;
  void AddGram(uint32_t gram, size_t offset, uint32_t literal);

  template <typename Found>
  void Look(std::string_view value, size_t at, uint32_t gram, uint32_t slot,
            const Found& found) const {
    for (uint32_t i = heads_[slot >> kHeadShift]; i != 0;
         i = entries_[i].next) {
      const Entry& entry = entries_[i];
      if (entry.gram != gram || entry.offset > at) continue;
      const Literal& literal = literals_[entry.literal];
      const size_t begin = at - entry.offset;
      const size_t size = literal.text.size();
      if (size > value.size() - begin || (literal.at_start && begin != 0) ||
          (literal.at_end && begin + size != value.size()) ||
          std::memcmp(value.data() + begin, literal.text.data(), size) != 0) {
        continue;
      }
      found(entry.literal);
    }
  }

  // Bits for each head.
  static constexpr uint32_t kHeadShift = 3;

  std::vector<Literal> literals_;
  uint32_t shift_ = 0;
  std::vector<uint64_t> bits_;
  std::vector<uint32_t> heads_;  // in entries_
  std::vector<Entry> entries_;
  std::unique_ptr<const AhoCorasick> rest_;
  std::vector<uint32_t> rest_literals_;
};

// Whether a text is part of what values of Windows logs hold all the time.
bool IsCommonText(std::string_view folded);

}  // namespace espial::rules
