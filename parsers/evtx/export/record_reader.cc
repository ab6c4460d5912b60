#include "parsers/evtx/export/record_reader.h"

#include <limits>

#include "parsers/evtx/layout.h"

namespace espial::evtx {

RecordReader::RecordReader() : walker_(&xml_, &tree_) {
  walker_.set_rules({true, std::numeric_limits<size_t>::max()});
}

void RecordReader::BeginChunk(Bytes chunk, uint64_t base, uint32_t max_depth) {
  base_ = base;
  arena_.Reset();
  xml_.Reset(chunk, base, &arena_, max_depth);
}

Status RecordReader::Read(const RecordSpan& span) {
  tree_.Clear();
  if (span.size < kMinRecordSize || span.offset > xml_.chunk().size() ||
      span.size > xml_.chunk().size() - span.offset) {
    return Error{Errc::kTruncated, "record", base_ + span.offset,
                 "expected a whole record within its chunk"};
  }
  xml_.BeginRecord();
  const auto begin = static_cast<uint32_t>(span.offset + kRecordHeaderSize);
  return walker_.Fragment({begin, span.offset + span.size - 4});
}

}  // namespace espial::evtx
