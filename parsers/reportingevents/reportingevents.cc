// What Windows Update reports to its service: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <string>

#include "parsers/reportingevents/row.h"
#include "parsers/support/head_lines.h"
#include "parsers/support/text_event.h"
#include "parsers/support/text_scan.h"
#include "parsers/support/text_source.h"

namespace espial::reportingevents {
namespace {

constexpr std::string_view kProvider = "WindowsUpdateClient";
constexpr EventLevel kError = 2;
constexpr EventLevel kInformation = 4;
constexpr size_t kResultDigits = 8;

// "147 [AGENT_DETECTION_FINISHED]"
void SetEvent(std::string_view text, Event* event, FieldList* fields) {
  TextScan scan(text);
  uint32_t id = 0;
  if (scan.Digits(1, 9, &id)) event->id = id;
  scan.Blanks();
  std::string_view name = scan.rest();
  if (name.starts_with('[') && name.ends_with(']') && name.size() > 2) {
    name = name.substr(1, name.size() - 2);
    fields->AddText("EventName", fields->Keep(name));
  }
}

void AddGuid(std::string_view name, std::string_view text, FieldList* fields) {
  const std::string_view guid = BareGuid(text);
  if (!guid.empty()) fields->AddGuid(name, guid);
}

void AddText(std::string_view name, std::string_view text, FieldList* fields) {
  if (!text.empty()) fields->AddText(name, fields->Keep(text));
}

void OnRow(const TextLine& line, const Row& row, TextEvent* event, Sink& sink) {
  Event& begun = event->Begin(line, row.time);
  if (!row.time.known()) ReportBadTime(line, row.column[kTime], sink);
  FieldList& fields = event->fields();
  begun.provider = kProvider;
  begun.level = kInformation;
  SetEvent(row.column[kEvent], &begun, &fields);
  AddGuid("ReportId", row.column[kGuid], &fields);
  AddGuid("UpdateId", row.column[kUpdate], &fields);
  if (const auto revision = ParseUnsigned(row.column[kRevision])) {
    fields.AddUInt("Revision", *revision);
  }
  const std::string_view result = row.column[kResult];
  const auto code = ParseHex(result);
  if (code && result.size() <= kResultDigits) {
    const auto hresult = static_cast<uint32_t>(*code);
    fields.AddHex32("HResult", hresult);
    if ((hresult >> 31U) != 0) begun.level = kError;
  }
  AddText("Caller", row.column[kCaller], &fields);
  AddText("Status", row.column[kStatus], &fields);
  AddText("Category", row.column[kCategoryText], &fields);
  event->SetMessage(row.column[kMessage]);
}

constexpr HeadForm kForm = {"reporting event",
                            "a row '{guid}<tab>time<tab>...'", "{"};

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  TextEvent event(LogFamily(source.name()), context.limits, &sink, nullptr);
  return ReadHeadLines(
      source, context.limits, kForm, &event, sink,
      [](const TextLine& line) { return ReadRow(line.text); },
      [&](const TextLine& line, const Row& row) {
        OnRow(line, row, &event, sink);
      });
}

bool Probe(const ProbeInput& input) {
  return AnyHeadLine(input.head_text, [](std::string_view line) {
    return ReadRow(line).has_value();
  });
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {
    "reportingevents", "Windows Update reporting events", Probe, Parse};

}  // namespace espial::reportingevents
