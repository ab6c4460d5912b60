// The public reader of logs.
#include <espial/core/text.h>
#include <espial/evtx.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/render/log_plan.h"
#include "parsers/evtx/render/plain_renderer.h"
#include "parsers/evtx/render/projector.h"
#include "parsers/evtx/render/read_ahead.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {
namespace {

constexpr uint32_t kMaxDepth = 64;

uint64_t LoadInteger(Bytes bytes, bool is_signed) {
  if (!is_signed && bytes.size() == 8) return LoadU64(bytes.data());
  if (!is_signed && bytes.size() == 2) return LoadU16(bytes.data());
  uint64_t value = 0;
  const size_t size = std::min<size_t>(bytes.size(), 8);
  for (size_t i = 0; i < size; ++i) {
    value |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
  }
  if (is_signed && size > 0 && size < 8 &&
      (value >> (8 * size - 1) & 1U) != 0) {
    value |= ~uint64_t{0} << (8 * size);
  }
  return value;
}

}  // namespace

struct Log::Impl {
  std::shared_ptr<const Source> source;
  LogPlan plan;
};

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

Result<Log> Log::Open(const std::string& path) {
  ESPIAL_TRY_ASSIGN(auto source, Source::OpenFile(path, path));
  return FromSource(std::move(source));
}

Result<Log> Log::FromBytes(std::string name, std::vector<std::byte> bytes) {
  return FromSource(Source::FromBytes(std::move(name), std::move(bytes)));
}

Result<Log> Log::FromSource(std::shared_ptr<const Source> source) {
  ESPIAL_TRY_ASSIGN(LogPlan plan,
                    PlanLog(source->bytes(), source->name(), kMaxDepth));
  auto impl = std::make_unique<Impl>();
  impl->source = std::move(source);
  impl->plan = std::move(plan);
  return Log(std::move(impl));
}

size_t Log::chunk_count() const { return impl_->plan.chunks.size(); }
const std::vector<Damage>& Log::damage() const { return impl_->plan.damage; }

struct Projection::Impl {
  std::vector<std::string> fields;
  mutable ProjectionCache cache;
};

Projection::Projection(std::vector<std::string> fields)
    : impl_(std::make_unique<Impl>()) {
  impl_->fields = std::move(fields);
}
Projection::~Projection() = default;
const std::vector<std::string>& Projection::fields() const {
  return impl_->fields;
}

uint64_t FieldValue::Number() const {
  switch (type) {
    case ValueType::kInt:
      return LoadInteger(bytes, true);
    case ValueType::kUInt:
    case ValueType::kBool:
    case ValueType::kHex32:
    case ValueType::kHex64:
      return LoadInteger(bytes, false);
    case ValueType::kTime:
      if (bytes.size() == 8) return LoadU64(bytes.data());
      break;
    case ValueType::kString: {
      std::string text;
      AppendText(&text);
      return ParseUnsigned(Trim(text)).value_or(0);
    }
    default:
      return 0;
  }
  Arena arena;
  ValueDecoder decoder;
  decoder.Reset(&arena);
  return NumberOf(decoder.Decode({wire_type, bytes, 0}));
}

void FieldValue::AppendText(std::string* out) const {
  if (wire_type == kTemplateText) {
    out->append(AsChars(bytes));
    return;
  }
  Arena arena;
  ValueDecoder decoder;
  decoder.Reset(&arena);
  espial::AppendText(decoder.Decode({wire_type, bytes, 0}), out);
}

struct Reader::Impl {
  Impl(const Log& log_to_read, const Projection& projection)
      : log(log_to_read),
        projector(projection.impl_->fields, &projection.impl_->cache) {}

