// The walk over the keys that are in use, from the root on.
#pragma once

#include <espial/core/limits.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/registry/hive/cell_map.h"
#include "parsers/registry/hive/output.h"
#include "parsers/registry/hive/records.h"

namespace espial::registry_hive {

// Windows makes no deeper ones.
inline constexpr size_t kMostLevels = 512;

// A value that a key's list named before the list grew shorter.
struct FormerValue {
  uint32_t value = 0;  // cell offset
  uint32_t key = 0;    // cell offset
};

// Not thread-safe.
class Tree {
 public:
  Tree(const Image& image, const Limits& limits, CellMap& cells,
       Reporter& reporter, Output& output)
      : image_(image),
        limits_(limits),
        cells_(cells),
        reporter_(reporter),
        output_(output) {}

  // Gives out all keys below `root`, whose path is `root_path`; where that is
  // empty, the root's own name. Returns the path, empty when there is no root.
  std::string Walk(uint32_t root, std::string_view root_path);

  [[nodiscard]] const std::vector<FormerValue>& former_values() const {
    return former_;
  }

 private:
  struct Level {
    uint32_t cell = 0;
    size_t path_size = 0;  // of the parent's path
    std::vector<uint32_t> children;
    size_t next = 0;
    // Name of the child before, in upper case, while all were ASCII and in
    // order.
    std::string last_name;
    bool in_order = true;
  };

  // Reads the key at `cell`, whose name is appended to path_. False when there
  // is none, or no more may be read.
  bool Enter(uint32_t cell, uint32_t parent);
  void ReadValues(uint32_t cell, const KeyNode& node);
  void ReadValue(uint32_t offset);
  std::vector<uint32_t> ReadChildren(const KeyNode& node);
  // Appends the children of a leaf; false when it is none.
  bool AppendLeaf(Bytes leaf, std::vector<uint32_t>* children);
  // Windows finds a key by halving: one out of order cannot be opened.
  void CheckOrder(std::string_view name);

  // A reference from the key that is being read failed.
  void Refuse(const Error& error, const char* what, std::string_view subject,
              uint64_t bytes_lost);

  const Image& image_;
  const Limits& limits_;
  CellMap& cells_;
  Reporter& reporter_;
  Output& output_;
  std::string path_;
  std::string root_path_;
  std::vector<Level> levels_;
  uint64_t position_ = 0;  // of the key that is being read
  std::string buffer_;
  std::vector<FormerValue> former_;
  uint64_t cut_references_ = 0;
  bool stopped_ = false;
};

}  // namespace espial::registry_hive
