// Traces of Event Tracing for Windows: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/etl/buffer.h"
#include "parsers/etl/event_writer.h"
#include "parsers/etl/trace_record.h"

namespace espial::etl {
namespace {

bool IsZero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte b) { return b == std::byte{0}; });
}

// Walks over the buffers of a trace.
class TraceReader {
 public:
  TraceReader(const Source& source, Sink& sink)
      : bytes_(source.bytes()), sink_(sink), writer_(&sink) {}

  Status Read();

 private:
  [[nodiscard]] bool FitsAt(uint64_t at, const BufferHeader& header) const;
  void ReadBuffer(uint64_t at, const BufferHeader& header);
  void ReadRecords(uint64_t at, uint64_t end, bool cut);
  // Bytes that hold no buffer, or one that cannot be read, told run by run.
  void Unread(uint64_t at, uint64_t size, Errc code, const char* why);
  void FlushUnread();
  void Report(Errc code, std::string what, uint64_t offset, std::string detail,
              uint64_t bytes_lost);
  void Summarise();
  void Count(std::string_view name, uint64_t number);

  Bytes bytes_;
  Sink& sink_;
  EventWriter writer_;
  uint64_t buffers_ = 0;
  uint64_t empty_ = 0;
  uint64_t compressed_ = 0;
  uint64_t marked_lost_ = 0;  // buffers that say that events were lost
  uint64_t unread_at_ = 0;
  uint64_t unread_bytes_ = 0;
  Errc unread_code_ = Errc::kBadMagic;
  const char* unread_why_ = "";
};

// Another size than that of the buffers before is believed where a trace
// begins, or where a buffer or the end follows.
bool TraceReader::FitsAt(uint64_t at, const BufferHeader& header) const {
  if (header.type == kHeaderBuffer) return true;
  const uint64_t left = bytes_.size() - at;
  if (header.size >= left) return header.size == left;
  return ReadBufferHeader(
             SliceClamped(bytes_, at + header.size, kBufferHeaderBytes))
      .has_value();
}

Status TraceReader::Read() {
  uint64_t size = 0;  // of the buffers; 0 until the first was seen
  for (uint64_t at = 0; at < bytes_.size() || size == 0;) {
    const Bytes rest = bytes_.subspan(static_cast<size_t>(at));
    const auto header = ReadBufferHeader(rest);
    if (!header && size == 0) {
      return Error{Errc::kBadMagic, "trace", 0,
                   "expected the header of a buffer, found none in " +
                       std::to_string(bytes_.size()) + " bytes"};
    }
    if (header && (header->size == size || size == 0 || FitsAt(at, *header))) {
      size = header->size;
      ReadBuffer(at, *header);
    } else if (const Bytes skipped = SliceClamped(rest, 0, size);
               IsZero(skipped)) {
      // Files may be made as long as they can become before they are filled.
      if (skipped.size() == size) ++empty_;
    } else if (skipped.size() < kBufferHeaderBytes) {
      FlushUnread();
      Report(Errc::kTruncated, "buffer header", at,
             "expected 72 bytes, found " + std::to_string(skipped.size()),
             skipped.size());
    } else {
      Unread(at, skipped.size(), Errc::kBadMagic,
             "expected the header of a buffer, found none");
    }
    at += size;
  }
  FlushUnread();
  writer_.Finish();
  Summarise();
  return {};
}

void TraceReader::ReadBuffer(uint64_t at, const BufferHeader& header) {
  ++buffers_;
  if ((header.flags & (kBufferEventsLost | kBufferLost)) != 0) ++marked_lost_;
  const uint64_t left = bytes_.size() - at;
  if ((header.flags & kBufferCompressed) != 0) {
    ++compressed_;
    Unread(at, std::min<uint64_t>(header.size, left), Errc::kUnsupported,
           "expected plain records, found compressed ones");
    return;
  }
  FlushUnread();
  uint64_t end = header.saved;
  if (end < kBufferHeaderBytes || end > header.size) {
    Report(Errc::kBadValue, "SavedOffset", at + 4,
           "expected 72 to " + std::to_string(header.size) + ", found " +
               std::to_string(header.saved) + "; read to the end of the buffer",
           0);
    end = header.size;
  }
  ReadRecords(at, std::min(end, left), left < end);
}

