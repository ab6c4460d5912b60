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
#include <utility>
#include <vector>

#include "parsers/evtx/program.h"
#include "parsers/evtx/render/bare_shape.h"
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

// What a definition was compiled to, with what it was compiled from. P is what
// the compiler makes, and has `size_t bytes() const`.
template <typename P>
struct CachedProgram {
  DefinitionContent content;
  // Null where the form is one that the compiler does not know.
  std::unique_ptr<const P> program;
};

// The same for elements that stand without a template.
template <typename P>
struct ShapedProgram {
  BareShape shape;
  std::unique_ptr<const P> program;
};

// Shared by all threads; what it holds lives as long as it does.
template <typename P>
class BasicProgramCache {
 public:
  using Cached = CachedProgram<P>;
  using Shaped = ShapedProgram<P>;

  // The program of the definition at `offset`; null when it is not known.
  const Cached* Find(const DefinitionKey& key, Bytes chunk,
                     uint32_t offset) const {
    std::vector<const Cached*> candidates;
    {
      const std::lock_guard lock(mutex_);
      const auto found = by_key_.find(key);
      if (found == by_key_.end()) return nullptr;
      candidates = found->second;
    }
    for (const Cached* cached : candidates) {
      if (cached->content.Matches(chunk, offset)) return cached;
    }
    return nullptr;
  }

  // Keeps a program. Null, and `cached` is left alone, when there are too
  // many: hostile logs must not fill the memory.
  const Cached* Keep(const DefinitionKey& key, Cached* cached) {
    const std::lock_guard lock(mutex_);
    const size_t bytes = cached->content.size() +
                         (cached->program ? cached->program->bytes() : 0);
    if (programs_.size() >= kMostPrograms || bytes_ + bytes > kMostBytes) {
      return nullptr;
    }
    bytes_ += bytes;
    programs_.push_back(std::move(*cached));
    by_key_[key].push_back(&programs_.back());
    return &programs_.back();
  }

  // Adds to `known`, which holds those that were kept first, all the others.
  void AddShapes(std::vector<const Shaped*>* known) const {
    const std::lock_guard lock(mutex_);
    for (size_t i = known->size(); i < shapes_.size(); ++i) {
      known->push_back(shapes_[i].get());
    }
  }

  // Keeps `made`, unless there are too many.
  void KeepShape(std::unique_ptr<const Shaped>* made) {
    const std::lock_guard lock(mutex_);
    if (shapes_.size() < kMostShapes) shapes_.push_back(std::move(*made));
  }

 private:
  // Whoever looks for one compares with all.
  static constexpr size_t kMostShapes = 128;
  static constexpr size_t kMostPrograms = 20'000;
  static constexpr size_t kMostBytes = size_t{24} << 20U;

  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  std::deque<Cached> programs_;  // never moves what it holds
  std::unordered_map<DefinitionKey, std::vector<const Cached*>, DefinitionHash>
      by_key_;
  std::vector<std::unique_ptr<const Shaped>> shapes_;
};

using ProgramCache = BasicProgramCache<FastProgram>;

}  // namespace espial::evtx
