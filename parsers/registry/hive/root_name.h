// Where a hive is mounted, which it does not say itself.
#pragma once

#include <string>
#include <string_view>

namespace espial::registry_hive {

// The path of the root key, from the path that the base block remembers and
// the name of the file; empty when neither is that of a hive of Windows.
std::string MountPoint(std::string_view remembered, std::string_view name);

}  // namespace espial::registry_hive
