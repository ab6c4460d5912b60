#include "tests/fuzz/parser_target.h"

namespace espial::devicehash {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::devicehash::kParser)
