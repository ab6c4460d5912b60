// JSON, a member at a time.
#pragma once

#include <espial/core/bytes.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace espial::evtx {

// A comma, but behind what opens an object or a list. No finished value ends
// with what opens one.
void AppendSeparator(std::string* out);
// "text", with invalid UTF-8 as U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);
// A separator and "key":
void AppendKey(std::string_view key, std::string* out);

void AppendMember(std::string_view key, std::string_view text,
                  std::string* out);
void AppendMember(std::string_view key, uint64_t number, std::string* out);
// The same, null where there is no text.
void AppendMemberOrNull(std::string_view key, std::string_view text,
                        std::string* out);

// Escapes DEL and the controls above ASCII in the JSON that begins at `from`:
// JSON allows them, terminals obey them.
void EscapeRareControls(size_t from, std::string* out);

// Upper-case hexadecimal, no quotes.
void AppendHex(Bytes bytes, std::string* out);

}  // namespace espial::evtx
