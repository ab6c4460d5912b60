#include "tests/fuzz/parser_target.h"

namespace espial::diagxml {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::diagxml::kParser)
