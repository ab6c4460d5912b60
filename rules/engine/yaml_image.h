// YAML trees as bytes: what parsing gave, without parsing again.
//
// The pack that is part of the library carries one for each of its documents,
// because reading YAML is most of what loading it would cost. An image is made
// and read by the same version of this code.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/engine/yaml.h"

namespace espial::rules {

// Appends the image of a tree: each node before its children.
void AppendYamlImage(const YamlNode& root, std::string* out);

// The tree of an image that fills `image`. Nothing when the bytes are none:
// any bytes may be given, and memory stays in proportion to their number.
std::optional<YamlNode> ReadYamlImage(std::string_view image);

}  // namespace espial::rules
