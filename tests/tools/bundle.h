// Small inputs for tests of the command line.
#pragma once

#include <string>

namespace espial::cli_test {

// A registry dump as the collector writes it; returns its path.
std::string WriteRegistryDump(const std::string& folder);
// The Autopilot profile as the device keeps it; returns its path.
std::string WriteProfileJson(const std::string& folder);

}  // namespace espial::cli_test
