// Reads one archive: by its directory, and by local headers where that fails.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/model/sink.h>
#include <espial/parsers/parser.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "parsers/archive/zip/zip_data.h"
#include "parsers/archive/zip/zip_format.h"
#include "parsers/support/archive_output.h"

namespace espial::archive_zip {

// The name as reports and children have it; `index` stands in for none.
archive::MemberName NameOf(const ZipEntry& entry, uint64_t index);
bool IsFolder(const ZipEntry& entry, const archive::MemberName& name);

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

}  // namespace espial::archive_zip
