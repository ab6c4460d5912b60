#include "lib/report/redact/spellings.h"

#include <espial/core/text.h>

#include <algorithm>
#include <cstdint>

#include "lib/report/redact/patterns.h"

namespace espial::report {

std::string Utf16Le(std::string_view text) {
  std::string units;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    uint32_t point = lead;
    size_t more = 0;
    if (lead >= 0xF0) {
      point = lead & 0x07U;
      more = 3;
    } else if (lead >= 0xE0) {
      point = lead & 0x0FU;
      more = 2;
    } else if (lead >= 0xC0) {
      point = lead & 0x1FU;
      more = 1;
    }
    ++at;
    for (; more > 0 && at < text.size(); --more, ++at) {
      point = point << 6U | (static_cast<unsigned char>(text[at]) & 0x3FU);
    }
    const auto unit = [&units](uint32_t value) {
      units.push_back(static_cast<char>(value & 0xFFU));
      units.push_back(static_cast<char>(value >> 8U & 0xFFU));
    };
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD7C0 + (point >> 10U));
      unit(0xDC00 + (point & 0x3FFU));
    }
  }
  return units;
}

std::string HexOf(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += ToHex(static_cast<unsigned char>(c), 2);
  return hex;
}

std::string Base64Core(std::string_view bytes, size_t skew) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string padded(skew, '\0');
  padded += bytes;
  std::string out;
  for (size_t i = 0; i + 2 < padded.size(); i += 3) {
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k) {
      word = word << 8U | static_cast<unsigned char>(padded[i + k]);
    }
    for (int shift = 18; shift >= 0; shift -= 6) {
      out.push_back(kDigits[word >> static_cast<unsigned>(shift) & 0x3FU]);
    }
  }
  // The digits that the bytes in front have a part in.
  return out.substr(std::min(out.size(), skew == 0 ? 0 : skew + 1));
}

std::string UpperAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string PercentEncoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsAlnum(c) || std::string_view("-._~").find(c) != std::string::npos) {
      out.push_back(c);
    } else {
      out += '%' + ToHex(static_cast<unsigned char>(c), 2);
    }
  }
  return out;
}

std::string JsonEscaped(std::string_view text) {
  const std::string units = Utf16Le(text);
  std::string out;
  for (size_t i = 0; i < units.size(); i += 2) {
    const auto value =
        static_cast<uint32_t>(static_cast<unsigned char>(units[i]) |
                              static_cast<unsigned char>(units[i + 1]) << 8U);
    if (value < 0x80) {
      out.push_back(static_cast<char>(value));
    } else {
      out += "\\u" + ToHex(value, 4);
    }
  }
  return out;
}

}  // namespace espial::report
