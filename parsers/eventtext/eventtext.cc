// Events as people and scripts print them: wevtutil's text, Event Viewer's CSV
// and text, PowerShell's Export-Csv and Format-List. See FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "parsers/eventtext/local_date.h"
#include "parsers/eventtext/records.h"
#include "parsers/support/log_coverage.h"
#include "parsers/support/text_source.h"

namespace espial::eventtext {
namespace {

// The name of a file without its extension: the log, as far as anything says.
std::string_view Stem(std::string_view name) {
  return name.substr(0, std::min(name.size(), name.rfind('.')));
}

// First pass: what the dates mean.
class DateVisitor : public RecordVisitor {
 public:
  void OnRecord(const RawRecord& record) override {
    if (ParseIso8601(Trim(record[Role::kDate]))) return;
    if (const auto date = ParseLocalDate(record[Role::kDate])) {
      finder.Add(*date);
    }
  }
  void OnDamage(Damage /*damage*/) override {}
  void OnInvalidText(uint64_t /*replaced*/, uint64_t /*first*/,
                     Encoding /*encoding*/) override {}

  OrderFinder finder;
};

// Second pass: the events.
class EventVisitor : public RecordVisitor {
 public:
  EventVisitor(std::string_view stem, DateOrder order, Sink* sink)
      : stem_(stem),
        order_(order),
        sink_(*sink),
        coverage_({}, RecordIds::kLines) {}

  void OnRecord(const RawRecord& record) override;
  void OnDamage(Damage damage) override { sink_.OnDamage(std::move(damage)); }
  void OnInvalidText(uint64_t replaced, uint64_t first,
                     Encoding encoding) override {
    ReportInvalidText(replaced, first, encoding, sink_);
  }
  void Finish();
  [[nodiscard]] uint64_t events() const { return events_; }

 private:
  void ReadTime(const RawRecord& record, Event* event);
  void AddText(std::string_view name, const std::string& text);
  EventLevel LevelOf(const RawRecord& record);

