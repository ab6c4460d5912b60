#include "tests/fuzz/parser_target.h"

namespace espial::autopilotjson {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::autopilotjson::kParser)
