// Decoding to UTF-8 and back.
#include <espial/core/text.h>

#include <algorithm>
#include <array>

namespace espial {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;

// The code points of the cp1252 bytes 0x80 to 0x9F; 0 where none is assigned.
constexpr std::array<uint16_t, 32> kCp1252High = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool IsSurrogate(uint32_t unit) { return unit >= 0xD800 && unit <= 0xDFFF; }

// Length of the valid UTF-8 sequence at the start of `text`; 0 when invalid.
// Rejects overlong forms, surrogates and values above U+10FFFF.
size_t ValidSequence(std::string_view text) {
  const auto byte = [&](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const auto continues = [&](size_t i) {
    return i < text.size() && (byte(i) & 0xC0U) == 0x80U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (!continues(1) || !continues(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead < 0xF5) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

// Appends `text` with invalid bytes replaced one by one; counts them.
uint64_t AppendRepaired(std::string_view text, std::string* out,
                        uint64_t* first) {
  uint64_t replaced = 0;
  size_t clean = 0;  // start of the run not yet copied
  size_t i = 0;
  while (i < text.size()) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const size_t length = ValidSequence(text.substr(i));
    if (length != 0) {
      i += length;
      continue;
    }
    out->append(text.substr(clean, i - clean));
    AppendUtf8(kReplacement, out);
    if (replaced++ == 0) *first = i;
    clean = ++i;
  }
  out->append(text.substr(clean));
  return replaced;
}

uint16_t Unit(Bytes units, size_t index, bool big_endian) {
  const uint16_t value = LoadU16(units.data() + index * 2);
  return big_endian ? static_cast<uint16_t>(value << 8U | value >> 8U) : value;
}

uint64_t AppendUtf16(Bytes units, bool big_endian, std::string* out,
                     uint64_t* first) {
  uint64_t replaced = 0;
  const auto replace = [&](size_t offset) {
    AppendUtf8(kReplacement, out);
    if (replaced++ == 0) *first = offset;
  };
  const size_t count = units.size() / 2;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t unit = Unit(units, i, big_endian);
    if (unit < 0x80) {
      out->push_back(static_cast<char>(unit));
    } else if (!IsSurrogate(unit)) {
      AppendUtf8(unit, out);
    } else {
      const uint32_t low =
          unit < 0xDC00 && i + 1 < count ? Unit(units, i + 1, big_endian) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        AppendUtf8(0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00), out);
        ++i;
      } else {
        replace(i * 2);
      }
    }
  }
  if (units.size() % 2 != 0) replace(units.size() - 1);
  return replaced;
}

}  // namespace

std::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "UTF-8";
    case Encoding::kUtf16Le:
      return "UTF-16LE";
    case Encoding::kUtf16Be:
      return "UTF-16BE";
    case Encoding::kCp1252:
      return "cp1252";
  }
  return "unknown";
}

DetectedEncoding DetectEncoding(Bytes bytes) {
  const auto at = [&](size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  if (bytes.size() >= 3 && at(0) == 0xEF && at(1) == 0xBB && at(2) == 0xBF) {
    return {Encoding::kUtf8, 3};
  }
  if (bytes.size() >= 2 && at(0) == 0xFF && at(1) == 0xFE) {
    return {Encoding::kUtf16Le, 2};
  }
  if (bytes.size() >= 2 && at(0) == 0xFE && at(1) == 0xFF) {
    return {Encoding::kUtf16Be, 2};
  }
  const Bytes head = SliceClamped(bytes, 0, uint64_t{64} << 10U);
  size_t even_zeros = 0;
  size_t odd_zeros = 0;
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] != std::byte{0}) continue;
    ++(i % 2 == 0 ? even_zeros : odd_zeros);
  }
  // Text of mostly Latin letters has a zero in nearly every unit; a tenth is
  // well above what any 8-bit text holds.
  const size_t many = head.size() / 20 + 1;
  if (odd_zeros >= many && odd_zeros > 4 * even_zeros) {
    return {Encoding::kUtf16Le, 0};
  }
  if (even_zeros >= many && even_zeros > 4 * odd_zeros) {
    return {Encoding::kUtf16Be, 0};
  }
  // The cut at 64 KiB may split the last sequence: leave it out, all of its up
  // to four bytes.
  std::string_view text = AsChars(head);
  if (head.size() < bytes.size()) {
    for (int i = 0; i < 4 && !text.empty(); ++i) {
      const auto last = static_cast<unsigned char>(text.back());
      if (last < 0x80) break;
      text.remove_suffix(1);
      if (last >= 0xC0) break;
    }
  }
  return {IsValidUtf8(text) ? Encoding::kUtf8 : Encoding::kCp1252, 0};
}

