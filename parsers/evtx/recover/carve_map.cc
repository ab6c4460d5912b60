#include "parsers/evtx/recover/carve_map.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/crc32.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/slack_scan.h"

namespace espial::evtx {
namespace {

// Instances in one another that are looked into for a definition.
constexpr uint32_t kDepth = 8;
// A chunk without a header costs a copy of it; there are no more of them than
// real ones could be.
constexpr uint64_t kBytesPerFrame = 4096;
// Strayed records that are read together lie this close.
constexpr uint64_t kMaxRun = uint64_t{256} << 10U;

struct Stray {
  uint64_t offset = 0;
  uint32_t size = 0;
  bool framed = false;
  uint64_t base = 0;  // where its chunk begins; may wrap below zero
};

// Whether a chunk at `base` can hold the record.
bool Holds(uint64_t base, const Stray& stray) {
  const uint64_t inside = stray.offset - base;
  return inside >= kChunkHeaderSize && inside <= kChunkSize &&
         stray.size <= kChunkSize - inside && inside % kRecordAlignment == 0;
}

// A definition stands where its instance says, counted from the chunk: one that
// stands inside its record tells where the chunk begins.
void InferBase(Bytes image, Stray* stray) {
  const Bytes record =
      image.subspan(static_cast<size_t>(stray->offset), stray->size);
  ForEachInstance(record, kRecordHeaderSize, stray->size - 4, Frame::kUnknown,
                  kDepth, [&](uint32_t at, const InstanceParts& parts) {
                    if (!parts.definition_inside) return true;
                    const uint64_t base =
                        stray->offset + at + 10 - parts.definition;
                    if (!Holds(base, *stray)) return true;
                    stray->framed = true;
                    stray->base = base;
                    return false;
                  });
}

std::vector<Stray> ListStrays(Bytes image, uint64_t from, uint64_t until) {
  std::vector<Stray> strays;
  const Bytes place = image.first(static_cast<size_t>(until));
  const std::string_view magic("**\0\0", 4);
  const std::string_view text = AsChars(place);
  size_t at = static_cast<size_t>(from);
  while ((at = text.find(magic, at)) != std::string_view::npos) {
    const std::optional<uint32_t> size =
        PlausibleRecordHead(place, at) ? RecordSizeAt(place, at) : std::nullopt;
    if (!size) {
      ++at;
      continue;
    }
    strays.push_back({at, *size, false, 0});
    InferBase(image, &strays.back());
    at += *size;
  }
  return strays;
}

// Gives records without a definition the chunk of their nearest neighbour that
// has one.
void SpreadBases(std::vector<Stray>* strays) {
  std::vector<Stray>& all = *strays;
  std::vector<const Stray*> before(all.size());
  const Stray* last = nullptr;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].framed) last = &all[i];
    before[i] = last;
  }
  const Stray* next = nullptr;
  std::vector<std::pair<size_t, uint64_t>> found;
  for (size_t i = all.size(); i-- > 0;) {
    if (all[i].framed) {
      next = &all[i];
      continue;
    }
    const bool fits_before =
        before[i] != nullptr && Holds(before[i]->base, all[i]);
    const bool fits_next = next != nullptr && Holds(next->base, all[i]);
    if (!fits_before && !fits_next) continue;
    const bool take_next =
        fits_next && (!fits_before || next->offset - all[i].offset <
                                          all[i].offset - before[i]->offset);
    found.emplace_back(i, take_next ? next->base : before[i]->base);
  }
  for (const auto& [i, base] : found) {
    all[i].framed = true;
    all[i].base = base;
  }
}

void AddRecord(Bytes image, const Stray& stray, CarvedPiece* piece) {
  const std::byte* p = image.data() + stray.offset;
  piece->records.push_back({static_cast<uint32_t>(stray.offset - piece->offset),
                            stray.size, LoadU64(p + 8), LoadU64(p + 16),
                            Region::kSlack});
}

// How far the chunk at `at` reaches.
uint64_t CarvedSize(Bytes image, uint64_t at, const ChunkHeader& header) {
  const uint64_t whole = std::min<uint64_t>(kChunkSize, image.size() - at);
  const Bytes window = image.first(static_cast<size_t>(at + whole));
  std::optional<uint64_t> next = FindChunk(window, at + kChunkHeaderSize);
  if (next && header.free_offset_fits(whole) &&
      *next < at + header.free_offset &&
      Crc32(image.subspan(static_cast<size_t>(at + kChunkHeaderSize),
                          header.free_offset - kChunkHeaderSize)) ==
          header.data_checksum) {
    next = FindChunk(window, at + header.free_offset);
  }
  return next ? *next - at : whole;
}

}  // namespace

void FindStrayRecords(Bytes image, uint64_t from, uint64_t until,
                      std::vector<CarvedPiece>* pieces) {
  std::vector<Stray> strays = ListStrays(image, from, until);
  SpreadBases(&strays);
  uint64_t frames_left = 1 + (until - from) / kBytesPerFrame;
  CarvedPiece* piece = nullptr;
  for (const Stray& stray : strays) {
    const bool framed = stray.framed;
    const bool joins =
        piece != nullptr &&
        (framed ? piece->kind == CarvedPiece::Kind::kFramed &&
                      piece->offset == stray.base
                : piece->kind == CarvedPiece::Kind::kStrayed &&
                      stray.offset + stray.size - piece->offset <= kMaxRun);
    if (!joins) {
      const bool frame = framed && frames_left > 0;
      frames_left -= frame ? 1 : 0;
      piece = &pieces->emplace_back();
      piece->kind =
          frame ? CarvedPiece::Kind::kFramed : CarvedPiece::Kind::kStrayed;
      piece->offset = frame ? stray.base : stray.offset;
    }
    AddRecord(image, stray, piece);
    piece->size = piece->kind == CarvedPiece::Kind::kFramed
                      ? kChunkSize
                      : stray.offset + stray.size - piece->offset;
  }
}

std::vector<CarvedPiece> MapCarved(Bytes image) {
  std::vector<CarvedPiece> pieces;
  uint64_t at = 0;
  while (const std::optional<uint64_t> found = FindChunk(image, at)) {
    FindStrayRecords(image, at, *found, &pieces);
    CarvedPiece& piece = pieces.emplace_back();
    piece.offset = *found;
    piece.header = ReadChunkHeader(
        image.subspan(static_cast<size_t>(*found), kChunkHeaderSize));
    piece.size = CarvedSize(image, *found, piece.header);
    at = *found + piece.size;
  }
  FindStrayRecords(image, at, image.size(), &pieces);
  return pieces;
}

Bytes PieceBytes(Bytes image, const CarvedPiece& piece,
                 std::vector<std::byte>* buffer) {
  if (piece.kind != CarvedPiece::Kind::kFramed) {
    return SliceClamped(image, piece.offset, piece.size);
  }
  buffer->assign(kChunkSize, std::byte{0});
  // Only what its own records hold: what lies between them is of other owners.
  for (const RecordSpan& record : piece.records) {
    const Bytes bytes = image.subspan(
        static_cast<size_t>(piece.offset + record.offset), record.size);
    std::copy(bytes.begin(), bytes.end(),
              buffer->begin() + static_cast<std::ptrdiff_t>(record.offset));
  }
  return *buffer;
}

}  // namespace espial::evtx
