#include "parsers/support/archive_output.h"

#include <espial/core/text.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "parsers/support/directive_name.h"

namespace espial::archive {
namespace {

// A declared size makes room for this much at most.
constexpr uint64_t kMaxReserve = uint64_t{64} << 20U;

// a * b, held at the largest value.
uint64_t SaturatingProduct(uint64_t a, uint64_t b) {
  return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

}  // namespace

bool RatioMeter::Take(uint64_t bytes) {
  out_ = bytes > UINT64_MAX - out_ ? UINT64_MAX : out_ + bytes;
  return out_ <= limits_.ratio_free_bytes ||
         out_ <= SaturatingProduct(packed_, limits_.ratio);
}

std::string RatioMeter::Describe() const {
  return std::to_string(out_) + " bytes out of " + std::to_string(packed_) +
         " packed bytes, limit " + std::to_string(limits_.ratio) +
         ":1 beyond " + std::to_string(limits_.ratio_free_bytes) + " bytes";
}

void MemberBuffer::ReserveHint(uint64_t declared) {
  uint64_t room = std::min(declared, kMaxReserve);
  room = std::min(room, limits_.member_bytes);
  if (packed_ != 0) {
    room = std::min(room, SaturatingProduct(packed_, limits_.ratio));
  }
  bytes_.reserve(static_cast<size_t>(room));
}

bool MemberBuffer::Append(Bytes bytes) {
  if (limited()) return false;
  const uint64_t have = bytes_.size();
  if (bytes.size() > limits_.member_bytes ||
      have > limits_.member_bytes - bytes.size()) {
    limit_ = "member is larger than the limit of " +
             std::to_string(limits_.member_bytes) + " bytes";
    return false;
  }
  if (packed_ != 0 && !ratio_.Take(bytes.size())) {
    limit_ = ratio_.Describe();
    return false;
  }
  if (!budget_.TakeBytes(bytes.size())) {
    budget_exhausted_ = true;
    limit_ = "all containers together yield more than the limit of " +
             std::to_string(limits_.total_bytes_out) + " bytes";
    return false;
  }
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return true;
}

std::vector<std::byte> MemberBuffer::Release() {
  const size_t slack = bytes_.capacity() - bytes_.size();
  if (slack > 4096 && slack > bytes_.size() / 4) bytes_.shrink_to_fit();
  return std::move(bytes_);
}

bool MemberWriter::Admit(uint64_t left, uint64_t offset) {
  if (!members_exhausted_ && budget_.TakeMember()) return true;
  if (!members_exhausted_) {
    members_exhausted_ = true;
    Lost(
        {Errc::kLimitExceeded, "members", offset,
         "limit " + std::to_string(limits_.members) + " over all containers; " +
             std::to_string(left) + " members of this one were not read"},
        0);
  }
  return false;
}

void MemberWriter::CheckName(const MemberName& name, uint64_t offset) {
  if (!name.oddity.empty()) {
    Odd({Errc::kBadValue, "member name", offset,
         "had " + name.oddity + "; read as \"" + name.text + "\""});
  }
  if (!seen_.insert(Fold(name.text)).second) {
    Odd({Errc::kBadValue, "member name", offset,
         "\"" + name.text + "\" occurs more than once"});
  }
}

void MemberWriter::Yield(const std::string& name, std::vector<std::byte> bytes,
                         uint64_t packed, std::string note) {
  ++listed_;
  // Nothing will read an empty member, so what its name says is said here.
  if (bytes.empty() && note.empty()) {
    EmitDirectiveWithoutResults(name, 0, sink_);
  }
  sink_.OnChild(
      {name,
       Source::FromBytes(source_.provenance() + "!" + name, std::move(bytes)),
       packed, std::move(note)});
}

void MemberWriter::YieldUnread(const std::string& name, uint64_t packed,
                               std::string note) {
  ++listed_;
  sink_.OnChild({name, nullptr, packed, std::move(note)});
}

void MemberWriter::Lost(Error error, uint64_t bytes_lost) {
  Damage damage;
  damage.error = std::move(error);
  // Broken structures may lie over each other; no byte is lost twice.
  damage.bytes_lost = std::min(bytes_lost, source_.size() - lost_);
  lost_ += damage.bytes_lost;
  damage.lossy = true;
  sink_.OnDamage(std::move(damage));
}

void MemberWriter::Odd(Error error) {
  Damage damage;
  damage.error = std::move(error);
  damage.lossy = false;
  sink_.OnDamage(std::move(damage));
}

std::string JoinNotes(std::string_view first, std::string_view second) {
  std::string out(first);
  if (!first.empty() && !second.empty()) out += ", ";
  out += second;
  return out;
}

}  // namespace espial::archive
