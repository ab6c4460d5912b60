// A source together with what it was recognised as, and how parsing went.
#pragma once

#include <espial/core/source.h>

#include <cstdint>
#include <string>

namespace espial {

enum class ArtifactState : uint8_t {
  kWhole,          // all of it was read
  kDamaged,        // a part could not be read; see Case::damage
  kRefused,        // nothing was read: too damaged, encrypted, over a limit
  kNotUnderstood,  // no parser knows it; listed, nothing more
};
std::string_view ArtifactStateName(ArtifactState state);

struct Artifact {
  SourceId id;
  // The artifact it came out of; its own id for what the user handed over.
  SourceId parent;
  uint32_t depth = 0;
  std::string provenance;
  uint64_t size = 0;  // bytes
  // Parser name ("evtx", "archive/zip", ...), or what the first bytes look
  // like ("text", "xml", "binary", ...) when no parser knows it.
  std::string format;
  ArtifactState state = ArtifactState::kNotUnderstood;
  // Anything a reader of the tree should know: "part 2 of set 1234",
  // "salvaged", or empty.
  std::string note;

  uint64_t children = 0;
  uint64_t events = 0;   // active and live
  uint64_t residue = 0;  // events of other logs, and recovered ones
  uint64_t facts = 0;
  uint64_t damages = 0;
};

}  // namespace espial
