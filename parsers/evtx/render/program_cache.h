// Compiled template definitions, kept by content across chunks and files.
//
// The same definition stands in nearly every chunk of a log, but not as the
// same bytes: it names elements by their offsets in the chunk, and holds the
// names that the chunk had not used before. Two are the same when all else is
// equal byte for byte and every name is the same text.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "parsers/evtx/program.h"
#include "parsers/evtx/render/fast_program.h"

namespace espial::evtx {

// A definition without its place: what must be found again.
class DefinitionContent {
 public:
  // Remembers the definition at `offset`, compiled to `program`. False when
  // what it means may depend on more than is remembered.
  bool Remember(Bytes chunk, uint32_t offset, const Program& program);

  // Whether the definition at `offset` means the same. REQUIRES: that a whole
  // definition stands there.
  [[nodiscard]] bool Matches(Bytes chunk, uint32_t offset) const;

  [[nodiscard]] size_t size() const {
    return bytes_.size() + names_.size() + fields_.size() * sizeof(NameField);
  }

 private:
  struct NameField {
    uint32_t at = 0;    // of the field, within the definition
    bool here = false;  // the name follows the field
    uint32_t text = 0;  // in names_: hash, count, characters
    uint32_t size = 0;
  };
  std::vector<std::byte> bytes_;
  std::vector<std::byte> names_;
  std::vector<NameField> fields_;
};

struct DefinitionKey {
  uint64_t guid_low = 0;
  uint64_t guid_high = 0;
  uint32_t size = 0;
  friend bool operator==(const DefinitionKey&, const DefinitionKey&) = default;
};
// REQUIRES: that a whole definition stands at `offset`.
DefinitionKey KeyOf(Bytes chunk, uint32_t offset);

struct DefinitionHash {
  size_t operator()(const DefinitionKey& key) const {
    return static_cast<size_t>(
        (key.guid_low ^ key.guid_high) * 0x9e3779b97f4a7c15ULL + key.size);
  }
};

struct CachedProgram {
  DefinitionContent content;
  // Null where only the plain renderer knows the form.
  std::unique_ptr<const FastProgram> program;
};

// Shared by all threads; what it holds lives as long as it does.
class ProgramCache {
 public:
  // The program of the definition at `offset`; null when it is not known.
  const CachedProgram* Find(const DefinitionKey& key, Bytes chunk,
                            uint32_t offset) const;
  // Keeps a program. Null, and `cached` is left alone, when there are too
  // many: hostile logs must not fill the memory.
  const CachedProgram* Keep(const DefinitionKey& key, CachedProgram* cached);

 private:
  static constexpr size_t kMostPrograms = 20'000;
  static constexpr size_t kMostBytes = size_t{24} << 20U;

  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  std::deque<CachedProgram> programs_;  // never moves what it holds
  std::unordered_map<DefinitionKey, std::vector<const CachedProgram*>,
                     DefinitionHash>
      by_key_;
};

}  // namespace espial::evtx
