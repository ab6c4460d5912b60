// Values with their type, without loss.
#pragma once

#include <string>

#include "parsers/evtx/values.h"

namespace espial::evtx {

// Appends the members "type" and "value" to an open JSON object, and "bytes"
// where the value does not give the bytes of the record back: bytes that do not
// fit the type, half a surrogate pair, a NaN, ... The terminators at the end of
// a string are not told. ANSI strings are of `codepage`; null is windows-1252.
void AppendTypedValue(const WireValue& value, const Codepage* codepage,
                      std::string* out);

}  // namespace espial::evtx
