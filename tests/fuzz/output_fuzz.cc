#include "tests/fuzz/parser_target.h"

namespace espial::output {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::output::kParser)
