// Which of many texts occur in another, in one pass (Aho and Corasick, 1975).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// Immutable; any number of threads. Bytes are compared as they are.
class AhoCorasick {
 public:
  // Texts must not be empty. Takes about 250 bytes a byte of them up to
  // kMaxDense, from there on 16, and gets slower.
  explicit AhoCorasick(std::span<const std::string> texts);

  // Calls found(i, end) for texts[i] whenever it ends at `end` of `text`, more
  // than once when it occurs more than once.
  template <typename Found>
  void Scan(std::string_view text, const Found& found) const {
    uint32_t state = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      state = Next(state, classes_[static_cast<unsigned char>(text[i])]);
      for (uint32_t at = first_hit_[state]; at != 0; at = hits_[at].next) {
        found(hits_[at].text, i + 1);
      }
    }
  }

 private:
  static constexpr size_t kMaxDense = size_t{16} << 20U;  // bytes
  struct Hit {
    uint32_t text = 0;
    uint32_t next = 0;  // in hits_; 0: the last
  };
  struct Edge {
    uint16_t label = 0;
    uint32_t target = 0;
  };

  [[nodiscard]] uint32_t Next(uint32_t state, uint16_t label) const {
    while (state >= dense_states_) {
      const uint32_t end = edge_begin_[state + 1];
      for (uint32_t i = edge_begin_[state]; i < end; ++i) {
        if (edges_[i].label == label) return edges_[i].target;
      }
      state = fail_[state];
    }
    return dense_[size_t{state} * class_count_ + label];
  }

  // Class of each byte; 0 for those that no text has.
  uint16_t classes_[256] = {};
  size_t class_count_ = 1;
  // States in order of their depth. The first have a row for all classes, the
  // others their edges and where to go on when none fits.
  size_t dense_states_ = 0;
  std::vector<uint32_t> dense_;
  std::vector<uint32_t> edge_begin_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> fail_;
  std::vector<uint32_t> first_hit_;
  std::vector<Hit> hits_;
};

}  // namespace espial::rules
