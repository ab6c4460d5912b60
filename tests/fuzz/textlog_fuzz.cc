#include "tests/fuzz/parser_target.h"

namespace espial::textlog {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::textlog::kParser)
