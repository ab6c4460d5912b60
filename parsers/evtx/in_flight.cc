#include "parsers/evtx/in_flight.h"

#include <espial/core/text.h>
#include <espial/model/coverage.h>

#include <algorithm>

namespace espial::evtx {
namespace {

// Records at the front whose ids follow each other and that stand in one
// piece.
size_t RunLength(std::span<const DecodedRecord> records) {
  size_t length = records.empty() ? 0 : 1;
  while (length < records.size()) {
    const RecordSpan& last = records[length - 1].span;
    const RecordSpan& next = records[length].span;
    if (next.id != last.id + 1 || next.offset != last.offset + last.size) break;
    ++length;
  }
  return length;
}

bool KnownChannel(const LogIdentity& log, std::string_view channel) {
  return std::any_of(
      log.channels.begin(), log.channels.end(),
      [&](const std::string& known) { return EqualsFold(known, channel); });
}

// Whether the channel speaks for the log, against it, or neither.
enum class Agreement : uint8_t { kNo, kUnknown, kYes };

Agreement Agrees(const LogIdentity& log, std::string_view channel) {
  if (!log.channels.empty()) {
    if (KnownChannel(log, channel)) return Agreement::kYes;
    // A log that collects several channels may see one for the first time.
    return log.channels.size() > 1 ? Agreement::kUnknown : Agreement::kNo;
  }
  return StemNamesChannel(log.file_stem, channel) ? Agreement::kYes
                                                  : Agreement::kUnknown;
}

}  // namespace

size_t CountLive(std::span<const DecodedRecord> records, const LogIdentity& log,
                 const ClaimedIds& claimed) {
  size_t run = RunLength(records);
  if (run == 0) return 0;
  const std::string_view channel = records.front().event.channel;
  // A run is of one log, hence of one channel.
  if (log.channels.size() < 2) {
    size_t same = 1;
    while (same < run && EqualsFold(records[same].event.channel, channel)) {
      ++same;
    }
    run = same;
  }
  const Agreement agreement = Agrees(log, channel);
  if (agreement == Agreement::kNo) return 0;
  const uint64_t first = records.front().span.id;
  const uint64_t last = first + run - 1;
  if (log.next_id && *log.next_id > first && *log.next_id - 1 <= last) {
    // The run meets the id that the header names: what is behind that id was
    // written after the header, or by another log.
    if (agreement == Agreement::kYes) return run;
    return static_cast<size_t>(*log.next_id - first);
  }
  // A run that fills a hole between flushed chunks to the id was theirs.
  if (agreement == Agreement::kYes && claimed.Contains(first - 1) &&
      claimed.Contains(last + 1) && !claimed.Contains(first)) {
    return run;
  }
  // A stale or absent header: the channel must agree, and the ids must rise
  // from what the file is known to hold.
  if (agreement != Agreement::kYes || first <= log.highest_id) return 0;
  if (log.next_id && first < *log.next_id) return 0;
  return run;
}

}  // namespace espial::evtx
