// UTF-16LE to UTF-8, into an arena.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>

#include <string>
#include <string_view>

namespace espial::evtx {

// `units` without the terminators at its end. An odd last byte is kept.
Bytes TrimTerminators(Bytes units);

// The text of `units`, which lives as long as the arena. Lone surrogates
// become U+FFFD; characters U+0000 within the text stay. `scratch` is memory
// for reuse.
std::string_view CopyUtf16(Bytes units, Arena* arena, std::string* scratch);

}  // namespace espial::evtx
