// Without loss: from what is printed of any value come its bytes again.
#include "parsers/evtx/export/typed_value.h"

#include <espial/core/bytes.h>
#include <espial/core/text.h>
#include <espial/core/time.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "parsers/evtx/ansi.h"
#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

using nlohmann::json;

void AppendLittle(uint64_t value, size_t width, std::string* out) {
  for (size_t i = 0; i < width; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i) & 0xffU));
  }
}

std::string FromHex(const std::string& digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    AppendLittle(ParseHex(digits.substr(i, 2)).value_or(0), 1, &bytes);
  }
  return bytes;
}

std::string FromSid(const std::string& sid) {
  std::vector<uint64_t> parts;
  for (size_t at = 4; at < sid.size();) {  // behind "S-1-"
    const size_t end = std::min(sid.find('-', at), sid.size());
    parts.push_back(ParseUnsigned(sid.substr(at, end - at)).value_or(0));
    at = end + 1;
  }
  std::string bytes = "\x01";
  AppendLittle(parts.size() - 1, 1, &bytes);
  for (int shift = 40; shift >= 0; shift -= 8) {
    AppendLittle(parts[0] >> shift & 0xffU, 1, &bytes);
  }
  for (size_t i = 1; i < parts.size(); ++i) AppendLittle(parts[i], 4, &bytes);
  return bytes;
}

