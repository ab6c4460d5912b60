#include "tests/fuzz/parser_target.h"

namespace espial::etl {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::etl::kParser)
