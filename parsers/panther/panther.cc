// Logs of setup, servicing and DISM: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <string>

#include "parsers/panther/head.h"
#include "parsers/support/head_lines.h"
#include "parsers/support/text_event.h"
#include "parsers/support/text_scan.h"
#include "parsers/support/text_source.h"

namespace espial::panther {
namespace {

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

constexpr HeadForm kForm = {
    "log line", "a line 'YYYY-MM-DD HH:MM:SS, Info ...'", kDecimalDigits};

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  TextEvent event(LogFamily(source.name()), context.limits, &sink, FinishEvent);
  return ReadHeadLines(
      source, context.limits, kForm, &event, sink,
      [](const TextLine& line) { return ReadHead(line.text); },
      [&](const TextLine& line, const Head& head) {
        OnHead(line, head, &event, sink);
      });
}

bool Probe(const ProbeInput& input) {
  return AnyHeadLine(input.head_text, [](std::string_view line) {
    return ReadHead(Trim(line)).has_value();
  });
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"panther", "Windows setup and servicing log",
                                  Probe, Parse};

}  // namespace espial::panther
