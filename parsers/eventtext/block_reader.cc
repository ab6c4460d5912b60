// Blocks of labelled lines: `wevtutil qe /f:text`, and Format-List.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "parsers/eventtext/records.h"
#include "parsers/support/text_source.h"

namespace espial::eventtext {
namespace {

// The labels of a block of wevtutil, in their order: what tells where they are
// written in a language of its own.
constexpr std::array<Role, 12> kOrder = {
    Role::kChannel, Role::kProvider, Role::kDate,     Role::kId,
    Role::kTask,    Role::kLevel,    Role::kOpcode,   Role::kKeywords,
    Role::kUser,    Role::kUserName, Role::kComputer, Role::kMessage};

// "Event[12]:" or "Event[12]", and nothing else on its line.
bool IsBlockHead(std::string_view text) {
  constexpr std::string_view kHead = "Event[";
  if (!text.starts_with(kHead)) return false;
  text.remove_prefix(kHead.size());
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    ++digits;
  }
  text.remove_prefix(digits);
  text = Trim(text);
  return digits > 0 && (text == "]" || text == "]:");
}

// A line "  Label: value"; nothing for any other.
std::optional<std::pair<std::string_view, std::string_view>> SplitLabel(
    std::string_view text) {
  if (!text.starts_with("  ") || text.substr(2, 1) == " ") return std::nullopt;
  text.remove_prefix(2);
  const size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, colon), Trim(text.substr(colon + 1)));
}

// "Name     : value" of Format-List.
std::optional<std::pair<std::string_view, std::string_view>> SplitProperty(
    std::string_view text) {
  size_t name = 0;
  while (name < text.size() && ((text[name] >= 'A' && text[name] <= 'Z') ||
                                (text[name] >= 'a' && text[name] <= 'z'))) {
    ++name;
  }
  size_t colon = name;
  while (colon < text.size() && text[colon] == ' ') ++colon;
  if (name == 0 || colon == name || text.substr(colon, 1) != ":") {
    return std::nullopt;
  }
  return std::pair(text.substr(0, name), Trim(text.substr(colon + 1)));
}

// What both layouts share: a record whose lines are gathered.
class BlockReader {
 public:
  BlockReader(Bytes bytes, const Limits& limits, RecordVisitor* visitor)
      : limits_(limits), visitor_(*visitor), lines_(bytes, limits) {}

  void ReadWevtutil();
  void ReadList();

 private:
  void Begin(const TextLine& line);
  void Flush();
  void Append(std::string* value, std::string_view text);
  void Unread(std::string_view expected);
  void OnLabel(std::string_view label, std::string_view value, size_t index);
  void Report(Errc code, const char* what, std::string detail, uint64_t lost);

  const Limits& limits_;
  RecordVisitor& visitor_;
  LineReader lines_;
  TextLine line_;
  RawRecord record_;
  bool open_ = false;
  bool in_message_ = false;
  size_t labels_ = 0;
  uint64_t cut_ = 0;
  std::string* last_ = nullptr;
};

void BlockReader::Report(Errc code, const char* what, std::string detail,
                         uint64_t lost) {
  visitor_.OnDamage(
      {{},
       {code, what, line_.offset,
        "line " + std::to_string(line_.number) + ": " + std::move(detail)},
       lost,
       true});
}

void BlockReader::Begin(const TextLine& line) {
  record_.Clear();
  record_.line = line.number;
  record_.offset = line.offset;
  open_ = true;
  in_message_ = false;
  labels_ = 0;
  cut_ = 0;
  last_ = nullptr;
}

void BlockReader::Flush() {
  if (!open_) return;
  open_ = false;
  // A record that ends before its id is nothing; what cut it is reported.
  if (Trim(record_[Role::kId]).empty()) return;
  std::string& message = record_[Role::kMessage];
  const std::string_view kept = Trim(message);
  message = std::string(kept);
  if (cut_ > 0) {
    Report(Errc::kLimitExceeded, "event text",
           "limit " + std::to_string(limits_.text_value_bytes) +
               " bytes of a message",
           cut_);
  }
  visitor_.OnRecord(record_);
}

void BlockReader::Append(std::string* value, std::string_view text) {
  if (value->size() + text.size() >= limits_.text_value_bytes) {
    cut_ += line_.size;
    return;
  }
  *value += text;
}

void BlockReader::Unread(std::string_view expected) {
  if (Trim(line_.text).empty()) return;
  Report(line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue,
         "event text line",
         "expected " + std::string(expected) + ", found '" +
             Clip(line_.text, 60) + "'",
         line_.size);
}

void BlockReader::OnLabel(std::string_view label, std::string_view value,
                          size_t index) {
  Role role = Role::kCount;
  if (const auto known = WevtutilLabel(label)) {
    role = *known;
  } else if (index < kOrder.size()) {
    role = kOrder[index];
  } else {
    record_.extra.emplace_back(std::string(label), std::string(value));
    return;
  }
  record_[role] = value;
  in_message_ = role == Role::kMessage;
}

