#include "parsers/dsregcmd/attempt.h"

#include <espial/core/text.h>
#include <espial/model/event.h>

#include <utility>

namespace espial::dsregcmd {
namespace {

constexpr EventLevel kError = 2;
constexpr EventLevel kInformation = 4;
// Lines that one attempt can have: the output has a dozen.
constexpr size_t kMostValues = 64;

Value ValueOf(const std::string& text) {
  if (text.starts_with("0x")) {
    if (const auto number = ParseUnsigned(text); number && *number <= ~0U) {
      return {ValueType::kHex32, *number, {}};
    }
  }
  if (const auto number = ParseUnsigned(text)) return Value::UInt(*number);
  return Value::String(text);
}

// Whether a value says that something failed: a test, or a result other than 0.
bool IsFailure(const std::string& label, const std::string& value) {
  if (EndsWithFold(label, " Test")) return StartsWithFold(value, "FAIL");
  const bool result =
      EndsWithFold(label, "ErrorCode") || EndsWithFold(label, "Error Code") ||
      EndsWithFold(label, "Status") || EndsWithFold(label, "HTTP Error");
  // HTTP statuses are no codes of Windows.
  if (!result || ContainsFold(label, "http status") ||
      ContainsFold(label, "https status")) {
    return false;
  }
  return CodeOf(value).value_or(0) != 0;
}

}  // namespace

void Attempts::OnValue(std::string_view section, std::string_view label,
                       std::string_view value, const TextLine& line) {
  const auto time = UtcTimeOf(value);
  if (!time) {
    if (open_ && values_.size() < kMostValues) {
      values_.emplace_back(label, value);
    }
    return;
  }
  Finish();
  if (ContainsFold(label, "Expiry")) return;
  open_ = true;
  time_ = *time;
  line_ = line.number;
  offset_ = line.offset;
  section_ = section;
  label_ = label;
}

void Attempts::Finish() {
  if (!std::exchange(open_, false)) return;
  std::vector<Field> fields;
  fields.push_back({"Section", Value::String(section_)});
  std::string message = label_;
  EventLevel level = kInformation;
  for (const auto& [label, value] : values_) {
    fields.push_back({label, ValueOf(value)});
    if (value.empty()) continue;
    message += message.size() == label_.size() ? ": " : ", ";
    message.append(label).append(" ").append(value);
    if (IsFailure(label, value)) level = kError;
  }
  Event event;
  event.time = {time_, TimeQuality::kUtc, {}};
  event.record = line_;
  event.offset = offset_;
  event.provider = "dsregcmd";
  event.channel = "dsregcmd";
  event.level = level;
  event.fields = fields;
  event.message = message;
  sink_.OnEvent(event);
  values_.clear();
}

}  // namespace espial::dsregcmd
