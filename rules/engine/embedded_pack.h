// The pack that the build put into the library.
#pragma once

#include <span>
#include <string_view>

namespace espial::rules {

struct EmbeddedFile {
  std::string_view name;  // below rules/packs: "autopilot/HYB-001.yml"
  std::string_view text;  // or bytes
};

// All of them, sorted by name; lives as long as the program.
std::span<const EmbeddedFile> EmbeddedPack();

// The YAML documents among them as images (see yaml_image.h), by name and
// sorted by it. Empty where the machine that built the library could not run
// the program that makes them; the texts say the same.
std::span<const EmbeddedFile> EmbeddedTrees();

}  // namespace espial::rules
