// Laying out text for a terminal: safe, measured, wrapped.
//
// Text from an input passes Safe() once and is trusted from then on; the only
// escape sequences in a report are the colours that Paint() adds.
#pragma once

#include <espial/report/report.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace espial::report {

// `text` as one harmless run of valid UTF-8: runs of white space become one
// space; other control characters, bidirectional overrides and line separators
// become visible escapes.
std::string Safe(std::string_view text);

// Columns that `text` takes: two for East Asian wide and emoji, none for
// combining marks, joiners and colours. REQUIRES: text that passed Safe().
size_t DisplayWidth(std::string_view text);

// Appends `lead` and behind it `text`, broken at spaces so that no line exceeds
// `width` columns; further lines are indented to where the text began. A word
// that is too long breaks between code points. Width 0 does not break. Ends
// with a line feed. REQUIRES: text that passed Safe().
void AppendWrapped(std::string_view lead, std::string_view text, uint32_t width,
                   std::string* out);

// `text` and spaces up to `columns`.
std::string PadRight(std::string_view text, size_t columns);
// Spaces up to `columns` and `text`.
std::string PadLeft(std::string_view text, size_t columns);

enum class Tone : uint8_t { kPlain, kStrong, kGood, kBad, kCaution, kFaint };
// `text` between the codes of `tone`; as it is when colour is off.
std::string Paint(std::string_view text, Tone tone, const TextOptions& options);

}  // namespace espial::report
