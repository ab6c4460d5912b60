// A definition for values whose own is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace espial::evtx {

// Appends to `image` a definition with that short id whose binary XML is
//   <MissingTemplate><TemplateId>short id</TemplateId>
//     <Value>slot 0</Value>...
// with a slot for each of `types`; within <Event> when it is the `outermost` of
// its record. False, with nothing appended, when there are too many.
bool AppendValuesTemplate(uint32_t short_id, std::span<const uint8_t> types,
                          bool outermost, std::vector<std::byte>* image);

}  // namespace espial::evtx
