// Keys and values in space that was given free, and in fragments of hives.
//
// Records are known by their signature at a place where a cell may begin, and
// by fields that all make sense. A key's path follows its parents as far as
// they can still be read; "?" stands for what is above. A value belongs to the
// deleted key, or the former list of a key, that names it; else to "?". Its
// data counts only where the cell that held it is free as well.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/registry/hive/cell_map.h"
#include "parsers/registry/hive/output.h"
#include "parsers/registry/hive/tree.h"

namespace espial::registry_hive {

struct LiveRoot {
  uint32_t cell = kNoCell;
  std::string_view path;
};

// Gives out what is found in what `cells` did not read. A fragment has no live
// root: keys with the mark of a root stand for one.
void RecoverDeleted(const Image& image, const Limits& limits,
                    const CellMap& cells, const LiveRoot& root,
                    const std::vector<FormerValue>& former, Output& output);

}  // namespace espial::registry_hive
