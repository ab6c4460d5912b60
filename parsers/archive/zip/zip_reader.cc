// The members that a directory lists.
#include "parsers/archive/zip/zip_reader.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

namespace espial::archive_zip {

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

}  // namespace espial::archive_zip
