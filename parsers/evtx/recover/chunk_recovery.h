// All that a chunk holds beside its own chain, as records.
#pragma once

#include <espial/core/bytes.h>
#include <espial/evtx_recover.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>

#include <cstdint>
#include <span>
#include <vector>

#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/rebuilder.h"
#include "parsers/evtx/recover/record_decoder.h"
#include "parsers/evtx/recover/slack_scan.h"
#include "parsers/evtx/recover/template_library.h"

namespace espial::evtx {

struct RecoveredRecord {
  Event event;
  // Where the record stands in the file: its header and values.
  RecordSpan span;
  Confidence confidence = Confidence::kOwn;
  // Where it can be walked: in the chunk, or in an image when its templates
  // had to be brought.
  bool moved = false;
  size_t image = 0;
  RecordSpan walk_span;
};

// For one chunk after another; one for a thread.
class ChunkRecovery {
 public:
  ChunkRecovery(const TemplateLibrary* library, uint32_t max_depth,
                const Codepage* codepage = nullptr)
      : rebuilder_(library, max_depth),
        in_place_(codepage),
        in_image_(codepage),
        max_depth_(max_depth) {}
  ChunkRecovery(const ChunkRecovery&) = delete;
  ChunkRecovery& operator=(const ChunkRecovery&) = delete;

  // Recovers from `chunk`, at `base` of its Source: what stands outside of
  // `listed` (all records of its chain), what hides inside of them, and those
  // of `unread` (a part of `listed`) for which a template can be found.
  // Results are valid until the next call, and as long as `chunk`. Time and
  // memory are bounded by a multiple of the chunk's size.
  void Run(Bytes chunk, uint64_t base, std::span<const RecordSpan> listed,
           std::span<const RecordSpan> unread);
  // The same for known records, in the order of their offsets: looks for no
  // other.
  void Read(Bytes bytes, uint64_t base, Frame frame,
            std::span<const RecordSpan> records);

  // In the order of their offsets.
  [[nodiscard]] const std::vector<RecoveredRecord>& records() const {
    return records_;
  }
  [[nodiscard]] Bytes image(size_t index) const {
    return rebuilder_.image(index);
  }
  // What was found and could not be read; never lossy: it is not the log's.
  [[nodiscard]] std::vector<Damage>& damage() { return damage_; }

 private:
  void Clear();
  void Rebuild(Bytes bytes, uint64_t base, Frame frame);
  void Decode(Bytes chunk, uint64_t base);
  void ReportTorn(uint64_t base);

  Rebuilder rebuilder_;
  RecordDecoder in_place_;
  RecordDecoder in_image_;
  uint32_t max_depth_;
  SlackList slack_;
  std::vector<RecoveredRecord> records_;
  std::vector<Damage> damage_;
  uint64_t unreadable_ = 0;
  uint64_t unreadable_bytes_ = 0;
  uint32_t first_unreadable_ = 0;
};

}  // namespace espial::evtx