// Reads the records of the buffer at `at` up to `end` in it. `cut`: the file
// ends before the records do.
void TraceReader::ReadRecords(uint64_t at, uint64_t end, bool cut) {
  uint64_t position = kBufferHeaderBytes;
  while (position < end) {
    const Bytes rest = SliceClamped(bytes_, at + position, end - position);
    if (IsEndOfRecords(rest)) break;
    const auto record = ReadTraceRecord(rest, at + position);
    if (!record) {
      if (!cut) {
        Report(record.error().code, record.error().what, record.error().offset,
               record.error().detail, end - position);
      }
      break;
    }
    writer_.Write(*record);
    const uint64_t padded =
        (record->size + kRecordAlign - 1) / kRecordAlign * kRecordAlign;
    position += padded;
  }
  if (cut) {
    position = std::min(position, end);
    Report(Errc::kTruncated, "buffer", at + position,
           "expected further records, found the end of the file",
           end - position);
  }
}

void TraceReader::Unread(uint64_t at, uint64_t size, Errc code,
                         const char* why) {
  if (unread_bytes_ != 0 &&
      (unread_code_ != code || unread_at_ + unread_bytes_ != at)) {
    FlushUnread();
  }
  if (unread_bytes_ == 0) unread_at_ = at;
  unread_bytes_ += size;
  unread_code_ = code;
  unread_why_ = why;
}

void TraceReader::FlushUnread() {
  if (unread_bytes_ == 0) return;
  Report(unread_code_, "buffer", unread_at_, unread_why_,
         std::exchange(unread_bytes_, 0));
}

void TraceReader::Report(Errc code, std::string what, uint64_t offset,
                         std::string detail, uint64_t bytes_lost) {
  Damage damage;
  damage.error = {code, std::move(what), offset, std::move(detail)};
  damage.bytes_lost = bytes_lost;
  sink_.OnDamage(std::move(damage));
}

void TraceReader::Count(std::string_view name, uint64_t number) {
  if (number == 0) return;
  const std::string text = std::to_string(number);
  Fact fact;
  fact.kind = FactKind::kOutput;
  fact.key = "trace";
  fact.name = name;
  fact.type = "number";
  fact.data = text;
  fact.number = number;
  sink_.OnFact(fact);
}

void TraceReader::Summarise() {
  Count("buffers", buffers_);
  Count("compressed buffers", compressed_);
  Count("records", writer_.records());
  Count("records without time", writer_.timeless());
  Count("lost events", writer_.events_lost());
  Count("lost buffers", writer_.buffers_lost());
  std::string note;
  const auto add = [&](const std::string& part) {
    note += (note.empty() ? "" : "; ") + part;
  };
  if (compressed_ != 0) {
    add(std::to_string(compressed_) + " of " + std::to_string(buffers_) +
        " buffers are compressed and were not read");
  }
  if (!writer_.has_header()) add("no header of the trace: no zone, no clock");
  if (writer_.timeless() != 0) {
    add("the clock of the trace cannot be converted for " +
        std::to_string(writer_.timeless()) + " of " +
        std::to_string(writer_.records()) + " records");
  }
  if (writer_.events_lost() != 0 || writer_.buffers_lost() != 0 ||
      marked_lost_ != 0) {
    // No byte of the file is lost, but what is not there cannot be proven.
    Report(Errc::kNotFound, "lost events", 0,
           "the session lost " + std::to_string(writer_.events_lost()) +
               " events and " + std::to_string(writer_.buffers_lost()) +
               " buffers; " + std::to_string(marked_lost_) +
               " buffers are marked",
           0);
  }
  if (buffers_ + empty_ < writer_.buffers_written()) {
    Report(Errc::kTruncated, "trace", bytes_.size(),
           "expected " + std::to_string(writer_.buffers_written()) +
               " buffers, found " + std::to_string(buffers_ + empty_),
           0);
  }
  if (!note.empty()) sink_.OnNote(std::move(note));
}

bool Probe(const ProbeInput& input) {
  const auto header = ReadBufferHeader(input.bytes);
  return header && header->type == kHeaderBuffer && header->size >= 0x1000;
}

Status Parse(const Source& source, const ParseContext& /*context*/,
             Sink& sink) {
  return TraceReader(source, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"etl", "event trace", Probe, Parse};

}  // namespace espial::etl
