#include "tests/fuzz/parser_target.h"

namespace espial::archive_zip {
extern const Parser kParser;
}

ESPIAL_FUZZ_PARSER(espial::archive_zip::kParser)
