// ZIP archives: DiagLogs bundles, MdmDiagnosticsTool -zip, and what people
// zip by hand.
//
// The directory is read by zip_format; zlib inflates; libzip decompresses the
// methods that are neither stored nor Deflate. An archive whose directory is
// missing, because the copy was cut short, is read by its local headers.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parsers/archive/zip/zip_data.h"
#include "parsers/archive/zip/zip_format.h"
#include "parsers/support/archive_output.h"

namespace espial::archive_zip {
namespace {

bool Probe(const ProbeInput& input) {
  const Bytes head = SliceClamped(input.bytes, 0, 4);
  if (head.size() < 4) return false;
  const uint32_t signature = LoadU32(head.data());
  return signature == kLocalSignature || signature == kEndSignature ||
         HasDirectory(input.bytes);
}

class ZipReader {
 public:
  ZipReader(const Source& source, const ParseContext& context, Sink* sink)
      : bytes_(source.bytes()),
        context_(context),
        writer_(source, context.limits, context.budget, *sink),
        sink_(*sink) {}

  Status Read();

 private:
  // A member of the directory, with what its neighbours leave it.
  struct Placed {
    ZipEntry entry;
    archive::MemberName name;
    uint64_t room_end = 0;  // where the next member begins
    bool overlaps = false;
  };

  void ReadDirectoryEntries(const ZipDirectory& directory);
  std::vector<Placed> Place(const ZipDirectory& directory);
  void FindOverlaps(std::vector<Placed>* placed);
  // Reads by local headers from `from` on, leaving out those in `known`
  // (offset and end).
  void Scan(uint64_t from, const std::map<uint64_t, uint64_t>& known);
  // Reads one member found by its local header; returns where to go on.
  uint64_t ScanMember(ZipEntry entry);
  // Yields one member whose data_offset is known; `room` are the bytes that it
  // may use. Returns the packed bytes it was read from.
  uint64_t ReadMember(const ZipEntry& entry, const archive::MemberName& name,
                      Bytes room, OtherMethods* others, bool sizes_known);
  void Refuse(const ZipEntry& entry, const archive::MemberName& name,
              const char* note, Errc code, const char* what,
              const std::string& why, uint64_t lost);

