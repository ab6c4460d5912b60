#include "tools/forge/evtx_values.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace espial::forge {
namespace {

constexpr std::pair<std::string_view, BinXmlType> kTypeNames[] = {
    {"UnicodeString", BinXmlType::kString},
    {"AnsiString", BinXmlType::kAnsiString},
    {"Int8", BinXmlType::kInt8},
    {"UInt8", BinXmlType::kUInt8},
    {"Int16", BinXmlType::kInt16},
    {"UInt16", BinXmlType::kUInt16},
    {"Int32", BinXmlType::kInt32},
    {"UInt32", BinXmlType::kUInt32},
    {"Int64", BinXmlType::kInt64},
    {"UInt64", BinXmlType::kUInt64},
    {"Float", BinXmlType::kFloat},
    {"Double", BinXmlType::kDouble},
    {"Boolean", BinXmlType::kBool},
    {"Binary", BinXmlType::kBinary},
    {"GUID", BinXmlType::kGuid},
    {"Pointer", BinXmlType::kSizeT},
    {"FILETIME", BinXmlType::kFileTime},
    {"SYSTEMTIME", BinXmlType::kSystemTime},
    {"SID", BinXmlType::kSid},
    {"HexInt32", BinXmlType::kHexInt32},
    {"HexInt64", BinXmlType::kHexInt64},
};

Error Misfit(std::string_view text, std::string_view expected) {
  return {Errc::kInvalidArgument, "value", 0,
          "expected " + std::string(expected) + ", found '" +
              std::string(text) + "'"};
}

Result<BinXmlValue> MakeUnsigned(BinXmlType type, std::string_view text,
                                 size_t width) {
  const std::optional<uint64_t> number = ParseUnsigned(text);
  if (!number || (width < 8 && *number >> (8 * width) != 0)) {
    return Misfit(text,
                  "an unsigned integer of " + std::to_string(width) + " bytes");
  }
  return MakeInteger(type, *number, width);
}

Result<BinXmlValue> MakeSigned(BinXmlType type, std::string_view text,
                               size_t width) {
  const std::optional<int64_t> number = ParseSigned(text);
  const int64_t limit = width < 8 ? int64_t{1} << (8 * width - 1)
                                  : std::numeric_limits<int64_t>::max();
  if (!number || (width < 8 && (*number >= limit || *number < -limit))) {
    return Misfit(text,
                  "a signed integer of " + std::to_string(width) + " bytes");
  }
  return MakeInteger(type, static_cast<uint64_t>(*number), width);
}

Result<BinXmlValue> MakeHex(BinXmlType type, std::string_view text,
                            size_t width) {
  if (text.starts_with('-')) return MakeSigned(type, text, width);
  return MakeUnsigned(type, text, width);
}

Result<BinXmlValue> MakeReal(BinXmlType type, std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Misfit(text, "a number");
  }
  if (type == BinXmlType::kDouble) {
    return MakeInteger(type, std::bit_cast<uint64_t>(number), 8);
  }
  return MakeInteger(type, std::bit_cast<uint32_t>(static_cast<float>(number)),
                     4);
}

Result<BinXmlValue> MakeBool(std::string_view text) {
  if (EqualsFold(text, "true") || text == "1") {
    return MakeInteger(BinXmlType::kBool, 1, 4);
  }
  if (EqualsFold(text, "false") || text == "0") {
    return MakeInteger(BinXmlType::kBool, 0, 4);
  }
  return Misfit(text, "true or false");
}

Result<BinXmlValue> MakeBinary(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  BinXmlValue value{BinXmlType::kBinary, {}};
  if (text.size() % 2 != 0) return Misfit(text, "pairs of hexadecimal digits");
  for (size_t i = 0; i < text.size(); i += 2) {
    const std::optional<uint64_t> byte = ParseHex(text.substr(i, 2));
    if (!byte) return Misfit(text, "pairs of hexadecimal digits");
    value.bytes.push_back(static_cast<std::byte>(*byte));
  }
  return value;
}

// A time is ISO 8601, or a plain number of ticks so that impossible times can
// be written too.
Result<Ticks> ReadTicks(std::string_view text) {
  if (const auto number = ParseUnsigned(text)) return Ticks{*number};
  if (const auto time = ParseIso8601(text)) return time->ticks;
  return Misfit(text, "an ISO 8601 time or a number of ticks");
}

