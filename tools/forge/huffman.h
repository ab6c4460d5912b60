// Huffman codes of limited length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace espial::forge {

// The length of each symbol's code, at most `longest`; 0 for symbols that do
// not occur. The code is complete: where fewer than two symbols occur, others
// join them.
std::vector<uint8_t> HuffmanLengths(std::span<const uint32_t> counts,
                                    uint8_t longest);

// The canonical codes of these lengths: shorter ones first, then by symbol.
std::vector<uint16_t> HuffmanCodes(std::span<const uint8_t> lengths);

}  // namespace espial::forge
