#include "tools/forge/huffman.h"

#include <algorithm>
#include <cstddef>
#include <queue>
#include <tuple>
#include <utility>

namespace espial::forge {
namespace {

// Plain Huffman; returns the longest length.
uint8_t Build(std::span<const uint64_t> counts, std::vector<uint8_t>* lengths) {
  struct Node {
    uint64_t count;
    size_t index;
  };
  const auto heavier = [](const Node& a, const Node& b) {
    return std::tie(a.count, a.index) > std::tie(b.count, b.index);
  };
  std::priority_queue<Node, std::vector<Node>, decltype(heavier)> open(heavier);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) open.push({counts[i], i});
  }
  // Parents of leaves and of the inner nodes behind them.
  std::vector<size_t> parents(counts.size(), 0);
  while (open.size() > 1) {
    const Node a = open.top();
    open.pop();
    const Node b = open.top();
    open.pop();
    const size_t parent = parents.size();
    parents.push_back(0);
    parents[a.index] = parents[b.index] = parent;
    open.push({a.count + b.count, parent});
  }
  // Parents stand behind their children, the root last.
  std::vector<uint8_t> depths(parents.size(), 0);
  for (size_t i = parents.size() - 1; i > 0; --i) {
    if (parents[i - 1] != 0) {
      depths[i - 1] =
          static_cast<uint8_t>(std::min(255, int{depths[parents[i - 1]]} + 1));
    }
  }
  lengths->assign(depths.begin(),
                  depths.begin() + static_cast<std::ptrdiff_t>(counts.size()));
  return *std::max_element(lengths->begin(), lengths->end());
}

}  // namespace

std::vector<uint8_t> HuffmanLengths(std::span<const uint32_t> counts,
                                    uint8_t longest) {
  std::vector<uint64_t> weights(counts.begin(), counts.end());
  auto used = std::count_if(weights.begin(), weights.end(),
                            [](uint64_t weight) { return weight != 0; });
  for (size_t i = 0; used < 2 && i < weights.size(); ++i) {
    if (weights[i] != 0) continue;
    weights[i] = 1;
    ++used;
  }
  std::vector<uint8_t> lengths;
  // Flatter weights make shorter codes; equal ones a balanced tree.
  while (Build(weights, &lengths) > longest) {
    for (uint64_t& weight : weights) {
      if (weight != 0) weight = weight / 2 + 1;
    }
  }
  return lengths;
}

std::vector<uint16_t> HuffmanCodes(std::span<const uint8_t> lengths) {
  std::vector<uint16_t> codes(lengths.size(), 0);
  uint32_t code = 0;
  for (uint8_t length = 1; length <= 16; ++length) {
    for (size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] == length) codes[i] = static_cast<uint16_t>(code++);
    }
    code <<= 1U;
  }
  return codes;
}

}  // namespace espial::forge
