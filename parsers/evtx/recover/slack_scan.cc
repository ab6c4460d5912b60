#include "parsers/evtx/recover/slack_scan.h"

#include <algorithm>
#include <string_view>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// Ticks of 1990-01-01 and 2200-01-01: before the first Windows that could have
// written one, and long after the last.
constexpr uint64_t kFirstTime = 122'746'752'000'000'000ULL;
constexpr uint64_t kLastTime = 189'016'416'000'000'000ULL;
// Every record begins its binary XML with a fragment header of version 1.1.
constexpr uint32_t kFragmentHeader = 0x0001010f;

uint64_t CountNonZero(Bytes bytes) {
  return static_cast<uint64_t>(
      std::count_if(bytes.begin(), bytes.end(),
                    [](std::byte b) { return b != std::byte{0}; }));
}

RecordSpan SpanAt(Bytes chunk, uint64_t offset, uint32_t size, Region region) {
  return {static_cast<uint32_t>(offset), size,
          LoadU64(chunk.data() + offset + 8),
          LoadU64(chunk.data() + offset + 16), region};
}

// One place without listed records.
void ScanGap(Bytes chunk, uint32_t begin, uint32_t end, SlackList* slack) {
  const Bytes place = chunk.first(end);
  uint64_t at = (uint64_t{begin} + kRecordAlignment - 1) / kRecordAlignment *
                kRecordAlignment;
  uint64_t loose = begin;  // where bytes of no record begin
  bool torn = false;       // they begin with the head of one
  const auto close = [&](uint64_t until) {
    if (loose >= until) return;
    const Bytes bytes = chunk.subspan(loose, until - loose);
    if (torn) {
      slack->torn.push_back({static_cast<uint32_t>(loose),
                             static_cast<uint32_t>(bytes.size()),
                             LoadU64(bytes.data() + 8)});
    } else {
      slack->remains += CountNonZero(bytes);
    }
  };
  while (end - begin >= kMinRecordSize && at + kMinRecordSize <= end) {
    if (LoadU32(place.data() + at) != kRecordMagic ||
        !PlausibleRecordHead(place, at)) {
      at += kRecordAlignment;
      continue;
    }
    close(at);
    loose = at;
    const auto size = RecordSizeAt(place, at);
    torn = !size.has_value();
    if (torn) {
      at += kRecordAlignment;
      continue;
    }
    slack->records.push_back(SpanAt(chunk, at, *size, Region::kSlack));
    loose = at + *size;
    at = (loose + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
  }
  close(end);
}

}  // namespace

bool PlausibleRecordTime(uint64_t ticks) {
  return ticks >= kFirstTime && ticks < kLastTime;
}

bool PlausibleRecordHead(Bytes bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < kMinRecordSize) {
    return false;
  }
  const std::byte* p = bytes.data() + offset;
  const uint32_t size = LoadU32(p + 4);
  return LoadU32(p) == kRecordMagic && size >= kMinRecordSize &&
         size <= kChunkSize - kChunkHeaderSize &&
         PlausibleRecordTime(LoadU64(p + 16)) &&
         LoadU32(p + kRecordHeaderSize) == kFragmentHeader;
}

void ScanSlack(Bytes chunk, std::span<const RecordSpan> listed,
               SlackList* slack) {
  auto at = static_cast<uint32_t>(kChunkHeaderSize);
  const auto size = static_cast<uint32_t>(chunk.size());
  for (const RecordSpan& record : listed) {
    if (record.offset > at) ScanGap(chunk, at, record.offset, slack);
    at = std::max(at, record.offset + record.size);
  }
  if (at < size) ScanGap(chunk, at, size, slack);
}

void FindHiddenRecords(Bytes chunk, const RecordSpan& outer,
                       std::vector<RecordSpan>* hidden) {
  const Bytes place = chunk.first(size_t{outer.offset} + outer.size);
  const std::string_view magic("**\0\0", 4);
  const std::string_view text = AsChars(place);
  size_t at = outer.offset + kMinRecordSize;
  while ((at = text.find(magic, at)) != std::string_view::npos) {
    const uint64_t left = place.size() - at;
    if (PlausibleRecordHead(place, at)) {
      const uint32_t size = LoadU32(place.data() + at + 4);
      // The copy of the outer size may have taken the place of its own.
      if (RecordSizeAt(place, at) || size == left) {
        hidden->push_back(SpanAt(chunk, at, size, Region::kHidden));
        at += size;
        continue;
      }
    }
    ++at;
  }
}

}  // namespace espial::evtx
