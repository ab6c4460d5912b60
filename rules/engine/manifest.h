// What a pack says of itself: pack.yml, and ids.csv, its register of codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/document.h"

namespace espial::rules {

inline constexpr std::string_view kManifestFile = "pack.yml";
inline constexpr std::string_view kRegisterFile = "ids.csv";

struct Manifest {
  std::string name;     // empty: the rules have no manifest
  std::string version;  // "1.4.0"
};

// Reads pack.yml. False: the pack must not be read, because it is for another
// engine (E030); its own dialect would only give errors.
bool LoadManifest(std::string_view text, const Reporter& reporter,
                  Manifest* out);

// A code of the register. Codes stay in it for ever: what was deleted is
// retired.
struct RegisteredCode {
  std::string code;
  std::string id;  // UUID, folded
  bool retired = false;
  uint32_t line = 0;
};

// Reads ids.csv: code,id,state. A code or id that stands there twice is E031.
std::vector<RegisteredCode> LoadRegister(std::string_view text,
                                         const Reporter& reporter);

// Reports (E031) signatures that the register does not know, knows by another
// id, or has retired, and active codes without a signature.
void CheckRegister(const std::vector<RegisteredCode>& codes,
                   const std::vector<Signature>& signatures,
                   Diagnostics* diagnostics);

// The version of this engine: "0.1.0".
std::string_view EngineVersion();

}  // namespace espial::rules
