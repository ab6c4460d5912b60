#include "rules/sigma/aho_corasick.h"

#include <algorithm>
#include <utility>

namespace espial::rules {
namespace {

// The tree of the texts before its states are numbered by depth.
struct Node {
  std::vector<std::pair<uint16_t, uint32_t>> edges;
  std::vector<uint32_t> texts;

  [[nodiscard]] uint32_t Child(uint16_t label) const {
    for (const auto& [edge, target] : edges) {
      if (edge == label) return target;
    }
    return 0;
  }
};

}  // namespace

AhoCorasick::AhoCorasick(std::span<const std::string> texts) {
  for (const std::string& text : texts) {
    for (const char c : text) {
      uint16_t& label = classes_[static_cast<unsigned char>(c)];
      if (label == 0) label = static_cast<uint16_t>(class_count_++);
    }
  }
  std::vector<Node> tree(1);
  for (uint32_t i = 0; i < texts.size(); ++i) {
    uint32_t at = 0;
    for (const char c : texts[i]) {
      const uint16_t label = classes_[static_cast<unsigned char>(c)];
      uint32_t child = tree[at].Child(label);
      if (child == 0) {
        child = static_cast<uint32_t>(tree.size());
        tree[at].edges.emplace_back(label, child);
        tree.emplace_back();
      }
      at = child;
    }
    tree[at].texts.push_back(i);
  }

  // Breadth first: order[new number] = place in the tree.
  const size_t count = tree.size();
  std::vector<uint32_t> order = {0};
  std::vector<uint32_t> number(count);
  fail_.assign(count, 0);
  first_hit_.assign(count, 0);
  edge_begin_.assign(count + 1, 0);
  hits_.resize(1);
  dense_states_ = std::min(
      count, std::max<size_t>(1, kMaxDense / sizeof(uint32_t) / class_count_));
  dense_.assign(dense_states_ * class_count_, 0);
  order.reserve(count);
  for (size_t i = 0; i < order.size(); ++i) {
    for (const auto& [label, target] : tree[order[i]].edges) {
      number[target] = static_cast<uint32_t>(order.size());
      order.push_back(target);
    }
  }
  // Edges first, so that fail_ of deeper states can follow them.
  for (uint32_t state = 0; state < count; ++state) {
    edge_begin_[state] = static_cast<uint32_t>(edges_.size());
    for (const auto& [label, target] : tree[order[state]].edges) {
      edges_.push_back({label, number[target]});
    }
    edge_begin_[state + 1] = static_cast<uint32_t>(edges_.size());
  }
  for (uint32_t state = 0; state < count; ++state) {
    if (state < dense_states_) {
      uint32_t* row = &dense_[size_t{state} * class_count_];
      if (state != 0) {
        const uint32_t* from = &dense_[size_t{fail_[state]} * class_count_];
        std::copy_n(from, class_count_, row);
      }
    }
    // What ends here, then what ends at the longest proper suffix.
    uint32_t next = state == 0 ? 0 : first_hit_[fail_[state]];
    for (const uint32_t text : tree[order[state]].texts) {
      hits_.push_back({text, next});
      next = static_cast<uint32_t>(hits_.size() - 1);
    }
    first_hit_[state] = next;
    for (uint32_t i = edge_begin_[state]; i < edge_begin_[state + 1]; ++i) {
      const Edge& edge = edges_[i];
      fail_[edge.target] = state == 0 ? 0 : Next(fail_[state], edge.label);
    }
    if (state < dense_states_) {
      for (uint32_t i = edge_begin_[state]; i < edge_begin_[state + 1]; ++i) {
        dense_[size_t{state} * class_count_ + edges_[i].label] =
            edges_[i].target;
      }
    }
  }
}

}  // namespace espial::rules