  std::string_view stem_;
  DateOrder order_;
  Sink& sink_;
  LogCoverage coverage_;
  std::vector<Field> fields_;
  std::string guid_;
  std::string activity_;
  std::string level_name_;
  EventLevel level_ = 0;
  uint64_t events_ = 0;
  uint64_t ambiguous_ = 0;
};

template <typename T>
T NumberOf(const std::string& text) {
  return static_cast<T>(ParseUnsigned(Trim(text)).value_or(0));
}

bool IsNothing(std::string_view text) {
  text = Trim(text);
  return text.empty() || text == "N/A" ||
         // Objects that have no text of their own.
         text.starts_with("System.");
}

std::string BracedGuid(const std::string& text) {
  const auto guid = ParseGuid(Trim(text));
  return guid ? FormatGuid(*guid) : std::string();
}

EventLevel EventVisitor::LevelOf(const RawRecord& record) {
  if (const auto number = ParseUnsigned(Trim(record[Role::kLevelNumber]));
      number && *number < 256) {
    return static_cast<EventLevel>(*number);
  }
  const std::string& name = record[Role::kLevel];
  if (name != level_name_) {
    level_name_ = name;
    level_ = LevelByName(name).value_or(0);
  }
  return level_;
}

void EventVisitor::ReadTime(const RawRecord& record, Event* event) {
  const std::string& text = record[Role::kDate];
  const std::string_view written = Trim(text);
  if (const auto time = ParseIso8601(written)) {
    event->time = *time;
    if (time->quality == TimeQuality::kAssumed) {
      event->time.as_written = written;
    }
    return;
  }
  event->time.as_written = written;
  const auto date = ParseLocalDate(text);
  if (date) {
    if (const auto ticks = ReadDate(*date, order_)) {
      event->time.ticks = *ticks;
      event->time.quality = TimeQuality::kAssumed;
      return;
    }
    const bool two_readings = order_ == DateOrder::kUnknown &&
                              !date->year_first &&
                              ReadDate(*date, DateOrder::kDayFirst) &&
                              ReadDate(*date, DateOrder::kMonthFirst);
    if (two_readings) {
      ++ambiguous_;
      return;
    }
  }
  sink_.OnDamage(
      {{},
       {Errc::kBadValue, "event date", record.offset,
        "line " + std::to_string(record.line) +
            ": expected a date and time, found '" + Clip(written, 40) + "'"},
       0,
       false});
}

void EventVisitor::AddText(std::string_view name, const std::string& text) {
  if (!IsNothing(text)) fields_.push_back({name, Value::String(text)});
}

void EventVisitor::OnRecord(const RawRecord& record) {
  Event event;
  fields_.clear();
  ReadTime(record, &event);
  event.record = record.line;
  event.offset = record.offset;
  event.provider = Trim(record[Role::kProvider]);
  guid_ = BracedGuid(record[Role::kProviderGuid]);
  event.provider_guid = guid_;
  const std::string_view channel = Trim(record[Role::kChannel]);
  event.channel = channel.empty() ? stem_ : channel;
  event.id = NumberOf<uint32_t>(record[Role::kId]);
  event.version = NumberOf<uint8_t>(record[Role::kVersion]);
  event.level = LevelOf(record);
  event.opcode = NumberOf<uint8_t>(record[Role::kOpcodeNumber]);
  event.task = NumberOf<uint16_t>(record[Role::kTaskNumber]);
  event.qualifiers = NumberOf<uint16_t>(record[Role::kQualifiers]);
  event.keywords = static_cast<uint64_t>(
      ParseSigned(Trim(record[Role::kKeywordsNumber])).value_or(0));
  event.computer = Trim(record[Role::kComputer]);
  event.process_id = NumberOf<uint32_t>(record[Role::kProcess]);
  event.thread_id = NumberOf<uint32_t>(record[Role::kThread]);
  activity_ = BracedGuid(record[Role::kActivity]);
  event.activity_id = activity_;
  event.message = record[Role::kMessage];

  AddText("Level", record[Role::kLevel]);
  AddText("TaskCategory", record[Role::kTask]);
  AddText("Opcode", record[Role::kOpcode]);
  AddText("Keywords", record[Role::kKeywords]);
  const std::string& user = record[Role::kUser];
  if (Trim(user).starts_with("S-1-")) {
    event.user_sid = Trim(user);
  } else {
    AddText("User", user);
  }
  AddText("User", record[Role::kUserName]);
  if (const auto id = ParseUnsigned(Trim(record[Role::kRecord]))) {
    fields_.push_back({"RecordId", Value::UInt(*id)});
  }
  for (const auto& [name, text] : record.extra) AddText(name, text);
  event.fields = fields_;
  ++events_;
  coverage_.Add(event);
  sink_.OnEvent(event);
}

void EventVisitor::Finish() {
  if (ambiguous_ > 0) {
    sink_.OnNote("day and month of " + std::to_string(ambiguous_) +
                 " dates cannot be told apart: no number above 12, and no "
                 "order under one reading alone; these events have no time");
  }
  if (events_ == 0) return;
  for (Coverage& coverage : coverage_.Finish(false)) {
    sink_.OnCoverage(std::move(coverage));
  }
}

bool Probe(const ProbeInput& input) {
  return FindLayout(input.head_text) != Layout::kNone;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  const Bytes bytes = source.bytes();
  std::string head;
  {
    const DetectedEncoding found = DetectTextEncoding(bytes);
    const Bytes first = SliceClamped(bytes, found.bom_bytes, 8192);
    head = DecodeText(first, found.encoding).text;
  }
  void (*read)(Bytes, const Limits&, RecordVisitor*) = nullptr;
  switch (FindLayout(head)) {
    case Layout::kWevtutil:
      read = ReadWevtutil;
      break;
    case Layout::kList:
      read = ReadList;
      break;
    case Layout::kTable:
      read = ReadTable;
      break;
    case Layout::kNone:
      return Error{Errc::kBadMagic, "event text", 0,
                   "expected 'Event[0]', a header of a table of events or "
                   "'TimeCreated : ...', found none of them"};
  }
  DateVisitor dates;
  read(bytes, context.limits, &dates);
  EventVisitor events(Stem(source.name()), dates.finder.Decide(), &sink);
  read(bytes, context.limits, &events);
  events.Finish();
  if (events.events() == 0) {
    return Error{Errc::kTruncated, "event text", 0,
                 "expected a whole event, found none"};
  }
  return {};
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"eventtext", "events as text", Probe, Parse};

}  // namespace espial::eventtext
