// Tests of a value that are none of its text: order of numbers, parts of
// times, networks of addresses.
#pragma once

#include <espial/model/value.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace espial::rules {

enum class CompareOp : uint8_t { kEqual, kLess, kLessEqual, kMore, kMoreEqual };
// Of a time, in UTC; the week is that of ISO 8601.
enum class TimePart : uint8_t {
  kNone,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kYear
};

// The number that a value holds, or that its text spells: decimal with an
// optional sign and fraction, or hexadecimal behind 0x. Wide enough for every
// 64-bit number.
std::optional<long double> NumberIn(const Value& value);
std::optional<long double> ParseNumber(std::string_view text);
// The part of a time, or of a text in ISO 8601.
std::optional<uint32_t> TimePartIn(const Value& value, TimePart part);

struct Comparison {
  CompareOp op = CompareOp::kEqual;
  TimePart part = TimePart::kNone;  // kNone: the value itself
  long double number = 0;

  // False for what is no number, or no time.
  [[nodiscard]] bool Holds(const Value& value) const;
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

// 10.0.0.0/8, fe80::/10. An IPv4 address is the IPv6 address ::ffff:a.b.c.d
// and the other way round: Windows writes both.
class IpNetwork {
 public:
  // 128 bits and how many of them count, for packs.
  using Parts = std::pair<std::array<uint8_t, 16>, uint32_t>;
  [[nodiscard]] Parts parts() const { return {prefix_, bits_}; }
  // Nothing for more than 128 bits.
  static std::optional<IpNetwork> FromParts(const Parts& parts);

  // Nothing when the text is no network. Bits behind the prefix may be set.
  static std::optional<IpNetwork> Parse(std::string_view text);
  // False for what is no address. A zone ("%eth0") is ignored.
  [[nodiscard]] bool Contains(std::string_view address) const;
  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;

 private:
  std::array<uint8_t, 16> prefix_{};
  uint32_t bits_ = 0;
};

}  // namespace espial::rules
