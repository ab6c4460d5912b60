#include "tests/fuzz/parser_target.h"

namespace espial::registry_hive {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::registry_hive::kParser)
