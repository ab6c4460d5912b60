#include "parsers/evtx/recover/token_copier.h"

#include <algorithm>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {
namespace {

// Link, hash and count stand before the characters of a name.
constexpr uint32_t kNameHeaderSize = 8;
// Far above any name that is in use; they bound what a hostile chunk costs.
constexpr uint32_t kMaxNameUnits = 256;
constexpr size_t kMaxNames = 1024;

}  // namespace

Bytes SoundName(Bytes chunk, uint64_t offset) {
  const Bytes head = SliceClamped(chunk, offset, kNameHeaderSize);
  if (head.size() < kNameHeaderSize) return {};
  const uint64_t size = uint64_t{LoadU16(head.data() + 6)} * 2;
  const Bytes name = SliceClamped(chunk, offset, kNameHeaderSize + size);
  if (size == 0 || size > uint64_t{kMaxNameUnits} * 2 ||
      name.size() != kNameHeaderSize + size)
    return {};
  uint32_t hash = 0;
  for (size_t i = kNameHeaderSize; i < name.size(); i += 2) {
    hash = hash * 65599U + LoadU16(name.data() + i);
  }
  return (hash & 0xffffU) == LoadU16(head.data() + 4) ? name : Bytes();
}

bool TokenCopier::Copy(uint32_t begin, uint32_t end) {
  at_ = begin;
  end_ = std::min<uint32_t>(end, static_cast<uint32_t>(chunk_.size()));
  start_ = out_.size();
  while (!done_ && at_ < end_) {
    if (!Step() || out_.size() - start_ > kMaxBytes) return false;
  }
  if (!done_) Put(kTokenEnd, 1);
  return element_seen_ && open_.empty();
}

bool TokenCopier::Step() {
  const auto token = std::to_integer<uint8_t>(chunk_[at_++]);
  const bool more = (token & kMoreFlag) != 0;
  switch (token & static_cast<uint8_t>(~kMoreFlag)) {
    case kTokenEnd:
      Put(token, 1);
      done_ = true;
      return open_.empty();
    case kTokenFragment:
      Put(token, 1);
      return CopyRaw(3);
    case kTokenOpenElement:
      EndAttributes();
      Put(token, 1);
      return OpenElement(more);
    case kTokenCloseStart:
      EndAttributes();
      Put(token, 1);
      return !open_.empty();
    case kTokenCloseEmpty:
    case kTokenEndElement:
      EndAttributes();
      return EndElement(token);
    case kTokenValue:
      return ValueToken(token);
    case kTokenAttribute:
    case kTokenEntityRef:
    case kTokenPiTarget:
      if (open_.empty()) return false;
      Put(token, 1);
      return CopyName();
    case kTokenCData:
    case kTokenPiData:
      return !open_.empty() && CountedText(token);
    case kTokenCharRef:
      Put(token, 1);
      return !open_.empty() && CopyRaw(2);
    case kTokenSlot:
    case kTokenOptionalSlot: {
      if (end_ - at_ < 3 || open_.empty()) return false;
      const SlotType slot = {LoadU16(chunk_.data() + at_),
                             std::to_integer<uint8_t>(chunk_[at_ + 2])};
      slots_.push_back(slot);
      Put(token, 1);
      return CopyRaw(3);
    }
    default:
      // An instance within elements names a definition of its own: only
      // records without a template have that, and they are not moved.
      return false;
  }
}

