#include "tests/fuzz/parser_target.h"

namespace espial::setupdiag {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::setupdiag::kParser)
