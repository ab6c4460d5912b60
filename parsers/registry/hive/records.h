// The records within cells: key nodes and values.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <optional>
#include <string>

namespace espial::registry_hive {

enum KeyFlag : uint16_t {
  kKeyVolatile = 0x0001,
  kKeyRoot = 0x0004,
  kKeyLatin1 = 0x0020,
  kKeyPredefined = 0x0040,  // its count of values is a handle
};

struct KeyNode {
  uint16_t flags = 0;
  uint64_t written = 0;  // FILETIME
  uint32_t parent = 0;
  uint32_t subkeys = 0;
  uint32_t subkey_list = 0;
  uint32_t values = 0;
  uint32_t value_list = 0;
  uint32_t security = 0;
  uint32_t class_name = 0;
  uint16_t name_bytes = 0;
  uint16_t class_bytes = 0;
  Bytes name;  // shorter than name_bytes where the cell ends before

  [[nodiscard]] bool Is(KeyFlag flag) const { return (flags & flag) != 0; }
};

struct KeyValue {
  uint16_t name_bytes = 0;
  uint32_t size = 0;  // of the data
  bool in_place = false;
  uint32_t data = 0;  // cell offset, or the data itself when in place
  uint32_t type = 0;
  bool latin1 = false;
  Bytes name;
  Bytes data_field;  // the four bytes of `data`
};

// `cell` without its size. Nothing when it holds something else.
std::optional<KeyNode> ReadKeyNode(Bytes cell);
std::optional<KeyValue> ReadKeyValue(Bytes cell);

// The same for bytes that nothing vouches for: every field must be one that
// Windows writes into a hive of `bins_size` bytes.
std::optional<KeyNode> ReadLostKeyNode(Bytes cell, uint64_t bins_size);
std::optional<KeyValue> ReadLostKeyValue(Bytes cell, uint64_t bins_size);

// Appends a name as UTF-8: Latin-1, a byte a character, or UTF-16LE. Returns
// the number of U+FFFD that stand for invalid sequences.
uint64_t AppendName(Bytes name, bool latin1, std::string* out);

}  // namespace espial::registry_hive
