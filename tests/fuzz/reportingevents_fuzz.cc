#include "tests/fuzz/parser_target.h"

namespace espial::reportingevents {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::reportingevents::kParser)
