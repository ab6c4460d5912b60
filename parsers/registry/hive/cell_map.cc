#include "parsers/registry/hive/cell_map.h"

#include <algorithm>
#include <string>

namespace espial::registry_hive {
namespace {

// The field at `position` as it stands: negative in use, positive free.
int32_t SizeField(const Image& image, uint64_t position) {
  return static_cast<int32_t>(LoadU32(&image.bins[position]));
}

bool InUse(const Image& image, uint64_t position) {
  return SizeField(image, position) < 0;
}

std::string ShowBytes(const Image& image, uint64_t position) {
  std::string out = "bytes";
  for (const std::byte b : SliceClamped(image.bins, position, 4)) {
    const auto value = std::to_integer<unsigned>(b);
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += ' ';
    out += kDigits[value >> 4U];
    out += kDigits[value & 15U];
  }
  return out;
}

}  // namespace

bool IsBinAt(const Image& image, uint64_t position) {
  const Bytes header = SliceClamped(image.bins, position, kBinHeaderBytes);
  if (header.size() < kBinHeaderBytes) return false;
  if (AsChars(header.first(4)) != std::string_view("hbin")) return false;
  const uint32_t size = LoadU32(&header[8]);
  return LoadU32(&header[4]) == image.first + position && size != 0 &&
         size % kPageBytes == 0;
}

uint64_t CellSizeAt(const Image& image, uint64_t position, uint64_t end) {
  if (end > image.bins.size() || position >= end || end - position < 8) {
    return 0;
  }
  const int64_t field = SizeField(image, position);
  const auto size = static_cast<uint64_t>(field < 0 ? -field : field);
  return size >= kCellStep && size % kCellStep == 0 && size <= end - position
             ? size
             : 0;
}

CellMap::CellMap(const Image& image, Reporter& reporter)
    : image_(image), starts_(image.size), read_(image.size) {
  WalkBins(reporter);
}

void CellMap::WalkBins(Reporter& reporter) {
  uint64_t position = 0;
  while (position < image_.size) {
    const uint64_t rest = image_.size - position;
    if (IsBinAt(image_, position)) {
      const uint64_t size = LoadU32(&image_.bins[position + 8]);
      if (size > rest && !image_.cut) {
        reporter.Lost(Errc::kTruncated, "hive bin", position,
                      "bin " + Hex(image_.first + position) + ": expected " +
                          std::to_string(size) + " bytes, found " +
                          std::to_string(rest),
                      0);
      }
      WalkCells(position, position + std::min(size, rest),
                size > rest ? Break::kCut : Break::kReport, reporter);
      position += std::min(size, rest);
      continue;
    }
    uint64_t next = position + kPageBytes;
    while (next < image_.size && !IsBinAt(image_, next)) next += kPageBytes;
    next = std::min(next, image_.size);
    // Only the header may be wrong; the cells then cost nothing.
    const uint64_t lost = WalkCells(position, next, Break::kPassOver, reporter);
    const std::string detail =
        "bin " + Hex(image_.first + position) +
        ": expected 'hbin', its offset and a multiple of 4096, found " +
        ShowBytes(image_, position);
    if (lost == 0) {
      reporter.Odd(Errc::kBadMagic, "hive bin header", position, detail);
    } else {
      reporter.Lost(Errc::kBadMagic, "hive bin header", position, detail, lost);
    }
    position = next;
  }
}

uint64_t CellMap::WalkCells(uint64_t begin, uint64_t end, Break at_break,
                            Reporter& reporter) {
  uint64_t position = begin + kBinHeaderBytes;
  if (position >= end) return end - begin;
  uint64_t lost = 0;
  while (position < end) {
    if (const uint64_t size = CellSizeAt(image_, position, end)) {
      starts_.Set(position);
      position += size;
      continue;
    }
    const uint64_t next =
        at_break == Break::kCut ? end : FindChain(position + kCellStep, end);
    unmapped_.push_back({position, next});
    lost += next - position;
    if (at_break == Break::kReport) {
      const auto found = end - position < 4 ? 0 : SizeField(image_, position);
      reporter.Lost(Errc::kBadValue, "cell size", position,
                    "cell " + Hex(image_.first + position) +
                        ": expected a multiple of 8 up to " +
                        std::to_string(end - position) + ", found " +
                        std::to_string(found),
                    next - position);
    }
    position = next;
  }
  return lost;
}

uint64_t CellMap::FindChain(uint64_t from, uint64_t end) const {
  if (from >= end) return end;
  // From the back: a cell is good when it ends at `end` or where a good one
  // begins.
  const uint64_t count = (end - from) / kCellStep;
  std::vector<bool> good(count + 1);
  good[count] = (end - from) % kCellStep == 0;
  uint64_t first = end;
  for (uint64_t i = count; i-- > 0;) {
    const uint64_t position = from + i * kCellStep;
    const uint64_t size = CellSizeAt(image_, position, end);
    if (size != 0 && good[i + size / kCellStep]) {
      good[i] = true;
      first = position;
    }
  }
  return first;
}

Result<Bytes> CellMap::Look(uint32_t offset) const {
  const auto refuse = [offset](Errc code, const char* found) {
    return Error{
        code, "cell", 0,
        "expected a cell in use at " + Hex(offset) + ", found " + found};
  };
  if (offset == kNoCell) return refuse(Errc::kBadValue, "no cell");
  if ((offset & kVolatile) != 0) {
    return refuse(Errc::kBadValue, "an offset of volatile storage");
  }
  if (offset < image_.first || offset - image_.first >= image_.size) {
    return refuse(image_.cut ? Errc::kTruncated : Errc::kBadValue,
                  "the end of the bins");
  }
  const uint64_t position = offset - image_.first;
  if (position % kCellStep != 0 || !starts_.Has(position)) {
    const bool cut = image_.cut && !unmapped_.empty() &&
                     unmapped_.back().end == image_.size &&
                     position >= unmapped_.back().begin;
    return refuse(cut ? Errc::kTruncated : Errc::kBadValue,
                  "no beginning of a cell");
  }
  if (!InUse(image_, position)) {
    return refuse(Errc::kBadValue, "a free cell");
  }
  const uint64_t size = CellSizeAt(image_, position, image_.size);
  return image_.bins.subspan(position + 4, size - 4);
}

Result<Bytes> CellMap::Cell(uint32_t offset) {
  ESPIAL_TRY_ASSIGN(const Bytes bytes, Look(offset));
  const uint64_t position = offset - image_.first;
  if (read_.Has(position)) {
    return Error{Errc::kBadValue, "cell", 0,
                 "expected a cell of its own at " + Hex(offset) +
                     ", found one that is used elsewhere"};
  }
  read_.Set(position);
  return bytes;
}

void CellMap::MarkRead(uint32_t offset) {
  if (Look(offset)) read_.Set(offset - image_.first);
}

std::vector<Range> CellMap::Unread() const {
  std::vector<Range> out;
  size_t unmapped = 0;
  uint64_t position = 0;
  const auto skip_to = [&](uint64_t start) {
    while (unmapped < unmapped_.size() && unmapped_[unmapped].begin < start) {
      out.push_back(unmapped_[unmapped++]);
    }
  };
  while (position < image_.size) {
    if (!starts_.Has(position)) {
      position += kCellStep;
      continue;
    }
    skip_to(position);
    const uint64_t size = CellSizeAt(image_, position, image_.size);
    if (!InUse(image_, position) || !read_.Has(position)) {
      out.push_back({position, position + size});
    }
    position += size;
  }
  skip_to(image_.bins.size());
  if (image_.size < image_.bins.size()) {
    out.push_back({image_.size, image_.bins.size()});
  }
  return out;
}

}  // namespace espial::registry_hive
