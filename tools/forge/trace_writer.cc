#include "tools/forge/trace_writer.h"

#include <espial/core/text.h>
#include <espial/model/zone_rule.h>

#include <cstdint>
#include <string_view>

namespace espial::forge {
namespace {

constexpr uint32_t kBufferBytes = 0x1000;
constexpr uint32_t kBufferHeaderBytes = 0x48;
constexpr uint64_t kFrequency = 10'000'000;
constexpr uint64_t kFirstStamp = 5'000'000;

// Appends `size` bytes of `value`, little endian.
void Put(uint64_t value, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) {
    out->push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
  }
}

void PutName(std::string_view text, std::string* out) {
  constexpr size_t kNameBytes = 64;
  std::string wide = ToUtf16Le(text);
  wide.resize(kNameBytes, '\0');
  *out += wide;
}

// A SYSTEMTIME that is a rule.
void PutSwitch(std::string_view text, std::string* out) {
  const auto rule = ParseZoneSwitch(text).value_or(ZoneSwitch());
  for (const uint32_t part :
       {0U, uint32_t{rule.month}, uint32_t{rule.weekday}, uint32_t{rule.week},
        rule.second / 3600, rule.second / 60 % 60, rule.second % 60, 0U}) {
    Put(part, 2, out);
  }
}

void Align(std::string* out) {
  while (out->size() % 8 != 0) out->push_back('\0');
}

// TRACE_LOGFILE_HEADER of a 64-bit session.
std::string Description(Ticks start, const Zone& zone) {
  std::string body;
  Put(kBufferBytes, 4, &body);
  Put(0x0501000A, 4, &body);                                    // version
  Put(22631, 4, &body);                                         // build
  Put(4, 4, &body);                                             // processors
  Put(start.value + 60 * uint64_t{kTicksPerSecond}, 8, &body);  // its end
  Put(156'250, 4, &body);  // timer resolution
  Put(0, 4, &body);        // no largest size
  Put(0x10001, 4, &body);  // mode
  Put(1, 4, &body);        // buffers written
  Put(1, 4, &body);        // start buffers
  Put(8, 4, &body);        // bytes of a pointer
  Put(0, 4, &body);        // events lost
  Put(2000, 4, &body);     // MHz
  Put(0, 8, &body);
  Put(0, 8, &body);
  Put(static_cast<uint32_t>(zone.bias_minutes), 4, &body);
  const bool daylight = !zone.daylight_from.empty();
  PutName(zone.name, &body);
  PutSwitch(zone.daylight_to, &body);
  Put(0, 4, &body);
  PutName(zone.name, &body);
  PutSwitch(zone.daylight_from, &body);
  Put(static_cast<uint32_t>(daylight ? -60 : 0), 4, &body);
  Align(&body);
  Put(start.value, 8, &body);  // boot
  Put(kFrequency, 8, &body);
  Put(start.value, 8, &body);
  Put(1, 4, &body);  // stamps count kFrequency a second
  Put(0, 4, &body);
  body += ToUtf16Le("Collector_Autopilot") + std::string(2, '\0');
  body += ToUtf16Le("C:\\Collector.etl") + std::string(2, '\0');
  return body;
}

}  // namespace

std::string WriteTrace(Ticks start, const Zone& zone) {
  const std::string body = Description(start, zone);
  constexpr size_t kRecordHeaderBytes = 0x20;
  std::string record;
  Put(0xC0020002, 4, &record);
  Put(kRecordHeaderBytes + body.size(), 2, &record);
  Put(0, 2, &record);
  Put(4, 4, &record);  // thread
  Put(4, 4, &record);  // process
  Put(kFirstStamp, 8, &record);
  Put(0, 8, &record);
  record += body;
  Align(&record);

  std::string buffer;
  const uint64_t end = kBufferHeaderBytes + record.size();
  Put(kBufferBytes, 4, &buffer);
  Put(end, 4, &buffer);
  Put(end, 4, &buffer);
  Put(0, 4, &buffer);
  Put(kFirstStamp, 8, &buffer);
  Put(1, 8, &buffer);  // sequence
  Put(0, 8, &buffer);
  Put(0, 2, &buffer);  // processor
  Put(1, 2, &buffer);  // logger
  Put(0, 4, &buffer);
  Put(end, 4, &buffer);
  Put(1, 2, &buffer);  // flushed
  Put(4, 2, &buffer);  // a header
  buffer.resize(kBufferHeaderBytes, '\0');
  buffer += record;
  buffer.resize(kBufferBytes, static_cast<char>(0xFF));
  return buffer;
}

}  // namespace espial::forge