Result<BinXmlValue> MakeSystemTime(std::string_view text) {
  ESPIAL_TRY_ASSIGN(const Ticks ticks, ReadTicks(text));
  const Civil civil = ToCivil(ticks);
  const uint64_t days = ticks.value / (86400 * uint64_t{kTicksPerSecond});
  const uint64_t parts[] = {static_cast<uint64_t>(civil.year),
                            civil.month,
                            (days + 1) % 7,  // 1601-01-01 was a Monday
                            civil.day,
                            civil.hour,
                            civil.minute,
                            civil.second,
                            civil.tick / 10'000};
  BinXmlValue value{BinXmlType::kSystemTime, {}};
  for (const uint64_t part : parts) AppendLittle(part, 2, &value.bytes);
  return value;
}

Result<BinXmlValue> MakeSid(std::string_view text) {
  const std::string_view whole = text;
  if (!text.starts_with("S-1-")) return Misfit(whole, "a SID, S-1-...");
  text.remove_prefix(4);
  std::vector<uint64_t> parts;
  while (true) {
    const size_t dash = text.find('-');
    const auto number = ParseUnsigned(text.substr(0, dash));
    const uint64_t limit =
        parts.empty() ? uint64_t{1} << 48U : uint64_t{1} << 32U;
    if (!number || *number >= limit) return Misfit(whole, "a SID, S-1-...");
    parts.push_back(*number);
    if (dash == std::string_view::npos) break;
    text.remove_prefix(dash + 1);
  }
  if (parts.size() > 256) return Misfit(whole, "at most 255 sub-authorities");
  BinXmlValue value{BinXmlType::kSid, {}};
  AppendLittle(1, 1, &value.bytes);
  AppendLittle(parts.size() - 1, 1, &value.bytes);
  for (int shift = 40; shift >= 0; shift -= 8) {
    AppendLittle(parts[0] >> static_cast<unsigned>(shift) & 0xffU, 1,
                 &value.bytes);
  }
  for (size_t i = 1; i < parts.size(); ++i) {
    AppendLittle(parts[i], 4, &value.bytes);
  }
  return value;
}

// The inverse of the cp1252 table for what has an inverse: ASCII and Latin-1.
Result<BinXmlValue> MakeAnsi(std::string_view text) {
  const std::string units = ToUtf16Le(text);
  BinXmlValue value{BinXmlType::kAnsiString, {}};
  for (size_t i = 0; i + 1 < units.size(); i += 2) {
    const auto low = static_cast<unsigned char>(units[i]);
    if (units[i + 1] != 0 || (low >= 0x80 && low < 0xa0)) {
      return Misfit(text, "Latin-1 characters");
    }
    value.bytes.push_back(static_cast<std::byte>(low));
  }
  return value;
}

}  // namespace

void AppendLittle(uint64_t value, size_t width, std::vector<std::byte>* out) {
  for (size_t i = 0; i < width; ++i) {
    out->push_back(static_cast<std::byte>(value >> (8 * i) & 0xffU));
  }
}

BinXmlValue MakeInteger(BinXmlType type, uint64_t value, size_t width) {
  BinXmlValue result{type, {}};
  AppendLittle(value, width, &result.bytes);
  return result;
}

BinXmlValue MakeString(std::string_view utf8) {
  const std::string units = ToUtf16Le(utf8);
  const Bytes bytes = AsBytes(units);
  return {BinXmlType::kString, {bytes.begin(), bytes.end()}};
}

Result<BinXmlType> BinXmlTypeOf(std::string_view type_name) {
  for (const auto& [name, type] : kTypeNames) {
    if (name == type_name) return type;
  }
  return Error{Errc::kInvalidArgument, "type", 0,
               "unknown type '" + std::string(type_name) + "'"};
}

Result<BinXmlValue> MakeValue(BinXmlType type, std::string_view text) {
  switch (type) {
    case BinXmlType::kString:
      return MakeString(text);
    case BinXmlType::kAnsiString:
      return MakeAnsi(text);
    case BinXmlType::kInt8:
      return MakeSigned(type, text, 1);
    case BinXmlType::kInt16:
      return MakeSigned(type, text, 2);
    case BinXmlType::kInt32:
      return MakeSigned(type, text, 4);
    case BinXmlType::kInt64:
      return MakeSigned(type, text, 8);
    case BinXmlType::kUInt8:
      return MakeUnsigned(type, text, 1);
    case BinXmlType::kUInt16:
      return MakeUnsigned(type, text, 2);
    case BinXmlType::kUInt32:
      return MakeUnsigned(type, text, 4);
    case BinXmlType::kUInt64:
      return MakeUnsigned(type, text, 8);
    case BinXmlType::kFloat:
    case BinXmlType::kDouble:
      return MakeReal(type, text);
    case BinXmlType::kBool:
      return MakeBool(text);
    case BinXmlType::kBinary:
      return MakeBinary(text);
    case BinXmlType::kGuid: {
      const auto guid = ParseGuid(text);
      if (!guid) return Misfit(text, "a GUID");
      return BinXmlValue{type, {guid->begin(), guid->end()}};
    }
    case BinXmlType::kSizeT:
    case BinXmlType::kHexInt64:
      return MakeHex(type, text, 8);
    case BinXmlType::kHexInt32:
      return MakeHex(type, text, 4);
    case BinXmlType::kFileTime: {
      ESPIAL_TRY_ASSIGN(const Ticks ticks, ReadTicks(text));
      return MakeInteger(type, ticks.value, 8);
    }
    case BinXmlType::kSystemTime:
      return MakeSystemTime(text);
    case BinXmlType::kSid:
      return MakeSid(text);
    case BinXmlType::kNull:
    case BinXmlType::kBinXml:
    case BinXmlType::kStringArray:
      break;
  }
  return Misfit(text, "a type that has a text form");
}

}  // namespace espial::forge
