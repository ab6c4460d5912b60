// CMTrace logs, those of the Intune Management Extension first: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/cmtrace/ime_message.h"
#include "parsers/cmtrace/log_text.h"
#include "parsers/cmtrace/record.h"
#include "parsers/cmtrace/stamp.h"
#include "parsers/support/field_list.h"
#include "parsers/support/log_family.h"
#include "parsers/support/text_scan.h"
#include "parsers/support/text_source.h"

namespace espial::cmtrace {
namespace {

constexpr std::string_view kStart = "<![LOG[";
constexpr std::string_view kClose = "]LOG]!><time=\"";
constexpr EventLevel kError = 2;
constexpr EventLevel kWarning = 3;
constexpr EventLevel kInformation = 4;

class LogReader {
 public:
  LogReader(const Source& source, const ParseContext& context, Sink& sink)
      : sink_(sink),
        limits_(context.limits),
        text_(source.bytes()),
        records_(text_.text()),
        channel_(LogFamily(source.name())) {}

  Status Read();

 private:
  void OnRecord(const RawRecord& record);
  void OnStray(const RawRecord& record);
  void SetTime(const RawRecord& record, const Trailer& trailer, Event* event);
  void SetParts(const Trailer& trailer, Event* event);
  void ReportPart(const RawRecord& record);
  void Report(Errc code, const char* what, const RawRecord& record,
              const std::string& detail, uint64_t bytes_lost, bool lossy);

