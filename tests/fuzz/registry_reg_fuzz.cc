#include "tests/fuzz/parser_target.h"

namespace espial::registry_reg {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::registry_reg::kParser)
