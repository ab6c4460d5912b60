#include "parsers/evtx/recover/rebuilder.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/values_template.h"

namespace espial::evtx {
namespace {

// As for the library: what is read to judge the definitions of one chunk.
constexpr uint64_t kSoundBudget = uint64_t{1} << 20U;

}  // namespace

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kCertain:
      return "certain";
    case Confidence::kOwn:
      return "own template";
    case Confidence::kForeign:
      return "foreign template";
    case Confidence::kValuesOnly:
      return "values only";
  }
  return "";
}

void Rebuilder::Reset(Bytes bytes, Frame frame) {
  bytes_ = bytes;
  frame_ = frame;
  images_.clear();
  images_size_ = 0;
  wasted_ = 0;
  sound_.clear();
  sound_budget_ = kSoundBudget;
}

void Rebuilder::NewImage() {
  if (!images_.empty()) images_size_ += images_.back().size();
  images_.emplace_back(kChunkHeaderSize);
  placed_.clear();
}

std::optional<Rebuilder::Result> Rebuilder::Rebuild(const RecordSpan& span) {
  targets_.clear();
  parts_.clear();
  const uint32_t begin = span.offset + kRecordHeaderSize;
  const uint32_t end = span.offset + span.size - 4;
  if (begin >= end || !Judge(begin, end, max_depth_)) return std::nullopt;
  Result result;
  result.span = span;
  for (const Target& target : targets_) {
    result.confidence = std::max(
        result.confidence, target.kind == Target::Kind::kOwn ? Confidence::kOwn
                           : target.kind == Target::Kind::kForeign
                               ? Confidence::kForeign
                               : Confidence::kValuesOnly);
  }
  if (result.confidence == Confidence::kOwn) return result;

  if (images_.empty()) NewImage();
  if (WriteRecord(span, &result)) return result;
  if (images_.back().size() == kChunkHeaderSize) return std::nullopt;
  NewImage();
  if (WriteRecord(span, &result)) return result;
  return std::nullopt;
}

bool Rebuilder::WriteRecord(const RecordSpan& span, Result* result) {
  std::vector<std::byte>& image = images_.back();
  const size_t before = image.size();
  const bool fresh = before == kChunkHeaderSize;
  const size_t most = fresh ? kMaxImage : kChunkSize;
  const auto give_up = [&] {
    wasted_ += image.size() - before;
    image.resize(before);
    std::erase_if(placed_,
                  [&](const auto& item) { return item.second >= before; });
    return false;
  };
  if (images_size_ + before + wasted_ > kMaxImages) return false;
  next_target_ = 0;
  for (size_t i = 0; i < targets_.size(); ++i) {
    if (targets_[i].definition != nullptr) {
      Place(*targets_[i].definition, &targets_[i]);
    } else if (!PlaceValuesOnly(parts_[i], i == 0, &targets_[i])) {
      return give_up();
    }
    if (image.size() > most) return give_up();
  }
  while (image.size() % kRecordAlignment != 0) Put(0, 1);
  const size_t start = image.size();
  const Bytes head = bytes_.subspan(span.offset, kRecordHeaderSize);
  image.insert(image.end(), head.begin(), head.end());
  const uint32_t begin = span.offset + kRecordHeaderSize;
  if (!Write(begin, span.offset + span.size - 4, max_depth_)) return give_up();
  while ((image.size() - start + 4) % kRecordAlignment != 0) Put(0, 1);
  const size_t size = image.size() - start + 4;
  Put(size, 4);
  Patch(start + 4, size, 4);
  if (image.size() > most) return give_up();
  result->moved = true;
  result->image = images_.size() - 1;
  result->span.offset = static_cast<uint32_t>(start);
  result->span.size = static_cast<uint32_t>(size);
  return true;
}

// Walks over the record as Write will, and chooses what each instance is to
// point at.
bool Rebuilder::Judge(uint32_t begin, uint32_t end, uint32_t depth) {
  uint32_t at = begin;
  while (at < end) {
    const auto token = std::to_integer<uint8_t>(bytes_[at]);
    if (token == kTokenEnd) return true;
    if (token == kTokenFragment) {
      if (end - at < 4) return false;
      at += 4;
      continue;
    }
    if (token != kTokenInstance) {
      // Elements: their names must all be there.
      std::vector<std::byte> scratch;
      return frame_ == Frame::kChunk &&
             TokenCopier(bytes_, &scratch).Copy(at, end);
    }
    InstanceParts parts;
    if (!ReadInstanceParts(bytes_, at, end, frame_, &parts)) return false;
    targets_.push_back(Choose(parts));
    parts_.push_back(parts);
    uint32_t value = parts.values;
    for (uint32_t i = 0; i < parts.count; ++i) {
      const std::byte* descriptor =
          bytes_.data() + parts.descriptors + size_t{4} * i;
      const uint32_t size = LoadU16(descriptor);
      if (std::to_integer<uint8_t>(descriptor[2]) == kWireBinXml && size > 0) {
        if (depth == 0 || !Judge(value, value + size, depth - 1)) return false;
      }
      value += size;
    }
    at = parts.end;
  }
  return true;
}

