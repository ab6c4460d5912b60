#include "parsers/etl/event_writer.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <utility>

#include "parsers/etl/templates.h"
#include "parsers/etl/tracelogging.h"
#include "parsers/support/text_source.h"

namespace espial::etl {
namespace {

constexpr std::string_view kHeaderChannel = "EventTrace";
constexpr EventLevel kInformation = 4;

// Kernel groups by number.
constexpr std::array<std::string_view, 25> kGroups = {
    "header", "io",       "memory",   "process",  "file",   "thread",   "tcpip",
    "job",    "udpip",    "registry", "dbgprint", "config", "",         "wnf",
    "pool",   "perfinfo", "heap",     "object",   "power",  "modbound", "image",
    "dpc",    "cc",       "critsec",  "stackwalk"};

bool IsHeader(const TraceRecord& record) {
  return record.form == RecordForm::kKernel && record.group == 0 &&
         record.opcode == 0;
}

std::string GroupName(uint8_t group) {
  std::string name = "kernel group 0x" + ToHex(group, 2);
  if (group < kGroups.size() && !kGroups[group].empty()) {
    name += " " + std::string(kGroups[group]);
  }
  return name;
}

std::string NameWith(std::string_view kind, std::string_view name,
                     std::string_view guid) {
  std::string text(kind);
  if (!name.empty()) text += " " + std::string(name);
  return text + " " + std::string(guid);
}

}  // namespace

void EventWriter::Write(const TraceRecord& record) {
  ++records_;
  arena_.Reset();
  context_.arena = &arena_;
  context_.pointer_size = (record.flags & kEvent32Bit) != 0 ? 4 : 8;
  if (record.damage) {
    Damage damage;
    damage.error = *record.damage;
    damage.bytes_lost = record.size;
    sink_.OnDamage(std::move(damage));
    return;
  }
  if (IsHeader(record)) {
    WriteHeader(record);
    return;
  }
  Time time;
  if (record.has_stamp) {
    time = clock_.At(record.stamp);
    if (!time.known()) ++timeless_;
  }
  switch (record.form) {
    case RecordForm::kKernel:
      histogram_.Add(GroupName(record.group), time, record.offset);
      break;
    case RecordForm::kClassic:
      WriteClassic(record, time);
      break;
    case RecordForm::kEvent:
      WriteEvent(record, time);
      break;
    case RecordForm::kMessage:
      histogram_.Add(NameWith("message", {},
                              record.guid.empty() ? "without guid"
                                                  : FormatGuid(record.guid)),
                     time, record.offset);
      break;
    case RecordForm::kOther:
      histogram_.Add("header type 0x" + ToHex(record.header_type, 2), time,
                     record.offset);
      break;
  }
}

void EventWriter::WriteHeader(const TraceRecord& record) {
  const uint64_t offset = record.offset + record.size - record.payload.size();
  const auto header = ReadLogfileHeader(record.payload, offset);
  if (!header) {
    Damage damage;
    damage.error = header.error();
    damage.bytes_lost = record.size;
    sink_.OnDamage(std::move(damage));
    return;
  }
  ++headers_;
  clock_ = ClockOf(*header, record.stamp);
  events_lost_ += header->events_lost;
  buffers_lost_ += header->buffers_lost;
  // Circular files lose buffers; a file of several counts those of all.
  constexpr uint32_t kCircularOrNewFile = 0x0A;
  if ((header->mode & kCircularOrNewFile) == 0) {
    buffers_written_ += header->buffers_written;
  }
  channel_ = header->logger.empty() ? kHeaderChannel : header->logger;
  Fact("logger", header->logger, offset);
  Fact("file", header->file, offset);

  fields_ = FieldsOf(*header, &arena_);
  Event event;
  event.provider = kHeaderChannel;
  event.provider_guid = "{68fdd900-4a3e-11d1-84f4-0000f80464e3}";
  event.channel = kHeaderChannel;
  event.level = kInformation;
  if (header->start.value != 0) {
    event.time = {header->start, TimeQuality::kUtc, {}};
  }
  Send(&event, record);
}

void EventWriter::WriteEvent(const TraceRecord& record, const Time& time) {
  const Provider& provider = ProviderOf(record.guid);
  Event event;
  event.time = time;
  event.channel = channel_;
  event.provider_guid = provider.guid;
  event.provider = provider.name;
  event.id = record.id;
  event.version = record.version;
  event.level = record.level;
  event.opcode = record.opcode;
  event.task = record.task;
  event.keywords = record.keywords;
  if (!record.traits.empty()) {
    const std::string_view name = NameOfTraits(record.traits, &context_);
    if (!name.empty()) event.provider = name;
  }
  if (const auto sid = FormatSid(record.sid)) {
    event.user_sid = arena_.Copy(*sid);
  }
  const bool has_activity =
      std::any_of(record.activity.begin(), record.activity.end(),
                  [](std::byte b) { return b != std::byte{0}; });
  if (has_activity) {
    event.activity_id = arena_.Copy(FormatGuid(record.activity));
  }
  fields_.clear();
  FillFields(record, provider, &event);
  histogram_.Add(NameWith("provider", event.provider, provider.guid), time,
                 record.offset);
  Send(&event, record);
}

void EventWriter::FillFields(const TraceRecord& record,
                             const Provider& provider, Event* event) {
  const uint64_t replaced = context_.replaced;
  if (!record.schema.empty()) {
    FillTraceLogging(record, event);
  } else if ((record.flags & kEventStringOnly) != 0) {
    event->message = CopyUtf16(record.payload, &context_);
  } else if (record.payload.empty()) {
    return;
  } else if (auto known =
                 DecodeManifest(provider.guid, record.id, record.version,
                                record.payload, &context_)) {
    fields_ = std::move(*known);
  } else {
    fields_.push_back(
        {"UserData", {ValueType::kBinary, 0, AsChars(record.payload)}});
  }
  if (replaced == 0 && context_.replaced != 0) first_replaced_ = record.offset;
}

void EventWriter::FillTraceLogging(const TraceRecord& record, Event* event) {
  const uint64_t offset = record.offset + record.size - record.payload.size();
  TraceLoggingEvent decoded =
      DecodeTraceLogging(record.schema, record.payload, offset, &context_);
  event->message = decoded.name;
  fields_.push_back({"EventName", Value::String(decoded.name)});
  fields_.insert(fields_.end(), decoded.fields.begin(), decoded.fields.end());
  if (!decoded.damage) return;
  const uint64_t end = record.offset + record.size;
  Damage damage;
  damage.error = std::move(*decoded.damage);
  damage.bytes_lost = end - std::min(end, damage.error.offset);
  // More bytes than fields is a schema that grew; nothing that it names lacks.
  damage.lossy = damage.error.what != "payload of event";
  sink_.OnDamage(std::move(damage));
}

void EventWriter::WriteClassic(const TraceRecord& record, const Time& time) {
  const Provider& provider = ProviderOf(record.guid);
  Event event;
  event.time = time;
  event.channel = channel_;
  event.provider_guid = provider.guid;
  event.provider = provider.name;
  event.version = record.version;
  event.level = record.level;
  event.opcode = record.opcode;
  fields_.clear();
  if (!record.payload.empty()) {
    fields_.push_back(
        {"UserData", {ValueType::kBinary, 0, AsChars(record.payload)}});
  }
  histogram_.Add(NameWith("class", provider.name, provider.guid), time,
                 record.offset);
  Send(&event, record);
}

void EventWriter::Send(Event* event, const TraceRecord& record) {
  event->record = records_;
  event->offset = record.offset;
  event->process_id = record.process_id;
  event->thread_id = record.thread_id;
  event->fields = fields_;
  Span& span = spans_[std::string(event->channel)];
  if (span.events++ == 0) span.first_record = records_;
  span.last_record = records_;
  if (event->time.known()) {
    const Ticks ticks = event->time.ticks;
    if (!span.timed) span.first = span.last = ticks;
    span.timed = true;
    span.first = std::min(span.first, ticks);
    span.last = std::max(span.last, ticks);
  }
  sink_.OnEvent(*event);
}

void EventWriter::Fact(std::string_view name, std::string_view data,
                       uint64_t offset) {
  if (data.empty()) return;
  espial::Fact fact;
  fact.kind = FactKind::kOutput;
  fact.key = "trace";
  fact.name = name;
  fact.type = "string";
  fact.data = data;
  fact.offset = offset;
  sink_.OnFact(fact);
}

const EventWriter::Provider& EventWriter::ProviderOf(Bytes guid) {
  const std::string_view key = AsChars(guid);
  auto found = providers_.find(key);
  if (found == providers_.end()) {
    Provider provider;
    provider.guid = FormatGuid(guid);
    provider.name = ProviderName(provider.guid);
    found = providers_.emplace(std::string(key), std::move(provider)).first;
  }
  return found->second;
}

void EventWriter::Finish() {
  histogram_.Emit(sink_);
  for (const auto& [channel, span] : spans_) {
    Coverage coverage;
    coverage.channel = channel;
    coverage.events = span.events;
    coverage.first = span.first;
    coverage.last = span.last;
    coverage.first_record = span.first_record;
    coverage.last_record = span.last_record;
    sink_.OnCoverage(std::move(coverage));
  }
  ReportInvalidText(context_.replaced, first_replaced_, Encoding::kUtf16Le,
                    sink_);
}

}  // namespace espial::etl
