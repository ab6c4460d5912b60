// A JSON document out of its scalars.
#pragma once

#include <span>
#include <string>

#include "tools/capture/piece.h"

namespace espial::capture {

// The document in which these scalars stand where their paths say; elements of
// an array that are not among them are null. One that cannot stand where
// another does is left out. Without any: {}.
std::string MakeJson(std::span<const JsonPiece* const> scalars);

}  // namespace espial::capture
