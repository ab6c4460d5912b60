#include "parsers/evtx/recover/record_decoder.h"

#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/slack_scan.h"

namespace espial::evtx {

void RecordDecoder::Open(Bytes image, uint64_t base, uint32_t max_depth) {
  xml_.Reset(image, base, &arena_, max_depth);
  builder_.Reset(&arena_);
}

Result<Event> RecordDecoder::Decode(const RecordSpan& span, bool values_only) {
  xml_.BeginRecord();
  builder_.Begin();
  const uint32_t begin = span.offset + kRecordHeaderSize;
  const uint32_t end = span.offset + span.size - 4;
  if (begin < end) ESPIAL_TRY(walker_.Fragment({begin, end}));
  if (!builder_.complete() && !values_only) {
    return xml_.Wrong("record", span.offset,
                      "expected an event with a System section, found none");
  }
  Event event = builder_.Finish();
  event.state = RecordState::kRecovered;
  if (!builder_.has_record_id()) event.record = span.id;
  if (!event.time.known() || !PlausibleRecordTime(event.time.ticks.value)) {
    event.time = PlausibleRecordTime(span.file_time)
                     ? Time{{span.file_time}, TimeQuality::kUtc, {}}
                     : Time{};
  }
  event.corrected = event.time.ticks;
  return event;
}

}  // namespace espial::evtx
