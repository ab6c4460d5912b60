#include "rules/sigma/record_values.h"

#include <espial/core/ascii.h>
#include <espial/core/text.h>

#include <cstring>

namespace espial::rules {
namespace {

// Folds ASCII text; false when it is something else.
bool LowerAscii(std::string_view text, char* out) {
  uint64_t all = 0;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word = LoadEight(text.data() + at);
    all |= word;
    word = LowerEight(word);
    std::memcpy(out + at, &word, 8);
  }
  if (at < text.size()) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, text.size() - at);
    all |= word;
    word = LowerEight(word);
    std::memcpy(out + at, &word, text.size() - at);
  }
  return IsAsciiEight(all);
}

bool HasOddLetters(std::string_view text) {
  return text.find("\xc5\xbf") != std::string_view::npos ||
         text.find("\xe2\x84\xaa") != std::string_view::npos;
}

bool IsText(ValueType type) {
  return type == ValueType::kString || type == ValueType::kGuid ||
         type == ValueType::kSid || type == ValueType::kXml ||
         type == ValueType::kList;
}

}  // namespace

RecordValues::RecordValues(const std::vector<FieldName>& fields) {
  for (const FieldName& field : fields) {
    if (field.kind == FieldKind::kMessage) {
      message_field_ = static_cast<uint32_t>(by_field_.size());
    }
    by_field_.push_back({field.kind, 0, kNone});
  }
}

void RecordValues::Begin(const ScanRecord& record) {
  record_ = &record;
  arena_.Reset();
  if (++record_number_ == 0) {
    // Once in four thousand million records.
    for (Field& field : by_field_) field.record = 0;
    record_number_ = 1;
  }
  const std::span<const uint32_t> fields = record.fields();
  fields_ = static_cast<uint32_t>(fields.size());
  has_message_ = !record.message().empty();
  used_ = fields.size() + 1;
  if (slots_.size() < used_) slots_.resize(used_);
  for (uint32_t i = 0; i < used_; ++i) slots_[i].ready = false;
  for (uint32_t i = fields_; i-- > 0;) {
    if (fields[i] == ScanRecord::kOtherField) continue;
    Field& field = by_field_[fields[i]];
    slots_[i].next = field.record == record_number_ ? field.first : kNone;
    field.record = record_number_;
    field.first = i;
  }
  if (!has_message_ || message_field_ == kNone) return;
  // The message comes before fields of that name.
  Field& field = by_field_[message_field_];
  slots_[fields_].next = field.record == record_number_ ? field.first : kNone;
  field.record = record_number_;
  field.first = fields_;
}

uint32_t RecordValues::TakeProperty(uint32_t number) {
  Field& field = by_field_[number];
  field.record = record_number_;
  field.first = kNone;
  if (field.kind == FieldKind::kMessage) return kNone;
  raw_.clear();
  record_->AppendProperty(number, &raw_);
  for (size_t i = raw_.size(); i-- > 0;) {
    const uint32_t at = Add(raw_[i]);
    slots_[at].next = field.first;
    field.first = at;
  }
  return field.first;
}

uint32_t RecordValues::Add(const Value& value) {
  const auto at = static_cast<uint32_t>(used_++);
  if (slots_.size() < used_) slots_.resize(used_);
  slots_[at].ready = true;
  Fill(value, &slots_[at].value);
  return at;
}

void RecordValues::Make(uint32_t at) {
  slots_[at].ready = true;
  Fill(at == fields_ ? Value::String(record_->message()) : record_->ValueAt(at),
       &slots_[at].value);
}

void RecordValues::Fill(const Value& value, TextValue* out) {
  *out = {value, {}, {}, false};
  if (value.is_null()) return;
  if (IsText(value.type)) {
    out->text = value.text;
  } else {
    scratch_.clear();
    AppendText(value, &scratch_);
    out->text = arena_.Copy(scratch_);
  }
  out->folded = FoldInto(out->text, &out->odd);
}

std::string_view RecordValues::FoldInto(std::string_view text, bool* odd) {
  if (text.empty()) return text;
  auto* out = static_cast<char*>(arena_.Allocate(text.size(), 1));
  if (LowerAscii(text, out)) return {out, text.size()};
  const std::string folded = Fold(text);
  *odd = folded.size() != text.size() || HasOddLetters(text);
  return arena_.Copy(folded);
}

}  // namespace espial::rules
