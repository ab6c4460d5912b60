#include "tests/fuzz/parser_target.h"

namespace espial::cmtrace {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::cmtrace::kParser)
