// Signatures as what people read.
#pragma once

#include <espial/core/result.h>
#include <espial/rules/signature_info.h>

#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/loader.h"
#include "rules/engine/routing.h"

namespace espial::rules {

// The signature of that code (case does not matter). An unknown one is an
// error that names the nearest. Valid as long as the pack.
Result<const Signature*> FindSignature(const Pack& pack, std::string_view code);

// REQUIRES: the signature is one of `pack`, which `routing` was made for.
SignatureInfo DescribeSignature(const Pack& pack, const Routing& routing,
                                const Signature& signature);

// One option of a need: "channel X", "registry", "json X".
std::string NeedText(const Need::Option& option);
// "technician", "user", or "" for the whole bundle.
std::string_view PartName(Part part);
// Where a detection looks: channels, registry keys, files or reports.
std::vector<std::string> LogsOf(const Detection& detection,
                                const DetectionSources& sources);

}  // namespace espial::rules
