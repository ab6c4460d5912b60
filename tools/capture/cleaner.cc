#include "tools/capture/cleaner.h"

#include <espial/core/text.h>

#include "tools/capture/shapes.h"

namespace espial::capture {
namespace {

// As the redactor's own bound: eight bytes are a number.
constexpr size_t kReadableDigits = 16;

bool LooksLikeJson(std::string_view text) {
  text = Trim(text);
  return (text.starts_with('{') && text.ends_with('}')) ||
         (text.starts_with("[{") && text.ends_with(']'));
}

}  // namespace

std::string Cleaner::Text(std::string_view text, std::string_view name) const {
  if (redactor_ == nullptr) return std::string(text);
  // What stands within JSON has names of its own.
  const std::string out = LooksLikeJson(text)
                              ? redactor_->Text(redactor_->Json(text))
                              : redactor_->Text(text, name);
  return ShiftTimes(ShapePseudonyms(out), shift_);
}

std::string Cleaner::LogName(std::string_view name) const {
  if (redactor_ == nullptr || StartsWithFold(name, "Microsoft-")) {
    return std::string(name);
  }
  return redactor_->Text(name);
}

std::string Cleaner::Hex(std::string_view digits) const {
  if (redactor_ == nullptr || digits.size() <= kReadableDigits) {
    return Fold(digits);
  }
  // "data-3f2a91bc"
  const std::string pseudonym = redactor_->Data(Fold(digits));
  return pseudonym.substr(pseudonym.rfind('-') + 1);
}

Ticks Cleaner::Moved(Ticks time) const {
  return shift_.Holds(time) ? AddTicks(time, shift_.ticks) : time;
}

uint64_t Cleaner::Number(uint64_t number) const {
  return shift_.ticks == 0 ? number : ShiftNumber(number, shift_);
}

}  // namespace espial::capture
