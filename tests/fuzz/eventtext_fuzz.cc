#include "tests/fuzz/parser_target.h"

namespace espial::eventtext {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::eventtext::kParser)
