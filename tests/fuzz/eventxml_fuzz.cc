#include "tests/fuzz/parser_target.h"

namespace espial::eventxml {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::eventxml::kParser)
