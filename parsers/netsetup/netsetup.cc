// What joined the device to its domain, and the logon service: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <string>

#include "parsers/netsetup/line.h"
#include "parsers/support/head_lines.h"
#include "parsers/support/text_event.h"
#include "parsers/support/text_source.h"

namespace espial::netsetup {
namespace {

constexpr EventLevel kError = 2;
constexpr EventLevel kInformation = 4;
constexpr HeadForm kForm = {"log line", "a line 'MM/DD/YYYY HH:MM:SS:mmm ...'",
                            kDecimalDigits};

class LogReader {
 public:
  LogReader(const Source& source, const ParseContext& context, Sink& sink)
      : source_(source),
        limits_(context.limits),
        sink_(sink),
        event_(LogFamily(source.name()), limits_, &sink, nullptr) {}

  Status Read();

 private:
  void OnLine(const TextLine& text_line, const Line& line);
  void AddFields(std::string_view text);
  void AddText(std::string_view name, std::string_view text) {
    FieldList& fields = event_.fields();
    if (!text.empty() && !fields.Has(name)) {
      fields.AddText(name, fields.Keep(text));
    }
  }

  const Source& source_;
  const Limits& limits_;
  Sink& sink_;
  TextEvent event_;
  std::string function_;  // of the last line that named one
};

Status LogReader::Read() {
  return ReadHeadLines(
      source_, limits_, kForm, &event_, sink_,
      [](const TextLine& line) { return ReadLine(line.text); },
      [&](const TextLine& text_line, const Line& line) {
        OnLine(text_line, line);
      });
}

void LogReader::OnLine(const TextLine& text_line, const Line& line) {
  Time time = line.time;
  time.as_written = line.stamp;
  Event& begun = event_.Begin(text_line, time);
  if (line.has_year && !time.known()) {
    ReportBadTime(text_line, line.stamp, sink_);
  }
  begun.level = line.category == "CRITICAL" ? kError : kInformation;
  begun.thread_id = line.thread;
  if (!line.has_year) AddText("TimeOfYear", line.stamp);
  AddText("Category", line.category);
  AddFields(line.text);
  event_.SetMessage(Trim(line.text));
}

void LogReader::AddFields(std::string_view text) {
  const std::string_view function = FunctionOf(text);
  const bool detail = text.starts_with(' ') || text.starts_with('\t');
  if (!function.empty()) {
    function_ = function;
  } else if (!detail) {
    function_.clear();
  }
  AddText("Function", function_);
  if (const auto named = ReadDetail(text)) {
    AddText(named->field, named->value);
    return;
  }
  if (const auto status = StatusOf(text)) {
    event_.fields().AddHex32("Status", *status);
    AddText("StatusName", StatusName(*status));
  }
  if (const auto ldap = LdapErrorOf(text)) {
    event_.fields().AddUInt("LdapError", *ldap);
  }
  AddText("Machine", QuotedBehind(text, "NetpMachineValidToJoin: "));
  AddText("Domain", QuotedBehind(text, "in domain "));
  AddText("DC", ServerOf(text));
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return LogReader(source, context, sink).Read();
}

// A line with a year has milliseconds behind a colon; one without a year has a
// category, or the name of a function.
bool IsMine(std::string_view text) {
  const auto line = ReadLine(text);
  if (!line) return false;
  if (line->has_year) {
    constexpr size_t kToSeconds = 19;
    return line->stamp.size() > kToSeconds && line->stamp[kToSeconds] == ':';
  }
  return !line->category.empty() || !FunctionOf(line->text).empty();
}

bool Probe(const ProbeInput& input) {
  return AnyHeadLine(input.head_text,
                     [](std::string_view line) { return IsMine(Trim(line)); });
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"netsetup", "Domain join and logon log",
                                  Probe, Parse};

}  // namespace espial::netsetup
