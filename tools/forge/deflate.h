// Raw deflate, as CAB and ZIP hold it.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstddef>
#include <vector>

namespace espial::forge {

// One finished deflate stream of `bytes` (less than 4 GiB). `dictionary` is
// what came before and may be referred to; its last 32 KiB count. Same bytes
// in, same bytes out.
Result<std::vector<std::byte>> Deflate(Bytes bytes, Bytes dictionary = {});

}  // namespace espial::forge
