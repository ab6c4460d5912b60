// The public reader of logs.
#include <espial/core/text.h>
#include <espial/evtx.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/render/log_impl.h"
#include "parsers/evtx/render/plain_renderer.h"
#include "parsers/evtx/render/projector.h"
#include "parsers/evtx/render/record_walk.h"
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
      : walk(log_to_read.impl_->source->bytes(), log_to_read.impl_->plan),
        projector(projection.impl_->fields, &projection.impl_->cache) {}

  bool NextChunk() {
    rendering.clear();
    if (!walk.NextChunk()) return false;
    projector.BeginChunk(walk.chunk(), walk.base(), kMaxDepth);
    return true;
  }

  RecordWalk walk;
  Projector projector;
  // Renderers of this chunk, by style.
  std::map<std::tuple<Markup, bool, bool>, std::unique_ptr<PlainRenderer>>
      rendering;
};

Reader::Reader(const Log& log, const Projection& projection)
    : impl_(std::make_unique<Impl>(log, projection)) {}
Reader::~Reader() = default;

const RecordView* Reader::Next() {
  Impl& impl = *impl_;
  if (impl.walk.AtEndOfChunk() && !impl.NextChunk()) return nullptr;
  return impl.walk.Next();
}

void Reader::Seek(size_t chunk, size_t count) {
  impl_->walk.Seek(chunk, count);
}

bool Reader::Read(const RecordView& record, Projected* values) {
  const bool whole = impl_->projector.Read(impl_->walk.RangeOf(record));
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
    renderer->BeginChunk(impl_->walk.chunk(), impl_->walk.base(), kMaxDepth);
  }
  return renderer->Render(impl_->walk.RangeOf(record), out);
}

const std::vector<Damage>& Reader::damage() const {
  return impl_->walk.damage();
}

}  // namespace espial::evtx