  bool NextChunk() {
    while (next_chunk < end_chunk) {
      const PlannedChunk& planned = log.impl_->plan.chunks[next_chunk++];
      chunk = SliceClamped(log.impl_->source->bytes(), planned.span.offset,
                           planned.span.size);
      base = planned.span.offset;
      rendering.clear();
      ListRecords(chunk, planned.span.header, log.impl_->plan.claimed, &list);
      for (RecordTrouble& trouble : list.troubles) {
        damage.push_back({{},
                          {trouble.code, trouble.what, base + trouble.offset,
                           std::move(trouble.detail)},
                          trouble.bytes_lost,
                          trouble.lossy});
      }
      std::erase_if(list.records, [&](const RecordSpan& record) {
        return !planned.Holds(record);
      });
      if (list.records.empty()) continue;
      next_record = 0;
      const auto& chunks = log.impl_->plan.chunks;
      following.Begin(next_chunk < end_chunk
                          ? SliceClamped(log.impl_->source->bytes(),
                                         chunks[next_chunk].span.offset,
                                         chunks[next_chunk].span.size)
                          : Bytes());
      projector.BeginChunk(chunk, base, kMaxDepth);
      return true;
    }
    return false;
  }

  // The binary XML of the record.
  [[nodiscard]] Range RangeOf(const RecordView& record) const {
    const auto offset = static_cast<uint32_t>(record.offset - base);
    const auto size = static_cast<uint32_t>(record.bytes.size());
    return {offset + static_cast<uint32_t>(kRecordHeaderSize),
            offset + size - 4};
  }

  const Log& log;
  Projector projector;
  size_t next_chunk = 0;
  size_t end_chunk = 0;
  Bytes chunk;
  uint64_t base = 0;
  RecordList list;
  size_t next_record = 0;
  ReadAhead following;
  RecordView view;
  std::vector<Damage> damage;
  // Renderers of this chunk, by style.
  std::map<std::tuple<Markup, bool, bool>, std::unique_ptr<PlainRenderer>>
      rendering;
};

Reader::Reader(const Log& log, const Projection& projection)
    : impl_(std::make_unique<Impl>(log, projection)) {
  impl_->end_chunk = log.chunk_count();
}
Reader::~Reader() = default;

const RecordView* Reader::Next() {
  Impl& impl = *impl_;
  if (impl.next_record == impl.list.records.size() && !impl.NextChunk()) {
    impl.list.records.clear();
    impl.next_record = 0;
    return nullptr;
  }
  const RecordSpan& span = impl.list.records[impl.next_record++];
  impl.following.Fetch(span.offset + span.size);
  impl.view = {span.id, Ticks{span.file_time}, impl.base + span.offset,
               impl.chunk.subspan(span.offset, span.size)};
  return &impl.view;
}

void Reader::Seek(size_t chunk, size_t count) {
  const size_t chunks = impl_->log.chunk_count();
  impl_->next_chunk = std::min(chunk, chunks);
  impl_->end_chunk =
      impl_->next_chunk + std::min(count, chunks - impl_->next_chunk);
  impl_->list.records.clear();
  impl_->next_record = 0;
}

bool Reader::Read(const RecordView& record, Projected* values) {
  const bool whole = impl_->projector.Read(impl_->RangeOf(record));
  const std::vector<FieldValue>& all = impl_->projector.values();
  values->provider = all[kPlaceProvider];
  values->event_id = all[kPlaceEventId];
  values->time = all[kPlaceTime];
  values->record_id = all[kPlaceRecordId];
  values->computer = all[kPlaceComputer];
  values->fields = std::span(all).subspan(kPlaceFields);
  return whole;
}

Status Reader::Render(const RecordView& record, const Style& style,
                      std::string* out) {
  std::unique_ptr<PlainRenderer>& renderer = impl_->rendering[{
      style.markup, style.separate_attributes, style.microseconds}];
  if (!renderer) {
    renderer = std::make_unique<PlainRenderer>(style);
    renderer->BeginChunk(impl_->chunk, impl_->base, kMaxDepth);
  }
  return renderer->Render(impl_->RangeOf(record), out);
}

const std::vector<Damage>& Reader::damage() const { return impl_->damage; }

}  // namespace espial::evtx
