// Cabinets: MdmDiagnosticsTool's area archives, LicensingDiag.cab,
// MpSupportFiles.cab and whatever else a bundle brings.
//
// The headers are read by cab_format, the blocks gathered by cab_folder, and
// libmspack decompresses them (cab_decoder).
#include <espial/parsers/parser.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "parsers/archive/cab/cab_extract.h"
#include "parsers/archive/cab/cab_folder.h"
#include "parsers/archive/cab/cab_format.h"
#include "parsers/archive/cab/cab_members.h"
#include "parsers/archive/cab/cab_set.h"
#include "parsers/support/archive_output.h"

namespace espial::archive_cab {
namespace {

// How far into a self-extracting program a cabinet is looked for.
constexpr uint64_t kProbeWindow = 65536;
// Sound cabinets hold every byte once; this leaves room for what corruption
// makes overlap.
constexpr uint64_t kWalkFactor = 4;

bool Probe(const ProbeInput& input) {
  const std::string_view head = AsChars(SliceClamped(input.bytes, 0, 4));
  if (head == "MSCF") return true;
  return head.starts_with("MZ") &&
         FindCabinet(input.bytes, 1, kProbeWindow).has_value();
}

// A folder of the set: a run of segments that one decompressor reads.
struct SetFolder {
  CabFolder folder;  // of its first segment
  std::string name;
  std::vector<Segment> segments;
  std::vector<Member> members;
  // Files that the next part lists again, for they go on there.
  std::unordered_set<std::string> continued;
  bool goes_on = false;      // into the next part
  bool lacks_start = false;  // began in a part that is not there
};

class SetReader {
 public:
  // `lost` as of MemberWriter.
  SetReader(const Source& source, const ParseContext& context, Sink* sink,
            uint64_t lost = 0)
      : context_(context),
        writer_(source, context.limits, context.budget, *sink, lost),
        sink_(*sink) {}

  void Read(Cabinet cabinet);
  [[nodiscard]] uint64_t lost() const { return writer_.lost(); }

 private:
  void AddPart(const Part& part);
  void AddFile(const Part& part, const CabFile& file, size_t first_folder);
  void Extract(SetFolder* folder, WalkAllowance* allowance,
               archive::RatioMeter* ratio);
  void ListUnread(SetFolder* folder, const char* note, Errc code,
                  const char* what, const std::string& why);
  void ReportTables(const Part& part);

