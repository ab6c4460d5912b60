// The loop over a log whose events begin with a head line: heads begin events,
// other lines go on the event at hand, and what belongs to nothing is told.
#pragma once

#include <espial/core/result.h>
#include <espial/core/source.h>
#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "parsers/support/text_event.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial {

// What the messages say, and what a head that the end of the file cuts looks
// like. Texts are literals.
struct HeadForm {
  const char* line;           // names a line: "log line"
  std::string_view expected;  // "a line 'YYYY-MM-DD HH:MM:SS, Info ...'"
  std::string_view heads;     // the characters that a head can begin with
  // Whether a last line without a line end is told to be cut.
  bool tells_cut_end = true;
};

// Reads all of `source` into `event`, which ends with it. `read_head` makes of
// a TextLine an optional head; `on_head`, called with the line and the head,
// begins an event. An error when no event begins at all.
template <typename ReadHead, typename OnHead>
Status ReadHeadLines(const Source& source, const Limits& limits,
                     const HeadForm& form, TextEvent* event, Sink& sink,
                     const ReadHead& read_head, const OnHead& on_head) {
  LineReader lines(source.bytes(), limits);
  UnreadLines unread(form.line, &sink);
  TextLine line;
  while (NextLogLine(&lines, &line)) {
    const bool blank = Trim(line.text).empty();
    if (const auto head = read_head(line)) {
      unread.Flush();
      on_head(line, *head);
    } else if (IsCutHead(line, form.heads, sink)) {
      continue;
    } else if (!blank && !event->Append(line)) {
      unread.Add(line, form.expected);
      continue;
    }
    ReportCutLine(line, sink);
    if (form.tells_cut_end && line.ending.empty() && !blank) {
      ReportCutEnd(line, sink);
    }
  }
  unread.Flush();
  event->End();
  lines.ReportInvalid(sink);
  if (event->events() == 0) {
    return Error{Errc::kTruncated, form.line, 0,
                 "expected " + std::string(form.expected) + ", found none"};
  }
  return {};
}

// Whether one of the first lines of a file is a head.
template <typename IsHead>
bool AnyHeadLine(std::string_view head_text, const IsHead& is_head) {
  constexpr int kLines = 20;
  for (int i = 0; i < kLines && !head_text.empty(); ++i) {
    const size_t end = std::min(head_text.find('\n'), head_text.size());
    if (is_head(head_text.substr(0, end))) return true;
    head_text.remove_prefix(std::min(end + 1, head_text.size()));
  }
  return false;
}

}  // namespace espial