  const Bytes bytes_;
  const ParseContext& context_;
  archive::MemberWriter writer_;
  Sink& sink_;
};

archive::MemberName NameOf(const ZipEntry& entry, uint64_t index) {
  return archive::NormalizeMemberName(DecodeName(entry), index);
}

bool IsFolder(const ZipEntry& entry, const archive::MemberName& name) {
  return (name.folder || entry.folder_attribute) && entry.unpacked == 0;
}

Status ZipReader::Read() {
  const Result<ZipDirectory> directory = ReadDirectory(bytes_);
  if (!directory) {
    sink_.OnNote("salvaged");
    const uint64_t before = writer_.listed();
    Error error = directory.error();
    error.detail += "; members are read by their own headers";
    writer_.Lost(error, 0);
    Scan(0, {});
    if (writer_.listed() == before) return directory.error();
    return {};
  }
  for (const Error& oddity : directory->oddities) writer_.Odd(oddity);
  ReadDirectoryEntries(*directory);
  if (directory->lost) {
    sink_.OnNote("salvaged");
    Error error = *directory->lost;
    error.detail += "; members that it misses are read by their own headers";
    writer_.Lost(std::move(error), 0);
    std::map<uint64_t, uint64_t> known;
    for (const ZipEntry& entry : directory->entries) {
      bool name_differs = false;
      const Result<uint64_t> data = LocateData(bytes_, entry, &name_differs);
      if (!data) continue;
      known[entry.local_offset] =
          *data + std::min(entry.packed, bytes_.size() - *data);
    }
    Scan(directory->base, known);
  }
  return {};
}

std::vector<ZipReader::Placed> ZipReader::Place(const ZipDirectory& directory) {
  std::vector<Placed> placed;
  placed.reserve(directory.entries.size());
  uint64_t differing = 0;
  uint64_t first_differing = 0;
  std::string first_name;
  for (const ZipEntry& entry : directory.entries) {
    Placed member;
    member.entry = entry;
    member.name = NameOf(entry, entry.index);
    if (IsFolder(entry, member.name)) continue;
    bool name_differs = false;
    const Result<uint64_t> data = LocateData(bytes_, entry, &name_differs);
    if (!data) {
      if (!writer_.Admit(directory.entries.size() - entry.index,
                         entry.header_offset)) {
        break;
      }
      Refuse(entry, member.name, "unreadable", data.error().code,
             "local header", data.error().ToString(), entry.packed);
      continue;
    }
    if (name_differs && differing++ == 0) {
      first_differing = entry.local_offset;
      first_name = member.name.text;
    }
    member.entry.data_offset = *data;
    placed.push_back(std::move(member));
  }
  if (differing > 0) {
    writer_.Odd({Errc::kBadValue, "local header name", first_differing,
                 "differs from the central directory in " +
                     std::to_string(differing) + " members, the first is \"" +
                     first_name + "\""});
  }
  return placed;
}

void ZipReader::FindOverlaps(std::vector<Placed>* placed) {
  std::vector<Placed*> order;
  order.reserve(placed->size());
  for (Placed& member : *placed) {
    member.room_end = bytes_.size();
    order.push_back(&member);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Placed* a, const Placed* b) {
                     return a->entry.local_offset < b->entry.local_offset;
                   });
  const auto end_of = [](const Placed* member) {
    const ZipEntry& entry = member->entry;
    return entry.packed > UINT64_MAX - entry.data_offset
               ? UINT64_MAX
               : entry.data_offset + entry.packed;
  };
  // The member that reaches farthest so far: an overlap is always with it, or
  // also with it.
  Placed* farthest = nullptr;
  for (size_t i = 0; i < order.size(); ++i) {
    Placed* member = order[i];
    if (i + 1 < order.size()) {
      member->room_end =
          std::max(order[i + 1]->entry.local_offset, member->entry.data_offset);
    }
    if (farthest != nullptr && member->entry.local_offset < end_of(farthest)) {
      member->overlaps = true;
      farthest->overlaps = true;
      writer_.Lost({Errc::kLimitExceeded, "overlapping members",
                    member->entry.local_offset,
                    "\"" + farthest->name.text + "\" at " +
                        std::to_string(farthest->entry.local_offset) + " to " +
                        std::to_string(end_of(farthest)) + " and \"" +
                        member->name.text + "\" at " +
                        std::to_string(member->entry.local_offset) +
                        " share bytes; both are refused"},
                   0);
    }
    if (farthest == nullptr || end_of(member) > end_of(farthest)) {
      farthest = member;
    }
  }
}

void ZipReader::ReadDirectoryEntries(const ZipDirectory& directory) {
  std::vector<Placed> placed = Place(directory);
  FindOverlaps(&placed);
  OtherMethods others(bytes_.subspan(static_cast<size_t>(directory.base)));
  uint64_t left = placed.size();
  for (Placed& member : placed) {
    if (!writer_.Admit(left--, member.entry.header_offset)) return;
    writer_.CheckName(member.name, member.entry.header_offset);
    if (member.overlaps) {
      writer_.YieldUnread(member.name.text, member.entry.packed, "overlapping");
      continue;
    }
    const Bytes room = SliceClamped(bytes_, member.entry.data_offset,
                                    member.room_end - member.entry.data_offset);
    ReadMember(member.entry, member.name, room, &others, true);
  }
}

uint64_t ZipReader::ReadMember(const ZipEntry& entry,
                               const archive::MemberName& name, Bytes room,
                               OtherMethods* others, bool sizes_known) {
  const uint64_t lost = std::min<uint64_t>(entry.packed, room.size());
  if (entry.encrypted()) {
    Refuse(entry, name, "encrypted", Errc::kUnsupported, "encrypted member",
           "needs a password", lost);
    return lost;
  }
  archive::MemberBuffer buffer(context_.limits, context_.budget,
                               entry.packed != 0 ? entry.packed : room.size());
  buffer.ReserveHint(entry.unpacked);
  DataResult result;
  if (entry.method == kMethodStored) {
    result = ReadStored(room, entry.packed, &buffer);
  } else if (entry.method == kMethodDeflate) {
    result = ReadDeflate(room, &buffer);
  } else if (others != nullptr) {
    result = others->Read(entry, &buffer);
  } else {
    result.end = DataEnd::kUnsupported;
    result.detail = "compression method " + std::to_string(entry.method) +
                    " (" + MethodName(entry.method) +
                    ") without a central directory";
  }

  const std::string sizes = "\"" + name.text +
                            "\": " + std::to_string(buffer.size()) + " of " +
                            std::to_string(entry.unpacked) + " bytes";
  switch (result.end) {
    case DataEnd::kUnsupported:
      Refuse(entry, name, "unsupported", Errc::kUnsupported,
             "compression method", result.detail, lost);
      return lost;
    case DataEnd::kLimit:
      Refuse(entry, name, "over a limit", Errc::kLimitExceeded, "member",
             buffer.limit(), lost);
      return std::max(result.consumed, lost);
    case DataEnd::kTruncated:
    case DataEnd::kBadData: {
      writer_.Lost(
          {result.end == DataEnd::kTruncated ? Errc::kTruncated
                                             : Errc::kBadValue,
           "member data", entry.data_offset + result.consumed,
           sizes + (result.detail.empty() ? "" : "; ") + result.detail},
          lost > result.consumed ? lost - result.consumed : 0);
      if (buffer.size() == 0) {
        writer_.YieldUnread(name.text, entry.packed, "unreadable");
      } else {
        writer_.Yield(name.text, buffer.Release(), entry.packed, "truncated");
      }
      return result.consumed;
    }
    case DataEnd::kWhole:
      break;
  }
  std::string note;
  if (sizes_known) {
    if (result.crc != entry.crc) {
      note = "checksum mismatch";
      writer_.Lost({Errc::kBadChecksum, "member checksum", entry.header_offset,
                    "\"" + name.text + "\": expected 0x" + ToHex(entry.crc, 8) +
                        ", found 0x" + ToHex(result.crc, 8)},
                   0);
    }
    if (buffer.size() != entry.unpacked) {
      writer_.Odd({Errc::kBadValue, "unpacked size", entry.header_offset,
                   "\"" + name.text + "\": the directory says " +
                       std::to_string(entry.unpacked) + ", the data hold " +
                       std::to_string(buffer.size())});
    }
    if (result.consumed != entry.packed) {
      writer_.Odd({Errc::kBadValue, "packed size", entry.header_offset,
                   "\"" + name.text + "\": the directory says " +
                       std::to_string(entry.packed) + ", the data take " +
                       std::to_string(result.consumed)});
    }
  }
  writer_.Yield(name.text, buffer.Release(), result.consumed, std::move(note));
  return result.consumed;
}

void ZipReader::Refuse(const ZipEntry& entry, const archive::MemberName& name,
                       const char* note, Errc code, const char* what,
                       const std::string& why, uint64_t lost) {
  writer_.Lost(
      {code, what, entry.header_offset, "\"" + name.text + "\": " + why}, lost);
  writer_.YieldUnread(name.text, entry.packed, note);
}

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

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return ZipReader(source, context, &sink).Read();
}

}  // namespace

extern constinit const Parser kParser = {"archive/zip", "ZIP archive", Probe,
                                         Parse, true};

}  // namespace espial::archive_zip
