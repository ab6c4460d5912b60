#include "parsers/evtx/export/typed_value.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parsers/evtx/ansi.h"
#include "parsers/evtx/export/json_text.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/render/plain_text.h"
#include "parsers/evtx/utf16.h"

namespace espial::evtx {
namespace {

// The last tick of the year 9999; later years have five digits.
constexpr uint64_t kLastIsoTick = 2'650'467'743'999'999'999ULL;
constexpr uint64_t kTicksPerDay = 864'000'000'000ULL;

std::string_view TypeName(uint8_t type) {
  switch (type) {
    case kWireNull:
      return "null";
    case kWireString:
      return "string";
    case kWireAnsi:
      return "ansi";
    case kWireInt8:
      return "int8";
    case kWireUInt8:
      return "uint8";
    case kWireInt16:
      return "int16";
    case kWireUInt16:
      return "uint16";
    case kWireInt32:
      return "int32";
    case kWireUInt32:
      return "uint32";
    case kWireInt64:
      return "int64";
    case kWireUInt64:
      return "uint64";
    case kWireFloat:
      return "float";
    case kWireDouble:
      return "double";
    case kWireBool:
      return "bool";
    case kWireBinary:
      return "binary";
    case kWireGuid:
      return "guid";
    case kWireSizeT:
      return "size";
    case kWireFileTime:
      return "filetime";
    case kWireSystemTime:
      return "systemtime";
    case kWireSid:
      return "sid";
    case kWireHex32:
      return "hex32";
    case kWireHex64:
      return "hex64";
    case kWireHandle:
      return "handle";
    case kWireBinXml:
      return "binxml";
    case kWireXml:
      return "xml";
    default:
      return {};
  }
}

bool IsText(uint8_t type) {
  return type == kWireString || type == kWireAnsi || type == kWireXml;
}

// The bytes that a number of that type takes; 0 for what is no number. Where
// the machine that wrote it decides, the width it has, if that is possible.
size_t NumberWidth(const WireValue& value) {
  switch (value.type) {
    case kWireFloat:
    case kWireDouble:
    case kWireGuid:
    case kWireFileTime:
    case kWireSystemTime:
      return 0;
    case kWireSizeT:
    case kWireHandle:
      return value.bytes.size() == 4 ? 4 : 8;
    default:
      return FixedValueWidth(value.type);
  }
}

void AppendQuoted(std::string_view ascii, std::string* out) {
  *out += '"';
  *out += ascii;
  *out += '"';
}

bool AppendString(const WireValue& value, const Codepage* codepage,
                  std::string* out) {
  std::string text;
  bool exact = true;
  if (value.type == kWireAnsi) {
    const auto last =
        std::find_if(value.bytes.rbegin(), value.bytes.rend(),
                     [](std::byte b) { return b != std::byte{0}; });
    // Zeros at the end are terminators; others would be lost.
    exact =
        std::find(last, value.bytes.rend(), std::byte{0}) == value.bytes.rend();
    // Other code pages may write one character in several ways.
    exact =
        exact && (codepage == nullptr ||
                  std::all_of(value.bytes.begin(), value.bytes.end(),
                              [](std::byte b) { return b < std::byte{0x80}; }));
    AppendAnsi(value.bytes, codepage, &text);
  } else {
    const Bytes units = TrimTerminators(value.bytes);
    exact = AppendUtf16Le(units, &text) == 0 && units.size() % 2 == 0;
  }
  AppendJsonString(text, out);
  return exact;
}

template <typename Float>
bool AppendFloat(Float number, std::string* out) {
  if (!std::isfinite(number)) {
    AppendQuoted(std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf", out);
    return !std::isnan(number);
  }
  std::array<char, 64> buffer{};
  const char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  const std::string_view text(buffer.data(),
                              static_cast<size_t>(end - buffer.data()));
  *out += text;
  // Without it readers take it for an integer, and lose the sign of -0.
  if (text.find_first_of(".e") == std::string_view::npos) *out += ".0";
  return true;
}

// False when the day of the week is not that of the date, and would be lost.
bool AppendSystemTime(Bytes bytes, std::string* out) {
  const auto part = [&](size_t i) { return LoadU16(bytes.data() + 2 * i); };
  const std::optional<Ticks> ticks =
      FromCivil({part(0), part(1), part(3), part(4), part(5), part(6),
                 part(7) * uint32_t{10'000}});
  if (!ticks) {
    *out += "null";
    return false;
  }
  AppendQuoted(FormatUtc(*ticks), out);
  // The first day of 1601 was a Monday.
  return ticks->value <= kLastIsoTick &&
         (ticks->value / kTicksPerDay + 1) % 7 == part(2);
}

// Appends the JSON of a value that is no number. Whether it tells all.
bool AppendOther(const WireValue& value, std::string* out) {
  const Bytes bytes = value.bytes;
  switch (value.type) {
    case kWireFloat:
      if (bytes.size() != 4) break;
      return AppendFloat(std::bit_cast<float>(LoadU32(bytes.data())), out);
    case kWireDouble:
      if (bytes.size() != 8) break;
      return AppendFloat(std::bit_cast<double>(LoadU64(bytes.data())), out);
    case kWireGuid:
      if (bytes.size() != 16) break;
      AppendQuoted(FormatGuid(bytes), out);
      return true;
    case kWireFileTime: {
      if (bytes.size() != 8) break;
      const uint64_t ticks = LoadU64(bytes.data());
      AppendQuoted(FormatUtc(Ticks{ticks}), out);
      return ticks <= kLastIsoTick;
    }
    case kWireSystemTime:
      if (bytes.size() != 16) break;
      return AppendSystemTime(bytes, out);
    case kWireSid: {
      const std::optional<std::string> sid = FormatSid(bytes);
      if (!sid) break;
      AppendQuoted(*sid, out);
      return bytes[0] == std::byte{1} &&
             bytes.size() == 8 + 4 * std::to_integer<size_t>(bytes[1]);
    }
    case kWireNull:
      break;
    default:
      // Binary, and types that nobody has seen yet.
      *out += '"';
      AppendHex(bytes, out);
      *out += '"';
      return true;
  }
  *out += "null";
  return false;
}

bool AppendScalar(const WireValue& value, const Codepage* codepage,
                  std::string* out) {
  if (IsText(value.type)) return AppendString(value, codepage, out);
  const size_t width = NumberWidth(value);
  if (value.bytes.empty() && value.type != kWireBinary) {
    // A number of no byte says nothing.
    *out += "null";
    return true;
  }
  if (width == 0) return AppendOther(value, out);
  const bool quoted = !IsBareInJson(value.type);
  if (quoted) *out += '"';
  AppendValueText(value, {}, Escape::kJson, out);
  if (quoted) *out += '"';
  if (value.bytes.size() != width) return false;
  return value.type != kWireBool || LoadU32(value.bytes.data()) <= 1;
}

// Items that the bytes do not hold whole have another type.
bool AppendList(const WireValue& value, const Codepage* codepage,
                std::string* out) {
  const auto type = static_cast<uint8_t>(value.type & ~kWireArray);
  // Nobody has seen an array of XML: where its items end is a guess.
  bool exact = type != kWireXml || value.bytes.empty();
  *out += '[';
  ArrayItems items(value);
  WireValue item;
  while (items.Next(&item)) {
    AppendSeparator(out);
    exact = AppendScalar(item, codepage, out) && item.type == type && exact;
  }
  *out += ']';
  return exact;
}

}  // namespace

void AppendTypedValue(const WireValue& value, const Codepage* codepage,
                      std::string* out) {
  const auto type = static_cast<uint8_t>(value.type & ~kWireArray);
  std::string name(TypeName(type));
  if (name.empty()) name = "0x" + ToHex(type, 2);
  if (value.is_array()) name += "[]";
  AppendMember("type", name, out);
  AppendKey("value", out);
  const bool exact = value.is_array() ? AppendList(value, codepage, out)
                                      : AppendScalar(value, codepage, out);
  if (exact) return;
  AppendKey("bytes", out);
  *out += '"';
  AppendHex(value.bytes, out);
  *out += '"';
}

}  // namespace espial::evtx
