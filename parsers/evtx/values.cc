#include "parsers/evtx/values.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

#include "parsers/evtx/ansi.h"
#include "parsers/evtx/utf16.h"

namespace espial::evtx {
namespace {

// Bytes of one item of an array; 0 for strings.
uint32_t ItemWidth(uint8_t type, size_t array_size) {
  switch (type) {
    case kWireString:
    case kWireAnsi:
      return 0;
    case kWireBinary:
      return 1;
    case kWireSizeT:
      // 4 or 8 bytes after the machine that wrote it; nothing says which.
      return array_size % 8 == 0 ? 8 : 4;
    default: {
      const uint32_t width = FixedValueWidth(type);
      return width == 0 ? 8 : width;
    }
  }
}

// The bytes of one SID at the front of `bytes`.
size_t SidSize(Bytes bytes) {
  if (bytes.size() < 8) return bytes.size();
  return std::min<size_t>(bytes.size(),
                          8 + 4 * std::to_integer<size_t>(bytes[1]));
}

// An integer of up to 8 little-endian bytes: writers store some values
// narrower or wider than their type says.
uint64_t LoadInteger(Bytes bytes) {
  uint64_t value = 0;
  const size_t size = std::min<size_t>(bytes.size(), 8);
  for (size_t i = 0; i < size; ++i) {
    value |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

uint64_t LoadSigned(Bytes bytes) {
  const uint64_t value = LoadInteger(bytes);
  const size_t bits = 8 * std::min<size_t>(bytes.size(), 8);
  if (bits == 0 || bits == 64 || (value >> (bits - 1) & 1U) == 0) return value;
  return value | ~uint64_t{0} << bits;
}

// "S-1-5-...", with any number of sub-authorities: some providers log more than
// the 15 that Windows itself allows. False when the bytes are no SID.
bool AppendSid(Bytes sid, std::string* out) {
  if (sid.size() < 8 || sid[0] != std::byte{1} ||
      (sid.size() - 8) / 4 < std::to_integer<size_t>(sid[1])) {
    return false;
  }
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) {
    authority = authority << 8U | std::to_integer<uint64_t>(sid[i]);
  }
  *out += "S-1-";
  *out += authority >> 32U == 0 ? std::to_string(authority)
                                : "0x" + ToHex(authority, 12);
  for (size_t i = 0; i < std::to_integer<size_t>(sid[1]); ++i) {
    *out += '-';
    *out += std::to_string(LoadU32(sid.data() + 8 + 4 * i));
  }
  return true;
}

Value Binary(Bytes bytes) { return {ValueType::kBinary, 0, AsChars(bytes)}; }

Value DecodeSystemTime(Bytes bytes) {
  if (bytes.size() != 16) return Binary(bytes);
  const auto part = [&](size_t i) { return LoadU16(bytes.data() + 2 * i); };
  const Civil civil{part(0),
                    part(1),
                    part(3),
                    part(4),
                    part(5),
                    part(6),
                    part(7) * uint32_t{10'000}};
  const std::optional<Ticks> ticks = FromCivil(civil);
  if (!ticks) return Binary(bytes);
  return {ValueType::kTime, ticks->value, {}};
}

}  // namespace

ArrayItems::ArrayItems(const WireValue& array) : rest_(array), width_(0) {
  rest_.type = static_cast<uint8_t>(array.type & ~kWireArray);
  width_ = ItemWidth(rest_.type, array.bytes.size());
}

bool ArrayItems::Next(WireValue* item) {
  if (rest_.bytes.empty()) return false;
  *item = rest_;
  size_t size = width_;
  size_t skip = 0;
  const Bytes bytes = rest_.bytes;
  if (rest_.type == kWireString) {
    size = 0;
    while (size + 2 <= bytes.size() && LoadU16(bytes.data() + size) != 0) {
      size += 2;
    }
    // An odd byte at the end belongs to the last item.
    if (bytes.size() - size < 2) size = bytes.size();
    skip = std::min<size_t>(2, bytes.size() - size);
  } else if (rest_.type == kWireAnsi) {
    size = static_cast<size_t>(
        std::find(bytes.begin(), bytes.end(), std::byte{0}) - bytes.begin());
    skip = std::min<size_t>(1, bytes.size() - size);
  } else if (rest_.type == kWireSid) {
    size = SidSize(bytes);
  } else if (size > bytes.size()) {
    size = bytes.size();
    item->type = kWireBinary;
  }
  item->bytes = bytes.first(size);
  rest_.bytes = bytes.subspan(size + skip);
  rest_.offset += static_cast<uint32_t>(size + skip);
  return true;
}

void ValueDecoder::Reset(Arena* arena) {
  arena_ = arena;
  last_sid_ = {};
  last_sid_text_ = {};
}

Value ValueDecoder::Decode(const WireValue& value) {
  return value.is_array() ? DecodeList(value) : DecodeScalar(value);
}

Value ValueDecoder::DecodeList(const WireValue& value) {
  std::string joined;
  ArrayItems items(value);
  WireValue item;
  bool first = true;
  while (items.Next(&item)) {
    if (!first) joined += '\n';
    first = false;
    AppendText(DecodeScalar(item), &joined);
  }
  return {ValueType::kList, 0, arena_->Copy(joined)};
}

Value ValueDecoder::DecodeScalar(const WireValue& value) {
  const Bytes bytes = value.bytes;
  // Whatever claims to be a number and has no byte says nothing.
  const bool text = value.type == kWireString || value.type == kWireAnsi ||
                    value.type == kWireBinary || value.type == kWireXml ||
                    value.type == kWireBinXml;
  if (bytes.empty() && !text) return {};
  switch (value.type) {
    case kWireNull:
      return {};
    case kWireString:
      return Value::String(
          CopyUtf16(TrimTerminators(bytes), arena_, &scratch_));
    case kWireXml:
      return {ValueType::kXml, 0,
              CopyUtf16(TrimTerminators(bytes), arena_, &scratch_)};
    case kWireAnsi:
      return DecodeAnsi(bytes);
    case kWireInt8:
    case kWireInt16:
    case kWireInt32:
    case kWireInt64:
      return {ValueType::kInt, LoadSigned(bytes), {}};
    case kWireUInt8:
    case kWireUInt16:
    case kWireUInt32:
    case kWireUInt64:
      return {ValueType::kUInt, LoadInteger(bytes), {}};
    case kWireFloat:
      if (bytes.size() != 4) return Binary(bytes);
      return {ValueType::kFloat,
              std::bit_cast<uint64_t>(static_cast<double>(
                  std::bit_cast<float>(LoadU32(bytes.data())))),
              {}};
    case kWireDouble:
      if (bytes.size() != 8) return Binary(bytes);
      return {ValueType::kFloat, LoadU64(bytes.data()), {}};
    case kWireBool:
      return {ValueType::kBool, LoadInteger(bytes) != 0 ? 1U : 0U, {}};
    case kWireGuid:
      return DecodeGuid(value);
    case kWireFileTime:
      if (bytes.size() != 8) return Binary(bytes);
      return {ValueType::kTime, LoadU64(bytes.data()), {}};
    case kWireSystemTime:
      return DecodeSystemTime(bytes);
    case kWireSid:
      return DecodeSid(value);
    case kWireHex32:
      return {ValueType::kHex32, LoadInteger(bytes), {}};
    case kWireSizeT:
    case kWireHandle:
    case kWireHex64:
      return {ValueType::kHex64, LoadInteger(bytes), {}};
    default:
      return Binary(bytes);
  }
}

Value ValueDecoder::DecodeAnsi(Bytes bytes) {
  scratch_.clear();
  AppendAnsi(bytes, codepage_, &scratch_);
  return Value::String(arena_->Copy(scratch_));
}

Value ValueDecoder::DecodeGuid(const WireValue& value) {
  if (value.bytes.size() != 16) return Binary(value.bytes);
  constexpr char kDigits[] = "0123456789abcdef";
  // The order in which the 16 bytes are printed; 16 stands for a dash.
  constexpr uint8_t kOrder[] = {3,  2, 1, 0,  16, 5,  4,  16, 7,  6,
                                16, 8, 9, 16, 10, 11, 12, 13, 14, 15};
  char* text = static_cast<char*>(arena_->Allocate(38, 1));
  char* next = text;
  *next++ = '{';
  for (const uint8_t i : kOrder) {
    if (i == 16) {
      *next++ = '-';
      continue;
    }
    const auto byte = std::to_integer<unsigned>(value.bytes[i]);
    *next++ = kDigits[byte >> 4U];
    *next++ = kDigits[byte & 15U];
  }
  *next = '}';
  return {ValueType::kGuid, 0, {text, 38}};
}

Value ValueDecoder::DecodeSid(const WireValue& value) {
  if (!last_sid_.empty() && last_sid_.size() == value.bytes.size() &&
      std::memcmp(last_sid_.data(), value.bytes.data(), value.bytes.size()) ==
          0) {
    return {ValueType::kSid, 0, last_sid_text_};
  }
  scratch_.clear();
  if (!AppendSid(value.bytes, &scratch_)) return Binary(value.bytes);
  last_sid_ = value.bytes;
  last_sid_text_ = arena_->Copy(scratch_);
  return {ValueType::kSid, 0, last_sid_text_};
}

uint64_t NumberOf(const Value& value) {
  if (value.is_number() || value.type == ValueType::kTime) return value.number;
  if (value.type != ValueType::kString) return 0;
  return ParseUnsigned(Trim(value.text)).value_or(0);
}

uint32_t FixedValueWidth(uint8_t wire_type) {
  switch (wire_type) {
    case kWireInt8:
    case kWireUInt8:
      return 1;
    case kWireInt16:
    case kWireUInt16:
      return 2;
    case kWireInt32:
    case kWireUInt32:
    case kWireFloat:
    case kWireBool:
    case kWireHex32:
      return 4;
    case kWireInt64:
    case kWireUInt64:
    case kWireDouble:
    case kWireFileTime:
    case kWireHex64:
      return 8;
    case kWireGuid:
    case kWireSystemTime:
      return 16;
    default:
      return 0;
  }
}

}  // namespace espial::evtx
