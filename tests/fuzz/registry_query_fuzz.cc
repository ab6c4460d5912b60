#include "tests/fuzz/parser_target.h"

namespace espial::registry_query {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::registry_query::kParser)
