// Finds which of a fixed set of literals stand in a text, in one pass.
//
//   constexpr std::array<std::string_view, 2> kLiterals = {"exit code is ",
//   ...}; constexpr LiteralSet<2> kSet(kLiterals); kSet.ForEach(text, [](size_t
//   which, size_t position) { ... });
//
// The search of Wu and Manber: a table says for each pair of characters how far
// the text may be skipped, so that a text without any of them costs about a
// fourth of its characters. ASCII letters match in either case. A constant; any
// number of threads may use it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace espial {

template <size_t kCount>
class LiteralSet {
 public:
  // Each literal has at least so many characters.
  static constexpr size_t kWindow = 8;

  // REQUIRES: literals in lower case, of kWindow characters or more, that
  // outlive the set.
  constexpr explicit LiteralSet(
      const std::array<std::string_view, kCount>& literals)
      : literals_(literals) {
    for (uint8_t& shift : shift_) shift = kWindow - 1;
    for (size_t i = 0; i < kCount; ++i) {
      const std::string_view literal = literals[i];
      for (size_t j = 1; j < kWindow; ++j) {
        uint8_t& shift = shift_[Slot(literal[j - 1], literal[j])];
        shift = std::min(shift, static_cast<uint8_t>(kWindow - 1 - j));
      }
    }
    // Backwards, so that a chain is in the order of the literals.
    for (size_t i = kCount; i-- > 0;) {
      const size_t slot =
          Slot(literals[i][kWindow - 2], literals[i][kWindow - 1]);
      next_[i] = first_[slot];
      first_[slot] = static_cast<uint16_t>(i + 1);
    }
  }

  // Calls found(which, position) for every place, by rising position.
  template <typename Found>
  void ForEach(std::string_view text, Found found) const {
    size_t i = kWindow - 1;
    while (i < text.size()) {
      const size_t slot = Slot(text[i - 1], text[i]);
      const size_t shift = shift_[slot];
      if (shift != 0) {
        i += shift;
        continue;
      }
      const size_t position = i + 1 - kWindow;
      for (size_t n = first_[slot]; n != 0; n = next_[n - 1]) {
        if (Matches(text.substr(position), literals_[n - 1])) {
          found(n - 1, position);
        }
      }
      ++i;
    }
  }

 private:
  static constexpr size_t kSlots = 4096;

  static constexpr size_t Slot(char a, char b) {
    const auto first = static_cast<unsigned char>(a) | 0x20U;
    const auto second = static_cast<unsigned char>(b) | 0x20U;
    return (first << 5U ^ second) % kSlots;
  }

  static bool Matches(std::string_view text, std::string_view literal) {
    if (text.size() < literal.size()) return false;
    for (size_t i = 0; i < literal.size(); ++i) {
      const char c = text[i];
      const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
      if (low != literal[i]) return false;
    }
    return true;
  }

  std::array<std::string_view, kCount> literals_;
  std::array<uint8_t, kSlots> shift_{};
  std::array<uint16_t, kSlots> first_{};
  std::array<uint16_t, kCount> next_{};
};

}  // namespace espial
