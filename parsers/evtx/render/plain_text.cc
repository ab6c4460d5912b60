#include "parsers/evtx/render/plain_text.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "parsers/evtx/ansi.h"
#include "parsers/evtx/utf16.h"

namespace espial::evtx {
namespace {

// Up to 8 little-endian bytes: writers store some numbers narrower or wider
// than their type says.
uint64_t LoadInteger(Bytes bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < std::min<size_t>(bytes.size(), 8); ++i) {
    value |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

int64_t LoadSigned(Bytes bytes) {
  uint64_t value = LoadInteger(bytes);
  const size_t bits = 8 * std::min<size_t>(bytes.size(), 8);
  if (bits > 0 && bits < 64 && (value >> (bits - 1) & 1U) != 0) {
    value |= ~uint64_t{0} << bits;
  }
  return static_cast<int64_t>(value);
}

void AppendHexBytes(Bytes bytes, std::string* out) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const std::byte b : bytes) {
    out->push_back(kDigits[std::to_integer<unsigned>(b) >> 4U]);
    out->push_back(kDigits[std::to_integer<unsigned>(b) & 15U]);
  }
}

// "S-1-5-...", with any revision and number of parts. False when the bytes
// are no SID.
bool AppendSid(Bytes sid, Markup markup, std::string* out) {
  if (sid.size() < 8) return false;
  const auto count = std::to_integer<size_t>(sid[1]);
  if ((sid.size() - 8) / 4 < count) return false;
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) {
    authority = authority << 8U | std::to_integer<uint64_t>(sid[i]);
  }
  *out += "S-" + std::to_string(std::to_integer<unsigned>(sid[0])) + "-";
  *out += markup == Markup::kJson || authority >> 32U == 0
              ? std::to_string(authority)
              : "0x" + ToHex(authority, 12);
  for (size_t i = 0; i < count; ++i) {
    *out += "-" + std::to_string(LoadU32(sid.data() + 8 + 4 * i));
  }
  return true;
}

