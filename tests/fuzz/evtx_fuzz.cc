#include "tests/fuzz/parser_target.h"

namespace espial::evtx {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::evtx::kParser)
