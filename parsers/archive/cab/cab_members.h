// Cuts the output of a folder into its members while it comes out.
#pragma once

#include <espial/core/bytes.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "parsers/archive/cab/cab_format.h"
#include "parsers/support/archive_output.h"

namespace espial::archive_cab {

// A member of a folder.
struct Member {
  archive::MemberName name;
  uint64_t offset = 0;  // in the folder's output
  uint64_t size = 0;
  uint64_t entry_offset = 0;  // of its CFFILE, in its Source
  [[nodiscard]] uint64_t end() const { return offset + size; }
};

// Takes the output of one folder from its start on and yields each member once
// its last byte is there. Not thread-safe; one folder, then gone.
class FolderOutput {
 public:
  // `members` must be sorted by offset. `ratio` is the container's.
  FolderOutput(std::string folder_name, std::vector<Member> members,
               archive::RatioMeter* ratio, archive::MemberWriter* writer)
      : folder_name_(std::move(folder_name)),
        members_(std::move(members)),
        ratio_(*ratio),
        writer_(*writer) {}

  // More output; false when nothing more can be taken (a limit).
  bool Write(Bytes bytes);
  // Members that touch these bytes are noted as salvaged. Ranges come in
  // ascending order.
  void MarkSuspect(uint64_t begin, uint64_t end) {
    suspect_.push_back({begin, end});
  }
  // The same for all from `begin` on.
  void MarkSuspectFrom(uint64_t begin) {
    suspect_from_ = std::min(suspect_from_, begin);
  }

  // Ends the folder: yields what is cut, lists what never came. `why` is empty
  // when the folder came out whole.
  void Finish(std::string_view why);

  [[nodiscard]] uint64_t position() const { return position_; }
  // Whether a limit ended the output.
  [[nodiscard]] bool limited() const { return limited_; }

 private:
  struct Open {
    const Member* member = nullptr;
    std::unique_ptr<archive::MemberBuffer> buffer;
  };
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;
  };

  // Takes the next member from the limits and moves on to the one behind.
  bool AdmitNext();
  // Opens the members that begin before `end`.
  bool OpenUntil(uint64_t end);
  void Close(Open* open, std::string_view why);
  [[nodiscard]] bool IsSuspect(uint64_t begin, uint64_t end) const;

  std::string folder_name_;
  std::vector<Member> members_;
  archive::RatioMeter& ratio_;
  archive::MemberWriter& writer_;
  size_t next_ = 0;
  std::vector<Open> open_;
  std::vector<Range> suspect_;
  uint64_t suspect_from_ = UINT64_MAX;
  uint64_t position_ = 0;
  bool limited_ = false;
};

}  // namespace espial::archive_cab