  const ParseContext& context_;
  archive::MemberWriter writer_;
  Sink& sink_;
  CabinetSet set_;
  std::vector<std::unique_ptr<SetFolder>> folders_;
};

void SetReader::Read(Cabinet cabinet) {
  set_ = GatherSet(std::move(cabinet), context_);
  const Cabinet& first = set_.parts.front()->cabinet;
  if (set_.parts.size() > 1 || set_.missing_previous || set_.missing_next) {
    sink_.OnNote("part " + std::to_string(first.index + 1) + " of set " +
                 std::to_string(first.set_id) + ", read with " +
                 std::to_string(set_.parts.size() - 1) + " more");
  } else if (!first.lost_entries.empty()) {
    sink_.OnNote("salvaged");
  }
  uint64_t packed = 0;
  for (const auto& part : set_.parts) {
    ReportTables(*part);
    AddPart(*part);
    packed += part->cabinet.bytes.size();
  }
  if (set_.missing_previous) writer_.Lost(*set_.missing_previous, 0);
  if (set_.missing_next) writer_.Lost(*set_.missing_next, 0);

  WalkAllowance allowance{packed * kWalkFactor};
  archive::RatioMeter ratio(context_.limits, packed);
  for (const auto& folder : folders_) {
    if (!folder->members.empty()) Extract(folder.get(), &allowance, &ratio);
    // What was yielded is the receiver's now; the rest is not needed either.
    folder->members.clear();
  }
}

void SetReader::ReportTables(const Part& part) {
  const Cabinet& cabinet = part.cabinet;
  const std::string where = part.name.empty() ? "" : " in " + part.name;
  if (cabinet.declared_size > cabinet.bytes.size()) {
    writer_.Odd({Errc::kTruncated, "cabinet size", cabinet.base + 8,
                 "expected " + std::to_string(cabinet.declared_size) +
                     " bytes, found " + std::to_string(cabinet.bytes.size()) +
                     where});
  }
  for (Error error : cabinet.oddities) {
    error.detail += where;
    writer_.Odd(std::move(error));
  }
  for (Error error : cabinet.lost_entries) {
    error.detail += where;
    writer_.Lost(std::move(error), 0);
  }
}

void SetReader::AddPart(const Part& part) {
  const Cabinet& cabinet = part.cabinet;
  const bool from_previous =
      std::any_of(cabinet.files.begin(), cabinet.files.end(),
                  [](const CabFile& file) { return file.from_previous(); });
  const bool to_next =
      std::any_of(cabinet.files.begin(), cabinet.files.end(),
                  [](const CabFile& file) { return file.to_next(); });

  // Where this part's folder 0 stands in folders_.
  size_t first_folder = folders_.size();
  for (size_t i = 0; i < cabinet.folders.size(); ++i) {
    const CabFolder& folder = cabinet.folders[i];
    Segment segment;
    segment.cabinet = &cabinet;
    segment.cabinet_name = part.name;
    segment.data_offset = folder.data_offset;
    segment.blocks = folder.blocks;
    const bool continues = i == 0 && from_previous;
    if (continues && !folders_.empty() && folders_.back()->goes_on &&
        folders_.back()->folder.type == folder.type) {
      folders_.back()->segments.push_back(std::move(segment));
      folders_.back()->goes_on = false;
      first_folder = folders_.size() - 1;
    } else {
      auto added = std::make_unique<SetFolder>();
      added->folder = folder;
      added->name = "folder " + std::to_string(i + 1);
      if (!part.name.empty()) added->name += " of " + part.name;
      added->segments.push_back(std::move(segment));
      added->lacks_start = continues;
      folders_.push_back(std::move(added));
    }
  }
  if (to_next) folders_.back()->goes_on = true;
  for (const CabFile& file : cabinet.files) AddFile(part, file, first_folder);
}

void SetReader::AddFile(const Part& part, const CabFile& file,
                        size_t first_folder) {
  size_t index = first_folder;
  if (file.folder < kFromPrevious) {
    index = first_folder + file.folder;
  } else if (!file.from_previous()) {
    index = folders_.size() - 1;
  }
  SetFolder& folder = *folders_[index];
  if (file.from_previous() || file.to_next()) {
    const std::string key = std::to_string(file.offset) + "|" +
                            std::to_string(file.size) + "|" +
                            std::string(AsChars(file.raw_name));
    const bool is_new = folder.continued.insert(key).second;
    // The part before lists the same file; two of one part are two files.
    if (!is_new && file.from_previous()) return;
  }
  Member member;
  member.name = archive::NormalizeMemberName(
      archive::DecodeCabName(file.raw_name,
                             (file.attributes & kAttributeUtf8Name) != 0),
      folder.members.size());
  member.offset = file.offset;
  member.size = file.size;
  member.entry_offset = part.cabinet.base + file.entry_offset;
  if (member.name.folder && member.size == 0) return;
  folder.members.push_back(std::move(member));
}

void SetReader::ListUnread(SetFolder* folder, const char* note, Errc code,
                           const char* what, const std::string& why) {
  const uint64_t offset = folder->members.front().entry_offset;
  writer_.Lost({code, what, offset,
                folder->name + ": " + why + "; " +
                    std::to_string(folder->members.size()) +
                    " members were not read, the first is \"" +
                    folder->members.front().name.text + "\""},
               0);
  uint64_t left = folder->members.size();
  for (const Member& member : folder->members) {
    if (!writer_.Admit(left--, member.entry_offset)) return;
    writer_.CheckName(member.name, member.entry_offset);
    writer_.YieldUnread(member.name.text, 0, note);
  }
}

void SetReader::Extract(SetFolder* folder, WalkAllowance* allowance,
                        archive::RatioMeter* ratio) {
  std::stable_sort(
      folder->members.begin(), folder->members.end(),
      [](const Member& a, const Member& b) { return a.offset < b.offset; });
  if (folder->lacks_start) {
    ListUnread(folder, "needs the previous part", Errc::kNotFound,
               "previous cabinet",
               "begins in a part of the set that is not there");
    return;
  }
  if (folder->folder.compression() == Compression::kUnknown) {
    ListUnread(folder, "unsupported", Errc::kUnsupported, "compression",
               "method " + std::to_string(folder->folder.type & 0x0FU) +
                   " is not known");
    return;
  }
  uint64_t wanted = 0;
  for (const Member& member : folder->members) {
    if (member.size > 0) wanted = std::max(wanted, member.end());
  }
  const FolderData data =
      GatherBlocks(folder->segments, folder->folder.compression(), allowance);
  FolderOutput output(folder->name, std::move(folder->members), ratio,
                      &writer_);
  ExtractFolder(data, folder->folder, folder->name, wanted, &output, &writer_);
}

// A cabinet that is not at the start of its Source stands in no set. `lost` are
// the bytes reported as lost so far.
void ReadEmbedded(const Source& source, const ParseContext& context,
                  Cabinet cabinet, Sink* sink, uint64_t* lost) {
  const ParseContext alone{
      context.limits, context.budget, context.executor, {}};
  SetReader reader(source, alone, sink, *lost);
  reader.Read(std::move(cabinet));
  *lost = reader.lost();
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  const Bytes bytes = source.bytes();
  Result<Cabinet> cabinet = ReadCabinet(bytes, 0);
  if (cabinet) {
    if (const auto reader = FindReader(*cabinet, source.size(), context)) {
      sink.OnNote("part " + std::to_string(cabinet->index + 1) + " of set " +
                  std::to_string(cabinet->set_id) + ", read with " + *reader);
      return {};
    }
    SetReader(source, context, &sink).Read(std::move(*cabinet));
    return {};
  }
  // Inside a program, or behind bytes that only look like a cabinet.
  bool any = false;
  uint64_t lost = 0;
  uint64_t at = 1;
  while (const auto found = FindCabinet(bytes, at, bytes.size())) {
    Result<Cabinet> embedded =
        ReadCabinet(bytes.subspan(static_cast<size_t>(*found)), *found);
    at = *found + kHeaderSize;
    if (!embedded) continue;
    any = true;
    at = *found +
         std::max<uint64_t>(embedded->declared_size, embedded->tables_end);
    ReadEmbedded(source, context, std::move(*embedded), &sink, &lost);
  }
  if (!any) return std::move(cabinet).error();
  return {};
}

}  // namespace

extern constinit const Parser kParser = {
    "archive/cab", "Cabinet archive (CAB), alone or as a set", Probe, Parse,
    true};

}  // namespace espial::archive_cab
