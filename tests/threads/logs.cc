#include "tests/threads/logs.h"

#include <espial/core/bytes.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "tools/forge/evtx_writer.h"

namespace espial::threads_test {

std::shared_ptr<const Source> MakeLog(const std::string& name, size_t records,
                                      size_t text) {
  constexpr uint64_t kBegin = 133'000'000'000'000'000;
  constexpr uint64_t kSecond = 10'000'000;
  std::vector<forge::EvtxRecord> out(records);
  for (size_t i = 0; i < records; ++i) {
    forge::EvtxRecord& record = out[i];
    record.record_id = i + 1;
    record.time = Ticks{kBegin + i * kSecond};
    record.provider = "Microsoft-Windows-Sysmon";
    record.channel = "Microsoft-Windows-Sysmon/Operational";
    record.computer = "PC-1";
    record.id = 1;
    record.fields = {
        {"Image", "UnicodeString", "C:\\" + std::to_string(i % 10) + ".exe"},
        {"CommandLine", "UnicodeString",
         std::to_string(i) + " " + std::string(text, 'x')}};
  }
  auto bytes = forge::WriteEvtx(out);
  EXPECT_TRUE(bytes);
  return Source::FromBytes(name, std::move(bytes).value());
}

std::vector<std::shared_ptr<const Source>> MakeLogs() {
  std::vector<std::shared_ptr<const Source>> logs;
  for (size_t i = 0; i < 30; ++i) {
    logs.push_back(MakeLog("small " + std::to_string(i), 5 * i));
  }
  // More than two runs of 16 chunks.
  logs.push_back(MakeLog("large", 1200, 1500));
  logs.push_back(Source::FromBytes("no log", {}));
  logs.push_back(MakeLog("last", 7));
  return logs;
}

}  // namespace espial::threads_test
