// What recovery is asked for, and how sure what it found is.
#pragma once

#include <cstdint>
#include <string_view>

namespace espial::evtx {

// Which records a reader hands out.
enum class Recover : uint8_t {
  kNone,  // active ones
  kLive,  // and those that the service had not flushed yet
  kAll,   // and residue of other logs, and what slack and damage still hold
};

// What an event's text rests on.
enum class Confidence : uint8_t {
  kCertain,     // a record of the chunk's own chain, by its own template
  kOwn,         // found beside the chain; its template is intact in its chunk
  kForeign,     // by a template of another chunk or file, the only one of that
                // id whose slots fit the types of the values
  kValuesOnly,  // a template is gone: the values alone, without their names
};
std::string_view ConfidenceName(Confidence confidence);  // "certain", ...

}  // namespace espial::evtx
