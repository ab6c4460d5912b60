#include "parsers/etl/payload.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <bit>
#include <string>

namespace espial::etl {
namespace {

constexpr uint64_t kGuidBytes = 16;
constexpr uint64_t kSystemTimeBytes = 16;

bool IsHex(uint8_t out_type) {
  return out_type == kOutHex || out_type == kOutWin32Error ||
         out_type == kOutNtStatus || out_type == kOutHResult;
}

Value Signed(int64_t number, uint8_t out_type, bool wide) {
  if (IsHex(out_type)) {
    const auto bits = static_cast<uint64_t>(number);
    return wide ? Value{ValueType::kHex64, bits, {}}
                : Value{ValueType::kHex32, bits & 0xFFFFFFFFU, {}};
  }
  return {ValueType::kInt, static_cast<uint64_t>(number), {}};
}

Value Unsigned(uint64_t number, uint8_t out_type, bool wide) {
  if (out_type == kOutBoolean) {
    return {ValueType::kBool, number == 0 ? 0U : 1U, {}};
  }
  if (IsHex(out_type)) {
    return {wide ? ValueType::kHex64 : ValueType::kHex32, number, {}};
  }
  return Value::UInt(number);
}

Value Binary(Bytes bytes, PayloadContext* context) {
  return {ValueType::kBinary, 0, context->arena->Copy(AsChars(bytes))};
}

// Up to a NUL of `unit` bytes, which is taken too; else all that is left.
Bytes ReadTerminated(ByteReader* reader, size_t unit) {
  const Bytes rest = reader->rest();
  size_t end = 0;
  while (end + unit <= rest.size() &&
         !std::all_of(rest.begin() + static_cast<ptrdiff_t>(end),
                      rest.begin() + static_cast<ptrdiff_t>(end + unit),
                      [](std::byte b) { return b == std::byte{0}; })) {
    end += unit;
  }
  if (end + unit > rest.size()) return reader->ReadBytes(rest.size(), "string");
  const Bytes text = reader->ReadBytes(end, "string");
  reader->Skip(unit, "string");
  return text;
}

Value ReadSid(ByteReader* reader, PayloadContext* context) {
  ByteReader peek = *reader;
  peek.Skip(1, "SID");
  const uint64_t parts = peek.U8("SID");
  const Bytes bytes = reader->ReadBytes(8 + parts * 4, "SID");
  const auto sid = FormatSid(bytes);
  if (!sid) {
    reader->Fail(Errc::kBadValue, "SID");
    return {};
  }
  return {ValueType::kSid, 0, context->arena->Copy(*sid)};
}

Value ReadSystemTime(uint8_t out_type, ByteReader* reader,
                     PayloadContext* context) {
  const Bytes bytes = reader->ReadBytes(kSystemTimeBytes, "SYSTEMTIME");
  if (bytes.empty()) return {};
  const auto part = [&](size_t index) -> uint32_t {
    return LoadU16(bytes.data() + index * 2);
  };
  Civil civil;
  civil.year = static_cast<int32_t>(part(0));
  civil.month = part(1);
  civil.day = part(3);
  civil.hour = part(4);
  civil.minute = part(5);
  civil.second = part(6);
  civil.tick = part(7) * 10'000;
  const auto ticks = FromCivil(civil);
  if (!ticks) return Binary(bytes, context);
  if (out_type == kOutUtc) return {ValueType::kTime, ticks->value, {}};
  std::string text = FormatUtc(*ticks, 3);
  text.pop_back();  // the Z
  return Value::String(context->arena->Copy(text));
}

Value ReadFloat(uint8_t in_type, ByteReader* reader) {
  const double number =
      in_type == kInFloat
          ? static_cast<double>(std::bit_cast<float>(reader->U32("float")))
          : std::bit_cast<double>(reader->U64("double"));
  return {ValueType::kFloat, std::bit_cast<uint64_t>(number), {}};
}

Value ReadGuid(ByteReader* reader, PayloadContext* context) {
  const Bytes bytes = reader->ReadBytes(kGuidBytes, "GUID");
  if (bytes.empty()) return {};
  return {ValueType::kGuid, 0, context->arena->Copy(FormatGuid(bytes))};
}

Value ReadPlain(uint8_t in_type, uint8_t out_type, ByteReader* reader,
                PayloadContext* context) {
  switch (in_type) {
    case kInNull:
      return {};
    case kInUnicodeString:
      return Value::String(CopyUtf16(ReadTerminated(reader, 2), context));
    case kInAnsiString:
      return Value::String(CopyAnsi(ReadTerminated(reader, 1), context));
    case kInInt8:
      return Signed(static_cast<int8_t>(reader->U8("int8")), out_type, false);
    case kInUInt8:
      return Unsigned(reader->U8("uint8"), out_type, false);
    case kInInt16:
      return Signed(static_cast<int16_t>(reader->U16("int16")), out_type,
                    false);
    case kInUInt16:
      return Unsigned(reader->U16("uint16"), out_type, false);
    case kInInt32:
      return Signed(static_cast<int32_t>(reader->U32("int32")), out_type,
                    false);
    case kInUInt32:
      return Unsigned(reader->U32("uint32"), out_type, false);
    case kInInt64:
      return Signed(static_cast<int64_t>(reader->U64("int64")), out_type, true);
    case kInUInt64:
      return Unsigned(reader->U64("uint64"), out_type, true);
    case kInFloat:
    case kInDouble:
      return ReadFloat(in_type, reader);
    case kInBool32:
      return Unsigned(reader->U32("bool32"), kOutBoolean, false);
    case kInGuid:
      return ReadGuid(reader, context);
    case kInPointer:
      return {ValueType::kHex64,
              context->pointer_size == 4 ? reader->U32("pointer")
                                         : reader->U64("pointer"),
              {}};
    case kInFileTime:
      return {ValueType::kTime, reader->U64("FILETIME"), {}};
    case kInSystemTime:
      return ReadSystemTime(out_type, reader, context);
    case kInSid:
      return ReadSid(reader, context);
    case kInHexInt32:
      return {ValueType::kHex32, reader->U32("hexint32"), {}};
    case kInHexInt64:
      return {ValueType::kHex64, reader->U64("hexint64"), {}};
    case kInCountedString: {
      const uint16_t size = reader->U16("size of string");
      return Value::String(
          CopyUtf16(reader->ReadBytes(size, "string"), context));
    }
    case kInCountedAnsiString: {
      const uint16_t size = reader->U16("size of string");
      return Value::String(
          CopyAnsi(reader->ReadBytes(size, "string"), context));
    }
    case kInBinary:
    case kInCountedBinary: {
      const uint16_t size = reader->U16("size of binary");
      return Binary(reader->ReadBytes(size, "binary"), context);
    }
    default:
      reader->Fail(Errc::kUnsupported, "type of value");
      return {};
  }
}

}  // namespace

std::string_view CopyUtf16(Bytes units, PayloadContext* context) {
  std::string text;
  context->replaced +=
      AppendUtf16Le(units.first(units.size() & ~size_t{1}), &text);
  // Half a unit holds no character.
  if (units.size() % 2 != 0) ++context->replaced;
  while (text.ends_with('\0')) text.pop_back();
  return context->arena->Copy(text);
}

std::string_view CopyAnsi(Bytes bytes, PayloadContext* context) {
  std::string_view chars = AsChars(bytes);
  while (chars.ends_with('\0')) chars.remove_suffix(1);
  if (IsValidUtf8(chars)) return context->arena->Copy(chars);
  std::string text;
  context->replaced += AppendCp1252(AsBytes(chars), &text);
  return context->arena->Copy(text);
}

Value ReadValue(uint8_t in_type, uint8_t out_type, ByteReader* reader,
                PayloadContext* context) {
  if (!reader->ok()) return {};
  const Value value = ReadPlain(in_type, out_type, reader, context);
  return reader->ok() ? value : Value{};
}

}  // namespace espial::etl
