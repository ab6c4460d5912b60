#include "parsers/archive/cab/cab_members.h"

#include <algorithm>
#include <utility>

namespace espial::archive_cab {
namespace {

// Members that may cover the same byte. Sound ones never do; a wrong size can
// make two of them overlap, and only a hostile table makes many.
constexpr size_t kMaxOverlapping = 8;

}  // namespace

bool FolderOutput::AdmitNext() {
  const Member& member = members_[next_];
  if (!writer_.Admit(members_.size() - next_, member.entry_offset)) {
    limited_ = true;
    return false;
  }
  ++next_;
  writer_.CheckName(member.name, member.entry_offset);
  return true;
}

bool FolderOutput::OpenUntil(uint64_t end) {
  while (next_ < members_.size() && members_[next_].offset < end) {
    const Member& member = members_[next_];
    if (!AdmitNext()) return false;
    if (member.size == 0) {
      writer_.Yield(member.name.text, {}, 0, {});
      continue;
    }
    if (open_.size() >= kMaxOverlapping) {
      writer_.Lost(
          {Errc::kLimitExceeded, "file offset in folder", member.entry_offset,
           "\"" + member.name.text + "\" overlaps \"" +
               open_.back().member->name.text + "\" and " +
               std::to_string(open_.size() - 1) + " others in " + folder_name_},
          0);
      writer_.YieldUnread(member.name.text, 0, "overlapping");
      continue;
    }
    if (!open_.empty()) {
      writer_.Odd(
          {Errc::kBadValue, "file offset in folder", member.entry_offset,
           "\"" + member.name.text + "\" overlaps \"" +
               open_.back().member->name.text + "\" in " + folder_name_});
    }
    Open open;
    open.member = &member;
    open.buffer = std::make_unique<archive::MemberBuffer>(writer_.limits(),
                                                          writer_.budget(), 0);
    open.buffer->ReserveHint(member.size);
    open_.push_back(std::move(open));
  }
  return true;
}

bool FolderOutput::Write(Bytes bytes) {
  if (limited_) return false;
  if (!ratio_.Take(bytes.size())) {
    limited_ = true;
    writer_.Lost({Errc::kLimitExceeded, "compression ratio", 0,
                  folder_name_ + ": " + ratio_.Describe()},
                 0);
    return false;
  }
  while (!bytes.empty()) {
    // As far as the set of open members stays the same.
    uint64_t step = bytes.size();
    if (!OpenUntil(position_ + 1)) return false;
    if (next_ < members_.size()) {
      step = std::min(step, members_[next_].offset - position_);
    }
    for (const Open& open : open_) {
      step = std::min(step, open.member->end() - position_);
    }
    const Bytes piece = bytes.first(static_cast<size_t>(step));
    for (Open& open : open_) {
      // A member over its limit is dropped at its end; the others go on.
      if (!open.buffer->Append(piece) && open.buffer->budget_exhausted()) {
        limited_ = true;
      }
    }
    if (limited_) return false;
    position_ += step;
    bytes = bytes.subspan(piece.size());
    for (size_t i = 0; i < open_.size();) {
      if (open_[i].member->end() > position_) {
        ++i;
        continue;
      }
      Close(&open_[i], {});
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return true;
}

void FolderOutput::Close(Open* open, std::string_view why) {
  const Member& member = *open->member;
  const std::string& name = member.name.text;
  if (open->buffer->limited()) {
    writer_.Lost({Errc::kLimitExceeded, "member", member.entry_offset,
                  "\"" + name + "\": " + open->buffer->limit()},
                 0);
    writer_.YieldUnread(name, 0, "over a limit");
    return;
  }
  const uint64_t got = open->buffer->size();
  std::string note;
  if (got < member.size) {
    note = "truncated";
    writer_.Lost(
        {Errc::kTruncated, "member", member.entry_offset,
         "\"" + name + "\": " + std::to_string(got) + " of " +
             std::to_string(member.size) + " bytes; " + std::string(why)},
        0);
  }
  if (got > 0 && IsSuspect(member.offset, member.offset + got)) {
    note = archive::JoinNotes(note, "salvaged");
  }
  writer_.Yield(name, open->buffer->Release(), 0, std::move(note));
}

bool FolderOutput::IsSuspect(uint64_t begin, uint64_t end) const {
  if (end > suspect_from_) return true;
  const auto range =
      std::partition_point(suspect_.begin(), suspect_.end(),
                           [begin](const Range& r) { return r.end <= begin; });
  return range != suspect_.end() && range->begin < end;
}

void FolderOutput::Finish(std::string_view why) {
  for (Open& open : open_) Close(&open, why);
  open_.clear();
  const Member* first = nullptr;
  uint64_t lost = 0;
  while (next_ < members_.size()) {
    const Member& member = members_[next_];
    if (!AdmitNext()) break;
    if (member.size == 0) {
      // Needs no data, so none can be missing.
      writer_.Yield(member.name.text, {}, 0, {});
      continue;
    }
    writer_.YieldUnread(member.name.text, 0, "not reached");
    if (first == nullptr) first = &member;
    ++lost;
  }
  if (lost == 0) return;
  writer_.Lost({limited_ ? Errc::kLimitExceeded : Errc::kTruncated, "member",
                first->entry_offset,
                std::to_string(lost) + " members of " + folder_name_ +
                    " behind its byte " + std::to_string(position_) +
                    " were not read, the first is \"" + first->name.text +
                    "\"; " + std::string(why)},
               0);
}

}  // namespace espial::archive_cab
