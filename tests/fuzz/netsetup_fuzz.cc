#include "tests/fuzz/parser_target.h"

namespace espial::netsetup {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::netsetup::kParser)
