#include "lib/api/log_record.h"

#include <espial/core/text.h>

#include <algorithm>

namespace espial {
namespace {

using evtx::SystemField;
using rules::FieldKind;

std::optional<SystemField> SystemOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kChannel:
      return SystemField::kChannel;
    case FieldKind::kProvider:
      return SystemField::kProvider;
    case FieldKind::kProviderGuid:
      return SystemField::kProviderGuid;
    case FieldKind::kComputer:
      return SystemField::kComputer;
    case FieldKind::kUserId:
      return SystemField::kUserId;
    case FieldKind::kActivityId:
      return SystemField::kActivityId;
    case FieldKind::kEventId:
      return SystemField::kEventId;
    case FieldKind::kLevel:
      return SystemField::kLevel;
    case FieldKind::kVersion:
      return SystemField::kVersion;
    case FieldKind::kOpcode:
      return SystemField::kOpcode;
    case FieldKind::kTask:
      return SystemField::kTask;
    case FieldKind::kKeywords:
      return SystemField::kKeywords;
    case FieldKind::kRecordId:
      return SystemField::kRecordId;
    case FieldKind::kTime:
      return SystemField::kTime;
    case FieldKind::kProcessId:
      return SystemField::kProcessId;
    case FieldKind::kThreadId:
      return SystemField::kThreadId;
    default:
      return std::nullopt;
  }
}

static_assert(evtx::PlacedField::kOtherName == rules::ScanRecord::kOtherField);

// What an Event makes of a value that is to be a number.
uint64_t NumberOf(const evtx::FieldValue& value, const Value& decoded) {
  return decoded.is_number() || decoded.type == ValueType::kTime
             ? decoded.number
             : value.Number();
}

// Bits of the number that an Event keeps.
uint64_t Narrowed(SystemField field, uint64_t number) {
  switch (field) {
    case SystemField::kLevel:
    case SystemField::kVersion:
    case SystemField::kOpcode:
      return number & 0xffU;
    case SystemField::kTask:
      return number & 0xffffU;
    case SystemField::kEventId:
    case SystemField::kProcessId:
    case SystemField::kThreadId:
      return number & 0xffffffffU;
    default:
      return number;
  }
}

}  // namespace

std::vector<std::string> NamesOf(const rules::SigmaRules& rules) {
  std::vector<std::string> names;
  for (const rules::FieldName& field : rules.fields()) {
    const bool named =
        field.kind == FieldKind::kNamed || field.kind == FieldKind::kMessage;
    names.push_back(named ? field.name : std::string());
  }
  return names;
}

std::string_view LogRecord::Text(SystemField field) const {
  const Value value = reader_.Decode(reader_.system(field));
  if (value.is_null() || value.type == ValueType::kString) return value.text;
  return field == SystemField::kChannel ? reader_.event().channel
                                        : reader_.event().provider;
}

void LogRecord::Begin() {
  decoded_.reset();
  if (!reader_.regular()) {
    const Event& event = reader_.event();
    decoded_.emplace(rules_, event);
    channel_ = event.channel;
    provider_ = event.provider;
    id_ = event.id;
    return;
  }
  const auto name = [&](SystemField field, Kept* kept) {
    const evtx::FieldValue& value = reader_.system(field);
    if (kept->text.empty() || kept->bytes.size() != value.bytes.size() ||
        !std::equal(value.bytes.begin(), value.bytes.end(),
                    kept->bytes.begin())) {
      kept->text = Text(field);
      kept->bytes = value.bytes;
    }
    return std::string_view(kept->text);
  };
  channel_ = name(SystemField::kChannel, &kept_channel_);
  provider_ = name(SystemField::kProvider, &kept_provider_);
  const evtx::FieldValue& event_id = reader_.system(SystemField::kEventId);
  const Value number = reader_.Decode(event_id);
  fields_.clear();
  for (const evtx::PlacedField& field : reader_.fields()) {
    fields_.push_back(field.name);
  }
  id_ =
      number.is_null() ? 0 : static_cast<uint32_t>(NumberOf(event_id, number));
}

std::string_view LogRecord::message() const {
  return decoded_ ? decoded_->message() : std::string_view();
}

std::span<const uint32_t> LogRecord::fields() const {
  return decoded_ ? decoded_->fields() : fields_;
}

Value LogRecord::ValueAt(size_t place) const {
  if (decoded_) return decoded_->ValueAt(place);
  return reader_.Decode(reader_.fields()[place].value);
}

void LogRecord::AppendProperty(uint32_t field, std::vector<Value>* out) const {
  if (decoded_) return decoded_->AppendProperty(field, out);
  const auto system = SystemOf(rules_.fields()[field].kind);
  if (!system) return;
  const evtx::FieldValue& value = reader_.system(*system);
  const Value decoded = reader_.Decode(value);
  switch (*system) {
    case SystemField::kChannel:
    case SystemField::kProvider:
    case SystemField::kProviderGuid:
    case SystemField::kComputer:
    case SystemField::kUserId:
    case SystemField::kActivityId:
      if (decoded.is_null()) return;
      // GUIDs have several spellings; whatever is no plain text is rare.
      if (decoded.type == ValueType::kString &&
          *system != SystemField::kProviderGuid &&
          *system != SystemField::kActivityId) {
        if (!decoded.text.empty()) out->push_back(decoded);
        return;
      }
      rules::EventRecord(rules_, reader_.event()).AppendProperty(field, out);
      return;
    case SystemField::kTime:
      if (!decoded.is_null()) {
        out->push_back({ValueType::kTime, decoded.number, {}});
      }
      return;
    case SystemField::kKeywords:
      out->push_back({ValueType::kHex64,
                      decoded.is_null() ? 0 : NumberOf(value, decoded),
                      {}});
      return;
    default:
      out->push_back(Value::UInt(
          Narrowed(*system, decoded.is_null() ? 0 : NumberOf(value, decoded))));
  }
}

}  // namespace espial
