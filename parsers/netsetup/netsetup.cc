// What joined the device to its domain, and the logon service: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>

#include "parsers/netsetup/line.h"
#include "parsers/support/text_event.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::netsetup {
namespace {

constexpr EventLevel kError = 2;
constexpr EventLevel kInformation = 4;
constexpr int kProbeLines = 20;

class LogReader {
 public:
  LogReader(const Source& source, const ParseContext& context, Sink& sink)
      : sink_(sink),
        lines_(source.bytes(), context.limits),
        event_(LogFamily(source.name()), context.limits, &sink, nullptr),
        unread_("log line", &sink) {}

  Status Read();

 private:
  void OnLine(const Line& line);
  void AddFields(std::string_view text);
  void AddText(std::string_view name, std::string_view text) {
    FieldList& fields = event_.fields();
    if (!text.empty() && !fields.Has(name)) {
      fields.AddText(name, fields.Keep(text));
    }
  }

  Sink& sink_;
  LineReader lines_;
  TextEvent event_;
  UnreadLines unread_;
  TextLine line_;
  std::string function_;  // of the last line that named one
};

Status LogReader::Read() {
  while (NextLogLine(&lines_, &line_)) {
    const bool blank = Trim(line_.text).empty();
    if (const auto line = ReadLine(line_.text)) {
      unread_.Flush();
      OnLine(*line);
    } else if (IsCutHead(line_, kDecimalDigits, sink_)) {
      continue;
    } else if (!blank && !event_.Append(line_)) {
      unread_.Add(line_, "a line 'MM/DD/YYYY HH:MM:SS:mmm ...'");
      continue;
    }
    ReportCutLine(line_, sink_);
    if (line_.ending.empty() && !blank) ReportCutEnd(line_, sink_);
  }
  unread_.Flush();
  event_.End();
  lines_.ReportInvalid(sink_);
  if (event_.events() == 0) {
    return Error{Errc::kTruncated, "log line", 0,
                 "expected a line 'MM/DD/YYYY HH:MM:SS:mmm ...', found none"};
  }
  return {};
}

void LogReader::OnLine(const Line& line) {
  Time time = line.time;
  time.as_written = line.stamp;
  Event& begun = event_.Begin(line_, time);
  if (line.has_year && !time.known()) {
    ReportBadTime(line_, line.stamp, sink_);
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
  std::string_view rest = input.head_text;
  for (int i = 0; i < kProbeLines && !rest.empty(); ++i) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (IsMine(Trim(rest.substr(0, end)))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"netsetup", "Domain join and logon log",
                                  Probe, Parse};

}  // namespace espial::netsetup
