// Pseudonyms in the shape of what they stand for.
#pragma once

#include <string>
#include <string_view>

namespace espial::capture {

// `text`, in which the pseudonyms of report::Redactor for ids and SIDs become
// GUIDs and SIDs: fields of events have types, and "id-3f2a91bc" is no GUID.
//
//   id-3f2a91bc              3f2a91bc-0000-4000-8000-000000000000
//   S-1-5-21-x3f2a91bc-500   S-1-5-21-1059754428-0-0-500
//   S-1-12-1-x3f2a91bc       the SID of the id of the same digits
//
// The same pseudonym becomes the same text everywhere; all else stays.
std::string ShapePseudonyms(std::string_view text);

}  // namespace espial::capture
