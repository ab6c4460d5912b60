// How archive parsers hand over members: within the limits, and with every
// loss and oddity reported.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "parsers/support/archive_name.h"

namespace espial::archive {

// Judges bytes out against bytes in. Nothing is judged until
// Limits::ratio_free_bytes have come out.
class RatioMeter {
 public:
  RatioMeter(const Limits& limits, uint64_t packed)
      : limits_(limits), packed_(packed) {}

  // Counts `bytes` of output; false once the ratio is beyond the limit.
  bool Take(uint64_t bytes);
  // "53477376 bytes out of 5000 packed bytes, limit 1000:1".
  [[nodiscard]] std::string Describe() const;

 private:
  const Limits& limits_;
  uint64_t packed_ = 0;
  uint64_t out_ = 0;
};

// The bytes of one member while they come out of a decompressor. Declared
// sizes are a hint and never believed. Not thread-safe.
class MemberBuffer {
 public:
  // `packed` is what the container spends on the member; 0: unknown, and no
  // ratio is judged. Limits and budget must outlive the buffer.
  MemberBuffer(const Limits& limits, Budget& budget, uint64_t packed)
      : limits_(limits),
        budget_(budget),
        ratio_(limits, packed),
        packed_(packed) {}

  // Makes room for a size that the container declares, but for no more than
  // 64 MiB and than the packed bytes could become within the ratio limit.
  void ReserveHint(uint64_t declared);

  // Takes over more of the member; false once a limit is reached, and ever
  // after. Nothing is kept of an Append that failed.
  bool Append(Bytes bytes);

  [[nodiscard]] uint64_t size() const { return bytes_.size(); }
  [[nodiscard]] bool limited() const { return !limit_.empty(); }
  // Whether it was the one that all containers share: nothing more will come
  // out of any of them.
  [[nodiscard]] bool budget_exhausted() const { return budget_exhausted_; }
  // Which limit was reached, with its numbers. REQUIRES: limited().
  [[nodiscard]] const std::string& limit() const { return limit_; }

  // The bytes, without the slack that a wrong hint or growth left behind.
  std::vector<std::byte> Release();

 private:
  const Limits& limits_;
  Budget& budget_;
  RatioMeter ratio_;
  uint64_t packed_ = 0;
  std::vector<std::byte> bytes_;
  std::string limit_;
  bool budget_exhausted_ = false;
};

// Puts the members of one container into the sink. Not thread-safe.
class MemberWriter {
 public:
  // All must outlive the writer.
  // `lost` bytes of the source were reported as lost before, where several
  // containers lie in one source.
  MemberWriter(const Source& source, const Limits& limits, Budget& budget,
               Sink& sink, uint64_t lost = 0)
      : source_(source),
        limits_(limits),
        budget_(budget),
        sink_(sink),
        lost_(lost) {}

  // Takes a member from the budget. The first time that there is none left is
  // reported, `left` being how many members the container still has.
  bool Admit(uint64_t left, uint64_t offset);

  // Reports what was odd about a name, and a name that came before. `offset`
  // is where the entry stands.
  void CheckName(const MemberName& name, uint64_t offset);

  // Yields a member that was read, at least in part. Where an empty one's name
  // tells how a directive of the collector went, that becomes a fact.
  void Yield(const std::string& name, std::vector<std::byte> bytes,
             uint64_t packed, std::string note);
  // Lists a member that could not be read; the damage is reported apart.
  void YieldUnread(const std::string& name, uint64_t packed, std::string note);

  // Reports a loss of `bytes_lost` bytes of this source. All losses together
  // never exceed its size.
  void Lost(Error error, uint64_t bytes_lost);
  // Reports an oddity that cost nothing.
  void Odd(Error error);

  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] Budget& budget() const { return budget_; }
  // Members listed so far, read or not.
  [[nodiscard]] uint64_t listed() const { return listed_; }
  // Bytes reported as lost, those before this writer included.
  [[nodiscard]] uint64_t lost() const { return lost_; }

 private:
  const Source& source_;
  const Limits& limits_;
  Budget& budget_;
  Sink& sink_;
  std::unordered_set<std::string> seen_;
  bool members_exhausted_ = false;
  uint64_t listed_ = 0;
  uint64_t lost_;
};

// "a, b" of two notes, either of which may be empty.
std::string JoinNotes(std::string_view first, std::string_view second);

}  // namespace espial::archive
