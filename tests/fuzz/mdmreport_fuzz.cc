#include "tests/fuzz/parser_target.h"

namespace espial::mdmreport {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::mdmreport::kParser)
