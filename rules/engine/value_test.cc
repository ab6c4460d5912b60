#include "rules/engine/value_test.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace espial::rules {
namespace {

constexpr uint64_t kTicksPerDay = uint64_t{86'400} * 10'000'000;

using Address = std::array<uint8_t, 16>;

bool ParseV4(std::string_view text, uint8_t* out) {
  for (int part = 0; part < 4; ++part) {
    const size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == 0 || dot > 3 || dot == std::string_view::npos) return false;
    uint32_t number = 0;
    for (const char c : text.substr(0, dot)) {
      if (c < '0' || c > '9') return false;
      number = number * 10 + static_cast<uint32_t>(c - '0');
    }
    if (number > 255) return false;
    out[part] = static_cast<uint8_t>(number);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return text.empty();
}

// Groups of hexadecimal digits, with one "::" for a run of zeros and IPv4 in
// place of the last two.
bool ParseV6(std::string_view text, Address* out) {
  std::array<uint8_t, 16> bytes{};
  size_t used = 0;
  std::optional<size_t> gap;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (used >= 16) return false;
    const size_t colon = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, colon);
    if (colon == text.size() && group.find('.') != std::string_view::npos) {
      if (used > 12 || !ParseV4(group, &bytes[used])) return false;
      used += 4;
      break;
    }
    const auto number = group.size() <= 4 ? ParseHex(group) : std::nullopt;
    if (!number) return false;
    bytes[used++] = static_cast<uint8_t>(*number >> 8U);
    bytes[used++] = static_cast<uint8_t>(*number);
    if (colon == text.size()) break;
    text.remove_prefix(colon + 1);
    if (text.starts_with(':')) {
      if (gap) return false;
      gap = used;
      text.remove_prefix(1);
    } else if (text.empty()) {
      return false;
    }
  }
  if (!gap && used != 16) return false;
  if (gap && used >= 16) return false;
  out->fill(0);
  const size_t front = gap.value_or(used);
  std::copy_n(bytes.begin(), front, out->begin());
  std::copy(bytes.begin() + static_cast<ptrdiff_t>(front),
            bytes.begin() + static_cast<ptrdiff_t>(used),
            out->end() - static_cast<ptrdiff_t>(used - front));
  return true;
}

std::optional<Address> ParseAddress(std::string_view text, bool* is_v4) {
  Address out{};
  *is_v4 = text.find(':') == std::string_view::npos;
  if (*is_v4) {
    out[10] = out[11] = 0xff;
    if (!ParseV4(text, &out[12])) return std::nullopt;
    return out;
  }
  if (!ParseV6(text, &out)) return std::nullopt;
  return out;
}

// Days since Monday 1601-01-01, and the week of the year of its Thursday.
uint32_t IsoWeek(Ticks ticks) {
  const uint64_t day = ticks.value / kTicksPerDay;
  const uint64_t thursday = day - day % 7 + 3;
  const Civil civil = ToCivil({thursday * kTicksPerDay});
  Civil first = civil;
  first.month = 1;
  first.day = 1;
  const auto begin = FromCivil(first);
  if (!begin) return 0;
  return static_cast<uint32_t>((thursday - begin->value / kTicksPerDay) / 7 +
                               1);
}

}  // namespace

std::optional<long double> ParseNumber(std::string_view text) {
  text = Trim(text);
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (const auto number = ParseUnsigned(text)) {
    return static_cast<long double>(*number);
  }
  if (const auto number = ParseSigned(text)) {
    return static_cast<long double>(*number);
  }
  if (text[0] == '+') text.remove_prefix(1);
  // Neither "inf" nor "nan".
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    return std::nullopt;
  }
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<long double> NumberIn(const Value& value) {
  switch (value.type) {
    case ValueType::kInt:
      return static_cast<long double>(static_cast<int64_t>(value.number));
    case ValueType::kUInt:
    case ValueType::kBool:
    case ValueType::kHex32:
    case ValueType::kHex64:
      return static_cast<long double>(value.number);
    case ValueType::kFloat: {
      const auto number = std::bit_cast<double>(value.number);
      if (number != number) return std::nullopt;
      return number;
    }
    case ValueType::kString:
      return ParseNumber(value.text);
    default:
      return std::nullopt;
  }
}

std::optional<uint32_t> TimePartIn(const Value& value, TimePart part) {
  Ticks ticks;
  if (value.type == ValueType::kTime) {
    ticks.value = value.number;
  } else if (value.type == ValueType::kString) {
    const auto time = ParseIso8601(Trim(value.text));
    if (!time) return std::nullopt;
    ticks = time->ticks;
  } else {
    return std::nullopt;
  }
  const Civil civil = ToCivil(ticks);
  switch (part) {
    case TimePart::kNone:
      break;
    case TimePart::kMinute:
      return static_cast<uint32_t>(civil.minute);
    case TimePart::kHour:
      return static_cast<uint32_t>(civil.hour);
    case TimePart::kDay:
      return static_cast<uint32_t>(civil.day);
    case TimePart::kWeek:
      return IsoWeek(ticks);
    case TimePart::kMonth:
      return static_cast<uint32_t>(civil.month);
    case TimePart::kYear:
      return static_cast<uint32_t>(civil.year);
  }
  return std::nullopt;
}

bool Comparison::Holds(const Value& value) const {
  std::optional<long double> have;
  if (part == TimePart::kNone) {
    have = NumberIn(value);
  } else if (const auto found = TimePartIn(value, part)) {
    have = static_cast<long double>(*found);
  }
  if (!have) return false;
  switch (op) {
    case CompareOp::kEqual:
      return *have == number;
    case CompareOp::kLess:
      return *have < number;
    case CompareOp::kLessEqual:
      return *have <= number;
    case CompareOp::kMore:
      return *have > number;
    case CompareOp::kMoreEqual:
      return *have >= number;
  }
  return false;
}

std::optional<IpNetwork> IpNetwork::Parse(std::string_view text) {
  text = Trim(text);
  const size_t slash = text.find('/');
  bool is_v4 = false;
  const auto address = ParseAddress(text.substr(0, slash), &is_v4);
  if (!address) return std::nullopt;
  const uint32_t most = is_v4 ? 32 : 128;
  uint64_t bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
      return std::nullopt;
    }
    const auto number = ParseUnsigned(digits);
    if (!number || *number > most) return std::nullopt;
    bits = *number;
  }
  IpNetwork out;
  out.bits_ = static_cast<uint32_t>(bits) + (is_v4 ? 96 : 0);
  out.prefix_ = *address;
  for (uint32_t bit = out.bits_; bit < 128; ++bit) {
    out.prefix_[bit / 8] =
        static_cast<uint8_t>(out.prefix_[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return out;
}

std::optional<IpNetwork> IpNetwork::FromParts(const Parts& parts) {
  if (parts.second > 128) return std::nullopt;
  IpNetwork out;
  out.prefix_ = parts.first;
  out.bits_ = parts.second;
  return out;
}

bool IpNetwork::Contains(std::string_view text) const {
  text = Trim(text);
  bool is_v4 = false;
  const auto address = ParseAddress(text.substr(0, text.find('%')), &is_v4);
  if (!address) return false;
  const size_t whole = bits_ / 8;
  if (!std::equal(prefix_.begin(),
                  prefix_.begin() + static_cast<ptrdiff_t>(whole),
                  address->begin())) {
    return false;
  }
  if (bits_ % 8 == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff00U >> (bits_ % 8));
  return ((*address)[whole] & mask) == prefix_[whole];
}

}  // namespace espial::rules