Rebuilder::Target Rebuilder::Choose(const InstanceParts& parts) {
  TemplateWanted wanted;
  wanted.short_id = parts.short_id;
  if (frame_ == Frame::kChunk) {
    const Bytes head =
        SliceClamped(bytes_, parts.definition, kTemplateHeaderSize);
    if (head.size() == kTemplateHeaderSize &&
        LoadU32(head.data() + 4) == parts.short_id) {
      if (const auto* own = SoundHere(parts.definition)) {
        return {Target::Kind::kOwn, 0, own};
      }
      wanted.guid.emplace();
      std::memcpy(wanted.guid->data(), head.data() + 4, wanted.guid->size());
    }
  }
  types_.clear();
  for (uint32_t i = 0; i < parts.count; ++i) {
    types_.push_back(std::to_integer<uint8_t>(
        bytes_[parts.descriptors + size_t{4} * i + 2]));
  }
  wanted.types = types_;
  const PortableTemplate* foreign = library_.Find(wanted);
  if (foreign == nullptr && wanted.guid) {
    // The head may be what was overwritten.
    wanted.guid.reset();
    foreign = library_.Find(wanted);
  }
  return foreign != nullptr ? Target{Target::Kind::kForeign, 0, foreign}
                            : Target{Target::Kind::kMissing, 0, nullptr};
}

const PortableTemplate* Rebuilder::SoundHere(uint32_t definition) {
  const auto [place, fresh] = sound_.try_emplace(definition);
  std::optional<PortableTemplate>& read = place->second;
  if (fresh) {
    const uint64_t cost = std::min<uint64_t>(
        LoadU32(bytes_.data() + definition + 20), bytes_.size());
    if (cost <= sound_budget_) {
      sound_budget_ -= cost;
      read = ReadTemplate(bytes_, definition);
    }
    if (read) {
      sound_budget_ -= std::min<uint64_t>(sound_budget_, read->bytes.size());
    }
  }
  return read ? &*read : nullptr;
}

bool Rebuilder::Write(uint32_t begin, uint32_t end, uint32_t depth) {
  uint32_t at = begin;
  while (at < end) {
    const auto token = std::to_integer<uint8_t>(bytes_[at]);
    if (token == kTokenEnd) {
      Put(token, 1);
      return true;
    }
    if (token == kTokenFragment) {
      const Bytes raw = bytes_.subspan(at, 4);
      images_.back().insert(images_.back().end(), raw.begin(), raw.end());
      at += 4;
      continue;
    }
    if (token != kTokenInstance) {
      return TokenCopier(bytes_, &images_.back()).Copy(at, end);
    }
    const InstanceParts parts = parts_[next_target_];
    if (!WriteInstance(at, parts, depth)) return false;
    at = parts.end;
  }
  return true;
}

bool Rebuilder::WriteInstance(uint32_t at, const InstanceParts& parts,
                              uint32_t depth) {
  const Target& target = targets_[next_target_++];
  const Bytes head = bytes_.subspan(at, 6);
  images_.back().insert(images_.back().end(), head.begin(), head.end());
  Put(target.offset, 4);
  Put(parts.count, 4);
  const size_t descriptors = images_.back().size();
  const Bytes raw = bytes_.subspan(parts.descriptors, size_t{4} * parts.count);
  images_.back().insert(images_.back().end(), raw.begin(), raw.end());
  uint32_t value = parts.values;
  for (uint32_t i = 0; i < parts.count; ++i) {
    const std::byte* descriptor =
        bytes_.data() + parts.descriptors + size_t{4} * i;
    const uint32_t size = LoadU16(descriptor);
    if (std::to_integer<uint8_t>(descriptor[2]) == kWireBinXml && size > 0) {
      const size_t start = images_.back().size();
      if (!Write(value, value + size, depth - 1)) return false;
      // Names that now stand beside their elements can make it longer than a
      // descriptor can say.
      if (images_.back().size() - start > 0xffff) return false;
      Patch(descriptors + size_t{4} * i, images_.back().size() - start, 2);
    } else {
      const Bytes bytes = bytes_.subspan(value, size);
      images_.back().insert(images_.back().end(), bytes.begin(), bytes.end());
    }
    value += size;
  }
  return true;
}

void Rebuilder::Place(const PortableTemplate& definition, Target* target) {
  const auto [place, fresh] = placed_.emplace(
      &definition, static_cast<uint32_t>(images_.back().size()));
  target->offset = place->second;
  if (!fresh) return;
  images_.back().insert(images_.back().end(), definition.bytes.begin(),
                        definition.bytes.end());
  for (const uint32_t link : definition.links) {
    const size_t at = size_t{place->second} + link;
    Patch(at, uint64_t{LoadU32(images_.back().data() + at)} + place->second, 4);
  }
}

bool Rebuilder::PlaceValuesOnly(const InstanceParts& parts, bool outermost,
                                Target* target) {
  types_.clear();
  for (uint32_t i = 0; i < parts.count; ++i) {
    types_.push_back(std::to_integer<uint8_t>(
        bytes_[parts.descriptors + size_t{4} * i + 2]));
  }
  target->offset = static_cast<uint32_t>(images_.back().size());
  return AppendValuesTemplate(parts.short_id, types_, outermost,
                              &images_.back());
}

void Rebuilder::Put(uint64_t value, size_t width) {
  for (size_t i = 0; i < width; ++i) {
    images_.back().push_back(static_cast<std::byte>(value >> (8 * i) & 0xffU));
  }
}

void Rebuilder::Patch(size_t at, uint64_t value, size_t width) {
  for (size_t i = 0; i < width; ++i) {
    images_.back()[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
  }
}

}  // namespace espial::evtx
