// Logs of setup, servicing and DISM: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/panther/head.h"
#include "parsers/support/text_event.h"
#include "parsers/support/text_scan.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::panther {
namespace {

// Lines of the head in which an event must begin.
constexpr int kProbeLines = 20;

void FinishEvent(Event* event, FieldList* fields) {
  AddHresults(event->message, fields);
}

void OnHead(const TextLine& line, const Head& head, TextEvent* event,
            Sink& sink) {
  const Time time = LocalTime(head.civil, head.stamp);
  Event& begun = event->Begin(line, time);
  if (!time.known()) ReportBadTime(line, head.stamp, sink);
  begun.level = head.level;
  if (!head.component.empty()) {
    begun.provider = event->fields().Keep(head.component);
  }
  if (head.code) event->fields().AddHex32("Code", *head.code);
  if (const auto dism = ReadDismHead(head.message)) {
    begun.process_id = dism->process_id;
    begun.thread_id = dism->thread_id;
    event->fields().AddText("Manager", event->fields().Keep(dism->manager));
  }
  event->SetMessage(head.message);
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  LineReader lines(source.bytes(), context.limits);
  TextEvent event(LogFamily(source.name()), context.limits, &sink, FinishEvent);
  UnreadLines unread("log line", &sink);
  TextLine line;
  while (NextLogLine(&lines, &line)) {
    const bool blank = Trim(line.text).empty();
    if (const auto head = ReadHead(line.text)) {
      unread.Flush();
      OnHead(line, *head, &event, sink);
    } else if (IsCutHead(line, kDecimalDigits, sink)) {
      continue;
    } else if (!blank && !event.Append(line)) {
      unread.Add(line, "a line 'YYYY-MM-DD HH:MM:SS, Info ...'");
      continue;
    }
    ReportCutLine(line, sink);
    if (line.ending.empty() && !blank) ReportCutEnd(line, sink);
  }
  unread.Flush();
  event.End();
  lines.ReportInvalid(sink);
  if (event.events() == 0) {
    return Error{Errc::kTruncated, "log line", 0,
                 "expected a line 'YYYY-MM-DD HH:MM:SS, Info ...', found none"};
  }
  return {};
}

bool Probe(const ProbeInput& input) {
  std::string_view rest = input.head_text;
  for (int i = 0; i < kProbeLines && !rest.empty(); ++i) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (ReadHead(Trim(rest.substr(0, end)))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"panther", "Windows setup and servicing log",
                                  Probe, Parse};

}  // namespace espial::panther
