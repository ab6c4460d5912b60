#include "parsers/evtx/chunk_xml.h"

#include <espial/core/text.h>

#include <algorithm>

#include "parsers/evtx/compiler.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/utf16.h"

namespace espial::evtx {
namespace {

// A real chunk expands to a few hundred thousand units and a real record to a
// few ten thousand.
constexpr uint64_t kChunkBudget = uint64_t{16} << 20U;
constexpr uint64_t kRecordBudget = uint64_t{1} << 20U;

// Link, hash and count stand before the characters of a name.
constexpr uint32_t kNameHeaderSize = 8;

std::string Hex(uint64_t value) { return "0x" + ToHex(value); }

// Whether a name with its right hash stands at `offset`.
bool SoundNameAt(Bytes chunk, uint32_t offset) {
  if (offset > chunk.size() || chunk.size() - offset < kNameHeaderSize) {
    return false;
  }
  const std::byte* p = chunk.data() + offset;
  const Bytes units = SliceClamped(chunk, offset + kNameHeaderSize,
                                   uint64_t{LoadU16(p + 6)} * 2);
  uint32_t hash = 0;
  for (size_t i = 0; i + 1 < units.size(); i += 2) {
    hash = hash * 65599U + LoadU16(units.data() + i);
  }
  return !units.empty() && (hash & 0xffffU) == LoadU16(p + 4);
}

}  // namespace

// Inside a 0x21 value that is an element, the two bytes of the dependency id
// are left out. A name whose hash is right stands where they say, or it does
// not.
bool HasDependencyId(Bytes chunk, uint32_t at, uint32_t end) {
  const std::byte* p = chunk.data() + at;
  if (end - at >= 10 && SoundNameAt(chunk, LoadU32(p + 6))) return true;
  return end - at < 8 || !SoundNameAt(chunk, LoadU32(p + 4));
}

void ChunkXml::Reset(Bytes chunk, uint64_t base, Arena* arena,
                     uint32_t max_depth) {
  chunk_ = chunk;
  base_ = base;
  arena_ = arena;
  max_depth_ = max_depth;
  chunk_budget_ = kChunkBudget;
  record_budget_ = 0;
  names_.Clear();
  templates_.Clear();
  programs_used_ = 0;
}

void ChunkXml::BeginRecord() {
  // What the last record left goes back to the chunk.
  chunk_budget_ += record_budget_;
  record_budget_ = std::min(chunk_budget_, kRecordBudget);
  chunk_budget_ -= record_budget_;
}

Error ChunkXml::OverBudget(uint32_t at) const {
  return {Errc::kLimitExceeded, "binary XML", base_ + at,
          "the record or its chunk expands to more than the limit allows"};
}

Error ChunkXml::Wrong(const char* what, uint32_t at, std::string detail) const {
  return {Errc::kBadValue, what, base_ + at, std::move(detail)};
}

Error ChunkXml::Truncated(const char* what, uint32_t at, uint64_t need,
                          uint64_t have) const {
  return {
      Errc::kTruncated, what, base_ + at,
      "need " + std::to_string(need) + " bytes, have " + std::to_string(have)};
}

const Name* ChunkXml::NameAt(uint32_t offset) {
  if (const Name* known = names_.Find(offset)) return known;
  if (offset > chunk_.size() || chunk_.size() - offset < kNameHeaderSize) {
    return nullptr;
  }
  const uint32_t count = LoadU16(chunk_.data() + offset + 6);
  const Bytes units =
      SliceClamped(chunk_, offset + kNameHeaderSize, uint64_t{count} * 2);
  if (count == 0 || units.size() != uint64_t{count} * 2 ||
      !Spend(units.size())) {
    return nullptr;
  }
  Name* name = arena_->NewArray<Name>(1).data();
  name->text = CopyUtf16(units, arena_, &scratch_);
  name->known = KnownName(name->text);
  names_.Insert(offset, name);
  return name;
}

const Program* ChunkXml::Template(uint32_t offset, uint32_t short_id) {
  if (offset > chunk_.size() || chunk_.size() - offset < kTemplateHeaderSize) {
    unusable_.error =
        Wrong("template definition", offset,
              "expected an offset within the chunk, found " + Hex(offset));
    return &unusable_;
  }
  const std::byte* p = chunk_.data() + offset;
  if (LoadU32(p + 4) != short_id) {
    unusable_.error = Wrong(
        "template definition", offset,
        "expected the id " + Hex(short_id) + ", found " + Hex(LoadU32(p + 4)));
    return &unusable_;
  }
  if (const Program* known = templates_.Find(offset)) return known;
  if (programs_used_ == program_store_.size()) program_store_.emplace_back();
  Program* program = &program_store_[programs_used_++];
  templates_.Insert(offset, program);
  program->ops.clear();
  program->error.reset();
  const uint32_t size = LoadU32(p + 20);
  const uint64_t have = chunk_.size() - offset - kTemplateHeaderSize;
  if (size > have) {
    program->error = Truncated("template definition", offset, size, have);
    return program;
  }
  const auto begin = static_cast<uint32_t>(offset + kTemplateHeaderSize);
  Compile({begin, begin + size}, program);
  return program;
}

void ChunkXml::Compile(Range range, Program* program) {
  Compiler(this, range, program).Run();
}

Result<Instance> ChunkXml::ReadInstance(uint32_t at, uint32_t end) const {
  constexpr uint32_t kHead = 10;  // token, unknown, short id, offset
  const auto left = [&](uint32_t from) -> uint64_t { return end - from; };
  if (left(at) < kHead) {
    return Truncated("template instance", at, kHead, left(at));
  }
  const std::byte* p = chunk_.data() + at;
  Instance instance;
  instance.short_id = LoadU32(p + 2);
  instance.definition = LoadU32(p + 6);
  uint32_t next = at + kHead;
  if (instance.definition == next) {
    // The definition stands here, at its first use in the chunk.
    if (left(next) < kTemplateHeaderSize) {
      return Truncated("template definition", next, kTemplateHeaderSize,
                       left(next));
    }
    const uint32_t size = LoadU32(chunk_.data() + next + 20);
    next += kTemplateHeaderSize;
    if (size > left(next)) {
      return Truncated("template definition", next, size, left(next));
    }
    next += size;
  }
  if (left(next) < 4) {
    return Truncated("substitution count", next, 4, left(next));
  }
  instance.count = LoadU32(chunk_.data() + next);
  next += 4;
  if (instance.count > left(next) / 4) {
    return Error{Errc::kTruncated, "substitution count", base_ + next - 4,
                 "expected at most " + std::to_string(left(next) / 4) +
                     ", found " + std::to_string(instance.count)};
  }
  instance.descriptors = next;
  instance.values = next + instance.count * 4;
  uint64_t value_bytes = 0;
  for (uint32_t i = 0; i < instance.count; ++i) {
    value_bytes += LoadU16(chunk_.data() + next + size_t{4} * i);
  }
  if (value_bytes > left(instance.values)) {
    return Truncated("substitution values", instance.values, value_bytes,
                     left(instance.values));
  }
  instance.end = instance.values + static_cast<uint32_t>(value_bytes);
  return instance;
}

}  // namespace espial::evtx
