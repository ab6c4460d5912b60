// One event in each of the formats of espial/report/timeline.h, and what they
// share.
#pragma once

#include <espial/model/case.h>

#include <string>
#include <string_view>

namespace espial::report {

// Column names, with line feed.
std::string_view CsvHeader();
std::string_view L2tHeader();

// Each appends one line.
void AppendEventCsv(const Case& the_case, const Event& event,
                    std::string_view title, std::string* out);
// REQUIRES, these three: event.time.known().
void AppendEventTimesketch(const Case& the_case, const Event& event,
                           std::string_view title, std::string* out);
void AppendEventL2t(const Case& the_case, const Event& event,
                    std::string_view title, std::string* out);
void AppendEventEcs(const Case& the_case, const Event& event,
                    std::string_view title, std::string* out);

// "Name=value; Name=value", lists joined by commas. Text as it is.
std::string FieldsPhrase(const Event& event);
// What happened, in one run of text: the title, the message, else the fields.
std::string EventSentence(const Event& event, std::string_view title);
// What the time is the time of, and what it is worth: "Event Logged",
// "Event Logged (zone assumed)".
std::string_view TimeDescription(const Event& event);
// What the log says, where the clock was corrected:
// "2024-07-23T10:09:00.00..."; else empty.
std::string TimeAsLogged(const Event& event);
// The parser that read the event: "evtx", ...; empty for an unknown artifact.
std::string_view FormatOf(const Case& the_case, const Event& event);

// A spreadsheet takes text that begins like this for a formula, and runs it.
bool LooksLikeFormula(std::string_view text);

}  // namespace espial::report
