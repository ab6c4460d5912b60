#include "parsers/support/text_event.h"

#include <algorithm>
#include <utility>

#include "parsers/support/text_scan.h"

namespace espial {

Event& TextEvent::Begin(const TextLine& line, const Time& time) {
  Flush();
  open_ = true;
  event_ = {};
  event_.record = line.number;
  event_.offset = line.offset;
  event_.time = time;
  event_.time.as_written = fields_.Keep(time.as_written);
  event_.channel = channel_;
  event_.provider = channel_;
  message_.clear();
  return event_;
}

bool TextEvent::Append(const TextLine& line) {
  if (!open_) return false;
  if (message_.size() + line.text.size() + 1 > limits_.text_value_bytes) {
    cut_bytes_ += line.size;
    return true;
  }
  message_ += '\n';
  message_ += line.text;
  return true;
}

void TextEvent::Flush() {
  if (!open_) return;
  open_ = false;
  if (cut_bytes_ != 0) {
    Damage damage;
    damage.error = {Errc::kLimitExceeded, "log message", event_.offset,
                    "line " + std::to_string(event_.record) + ": limit " +
                        std::to_string(limits_.text_value_bytes) +
                        " bytes, found " + std::to_string(cut_bytes_) +
                        " more"};
    damage.bytes_lost = cut_bytes_;
    cut_bytes_ = 0;
    sink_->OnDamage(std::move(damage));
  }
  event_.message = message_;
  if (finish_ != nullptr) finish_(&event_, &fields_);
  event_.fields = fields_.fields();
  span_.Add(event_);
  ++events_;
  sink_->OnEvent(event_);
  fields_.Clear();
}

void TextEvent::End() {
  Flush();
  span_.Emit(channel_, *sink_);
}

bool NextLogLine(LineReader* lines, TextLine* line) {
  if (!lines->Next(line)) return false;
  if (line->ending.empty() && line->text.ends_with('\r')) {
    line->text.remove_suffix(1);
  }
  return true;
}

void ReportBadTime(const TextLine& line, std::string_view written, Sink& sink) {
  Damage damage;
  damage.error = {Errc::kBadValue, "log time", line.offset,
                  "line " + std::to_string(line.number) +
                      ": expected a date and time that can be, found '" +
                      Clip(written, 60) + "'"};
  damage.lossy = false;
  sink.OnDamage(std::move(damage));
}

void ReportCutLine(const TextLine& line, Sink& sink) {
  if (line.cut_bytes == 0) return;
  Damage damage;
  damage.error = {Errc::kLimitExceeded, "log line", line.offset,
                  "line " + std::to_string(line.number) + ": limit " +
                      std::to_string(line.size - line.cut_bytes) +
                      " bytes, found " + std::to_string(line.size)};
  damage.bytes_lost = line.cut_bytes;
  sink.OnDamage(std::move(damage));
}

void ReportCutEnd(const TextLine& line, Sink& sink) {
  Damage damage;
  damage.error = {Errc::kTruncated, "log line", line.offset,
                  "line " + std::to_string(line.number) +
                      ": expected a line end, found the end of the file"};
  sink.OnDamage(std::move(damage));
}

bool IsCutHead(const TextLine& line, std::string_view heads, Sink& sink) {
  if (!line.ending.empty() || line.text.empty() ||
      heads.find(line.text[0]) == std::string_view::npos) {
    return false;
  }
  Damage damage;
  damage.error = {Errc::kTruncated, "log line", line.offset,
                  "line " + std::to_string(line.number) +
                      ": expected a line end, found the end of the file "
                      "behind '" +
                      Clip(line.text, 60) + "'"};
  damage.bytes_lost = line.size;
  sink.OnDamage(std::move(damage));
  return true;
}

void AddHresults(std::string_view text, FieldList* fields) {
  constexpr int kMost = 4;
  size_t from = 0;
  int added = 0;
  while (added < kMost) {
    const auto code = NextHresult(text, &from);
    if (!code) return;
    const auto all = fields->fields();
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const Field& field) {
          return field.name == "HResult" && field.value.number == *code;
        });
    if (known) continue;
    fields->AddHex32("HResult", *code);
    ++added;
  }
}

}  // namespace espial