  Sink& sink_;
  const Limits& limits_;
  LogText text_;
  RecordReader records_;
  std::string channel_;
  LogSpan span_;
  StampReader stamps_;
  AppNames names_;
  FieldList fields_;
  uint64_t offset_ = 0;  // of the record at hand
  uint64_t events_ = 0;
  std::string message_buffer_;
  std::string trailer_buffer_;
  std::string stamp_buffer_;
};

Status LogReader::Read() {
  RawRecord record;
  while (records_.Next(&record)) {
    offset_ = text_.OffsetOf(record.begin);
    if (record.part == RecordPart::kStray) {
      OnStray(record);
    } else {
      OnRecord(record);
    }
  }
  span_.Emit(channel_, sink_);
  ReportInvalidText(text_.replaced(), text_.first_replaced(), text_.encoding(),
                    sink_);
  if (events_ == 0) {
    return Error{Errc::kTruncated, "log record", 0,
                 "expected a record '" + std::string(kStart) +
                     "...]LOG]!><...>', found none"};
  }
  return {};
}

void LogReader::OnRecord(const RawRecord& record) {
  fields_.Clear();
  Event event;
  event.record = record.line;
  event.offset = offset_;
  event.channel = channel_;
  event.level = kInformation;
  std::string_view raw = record.message;
  if (raw.size() > limits_.text_value_bytes) {
    const auto kept = static_cast<size_t>(limits_.text_value_bytes);
    Report(Errc::kLimitExceeded, "log message", record,
           "limit " + std::to_string(limits_.text_value_bytes) +
               " bytes, found " + std::to_string(raw.size()),
           raw.size() - kept, true);
    raw = raw.substr(0, kept);
    // Not within a character, so that the rest stays valid.
    if (ValidUtf8Prefix(record.message) > kept) {
      raw = raw.substr(0, ValidUtf8Prefix(raw));
    }
  }
  if (record.old_form) raw = Trim(raw);
  event.message = text_.Utf8(raw, &message_buffer_);
  Trailer trailer = record.parts;
  const std::string_view tail = text_.Utf8(record.trailer, &trailer_buffer_);
  if (tail.data() != record.trailer.data()) {
    trailer = {};
    if (record.old_form) {
      ReadOldTrailer(tail, &trailer);
    } else {
      ReadTrailer(tail, &trailer);
    }
  }
  SetTime(record, trailer, &event);
  SetParts(trailer, &event);
  ReportPart(record);
  AddImeFields(event.message, &names_, &fields_);
  event.fields = fields_.fields();
  span_.Add(event);
  ++events_;
  sink_.OnEvent(event);
}

void LogReader::SetTime(const RawRecord& record, const Trailer& trailer,
                        Event* event) {
  if (trailer.time.empty() && trailer.date.empty()) return;
  const Stamp stamp = stamps_.Read(trailer.date, trailer.time);
  stamp_buffer_.assign(trailer.date);
  stamp_buffer_ += ' ';
  stamp_buffer_ += trailer.time;
  event->time = stamp.time;
  event->time.as_written = stamp_buffer_;
  if (stamp.bias) fields_.AddInt("Bias", *stamp.bias);
  if (!stamp.odd_bias.empty()) fields_.AddText("BiasText", stamp.odd_bias);
  if (!stamp.time.known()) {
    Report(Errc::kBadValue, "log time", record,
           "expected date M-D-YYYY and time HH:MM:SS.fff, found '" +
               Clip(stamp_buffer_, 60) + "'",
           0, false);
  }
}

void LogReader::SetParts(const Trailer& trailer, Event* event) {
  event->provider = trailer.component.empty() ? std::string_view(channel_)
                                              : trailer.component;
  const auto type = ParseUnsigned(trailer.type);
  if (type == 3U) {
    event->level = kError;
  } else if (type == 2U) {
    event->level = kWarning;
  } else if (!trailer.type.empty() && type != 1U) {
    fields_.AddText("Type", trailer.type);
  }
  if (!trailer.context.empty()) fields_.AddText("Context", trailer.context);
  const auto thread = ParseUnsigned(trailer.thread);
  if (thread && *thread <= UINT32_MAX) {
    event->thread_id = static_cast<uint32_t>(*thread);
  } else if (!trailer.thread.empty()) {
    fields_.AddText("Thread", trailer.thread);
  }
  if (!trailer.file.empty()) fields_.AddText("File", trailer.file);
}

void LogReader::ReportPart(const RawRecord& record) {
  switch (record.part) {
    case RecordPart::kHeadless:
      fields_.AddText("Truncated", "start");
      Report(Errc::kTruncated, "log record", record,
             "expected '" + std::string(kStart) +
                 "', found the rest of a record whose beginning is missing",
             0, false);
      break;
    case RecordPart::kTailless:
      fields_.AddText("Truncated", "end");
      Report(Errc::kTruncated, "log record", record,
             record.end == text_.text().size()
                 ? "expected ']LOG]!><time=', found the end of the file"
                 : "expected ']LOG]!><time=', found another record",
             0, true);
      return;
    case RecordPart::kWhole:
    case RecordPart::kStray:
      break;
  }
  if (record.trailer_whole) return;
  const bool cut = record.end == text_.text().size();
  Report(
      cut ? Errc::kTruncated : Errc::kBadValue, "log record", record,
      "expected '<time=\"..\" date=\"..\" ...>' behind the message, found '" +
          EscapeControls(Clip(RepairUtf8(record.trailer), 60)) + "'",
      0, cut);
}

void LogReader::OnStray(const RawRecord& record) {
  Report(
      Errc::kBadValue, "log text", record,
      "expected '" + std::string(kStart) + "', found '" +
          EscapeControls(Clip(RepairUtf8(record.message.substr(0, 256)), 60)) +
          "'",
      text_.BytesOf(record.begin, record.end), true);
}

void LogReader::Report(Errc code, const char* what, const RawRecord& record,
                       const std::string& detail, uint64_t bytes_lost,
                       bool lossy) {
  Damage damage;
  damage.error = {code, what, offset_,
                  "line " + std::to_string(record.line) + ": " + detail};
  damage.bytes_lost = bytes_lost;
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

// "$$<component><08-12-2019 10:00:00.123+300><thread=" on one line.
bool HasOldForm(std::string_view head) {
  constexpr std::string_view kMark = "$$<";
  for (size_t at = head.find(kMark); at != std::string_view::npos;
       at = head.find(kMark, at + 1)) {
    Trailer trailer;
    if (ReadOldTrailer(head.substr(at + 2), &trailer) != 0 &&
        ReadStamp(trailer.date, trailer.time).time.known()) {
      return true;
    }
  }
  return false;
}

bool Probe(const ProbeInput& input) {
  // How far the first record may reach beyond the head.
  constexpr uint64_t kFar = 64 << 10U;
  const std::string_view head = Trim(input.head_text);
  if (head.empty()) return false;
  if (head.starts_with(kStart)) return true;
  // Documents that quote a log are none.
  if (head[0] == '<' || head[0] == '{') return false;
  if (head.find("\n<![LOG[") != std::string_view::npos ||
      head.find(kClose) != std::string_view::npos || HasOldForm(head)) {
    return true;
  }
  return AsChars(SliceClamped(input.bytes, 0, kFar)).find(kClose) !=
         std::string_view::npos;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return LogReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {
    "cmtrace", "CMTrace log (Intune Management Extension, ConfigMgr)", Probe,
    Parse};

}  // namespace espial::cmtrace
