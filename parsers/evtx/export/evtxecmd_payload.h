// The Payload of EvtxECmd: the XML of a section as JSON.
#pragma once

#include <string>

#include "parsers/evtx/render/record_tree.h"

namespace espial::evtx {

// {"EventData":{"Data":[{"@Name":"n","#text":"v"},...]}} of EventData, else of
// UserData, else of the first section that is neither System nor
// RenderingInfo; empty where there is none. A tree without an Event is such a
// section itself. ANSI strings are of `codepage`; null is windows-1252.
std::string EvtxEcmdPayload(const RecordTree& tree, const Codepage* codepage);

}  // namespace espial::evtx
