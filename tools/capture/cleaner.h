// Texts of a bundle as a captured scenario may hold them.
#pragma once

#include <espial/report/redact.h>

#include <string>
#include <string_view>

#include "tools/capture/shift_times.h"

namespace espial::capture {

// Puts pseudonyms in place of secrets, and other days in place of times. The
// same text under the same name comes out the same. Thread-safe.
class Cleaner {
 public:
  // Changes nothing.
  Cleaner() = default;
  // The redactor has learned, and must outlive this.
  Cleaner(const report::Redactor* redactor, TimeShift shift)
      : redactor_(redactor), shift_(shift) {}

  // `name` is what the text is the value of; see report::Redactor::Text().
  [[nodiscard]] std::string Text(std::string_view text,
                                 std::string_view name = {}) const;
  // Names of logs and providers: those of Microsoft stay.
  [[nodiscard]] std::string LogName(std::string_view name) const;
  // Bytes as hexadecimal, lower case; more than eight of them may hold
  // anything, and become others.
  [[nodiscard]] std::string Hex(std::string_view digits) const;

  [[nodiscard]] Ticks Moved(Ticks time) const;
  [[nodiscard]] uint64_t Number(uint64_t number) const;

 private:
  const report::Redactor* redactor_ = nullptr;
  TimeShift shift_;
};

}  // namespace espial::capture
