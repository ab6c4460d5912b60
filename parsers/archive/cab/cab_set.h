// Cabinets that belong together: one alone, or the parts of a set as far as
// they lie beside the first.
#pragma once

#include <espial/core/source.h>
#include <espial/parsers/parser.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parsers/archive/cab/cab_format.h"

namespace espial::archive_cab {

// One part. The cabinet views into the bytes of `source`.
struct Part {
  std::shared_ptr<const Source> source;  // null: the Source being parsed
  std::string name;                      // of the file; empty for that Source
  Cabinet cabinet;
};

struct CabinetSet {
  // In the order of the set; at least the one being parsed, first.
  std::vector<std::unique_ptr<Part>> parts;
  // Neighbours that a part names and that are not there.
  std::optional<Error> missing_previous;
  std::optional<Error> missing_next;
};

// The name of the part that reads `cabinet` together with the parts before it;
// nothing when `cabinet` itself is the first that is there. Both directions
// are checked: a part is only left to another that will really reach it.
std::optional<std::string> FindReader(const Cabinet& cabinet,
                                      uint64_t source_size,
                                      const ParseContext& context);

// Gathers what follows `first`.
CabinetSet GatherSet(Cabinet first, const ParseContext& context);

}  // namespace espial::archive_cab
