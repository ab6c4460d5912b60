// Where things stand in an EVTX file, and the numbers it uses. FORMAT.md tells
// what they mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace espial::evtx {

inline constexpr std::string_view kFileMagic{"ElfFile\0", 8};
inline constexpr std::string_view kChunkMagic{"ElfChnk\0", 8};
inline constexpr uint32_t kRecordMagic = 0x00002a2a;

inline constexpr size_t kFileHeaderSize = 4096;
inline constexpr size_t kChunkSize = 65536;
inline constexpr size_t kChunkHeaderSize = 512;
// Magic, size, id and time stand before the binary XML of a record, a copy of
// the size behind it.
inline constexpr size_t kRecordHeaderSize = 24;
inline constexpr size_t kMinRecordSize = kRecordHeaderSize + 4;
inline constexpr size_t kRecordAlignment = 8;
// Chain link, GUID and size of a template definition.
inline constexpr size_t kTemplateHeaderSize = 24;

// The id of a chunk that was never flushed.
inline constexpr uint64_t kNoId = ~uint64_t{0};

inline constexpr uint32_t kFileDirty = 1;
inline constexpr uint32_t kFileNoChecksum = 4;
inline constexpr uint32_t kChunkNoChecksum = 4;

// Tokens of binary XML; kMoreFlag may be set on those that open something.
enum Token : uint8_t {
  kTokenEnd = 0x00,
  kTokenOpenElement = 0x01,
  kTokenCloseStart = 0x02,
  kTokenCloseEmpty = 0x03,
  kTokenEndElement = 0x04,
  kTokenValue = 0x05,
  kTokenAttribute = 0x06,
  kTokenCData = 0x07,
  kTokenCharRef = 0x08,
  kTokenEntityRef = 0x09,
  kTokenPiTarget = 0x0a,
  kTokenPiData = 0x0b,
  kTokenInstance = 0x0c,
  kTokenSlot = 0x0d,
  kTokenOptionalSlot = 0x0e,
  kTokenFragment = 0x0f,
};
inline constexpr uint8_t kMoreFlag = 0x40;

// Types of binary XML values.
enum WireType : uint8_t {
  kWireNull = 0x00,
  kWireString = 0x01,
  kWireAnsi = 0x02,
  kWireInt8 = 0x03,
  kWireUInt8 = 0x04,
  kWireInt16 = 0x05,
  kWireUInt16 = 0x06,
  kWireInt32 = 0x07,
  kWireUInt32 = 0x08,
  kWireInt64 = 0x09,
  kWireUInt64 = 0x0a,
  kWireFloat = 0x0b,
  kWireDouble = 0x0c,
  kWireBool = 0x0d,
  kWireBinary = 0x0e,
  kWireGuid = 0x0f,
  kWireSizeT = 0x10,
  kWireFileTime = 0x11,
  kWireSystemTime = 0x12,
  kWireSid = 0x13,
  kWireHex32 = 0x14,
  kWireHex64 = 0x15,
  kWireHandle = 0x20,
  kWireBinXml = 0x21,
  kWireXml = 0x23,
};
inline constexpr uint8_t kWireArray = 0x80;

}  // namespace espial::evtx
