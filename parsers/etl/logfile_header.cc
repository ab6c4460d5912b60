#include "parsers/etl/logfile_header.h"

#include <espial/core/text.h>

#include <array>
#include <string_view>

namespace espial::etl {
namespace {

std::string TwoDigits(uint32_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

// UTF-16LE up to the first NUL.
std::string ReadName(Bytes units) {
  std::string name;
  AppendUtf16Le(units.first(units.size() & ~size_t{1}), &name);
  name.resize(std::min(name.find('\0'), name.size()));
  return name;
}

Value TimeValue(Ticks ticks) {
  if (ticks.value == 0) return {};
  return {ValueType::kTime, ticks.value, {}};
}

Value IntValue(int32_t number) {
  return {ValueType::kInt, static_cast<uint64_t>(int64_t{number}), {}};
}

}  // namespace

std::string RuleDate(Bytes systemtime) {
  const auto part = [&](size_t index) -> uint32_t {
    return LoadU16(systemtime.data() + index * 2);
  };
  const uint32_t year = part(0);
  const uint32_t month = part(1);
  if (month == 0) return {};
  const std::string day = std::to_string(part(3));
  std::string date;
  if (year != 0) {
    date = std::to_string(year) + "-" + TwoDigits(month) + "-" +
           TwoDigits(part(3));
  } else {
    date = std::to_string(month) + "." + day + "." + std::to_string(part(2));
  }
  return date + "/" + TwoDigits(part(4)) + ":" + TwoDigits(part(5)) + ":" +
         TwoDigits(part(6));
}

Result<LogfileHeader> ReadLogfileHeader(Bytes bytes, uint64_t offset) {
  constexpr uint64_t kZoneNameBytes = 64;
  constexpr uint64_t kSystemTimeBytes = 16;
  LogfileHeader header;
  ByteReader reader(bytes, offset);
  header.buffer_size = reader.U32("BufferSize");
  reader.Skip(8, "Version");
  header.cpus = reader.U32("NumberOfProcessors");
  header.end.value = reader.U64("EndTime");
  reader.Skip(8, "TimerResolution");
  header.mode = reader.U32("LogFileMode");
  header.buffers_written = reader.U32("BuffersWritten");
  reader.Skip(4, "StartBuffers");
  header.pointer_size = reader.U32("PointerSize");
  header.events_lost = reader.U32("EventsLost");
  header.cpu_mhz = reader.U32("CpuSpeedInMHz");
  ESPIAL_TRY(reader.status());
  if (header.pointer_size != 4 && header.pointer_size != 8) {
    return Error{
        Errc::kBadValue, "PointerSize", offset + 0x2C,
        "expected 4 or 8, found " + std::to_string(header.pointer_size)};
  }
  reader.Skip(uint64_t{2} * header.pointer_size, "LoggerName");
  header.bias = static_cast<int32_t>(reader.U32("Bias"));
  header.standard_name = ReadName(reader.ReadBytes(kZoneNameBytes, "zone"));
  const Bytes standard = reader.ReadBytes(kSystemTimeBytes, "StandardDate");
  header.standard_bias = static_cast<int32_t>(reader.U32("StandardBias"));
  header.daylight_name = ReadName(reader.ReadBytes(kZoneNameBytes, "zone"));
  const Bytes daylight = reader.ReadBytes(kSystemTimeBytes, "DaylightDate");
  header.daylight_bias = static_cast<int32_t>(reader.U32("DaylightBias"));
  // 64-bit fields follow, aligned.
  reader.Skip((8 - reader.position() % 8) % 8, "BootTime");
  header.boot.value = reader.U64("BootTime");
  header.frequency = reader.U64("PerfFreq");
  header.start.value = reader.U64("StartTime");
  header.clock_type = reader.U32("ClockType");
  header.buffers_lost = reader.U32("BuffersLost");
  ESPIAL_TRY(reader.status());
  header.standard_date = RuleDate(standard);
  header.daylight_date = RuleDate(daylight);
  // Two strings end the record; names that are cut do no harm.
  const Bytes rest = reader.rest();
  size_t end = 0;
  while (end + 2 <= rest.size() && LoadU16(rest.data() + end) != 0) end += 2;
  header.logger = ReadName(rest.first(end));
  header.file = ReadName(SliceClamped(rest, end + 2, rest.size()));
  return header;
}

TraceClock ClockOf(const LogfileHeader& header, uint64_t stamp) {
  const bool cycles = header.clock_type == kClockCpuCycle;
  const uint64_t frequency =
      cycles ? uint64_t{header.cpu_mhz} * 1'000'000 : header.frequency;
  return {header.clock_type, frequency, stamp, header.start};
}

std::vector<Field> FieldsOf(const LogfileHeader& header, Arena* arena) {
  const auto text = [&](const std::string& value) {
    return Value::String(arena->Copy(value));
  };
  return {
      {"Bias", IntValue(header.bias)},
      {"StandardBias", IntValue(header.standard_bias)},
      {"DaylightBias", IntValue(header.daylight_bias)},
      {"StandardName", text(header.standard_name)},
      {"DaylightName", text(header.daylight_name)},
      {"StandardDate", text(header.standard_date)},
      {"DaylightDate", text(header.daylight_date)},
      {"StartTime", TimeValue(header.start)},
      {"EndTime", TimeValue(header.end)},
      {"BootTime", TimeValue(header.boot)},
      {"LogFileMode", {ValueType::kHex32, header.mode, {}}},
      {"EventsLost", Value::UInt(header.events_lost)},
      {"BuffersLost", Value::UInt(header.buffers_lost)},
      {"BuffersWritten", Value::UInt(header.buffers_written)},
      {"Cpus", Value::UInt(header.cpus)},
      {"PointerSize", Value::UInt(header.pointer_size)},
      {"BufferSize", Value::UInt(header.buffer_size)},
      {"ClockType", Value::UInt(header.clock_type)},
  };
}

}  // namespace espial::etl
