#include "parsers/support/unread_lines.h"

#include <utility>

namespace espial {

void UnreadLines::Add(const TextLine& line, std::string_view expected) {
  if (first_ != 0 && (line.number != last_ + 1 || expected != expected_)) {
    Flush();
  }
  if (first_ == 0) {
    first_ = line.number;
    offset_ = line.offset;
    bytes_ = 0;
    expected_ = expected;
    found_ = Clip(line.text, 60);
  }
  last_ = line.number;
  bytes_ += line.size;
}

void UnreadLines::Flush() {
  if (first_ == 0) return;
  Damage damage;
  damage.error.code = Errc::kBadValue;
  damage.error.what = what_;
  damage.error.offset = offset_;
  damage.error.detail = first_ == last_ ? "line " + std::to_string(first_)
                                        : "lines " + std::to_string(first_) +
                                              " to " + std::to_string(last_);
  damage.error.detail +=
      ": expected " + std::string(expected_) + ", found '" + found_ + "'";
  damage.bytes_lost = bytes_;
  first_ = 0;
  sink_->OnDamage(std::move(damage));
}

}  // namespace espial
