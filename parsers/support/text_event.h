// Putting together the events of a log whose events begin with a head line and
// go on over the lines behind it.
#pragma once

#include <espial/core/limits.h>
#include <espial/model/event.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/support/field_list.h"
#include "parsers/support/log_family.h"
#include "parsers/support/text_source.h"

namespace espial {

// Holds one event until it is whole. Not thread-safe.
class TextEvent {
 public:
  // Called when the message is whole, before the event is given out.
  using Finish = void (*)(Event* event, FieldList* fields);

  // All must outlive this object; `finish` may be null.
  TextEvent(std::string channel, const Limits& limits, Sink* sink,
            Finish finish)
      : channel_(std::move(channel)),
        limits_(limits),
        sink_(sink),
        finish_(finish) {}

  // Gives out the event at hand and begins one at `line`. Texts of the event
  // and of fields() must be kept with fields().Keep(). `time` is copied.
  Event& Begin(const TextLine& line, const Time& time);
  // The message, or its first line; copied.
  void SetMessage(std::string_view message) { message_.assign(message); }
  // Appends a line to the message. False when no event is at hand.
  bool Append(const TextLine& line);
  // Gives out the event at hand.
  void Flush();
  // Flush(), and the coverage of the log.
  void End();

  // Whether an event is at hand.
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] uint64_t events() const { return events_; }
  [[nodiscard]] const std::string& channel() const { return channel_; }
  FieldList& fields() { return fields_; }

 private:
  std::string channel_;
  const Limits& limits_;
  Sink* sink_;
  Finish finish_;
  LogSpan span_;
  FieldList fields_;
  Event event_;
  std::string message_;
  uint64_t cut_bytes_ = 0;  // left out of the message at hand
  bool open_ = false;
  uint64_t events_ = 0;
};

// The next line of a log. Of a line end that is cut within, nothing stays.
bool NextLogLine(LineReader* lines, TextLine* line);

// Reports a time that is written as one but cannot be. Costs no data.
void ReportBadTime(const TextLine& line, std::string_view written, Sink& sink);
// Reports a line that was cut at Limits::text_line_bytes; nothing if it was
// not.
void ReportCutLine(const TextLine& line, Sink& sink);
// Reports that the log ends within `line`, which was read as far as it goes.
void ReportCutEnd(const TextLine& line, Sink& sink);
// Whether the log ends within `line`, a line without a head that could have
// become one: it begins with one of `heads`. Then it belongs to nothing that is
// known, and is reported as lost.
bool IsCutHead(const TextLine& line, std::string_view heads, Sink& sink);
inline constexpr std::string_view kDecimalDigits = "0123456789";

// Adds field "HResult" for each failed HRESULT that `text` names, each once, up
// to four.
void AddHresults(std::string_view text, FieldList* fields);

}  // namespace espial
