// Members without a directory, by their local headers.
#include <espial/core/text.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "parsers/archive/zip/zip_reader.h"

namespace espial::archive_zip {
namespace {

// Whether a member may end at `at`: a header, a descriptor or nothing follows.
bool EndsWell(Bytes bytes, uint64_t at) {
  if (at == bytes.size()) return true;
  const Bytes next = SliceClamped(bytes, at, 4);
  if (next.size() < 4) return false;
  const uint32_t signature = LoadU32(next.data());
  return signature == kLocalSignature || signature == kCentralSignature ||
         signature == kDescriptorSignature || signature == kEndSignature;
}

// Where the stored data at the start of `rest` end when only a descriptor
// behind them tells: at a descriptor that states this very size.
std::optional<uint64_t> FindDescriptor(Bytes rest) {
  const std::string_view text = AsChars(rest);
  for (size_t at = text.find("PK\7\x08"); at != std::string_view::npos;
       at = text.find("PK\7\x08", at + 1)) {
    if (rest.size() - at < 16) return std::nullopt;
    if (LoadU32(rest.data() + at + 8) == at) return at;
  }
  return std::nullopt;
}

}  // namespace

uint64_t ZipReader::ScanMember(ZipEntry entry) {
  const archive::MemberName name = NameOf(entry, writer_.listed());
  const Bytes rest = bytes_.subspan(static_cast<size_t>(entry.data_offset));
  const bool deferred = (entry.flags & kFlagDescriptor) && entry.packed == 0;
  if (IsFolder(entry, name) && !deferred) return entry.data_offset;
  const bool self_ending = entry.method == kMethodDeflate && !entry.encrypted();
  bool sizes_known = !deferred;
  Bytes room = rest;
  if (deferred && !self_ending) {
    const std::optional<uint64_t> size = FindDescriptor(rest);
    sizes_known = size.has_value();
    entry.packed = size.value_or(rest.size());
    entry.unpacked = entry.packed;
    if (size) {
      entry.crc = LoadU32(rest.data() + *size + 4);
    } else {
      // Taking all that is left keeps the scan linear.
      writer_.Lost({Errc::kTruncated, "data descriptor", entry.header_offset,
                    "\"" + name.text +
                        "\": no end found, the member is taken to reach the "
                        "end of the archive"},
                   0);
    }
  }
  // A size that leads to a header is believed, and so is one that leads behind
  // a cut archive; any other must not hide the members behind.
  const bool size_fits = entry.packed > rest.size() ||
                         EndsWell(bytes_, entry.data_offset + entry.packed);
  if (!self_ending) {
    uint64_t end = bytes_.size();
    if (!size_fits) {
      end = FindLocal(bytes_, entry.data_offset).value_or(bytes_.size());
    }
    room =
        SliceClamped(rest, 0, std::min(entry.packed, end - entry.data_offset));
  }
  writer_.CheckName(name, entry.header_offset);
  const uint64_t consumed = ReadMember(entry, name, room, nullptr, sizes_known);
  const bool skip_to_size =
      !deferred && size_fits && entry.packed <= rest.size();
  return entry.data_offset +
         std::max(consumed, skip_to_size ? entry.packed : 0);
}

void ZipReader::Scan(uint64_t from, const std::map<uint64_t, uint64_t>& known) {
  // Every step begins behind what the last one read, so that no byte is
  // decompressed twice.
  std::optional<uint64_t> at = FindLocal(bytes_, from);
  while (at) {
    uint64_t next = *at + 1;
    if (const auto skip = known.find(*at); skip != known.end()) {
      next = skip->second;
    } else if (std::optional<ZipEntry> entry = ReadLocal(bytes_, *at)) {
      if (!writer_.Admit(1, *at)) return;
      next = ScanMember(*entry);
    }
    at = FindLocal(bytes_, std::max(next, *at + 1));
  }
}

}  // namespace espial::archive_zip
