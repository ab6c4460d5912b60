// Text of values, and its escapes: the slow and simple form.
#pragma once

#include <espial/evtx_render.h>

#include <string>
#include <string_view>

#include "parsers/evtx/values.h"

namespace espial::evtx {

enum class Escape : uint8_t {
  kJson,          // within a JSON string
  kXmlText,       // content of an element
  kXmlAttribute,  // within double quotes
};

// Whether JSON writes values of this type without quotes.
bool IsBareInJson(uint8_t wire_type);

// Appends UTF-8 `text`, escaped. What XML forbids becomes U+FFFD there.
void AppendEscaped(std::string_view text, Escape escape, std::string* out);

// Appends the text of a value, escaped; items of an array with commas between.
void AppendValueText(const WireValue& value, const Style& style, Escape escape,
                     std::string* out);

}  // namespace espial::evtx
