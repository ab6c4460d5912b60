// Writes MdmDiagReport_RegistryDump.reg.
//
// It looks like a .reg file and is none: no header, four spaces before each
// value, "DWORD:" and "QWORD:" in capitals, other types as hex(N), nothing
// escaped, an empty line behind each key, CRLF, code page 1252.
#pragma once

#include <string>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::forge {

// The dump's bytes. HKEY_CURRENT_USER comes first, as the tool collects it;
// otherwise keys keep their order.
std::string WriteRegistryDump(const std::vector<RegistryKey>& keys);

}  // namespace espial::forge
