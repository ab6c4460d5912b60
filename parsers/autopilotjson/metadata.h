// MdmDiagLogMetadata.json, which is no JSON: its writer puts a line for each
// member and escapes nothing.
//
//   {
//   "MdmDiagVersion" : "1.0",
//   "OutputPath" : "C:\temp\MDMDiag",
//   "BaseBuildRevisionNumber" : 4061;
//   }
#pragma once

#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/model/sink.h>

#include <string_view>

namespace espial::autopilotjson {

// Whether `text` is of that kind: it has the member MdmDiagVersion, and a
// backslash that no escape explains, or a line that ends with ';'. A file that
// was written as JSON should be is read as JSON.
bool IsPlainMetadata(std::string_view text);

// Puts a JSON fact of each line into `sink`; its key is the source's name.
// Lines of another form are damage. Returns the number of facts.
uint64_t ReadPlainMetadata(const Source& source, const Limits& limits,
                           Sink& sink);

}  // namespace espial::autopilotjson