bool TokenCopier::OpenElement(bool attributes) {
  if (!dependency_known_) {
    dependency_known_ = true;
    has_dependency_ = HasDependencyId();
  }
  if (has_dependency_ && !CopyRaw(2)) return false;
  if (end_ - at_ < 4) return false;
  at_ += 4;
  open_.push_back({out_.size()});
  Put(0, 4);
  if (!CopyName()) return false;
  element_seen_ = true;
  if (!attributes) return true;
  if (end_ - at_ < 4) return false;
  const uint32_t size = LoadU32(chunk_.data() + at_);
  at_ += 4;
  attributes_at_ = out_.size();
  Put(0, 4);
  // Some writers pad an empty list with two zero bytes, which are left out.
  if (size == 0 && end_ - at_ >= 3 && LoadU16(chunk_.data() + at_) == 0) {
    const auto token = std::to_integer<uint8_t>(chunk_[at_ + 2]);
    if (token == kTokenCloseStart || token == kTokenCloseEmpty) at_ += 2;
  }
  return true;
}

// As the compiler does it: the two bytes are there when a sound name stands
// where the name would be then.
bool TokenCopier::HasDependencyId() const {
  if (end_ - at_ >= 10 &&
      !SoundName(chunk_, LoadU32(chunk_.data() + at_ + 6)).empty()) {
    return true;
  }
  return end_ - at_ < 8 ||
         SoundName(chunk_, LoadU32(chunk_.data() + at_ + 4)).empty();
}

void TokenCopier::EndAttributes() {
  if (attributes_at_ == 0) return;
  Patch(attributes_at_, out_.size() - attributes_at_ - 4);
  attributes_at_ = 0;
}

bool TokenCopier::EndElement(uint8_t token) {
  if (open_.empty()) return false;
  Put(token, 1);
  const size_t size_at = open_.back().size_at;
  open_.pop_back();
  Patch(size_at, out_.size() - size_at - 4);
  return true;
}

bool TokenCopier::ValueToken(uint8_t token) {
  if (at_ >= end_ || open_.empty()) return false;
  const auto type = std::to_integer<uint8_t>(chunk_[at_]);
  Put(token, 1);
  if (type == kWireString) {
    ++at_;
    return CountedText(type);
  }
  const uint32_t width = FixedValueWidth(type);
  return width != 0 && CopyRaw(1 + width);
}

// A byte, then a count and that many UTF-16 units.
bool TokenCopier::CountedText(uint8_t token) {
  if (end_ - at_ < 2) return false;
  Put(token, 1);
  return CopyRaw(2 + uint32_t{LoadU16(chunk_.data() + at_)} * 2);
}

bool TokenCopier::CopyName() {
  if (end_ - at_ < 4) return false;
  const uint32_t offset = LoadU32(chunk_.data() + at_);
  at_ += 4;
  const auto known =
      std::find_if(names_.begin(), names_.end(),
                   [&](const auto& name) { return name.first == offset; });
  links_.push_back(static_cast<uint32_t>(out_.size()));
  if (known != names_.end()) {
    Put(known->second, 4);
  } else {
    const Bytes name = SoundName(chunk_, offset);
    if (name.empty() || names_.size() == kMaxNames) return false;
    const auto here = static_cast<uint32_t>(out_.size() + 4);
    names_.emplace_back(offset, here);
    Put(here, 4);
    Put(0, 4);  // the chain of names ends here
    out_.insert(out_.end(), name.begin() + 4, name.end());
    Put(0, 2);
  }
  if (offset != at_) return true;
  // The name stands here, at its first use: head, characters, terminator.
  const uint32_t size =
      kNameHeaderSize + uint32_t{LoadU16(chunk_.data() + at_ + 6)} * 2 + 2;
  if (size > end_ - at_) return false;
  at_ += size;
  return true;
}

bool TokenCopier::CopyRaw(uint32_t size) {
  if (size > end_ - at_) return false;
  const Bytes raw = chunk_.subspan(at_, size);
  out_.insert(out_.end(), raw.begin(), raw.end());
  at_ += size;
  return true;
}

void TokenCopier::Put(uint64_t value, size_t width) {
  for (size_t i = 0; i < width; ++i) {
    out_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xffU));
  }
}

void TokenCopier::Patch(size_t at, uint64_t value) {
  for (size_t i = 0; i < 4; ++i) {
    out_[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
  }
}

}  // namespace espial::evtx
