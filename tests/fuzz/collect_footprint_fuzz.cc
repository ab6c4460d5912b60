#include "tests/fuzz/parser_target.h"

namespace espial::collect_footprint {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::collect_footprint::kParser)
