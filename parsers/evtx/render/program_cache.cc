#include "parsers/evtx/render/program_cache.h"

#include <cstring>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// Link to the next name, hash and count stand before the characters; a zero
// behind them.
constexpr uint32_t kNameHead = 8;
constexpr uint32_t kLink = 4;

bool Equal(const std::byte* a, const std::byte* b, size_t size) {
  return size == 0 || std::memcmp(a, b, size) == 0;
}

}  // namespace

DefinitionKey KeyOf(Bytes chunk, uint32_t offset) {
  const std::byte* p = chunk.data() + offset;
  return {LoadU64(p + 4), LoadU64(p + 12), LoadU32(p + 20)};
}

bool DefinitionContent::Remember(Bytes chunk, uint32_t offset,
                                 const Program& program) {
  const std::byte* body = chunk.data() + offset + kTemplateHeaderSize;
  const uint32_t size = LoadU32(chunk.data() + offset + 20);
  const uint32_t start = offset + static_cast<uint32_t>(kTemplateHeaderSize);
  // The first element tells whether elements have a dependency id, by where
  // its name is; anywhere else and the name alone does not say it.
  constexpr uint32_t kFirstName = 4 + 1 + 2 + 4;
  if (program.name_fields.empty() || program.error ||
      program.name_fields[0] != start + kFirstName) {
    return false;
  }
  bytes_.assign(body, body + size);
  uint32_t behind = 0;
  for (const uint32_t field : program.name_fields) {
    const uint32_t name = LoadU32(chunk.data() + field);
    NameField known;
    known.at = field - start;
    if (known.at < behind) return false;
    known.here = name == field + 4;
    known.text = static_cast<uint32_t>(names_.size());
    const std::byte* text = chunk.data() + name + kLink;
    known.size = kNameHead - kLink + 2U * LoadU16(text + 2);
    names_.insert(names_.end(), text, text + known.size);
    fields_.push_back(known);
    behind = known.at + 4 + (known.here ? kLink + known.size : 0);
  }
  return true;
}

bool DefinitionContent::Matches(Bytes chunk, uint32_t offset) const {
  const uint32_t start = offset + static_cast<uint32_t>(kTemplateHeaderSize);
  const std::byte* body = chunk.data() + start;
  size_t compared = 0;
  for (const NameField& field : fields_) {
    // Up to the field; what the field holds depends on the chunk.
    if (!Equal(body + compared, bytes_.data() + compared,
               field.at - compared)) {
      return false;
    }
    compared = field.at + 4;
    const uint32_t name = LoadU32(body + field.at);
    if ((name == start + compared) != field.here) return false;
    if (field.here) {
      // The link in front of the name does, too.
      compared += kLink;
      continue;
    }
    if (name > chunk.size() || chunk.size() - name < kLink + field.size ||
        !Equal(chunk.data() + name + kLink, names_.data() + field.text,
               field.size)) {
      return false;
    }
  }
  return Equal(body + compared, bytes_.data() + compared,
               bytes_.size() - compared);
}

}  // namespace espial::evtx
