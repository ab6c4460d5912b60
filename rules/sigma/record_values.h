// The values of the record at hand, each decoded and folded once, when first
// asked for.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/value.h>
#include <espial/rules/sigma.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// A value with its text, as written and folded.
struct TextValue {
  Value value;
  std::string_view text;
  std::string_view folded;
  // Whether RE2 may find letters in the text that are not in `folded`: it
  // takes U+017F for an 's' and U+212A for a 'k', which Fold() does not.
  bool odd = false;
};

// Reused for any number of records; not thread-safe.
class RecordValues {
 public:
  explicit RecordValues(const std::vector<FieldName>& fields);

  // Begins a record, which must live until the next one.
  void Begin(const ScanRecord& record);

  // Calls f(value) for each value of a field, in order, until it returns true.
  // The value stays where it is until another field is asked for.
  template <typename F>
  bool AnyOf(uint32_t field, const F& f) {
    for (uint32_t at = FirstOf(field); at != kNone; at = slots_[at].next) {
      if (f(Ready(at))) return true;
    }
    return false;
  }
  // The same for whatever keywords look at.
  template <typename F>
  bool AnyOfAll(const F& f) {
    for (uint32_t at = 0; at < fields_; ++at) {
      if (f(Ready(at))) return true;
    }
    return has_message_ && f(Ready(fields_));
  }

  [[nodiscard]] bool Has(uint32_t field) { return FirstOf(field) != kNone; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Slot {
    uint32_t next = kNone;  // value of the same field
    bool ready = false;
    TextValue value;
  };
  struct Field {
    FieldKind kind = FieldKind::kNamed;
    uint32_t record = 0;  // `first` is of that record
    uint32_t first = kNone;
  };

  uint32_t FirstOf(uint32_t number) {
    const Field& field = by_field_[number];
    if (field.record == record_number_) return field.first;
    if (field.kind == FieldKind::kNamed) return kNone;
    return TakeProperty(number);
  }
  uint32_t TakeProperty(uint32_t number);
  const TextValue& Ready(uint32_t at) {
    Slot& slot = slots_[at];
    if (!slot.ready) Make(at);
    return slots_[at].value;
  }
  void Make(uint32_t at);
  uint32_t Add(const Value& value);
  void Fill(const Value& value, TextValue* out);
  std::string_view FoldInto(std::string_view text, bool* odd);

  const ScanRecord* record_ = nullptr;
  uint32_t record_number_ = 0;
  uint32_t fields_ = 0;  // of the event; the message stands behind them
  bool has_message_ = false;
  uint32_t message_field_ = kNone;
  std::vector<Field> by_field_;
  std::vector<Slot> slots_;
  size_t used_ = 0;  // of slots_
  std::vector<Value> raw_;
  Arena arena_;
  std::string scratch_;
};

}  // namespace espial::rules