std::string FromSystemTime(Ticks ticks) {
  const Civil civil = ToCivil(ticks);
  std::string bytes;
  AppendLittle(static_cast<uint64_t>(civil.year), 2, &bytes);
  AppendLittle(civil.month, 2, &bytes);
  AppendLittle((ticks.value / 864'000'000'000U + 1) % 7, 2, &bytes);
  for (const uint32_t part : {civil.day, civil.hour, civil.minute, civil.second,
                              civil.tick / 10'000}) {
    AppendLittle(part, 2, &bytes);
  }
  return bytes;
}

// The byte that AppendAnsi shows as each code point; the slow way.
std::string FromAnsi(const std::string& text) {
  std::string bytes;
  for (size_t at = 0; at < text.size();) {
    for (unsigned byte = 1; byte < 256; ++byte) {
      std::string shown;
      AppendUtf8(AnsiCodePoint(static_cast<uint8_t>(byte)), &shown);
      if (text.compare(at, shown.size(), shown) != 0) continue;
      bytes.push_back(static_cast<char>(byte));
      at += shown.size();
      break;
    }
  }
  return bytes;
}

double Number(const json& value) {
  if (value.is_number()) return value.get<double>();
  return value == "inf" ? std::numeric_limits<double>::infinity()
                        : -std::numeric_limits<double>::infinity();
}

// The bytes of one value of `type`; `width` is that of sizes and handles.
std::string Encode(uint8_t type, const json& value, size_t width) {
  std::string bytes;
  if (value.is_null()) return bytes;
  switch (type) {
    case kWireString:
    case kWireXml:
      return ToUtf16Le(value.get<std::string>());
    case kWireAnsi:
      return FromAnsi(value.get<std::string>());
    case kWireInt8:
    case kWireUInt8:
    case kWireInt16:
    case kWireUInt16:
    case kWireInt32:
    case kWireUInt32:
    case kWireInt64:
    case kWireUInt64:
      AppendLittle(value.is_number_unsigned()
                       ? value.get<uint64_t>()
                       : static_cast<uint64_t>(value.get<int64_t>()),
                   size_t{1} << ((type - kWireInt8) / 2U), &bytes);
      return bytes;
    case kWireFloat:
      AppendLittle(std::bit_cast<uint32_t>(static_cast<float>(Number(value))),
                   4, &bytes);
      return bytes;
    case kWireDouble:
      AppendLittle(std::bit_cast<uint64_t>(Number(value)), 8, &bytes);
      return bytes;
    case kWireBool:
      AppendLittle(value.get<bool>() ? 1 : 0, 4, &bytes);
      return bytes;
    case kWireGuid: {
      const auto guid = ParseGuid(value.get<std::string>());
      if (guid) bytes.assign(AsChars(Bytes(*guid)));
      return bytes;
    }
    case kWireFileTime:
      AppendLittle(ParseIso8601(value.get<std::string>())->ticks.value, 8,
                   &bytes);
      return bytes;
    case kWireSystemTime:
      return FromSystemTime(ParseIso8601(value.get<std::string>())->ticks);
    case kWireSid:
      return FromSid(value.get<std::string>());
    case kWireHex32:
    case kWireHex64:
    case kWireSizeT:
    case kWireHandle:
      AppendLittle(ParseUnsigned(value.get<std::string>()).value_or(0),
                   type == kWireHex32   ? 4
                   : type == kWireHex64 ? 8
                                        : width,
                   &bytes);
      return bytes;
    default:
      return FromHex(value.get<std::string>());
  }
}

// What is printed of a value, turned back into bytes.
std::string Decode(uint8_t wire_type, size_t size, const json& printed) {
  if (printed.contains("bytes")) return FromHex(printed["bytes"]);
  const auto type = static_cast<uint8_t>(wire_type & ~kWireArray);
  if ((wire_type & kWireArray) == 0) {
    return Encode(type, printed["value"], size);
  }
  std::string bytes;
  for (const json& item : printed["value"]) {
    bytes += Encode(type, item, size % 8 == 0 ? 8 : 4);
    if (type == kWireString) bytes += std::string(2, '\0');
    if (type == kWireAnsi) bytes += '\0';
  }
  return bytes;
}

// Terminators at the end of a string, or of a list of them, are not told:
// `bytes` without them.
std::string Bare(uint8_t wire_type, std::string bytes) {
  const auto type = static_cast<uint8_t>(wire_type & ~kWireArray);
  if (type != kWireString && type != kWireXml && type != kWireAnsi) {
    return bytes;
  }
  const size_t width = type == kWireAnsi ? 1 : 2;
  const std::string zero(width, '\0');
  while (bytes.size() >= width && bytes.size() % width == 0 &&
         bytes.ends_with(zero)) {
    bytes.resize(bytes.size() - width);
  }
  return bytes;
}

std::string Random(std::mt19937_64* random, uint8_t type) {
  // Sizes that fit, and others; bytes that are rare and common ones.
  static constexpr std::array<size_t, 12> kSizes = {0, 1,  2,  4,  8,  8,
                                                    4, 12, 16, 16, 24, 28};
  std::string bytes(kSizes[(*random)() % kSizes.size()], '\0');
  const uint64_t kind = (*random)() % 3;
  for (char& c : bytes) {
    const uint64_t byte = (*random)();
    c = static_cast<char>(kind == 0 ? byte : kind == 1 ? byte % 3 : byte % 128);
  }
  const auto base = static_cast<uint8_t>(type & ~kWireArray);
  // Times and SIDs that make sense are rare among random bytes.
  if (base == kWireFileTime && bytes.size() >= 8 && kind != 0) bytes[7] = 1;
  if (base == kWireSid && bytes.size() >= 8 && kind != 0) {
    bytes[0] = 1;
    bytes[1] = static_cast<char>((bytes.size() - 8) / 4);
  }
  if (base == kWireSystemTime && bytes.size() == 16) {
    bytes = FromSystemTime(
        Ticks{(*random)() % 2'000'000'000'000'000'000U / 10'000 * 10'000});
    if (kind == 0) bytes[(*random)() % 16] = 3;
  }
  return bytes;
}

TEST(EvtxTypedValue, BytesComeBack) {
  std::mt19937_64 random(7);
  for (int base = 0; base <= 0x24; ++base) {
    for (const int array : {0, int{kWireArray}}) {
      const auto type = static_cast<uint8_t>(base | array);
      int exact = 0;
      for (int round = 0; round < 300; ++round) {
        // A null has no bytes.
        const std::string bytes =
            base == kWireNull ? std::string() : Random(&random, type);
        const WireValue value{type, std::as_bytes(std::span<const char>(bytes)),
                              0};
        std::string text = "{";
        AppendTypedValue(value, nullptr, &text);
        text += '}';
        const json printed = json::parse(text, nullptr, false);
        ASSERT_FALSE(printed.is_discarded()) << text;
        ASSERT_EQ(Bare(type, Decode(type, bytes.size(), printed)),
                  Bare(type, bytes))
            << text << " of " << ToHex(type);
        exact += printed.contains("bytes") ? 0 : 1;
      }
      // `bytes` is for the odd ones: where all had it, nothing was tested.
      EXPECT_GT(exact, 20) << "type " << ToHex(type);
    }
  }
}

TEST(EvtxTypedValue, AnotherCodePageGivesTheBytesAsWell) {
  const Result<Codepage> cyrillic = Codepage::Load(1251);
  ASSERT_TRUE(cyrillic) << cyrillic.error().ToString();
  const std::string bytes = "a\xcf";
  std::string text;
  AppendTypedValue({kWireAnsi, AsBytes(bytes), 0}, &*cyrillic, &text);
  EXPECT_EQ(text,
            "\"type\":\"ansi\",\"value\":\"a\xd0\x9f\",\"bytes\":\"61CF\"");
  text.clear();
  AppendTypedValue({kWireAnsi, AsBytes(bytes).first(1), 0}, &*cyrillic, &text);
  EXPECT_EQ(text, "\"type\":\"ansi\",\"value\":\"a\"");
}

}  // namespace
}  // namespace espial::evtx
