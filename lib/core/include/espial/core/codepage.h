// Text in a code page of Windows: the ANSI strings of a log that a machine with
// another locale wrote.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace espial {

// The characters of one code page, as a table. Immutable once made, so that any
// number of threads may use it; up to 256 KiB.
class Codepage {
 public:
  // The code page of that number, as Windows counts: 437, 850, 932, 936, 949,
  // 950, 1250 to 1258, 28591 to 28605 (ISO 8859), 65001 (UTF-8), ... Those
  // whose characters take one or two bytes, as far as this machine's iconv
  // knows them. kUnsupported for any other. Costs some milliseconds.
  static Result<Codepage> Load(uint32_t number);

  [[nodiscard]] uint32_t number() const { return number_; }

  // Appends `bytes` as UTF-8. What the code page leaves open, or the end cuts,
  // becomes U+FFFD; returns how often.
  uint64_t Append(Bytes bytes, std::string* out) const;

 private:
  explicit Codepage(uint32_t number) : number_(number) {}

  uint32_t number_;
  // Code points of single bytes; kLead where a second byte decides.
  std::array<uint32_t, 256> single_{};
  // Of lead byte * 256 + second byte; empty where every byte stands alone.
  std::vector<uint16_t> pairs_;
  bool utf8_ = false;
};

}  // namespace espial