void AppendGuid(Bytes bytes, Markup markup, std::string* out) {
  std::string guid = FormatGuid(bytes);
  if (markup == Markup::kJson) {
    guid = guid.substr(1, 36);
    for (char& c : guid) {
      if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
  }
  *out += guid;
}

bool AppendSystemTime(Bytes bytes, int digits, std::string* out) {
  if (bytes.size() != 16) return false;
  const auto part = [&](size_t i) { return LoadU16(bytes.data() + 2 * i); };
  std::optional<Ticks> ticks;
  if (std::all_of(bytes.begin(), bytes.end(),
                  [](std::byte b) { return b == std::byte{0}; })) {
    ticks = Ticks{0};
  } else {
    ticks = FromCivil({part(0), part(1), part(3), part(4), part(5), part(6),
                       part(7) * uint32_t{10'000}});
  }
  if (!ticks) return false;
  *out += FormatUtc(*ticks, digits);
  return true;
}

template <typename Float>
void AppendFloat(Float number, std::string* out) {
  std::array<char, 64> buffer{};
  char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out->append(buffer.data(), end);
}

void AppendScalar(const WireValue& value, const Style& style, Escape escape,
                  std::string* out) {
  const Bytes bytes = value.bytes;
  if (bytes.empty()) return;
  const int digits = style.microseconds ? 6 : 7;
  std::string text;
  switch (value.type) {
    case kWireNull:
      return;
    case kWireString:
    case kWireXml:
      AppendUtf16Le(TrimTerminators(bytes), &text);
      AppendEscaped(text, escape, out);
      return;
    case kWireAnsi:
      AppendAnsi(bytes, style.codepage, &text);
      AppendEscaped(text, escape, out);
      return;
    case kWireInt8:
    case kWireInt16:
    case kWireInt32:
    case kWireInt64:
      *out += std::to_string(LoadSigned(bytes));
      return;
    case kWireUInt8:
    case kWireUInt16:
    case kWireUInt32:
    case kWireUInt64:
      *out += std::to_string(LoadInteger(bytes));
      return;
    case kWireFloat:
      if (bytes.size() != 4) break;
      AppendFloat(std::bit_cast<float>(LoadU32(bytes.data())), out);
      return;
    case kWireDouble:
      if (bytes.size() != 8) break;
      AppendFloat(std::bit_cast<double>(LoadU64(bytes.data())), out);
      return;
    case kWireBool:
      *out += LoadInteger(bytes) != 0 ? "true" : "false";
      return;
    case kWireGuid:
      if (bytes.size() != 16) break;
      AppendGuid(bytes, style.markup, out);
      return;
    case kWireFileTime:
      if (bytes.size() != 8) break;
      *out += FormatUtc(Ticks{LoadU64(bytes.data())}, digits);
      return;
    case kWireSystemTime:
      if (!AppendSystemTime(bytes, digits, out)) break;
      return;
    case kWireSid:
      if (!AppendSid(bytes, style.markup, out)) break;
      return;
    case kWireHex32:
    case kWireHex64:
    case kWireSizeT:
    case kWireHandle:
      *out += "0x" + ToHex(LoadInteger(bytes));
      return;
    default:
      break;
  }
  AppendHexBytes(bytes, out);
}

void AppendEscapedByte(char c, Escape escape, std::string* out) {
  const auto code = static_cast<unsigned char>(c);
  if (escape == Escape::kJson) {
    switch (c) {
      case '"':
        *out += "\\\"";
        return;
      case '\\':
        *out += "\\\\";
        return;
      case '\b':
        *out += "\\b";
        return;
      case '\t':
        *out += "\\t";
        return;
      case '\n':
        *out += "\\n";
        return;
      case '\f':
        *out += "\\f";
        return;
      case '\r':
        *out += "\\r";
        return;
      default:
        break;
    }
    if (code >= 0x20) {
      *out += c;
      return;
    }
    *out += "\\u00";
    *out += code < 0x10 ? '0' : '1';
    *out += "0123456789ABCDEF"[code & 15U];
    return;
  }
  const bool in_attribute = escape == Escape::kXmlAttribute;
  switch (c) {
    case '&':
      *out += "&amp;";
      return;
    case '<':
      *out += "&lt;";
      return;
    case '>':
      *out += "&gt;";
      return;
    case '"':
      *out += in_attribute ? "&quot;" : "\"";
      return;
    // A reader of XML turns these into spaces where they stand bare in an
    // attribute.
    case '\t':
      *out += in_attribute ? "&#9;" : "\t";
      return;
    case '\n':
      *out += in_attribute ? "&#10;" : "\n";
      return;
    case '\r':
      *out += in_attribute ? "&#13;" : "\r";
      return;
    default:
      break;
  }
  if (code < 0x20) {
    *out += "\xef\xbf\xbd";
  } else {
    *out += c;
  }
}

}  // namespace

bool IsBareInJson(uint8_t wire_type) {
  return (wire_type >= kWireInt8 && wire_type <= kWireUInt64) ||
         wire_type == kWireBool;
}

void AppendEscaped(std::string_view text, Escape escape, std::string* out) {
  size_t written = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool plain = c >= 0x20 && c != '"' && c != '\\' && c != '&' &&
                       c != '<' && c != '>' && c != 0xef;
    if (plain) continue;
    out->append(text, written, i - written);
    written = i + 1;
    // U+FFFE and U+FFFF are no characters of XML.
    const std::string_view rest = text.substr(i, 3);
    if (escape != Escape::kJson &&
        (rest == "\xef\xbf\xbe" || rest == "\xef\xbf\xbf")) {
      *out += "\xef\xbf\xbd";
      i += 2;
      written += 2;
      continue;
    }
    AppendEscapedByte(text[i], escape, out);
  }
  out->append(text, written);
}

void AppendValueText(const WireValue& value, const Style& style, Escape escape,
                     std::string* out) {
  if (!value.is_array()) {
    AppendScalar(value, style, escape, out);
    return;
  }
  ArrayItems items(value);
  WireValue item;
  for (bool first = true; items.Next(&item); first = false) {
    if (!first) *out += ',';
    AppendScalar(item, style, escape, out);
  }
}

}  // namespace espial::evtx
