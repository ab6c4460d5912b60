// Marvin32 with the seed of registry logs.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>

namespace espial::registry_hive {

uint64_t Marvin32(Bytes bytes);

}  // namespace espial::registry_hive
