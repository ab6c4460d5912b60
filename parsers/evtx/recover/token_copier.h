// Copies binary XML from one place to another.
//
// A name in binary XML is an offset in its chunk, so a template definition
// means nothing outside of it. The copier resolves every name, checks it by its
// hash, and writes the same tokens with the names beside them.
//
// It believes nothing: a token that is none, a name whose hash does not fit, an
// element that is not closed make the copy fail. Bytes that were overwritten
// fail with near certainty, which is what recovery builds on.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace espial::evtx {

// A slot of a template, and the type that it declares.
struct SlotType {
  uint16_t slot = 0;
  uint8_t type = 0;

  friend bool operator==(const SlotType&, const SlotType&) = default;
};

// The bytes of a sound name at `offset` of `chunk`: link, hash, count and
// characters; empty when there is none.
Bytes SoundName(Bytes chunk, uint64_t offset);

class TokenCopier {
 public:
  // What a copy may grow to, and how much may be read for it.
  static constexpr size_t kMaxBytes = size_t{256} << 10U;

  // `chunk` must outlive the copier; the copy is appended to `out`. Names are
  // written as offsets in `out`.
  TokenCopier(Bytes chunk, std::vector<std::byte>* out)
      : chunk_(chunk), out_(*out) {}

  // Copies the tokens of [begin, end): elements up to the end token or the
  // end. False when they are not sound; `out` then holds rubbish behind its
  // old end.
  bool Copy(uint32_t begin, uint32_t end);

  // Where `out` holds offsets of names.
  [[nodiscard]] const std::vector<uint32_t>& links() const { return links_; }
  // The slots used, in their order.
  [[nodiscard]] const std::vector<SlotType>& slots() const { return slots_; }

 private:
  struct Open {
    size_t size_at;
  };

  bool Step();
  bool OpenElement(bool attributes);
  void EndAttributes();
  bool EndElement(uint8_t token);
  bool ValueToken(uint8_t token);
  bool CountedText(uint8_t token);
  bool CopyName();
  bool CopyRaw(uint32_t size);
  void Put(uint64_t value, size_t width);
  void Patch(size_t at, uint64_t value);
  [[nodiscard]] bool HasDependencyId() const;

  Bytes chunk_;
  std::vector<std::byte>& out_;
  uint32_t at_ = 0;
  uint32_t end_ = 0;
  size_t start_ = 0;
  std::vector<Open> open_;
  size_t attributes_at_ = 0;  // of the size of the open attribute list; 0: none
  // Names copied so far: offset in the chunk, offset in `out`. Few.
  std::vector<std::pair<uint32_t, uint32_t>> names_;
  std::vector<uint32_t> links_;
  std::vector<SlotType> slots_;
  bool dependency_known_ = false;
  bool has_dependency_ = true;
  bool element_seen_ = false;
  bool done_ = false;
};

}  // namespace espial::evtx
