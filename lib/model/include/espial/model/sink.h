// Where a parser puts what it reads.
#pragma once

#include <espial/core/source.h>
#include <espial/model/coverage.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>
#include <espial/model/fact.h>

#include <memory>
#include <string>

namespace espial {

// A member that a container yields.
struct Child {
  // Path within the container, '/' separated, never absolute, no "..".
  std::string name;
  // The bytes; null when the member could not be read at all (the parser
  // reports the damage with OnDamage as well).
  std::shared_ptr<const Source> source;
  // Bytes that the container spends on it; 0 when unknown.
  uint64_t packed_size = 0;
  // "salvaged", "encrypted", ... or empty.
  std::string note;
};

// Receives the output of one artifact's parser, in the order of the bytes.
// Calls come from one thread at a time. The `source` members of what is
// passed need not be set: the receiver knows which artifact it listens to.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual void OnChild(Child child) = 0;
  // The event and all its text are valid for this call only.
  virtual void OnEvent(const Event& event) = 0;
  // The fact and all its text are valid for this call only.
  virtual void OnFact(const Fact& fact) = 0;
  virtual void OnDamage(Damage damage) = 0;
  // Once a log, behind its events.
  virtual void OnCoverage(Coverage coverage) = 0;
  // Sets Artifact::note.
  virtual void OnNote(std::string note) = 0;
};

}  // namespace espial