void BlockReader::ReadWevtutil() {
  // A head counts once a label follows it: messages may quote one.
  bool has_head = false;
  bool cut_label = false;
  TextLine head;
  std::string head_text;
  while (lines_.Next(&line_)) {
    if (line_.cut_bytes > 0) {
      Report(Errc::kLimitExceeded, "event text line",
             "limit " + std::to_string(limits_.text_line_bytes) + " bytes",
             line_.cut_bytes);
    }
    const std::string_view text = line_.text;
    if (has_head) {
      has_head = false;
      if (SplitLabel(text)) {
        Flush();
        Begin(head);
      } else if (open_ && in_message_) {
        Append(&record_[Role::kMessage], head_text);
      }
    }
    if (IsBlockHead(text)) {
      has_head = true;
      head = line_;
      head_text = std::string(text) + std::string(line_.ending);
      continue;
    }
    if (open_ && in_message_) {
      std::string& message = record_[Role::kMessage];
      Append(&message, text);
      Append(&message, line_.ending);
      continue;
    }
    const auto label = SplitLabel(text);
    if (open_ && label) {
      if (line_.ending.empty() && labels_ + 1 < kOrder.size()) {
        cut_label = true;
        Report(Errc::kTruncated, "event text",
               "expected a description, found the end of the text behind '" +
                   Clip(Trim(text), 60) + "'",
               line_.size);
      } else {
        OnLabel(label->first, label->second, labels_);
        // What stands on the line of the label begins the message.
        if (in_message_ && !label->second.empty()) {
          record_[Role::kMessage] += line_.ending;
        }
      }
      ++labels_;
      continue;
    }
    Unread(open_ ? "'  Label: value'" : "'Event[n]'");
  }
  if (has_head)
    Report(Errc::kTruncated, "event text",
           "expected labels behind the head of an event, found "
           "the end of the text",
           head.size);
  if (open_ && !in_message_ && !cut_label) {
    Report(Errc::kTruncated, "event text",
           "expected a description, found the end of the text", 0);
  } else if (open_ && !cut_label && line_.ending.empty()) {
    Report(Errc::kTruncated, "event text",
           "expected a line end, found the end of the text", 0);
  }
  Flush();
  visitor_.OnInvalidText(lines_.replaced(), lines_.first_replaced(),
                         lines_.encoding());
}

void BlockReader::ReadList() {
  uint64_t blanks = 0;
  while (lines_.Next(&line_)) {
    const std::string_view text = line_.text;
    if (Trim(text).empty()) {
      ++blanks;
      continue;
    }
    if (text[0] == ' ') {
      // More of the value before; blank lines within it were part of it.
      if (last_ == nullptr) {
        Unread("'Name : value'");
        continue;
      }
      Append(last_, std::string(blanks + 1, '\n') + std::string(Trim(text)));
      blanks = 0;
      continue;
    }
    if (blanks > 0) Flush();
    blanks = 0;
    const auto property = SplitProperty(text);
    if (!property) {
      last_ = nullptr;
      Unread("'Name : value'");
      continue;
    }
    if (!open_) Begin(line_);
    const auto role = RecordProperty(property->first);
    if (role) {
      last_ = &record_[*role];
      *last_ = property->second;
    } else {
      record_.extra.emplace_back(std::string(property->first),
                                 std::string(property->second));
      last_ = &record_.extra.back().second;
    }
  }
  if (open_ && line_.ending.empty()) {
    Report(Errc::kTruncated, "event text",
           "expected a line end, found the end of the text", 0);
  }
  Flush();
  visitor_.OnInvalidText(lines_.replaced(), lines_.first_replaced(),
                         lines_.encoding());
}

// The lines of a head that hold anything.
std::vector<std::string_view> FirstLines(std::string_view head, size_t most) {
  std::vector<std::string_view> lines;
  while (!head.empty() && lines.size() < most) {
    const size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!Trim(line).empty()) lines.push_back(line);
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return lines;
}

}  // namespace

void ReadWevtutil(Bytes bytes, const Limits& limits, RecordVisitor* visitor) {
  BlockReader(bytes, limits, visitor).ReadWevtutil();
}

void ReadList(Bytes bytes, const Limits& limits, RecordVisitor* visitor) {
  BlockReader(bytes, limits, visitor).ReadList();
}

Layout FindLayout(std::string_view head) {
  const std::vector<std::string_view> lines = FirstLines(head, 12);
  if (lines.empty()) return Layout::kNone;
  if (IsBlockHead(lines[0])) {
    return lines.size() > 1 && SplitLabel(lines[1]) ? Layout::kWevtutil
                                                    : Layout::kNone;
  }
  bool time = false;
  bool id = false;
  for (const std::string_view line : lines) {
    const auto property = SplitProperty(line);
    if (!property) continue;
    const auto role = RecordProperty(property->first);
    time = time || (role == Role::kDate);
    id = id || (role == Role::kId) || (role == Role::kProvider);
  }
  if (time && id && SplitProperty(lines[0])) return Layout::kList;
  size_t first = 0;
  while (first + 1 < lines.size() && (lines[first].starts_with("#TYPE ") ||
                                      lines[first].starts_with("sep="))) {
    ++first;
  }
  const std::string_view row = first + 1 < lines.size() ? lines[first + 1] : "";
  return FindColumns(lines[first], row).roles.empty() ? Layout::kNone
                                                      : Layout::kTable;
}

}  // namespace espial::eventtext
