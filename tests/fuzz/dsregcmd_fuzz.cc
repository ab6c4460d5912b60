#include "tests/fuzz/parser_target.h"

namespace espial::dsregcmd {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::dsregcmd::kParser)
