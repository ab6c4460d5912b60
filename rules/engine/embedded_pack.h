// The pack that the build put into the library.
#pragma once

#include <span>
#include <string_view>

namespace espial::rules {

struct EmbeddedFile {
  std::string_view name;  // below rules/packs: "autopilot/HYB-001.yml"
  std::string_view text;
};

// All of them, sorted by name; lives as long as the program.
std::span<const EmbeddedFile> EmbeddedPack();

}  // namespace espial::rules
