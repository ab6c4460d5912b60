// Typed values out of the payload of an event.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/model/value.h>

#include <cstdint>

namespace espial::etl {

// Types of values as TraceLogging writes them; those of manifests are told in
// the same numbers.
enum InType : uint8_t {
  kInNull = 0,
  kInUnicodeString = 1,  // UTF-16LE up to NUL
  kInAnsiString = 2,     // bytes up to NUL
  kInInt8 = 3,
  kInUInt8 = 4,
  kInInt16 = 5,
  kInUInt16 = 6,
  kInInt32 = 7,
  kInUInt32 = 8,
  kInInt64 = 9,
  kInUInt64 = 10,
  kInFloat = 11,
  kInDouble = 12,
  kInBool32 = 13,
  kInBinary = 14,  // counted by 16 bits
  kInGuid = 15,
  kInPointer = 16,  // 4 or 8 bytes
  kInFileTime = 17,
  kInSystemTime = 18,
  kInSid = 19,
  kInHexInt32 = 20,
  kInHexInt64 = 21,
  kInCountedString = 22,      // UTF-16LE, counted by 16 bits, in bytes
  kInCountedAnsiString = 23,  // counted by 16 bits
  kInStruct = 24,
  kInCountedBinary = 25,
};

// How to show a value; 0 is what its type suggests.
inline constexpr uint8_t kOutBoolean = 3;
inline constexpr uint8_t kOutHex = 4;
inline constexpr uint8_t kOutWin32Error = 13;
inline constexpr uint8_t kOutNtStatus = 14;
inline constexpr uint8_t kOutHResult = 15;
inline constexpr uint8_t kOutUtc = 38;

// What reading of values needs and counts.
struct PayloadContext {
  Arena* arena = nullptr;  // owns the text of the values
  uint32_t pointer_size = 8;
  uint64_t replaced = 0;  // invalid sequences of text that became U+FFFD
};

// Reads one value. Where the bytes do not suffice the reader fails and the
// value is null. Text without its NUL goes to the end of the bytes. A time of
// day without zone (SYSTEMTIME) is text, unless it is said to be UTC.
Value ReadValue(uint8_t in_type, uint8_t out_type, ByteReader* reader,
                PayloadContext* context);

// UTF-16LE as text in the arena; counts what was invalid.
std::string_view CopyUtf16(Bytes units, PayloadContext* context);
// UTF-8 where it is valid, else cp1252.
std::string_view CopyAnsi(Bytes bytes, PayloadContext* context);

}  // namespace espial::etl
