#include "parsers/cmtrace/record.h"

#include <espial/core/text.h>

#include <algorithm>
#include <cstring>

namespace espial::cmtrace {
namespace {

constexpr std::string_view kStart = "<![LOG[";
constexpr std::string_view kClose = "]LOG]!>";
constexpr std::string_view kOldMark = "$$";
// A trailer longer than this is none.
constexpr size_t kMostTrailer = 8192;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsNameChar(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

std::string_view TrimLineEnd(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// The value that attribute `name` goes to; null for unknown ones.
std::string_view* Attribute(std::string_view name, Trailer* trailer) {
  if (name == "time") return &trailer->time;
  if (name == "date") return &trailer->date;
  if (name == "component") return &trailer->component;
  if (name == "context") return &trailer->context;
  if (name == "type") return &trailer->type;
  if (name == "thread") return &trailer->thread;
  if (name == "file") return &trailer->file;
  return nullptr;
}

struct UsualAttribute {
  std::string_view opening;
  std::string_view Trailer::*target;
};
constexpr UsualAttribute kUsual[] = {{"time=\"", &Trailer::time},
                                     {"date=\"", &Trailer::date},
                                     {"component=\"", &Trailer::component},
                                     {"context=\"", &Trailer::context},
                                     {"type=\"", &Trailer::type},
                                     {"thread=\"", &Trailer::thread},
                                     {"file=\"", &Trailer::file}};

// Where the quote stands that ends the value at `from`; the end of the text
// where it does not stand on the same line.
size_t ValueEnd(std::string_view text, size_t from) {
  if (from == text.size() || text[from] == '"') return from;
  const char* begin = text.data() + from;
  const void* quote = std::memchr(begin, '"', text.size() - from);
  if (quote == nullptr) return text.size();
  const auto size =
      static_cast<size_t>(static_cast<const char*>(quote) - begin);
  return std::memchr(begin, '\n', size) == nullptr ? from + size : text.size();
}

// Reads "<...>" on one line at *at; false when there is none.
bool ReadAngle(std::string_view text, size_t* at, std::string_view* inside) {
  if (*at >= text.size() || text[*at] != '<') return false;
  const size_t end = text.find_first_of(">\r\n", *at);
  if (end == std::string_view::npos || text[end] != '>') return false;
  *inside = text.substr(*at + 1, end - *at - 1);
  *at = end + 1;
  return true;
}

}  // namespace

size_t RecordReader::Marker::From(std::string_view text, size_t position) {
  if (!searched || (at != std::string_view::npos && at < position)) {
    at = text.find(literal, position);
    searched = true;
  }
  return at;
}

void RecordReader::MoveTo(size_t end) {
  const char* from = text_.data() + position_;
  const char* last = text_.data() + end;
  while (from < last) {
    const void* hit = std::memchr(from, '\n', static_cast<size_t>(last - from));
    if (hit == nullptr) break;
    ++line_;
    from = static_cast<const char*>(hit) + 1;
  }
  position_ = end;
}

bool RecordReader::Next(RawRecord* record) {
  MoveTo(SkipSpace(text_, position_));
  if (position_ == text_.size()) return false;
  *record = {};
  record->begin = position_;
  record->line = line_;
  if (text_.substr(position_).starts_with(kStart)) {
    ReadWhole(record);
  } else {
    ReadLoose(record);
  }
  MoveTo(record->end);
  return true;
}

// A record that begins as it should.
void RecordReader::ReadWhole(RawRecord* record) {
  const size_t body = position_ + kStart.size();
  const size_t close = std::min(close_.From(text_, body), text_.size());
  // A marker at the start of a line begins another record, whatever the
  // message is: this one was never finished. Elsewhere it is text.
  size_t line = body;
  MoveTo(body);
  while (line < close) {
    const void* hit = std::memchr(text_.data() + line, '\n', close - line);
    if (hit == nullptr) break;
    line =
        static_cast<size_t>(static_cast<const char*>(hit) - text_.data()) + 1;
    ++line_;
    position_ = line;
    if (text_.substr(line).starts_with(kStart)) {
      record->part = RecordPart::kTailless;
      record->end = line;
      record->message = TrimLineEnd(text_.substr(body, line - body));
      return;
    }
  }
  record->message = text_.substr(body, close - body);
  if (close == text_.size()) {
    record->part = RecordPart::kTailless;
    record->end = close;
    record->message = TrimLineEnd(record->message);
    return;
  }
  record->part = RecordPart::kWhole;
  TakeTrailer(close + kClose.size(), record);
}

// Text up to the next beginning of a record: the end of one that began before,
// records of the old form, or neither.
void RecordReader::ReadLoose(RawRecord* record) {
  const size_t limit = std::min(start_.From(text_, position_), text_.size());
  const size_t close = close_.From(text_, position_);
  const size_t old = old_.From(text_, position_);
  if (close < limit && close < old) {
    record->part = RecordPart::kHeadless;
    record->message = text_.substr(position_, close - position_);
    TakeTrailer(close + kClose.size(), record);
    return;
  }
  if (old < limit) {
    const size_t from = old + kOldMark.size();
    const size_t size = ReadOldTrailer(text_.substr(from), &record->parts);
    if (size != 0) {
      record->part = RecordPart::kWhole;
      record->old_form = true;
      record->message = text_.substr(position_, old - position_);
      record->trailer = text_.substr(from, size);
      record->trailer_whole = true;
      record->end = from + size;
      return;
    }
    // Not a trailer: one line is stray, and what follows gets its own chance.
    record->end = std::min({text_.find('\n', old), limit, text_.size()});
  } else {
    record->end = limit;
  }
  record->part = RecordPart::kStray;
  record->message =
      TrimLineEnd(text_.substr(position_, record->end - position_));
}

void RecordReader::TakeTrailer(size_t from, RawRecord* record) {
  // Never another record.
  const size_t limit = std::min(start_.From(text_, from), text_.size());
  const std::string_view rest =
      text_.substr(from, std::min(kMostTrailer, limit - from));
  const size_t size = ReadLikeBefore(rest, &record->parts);
  record->trailer_whole = size != 0;
  // Of a broken trailer the line is taken.
  const size_t taken =
      size != 0 ? size : std::min(rest.find('\n'), rest.size());
  record->trailer = rest.substr(0, taken);
  record->end = from + taken;
}

size_t RecordReader::ReadLikeBefore(std::string_view text, Trailer* trailer) {
  constexpr std::string_view kOpening = "<time=\"";
  if (!text.starts_with(kOpening)) return ReadTrailer(text, trailer);
  const size_t end = ValueEnd(text, kOpening.size());
  if (!behind_time_.empty() && text.substr(end).starts_with(behind_time_)) {
    *trailer = before_;
    trailer->time = text.substr(kOpening.size(), end - kOpening.size());
    return end + behind_time_.size();
  }
  const size_t size = ReadTrailer(text, trailer);
  if (size != 0 && trailer->time.data() == text.data() + kOpening.size()) {
    before_ = *trailer;
    behind_time_ = text.substr(end, size - end);
  }
  return size;
}

size_t ReadTrailer(std::string_view text, Trailer* trailer) {
  if (text.empty() || text[0] != '<') return 0;
  size_t at = 1;
  // Writers agree on the order; where one does not, names are read.
  for (const UsualAttribute& usual : kUsual) {
    if (!text.substr(at).starts_with(usual.opening)) break;
    const size_t value = at + usual.opening.size();
    const size_t end = ValueEnd(text, value);
    if (end == text.size()) return 0;
    trailer->*usual.target = text.substr(value, end - value);
    at = end + 1;
    if (at < text.size() && text[at] == ' ') ++at;
  }
  for (;;) {
    at = SkipSpace(text, at);
    if (at == text.size()) return 0;
    if (text[at] == '>') return at + 1;
    const size_t name = at;
    while (at < text.size() && IsNameChar(text[at])) ++at;
    if (at == name || text.size() - at < 2 || text[at] != '=' ||
        text[at + 1] != '"') {
      return 0;
    }
    const size_t value = at + 2;
    const size_t end = ValueEnd(text, value);
    if (end == text.size()) return 0;
    std::string_view* target = Attribute(text.substr(name, at - name), trailer);
    if (target != nullptr) *target = text.substr(value, end - value);
    at = end + 1;
  }
}

size_t ReadOldTrailer(std::string_view text, Trailer* trailer) {
  size_t at = 0;
  std::string_view stamp;
  std::string_view thread;
  const std::string_view bounded = text.substr(0, kMostTrailer);
  if (!ReadAngle(bounded, &at, &trailer->component) ||
      !ReadAngle(bounded, &at, &stamp) || !ReadAngle(bounded, &at, &thread)) {
    return 0;
  }
  const size_t blank = stamp.find(' ');
  constexpr std::string_view kThread = "thread=";
  if (blank == std::string_view::npos || !thread.starts_with(kThread)) return 0;
  trailer->date = stamp.substr(0, blank);
  trailer->time = Trim(stamp.substr(blank + 1));
  thread.remove_prefix(kThread.size());
  trailer->thread = Trim(thread.substr(0, thread.find('(')));
  return at;
}

}  // namespace espial::cmtrace
