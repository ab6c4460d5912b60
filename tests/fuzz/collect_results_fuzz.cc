#include "tests/fuzz/parser_target.h"

namespace espial::collect_results {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::collect_results::kParser)
