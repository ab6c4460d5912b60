// The data of a value: within its record, in a cell, or in a list of cells.
#pragma once

#include <string>

#include "parsers/registry/hive/cell_map.h"
#include "parsers/registry/hive/records.h"

namespace espial::registry_hive {

// All of the data. Points into the record, the image or `buffer`. The error
// says what was expected and found; its offset is not set.
Result<Bytes> ReadValueData(const KeyValue& value, CellAccess& cells,
                            uint64_t limit, std::string* buffer);

}  // namespace espial::registry_hive
