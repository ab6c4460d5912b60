// Every scalar of a JSON text as a fact.
//
//   {"a": {"b.c": ["x", 7]}}   ->   a.b.c[0] = "x" (string)
//                                   a.b.c[1] = "7" (number)
//
// The reader is made for what diagnostics hold: it keeps what stands before a
// cut, reads on behind a syntax error, takes several documents in a row, and
// costs a pass over the text whatever the text is. It is lenient where nothing
// is lost by it: raw control characters in strings, commas before a closing
// bracket, NUL as white space. Whatever is dropped is reported.
//
// Member names are taken as they stand, so a dot within one looks like a step
// of the path. Containers without elements leave no fact. A string that itself
// holds a JSON object is a fact, and the scalars within are facts below its
// path.
#pragma once

#include <espial/core/limits.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string_view>

#include "parsers/support/text_places.h"

namespace espial {

struct JsonText {
  // Valid UTF-8, without byte order mark.
  std::string_view text;
  // Fact::key of all that comes out.
  std::string_view key;
  // Where the text stands.
  TextPlaces places;
  // Whether further documents may follow the first; else text behind the first
  // is reported and left alone.
  bool sequence = false;
  // What the text is, for messages: "value 'X' of HKEY_..."; may be empty.
  std::string_view subject = {};
};

struct JsonOutcome {
  uint64_t documents = 0;  // begun, whole or not
  uint64_t facts = 0;
};

// Puts the facts and the damage of `json` into `sink`. Honours
// Limits::json_depth (what is nested deeper is skipped and reported) and
// Limits::text_value_bytes (for the text of all facts together).
JsonOutcome EmitJsonFacts(const JsonText& json, const Limits& limits,
                          Sink& sink);

// Whether `text` begins as a JSON object does: '{' and then '"' or '}'.
bool LooksLikeJsonObject(std::string_view text);

}  // namespace espial