DecodedText DecodeText(Bytes bytes, Encoding encoding) {
  DecodedText result;
  result.encoding = encoding;
  result.text.reserve(bytes.size());
  switch (encoding) {
    case Encoding::kUtf8:
      result.replaced = AppendRepaired(AsChars(bytes), &result.text,
                                       &result.first_replaced_offset);
      break;
    case Encoding::kUtf16Le:
    case Encoding::kUtf16Be:
      result.replaced =
          AppendUtf16(bytes, encoding == Encoding::kUtf16Be, &result.text,
                      &result.first_replaced_offset);
      break;
    case Encoding::kCp1252:
      result.replaced = AppendCp1252(bytes, &result.text);
      if (result.replaced != 0) {
        const auto unassigned = [](std::byte b) {
          const auto value = std::to_integer<unsigned>(b);
          return value >= 0x80 && value < 0xA0 &&
                 kCp1252High[value - 0x80] == 0;
        };
        result.first_replaced_offset = static_cast<uint64_t>(
            std::find_if(bytes.begin(), bytes.end(), unassigned) -
            bytes.begin());
      }
      break;
  }
  return result;
}

DecodedText DecodeText(Bytes bytes) {
  const DetectedEncoding found = DetectEncoding(bytes);
  DecodedText result =
      DecodeText(bytes.subspan(found.bom_bytes), found.encoding);
  if (result.replaced != 0) result.first_replaced_offset += found.bom_bytes;
  return result;
}

uint64_t AppendUtf16Le(Bytes units, std::string* out) {
  uint64_t first = 0;
  return AppendUtf16(units, false, out, &first);
}

uint64_t AppendCp1252(Bytes bytes, std::string* out) {
  uint64_t replaced = 0;
  for (const std::byte b : bytes) {
    const auto value = std::to_integer<uint32_t>(b);
    if (value < 0x80) {
      out->push_back(static_cast<char>(value));
    } else if (value >= 0xA0) {
      AppendUtf8(value, out);
    } else if (const uint16_t mapped = kCp1252High[value - 0x80]; mapped != 0) {
      AppendUtf8(mapped, out);
    } else {
      AppendUtf8(kReplacement, out);
      ++replaced;
    }
  }
  return replaced;
}

void AppendUtf8(uint32_t code_point, std::string* out) {
  if (code_point > 0x10FFFF || IsSurrogate(code_point)) {
    code_point = kReplacement;
  }
  const auto put = [&](uint32_t byte) {
    out->push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6U);
    put(0x80 | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12U);
    put(0x80 | (code_point >> 6U & 0x3FU));
    put(0x80 | (code_point & 0x3FU));
  } else {
    put(0xF0 | code_point >> 18U);
    put(0x80 | (code_point >> 12U & 0x3FU));
    put(0x80 | (code_point >> 6U & 0x3FU));
    put(0x80 | (code_point & 0x3FU));
  }
}

std::string ToUtf16Le(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size() * 2);
  const auto put = [&](uint32_t unit) {
    out.push_back(static_cast<char>(unit & 0xFFU));
    out.push_back(static_cast<char>(unit >> 8U));
  };
  for (size_t i = 0; i < utf8.size();) {
    const size_t length = ValidSequence(utf8.substr(i));
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (length == 0) {
      put(kReplacement);
      ++i;
      continue;
    }
    uint32_t code_point = length == 1   ? lead
                          : length == 2 ? lead & 0x1FU
                          : length == 3 ? lead & 0x0FU
                                        : lead & 0x07U;
    for (size_t k = 1; k < length; ++k) {
      code_point =
          code_point << 6U | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    }
    if (code_point < 0x10000) {
      put(code_point);
    } else {
      put(0xD800 + ((code_point - 0x10000) >> 10U));
      put(0xDC00 + ((code_point - 0x10000) & 0x3FFU));
    }
    i += length;
  }
  return out;
}

bool IsValidUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const size_t length = ValidSequence(text.substr(i));
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string RepairUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  uint64_t first = 0;
  AppendRepaired(text, &out, &first);
  return out;
}

}  // namespace espial
