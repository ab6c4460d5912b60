#include "tests/fuzz/parser_target.h"

namespace espial::panther {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::panther::kParser)
