#include "tests/fuzz/parser_target.h"

namespace espial::archive_cab {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::archive_cab::kParser)
