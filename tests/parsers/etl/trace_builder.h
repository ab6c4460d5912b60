// Builds traces for tests, byte by byte as a session writes them.
#pragma once

#include <espial/core/text.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::testing {

// Appends `size` bytes of `value`, little endian.
inline void Put(uint64_t value, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
  }
}
// Writes over the bytes at `offset`.
inline void Poke(uint64_t value, size_t size, size_t offset,
                 std::string* bytes) {
  for (size_t i = 0; i < size; ++i) {
    (*bytes)[offset + i] = static_cast<char>(value >> (8 * i) & 0xFFU);
  }
}
inline void PutGuid(std::string_view text, std::string* out) {
  const auto guid = ParseGuid(text);
  for (const std::byte b : *guid) out->push_back(static_cast<char>(b));
}
// UTF-16LE with NUL.
inline std::string Wide(std::string_view text) {
  return ToUtf16Le(text) + std::string(2, '\0');
}
inline void Align(size_t to, std::string* out) {
  while (out->size() % to != 0) out->push_back('\0');
}

inline constexpr uint32_t kBuffer = 0x1000;
// 2025-06-02T14:00:00Z.
inline constexpr uint64_t kTraceStart = 133933464000000000U;
inline constexpr uint64_t kFirstStamp = 5'000'000;
inline constexpr uint64_t kFrequency = 10'000'000;
inline constexpr std::string_view kContoso =
    "{0cd1c309-0878-4515-83db-749843b3f5c9}";

// A zone as TIME_ZONE_INFORMATION has it.
struct Zone {
  int32_t bias = -60;
  int32_t daylight_bias = -60;
  bool rules = true;
};

// TRACE_LOGFILE_HEADER in its record.
inline std::string HeaderRecord(const Zone& zone = {}, uint32_t clock = 1,
                                uint32_t pointer = 8) {
  std::string body;
  Put(kBuffer, 4, &body);
  Put(0x0501000A, 4, &body);
  Put(26100, 4, &body);
  Put(8, 4, &body);                           // processors
  Put(kTraceStart + 600'000'0000, 8, &body);  // EndTime: ten minutes later
  Put(156250, 4, &body);
  Put(0, 4, &body);
  Put(0x10001, 4, &body);  // LogFileMode
  Put(1, 4, &body);        // BuffersWritten
  Put(1, 4, &body);
  Put(pointer, 4, &body);
  Put(0, 4, &body);     // EventsLost
  Put(2000, 4, &body);  // MHz
  Put(0, pointer, &body);
  Put(0, pointer, &body);
  Put(static_cast<uint32_t>(zone.bias), 4, &body);
  const auto name = [&](std::string_view text) {
    std::string wide = ToUtf16Le(text);
    wide.resize(64, '\0');
    body += wide;
  };
  const auto rule = [&](uint16_t month, uint16_t week, uint16_t hour) {
    for (const uint16_t part : {uint16_t{0}, month, uint16_t{0}, week, hour,
                                uint16_t{0}, uint16_t{0}, uint16_t{0}}) {
      Put(zone.rules ? part : 0U, 2, &body);
    }
  };
  name("@tzres.dll,-322");
  rule(10, 5, 3);
  Put(0, 4, &body);
  name("@tzres.dll,-321");
  rule(3, 5, 2);
  Put(static_cast<uint32_t>(zone.daylight_bias), 4, &body);
  Align(8, &body);
  Put(kTraceStart - 36'000'000'000, 8, &body);  // booted an hour before
  Put(kFrequency, 8, &body);
  Put(kTraceStart, 8, &body);
  Put(clock, 4, &body);
  Put(0, 4, &body);
  body += Wide("Collector_Autopilot") + Wide("C:\\Collectors\\a.etl");

  std::string record;
  Put(0xC0020002, 4, &record);
  Put(0x20 + body.size(), 2, &record);
  Put(0, 2, &record);
  Put(12, 4, &record);
  Put(4, 4, &record);
  Put(clock == 2 ? kTraceStart : kFirstStamp, 8, &record);
  Put(0, 8, &record);
  record += body;
  Align(8, &record);
  return record;
}

// An extended item; `more` follow.
inline std::string Item(uint16_t type, const std::string& data, bool more) {
  std::string item;
  const size_t padded = (8 + data.size() + 7) / 8 * 8;
  Put(padded, 2, &item);
  Put(type, 2, &item);
  Put(more ? 1 : 0, 2, &item);
  Put(data.size(), 2, &item);
  item += data;
  item.resize(padded, '\0');
  return item;
}

// EVENT_HEADER with what stands behind it.
struct EventSpec {
  std::string_view guid = kContoso;
  uint64_t stamp = kFirstStamp;
  uint16_t id = 0;
  uint8_t version = 0;
  uint8_t level = 4;
  uint16_t flags = 0x40;
  std::string items = {};
  std::string payload = {};
};
inline std::string EventRecord(const EventSpec& spec) {
  std::string record;
  Put(0x50 + spec.items.size() + spec.payload.size(), 2, &record);
  Put(0xC013, 2, &record);
  Put(spec.flags | (spec.items.empty() ? 0U : 1U), 2, &record);
  Put(0, 2, &record);
  Put(77, 4, &record);   // thread
  Put(500, 4, &record);  // process
  Put(spec.stamp, 8, &record);
  PutGuid(spec.guid, &record);
  Put(spec.id, 2, &record);
  Put(spec.version, 1, &record);
  Put(11, 1, &record);
  Put(spec.level, 1, &record);
  Put(2, 1, &record);                   // opcode
  Put(9, 2, &record);                   // task
  Put(0x4000000000000010, 8, &record);  // keywords
  Put(0, 8, &record);
  PutGuid("{11111111-2222-3333-4444-555555555555}", &record);
  record += spec.items + spec.payload;
  Align(8, &record);
  return record;
}

// The schema of a TraceLogging event: `fields` are the bytes of its fields.
inline std::string Schema(std::string_view name, const std::string& fields) {
  std::string schema;
  Put(2 + 1 + name.size() + 1 + fields.size(), 2, &schema);
  schema += '\0';
  schema += name;
  schema += '\0';
  return schema + fields;
}
inline std::string SchemaField(std::string_view name,
                               std::initializer_list<int> type) {
  std::string field(name);
  field += '\0';
  for (const int byte : type) field += static_cast<char>(byte);
  return field;
}
inline std::string Traits(std::string_view name) {
  std::string traits;
  Put(2 + name.size() + 1, 2, &traits);
  traits += name;
  return traits + '\0';
}
inline EventSpec TraceLogging(const std::string& schema, std::string payload) {
  EventSpec spec;
  spec.items = Item(12, Traits("Contoso.Oobe"), true) + Item(11, schema, false);
  spec.payload = std::move(payload);
  return spec;
}

// A buffer around `records`.
inline std::string Buffer(const std::string& records, uint16_t type = 0,
                          uint16_t flags = 1, uint32_t size = kBuffer) {
  std::string buffer;
  Put(size, 4, &buffer);
  Put(0x48 + records.size(), 4, &buffer);
  buffer.resize(0x34, '\0');
  Put(flags, 2, &buffer);
  Put(type, 2, &buffer);
  buffer.resize(0x48, '\0');
  buffer += records;
  buffer.resize(size, '\xFF');
  return buffer;
}

}  // namespace espial::testing
