// Registry exports: the dump of MdmDiagnosticsTool at its real size (about
// 7,000 keys, 40,000 values), and regedit's version 5 in UTF-16LE.
//
//   Registry_Parse_*    into a sink that looks at each fact and drops it
//   Registry_Collect_*  into a Collector, as an analysis does
#include <benchmark/benchmark.h>
#include <espial/core/text.h>

#include <cstdint>
#include <memory>
#include <string>

#include "bench/parser_bench.h"

namespace espial::registry_dump {
extern const Parser kParser;
}
namespace espial::registry_reg {
extern const Parser kParser;
}

namespace espial {
namespace {

using bench::Collect;
using bench::MakeSource;
using bench::Parse;

constexpr int kKeys = 6'900;
constexpr uint64_t kValues = kKeys * 6;

std::string KeyPath(int i) {
  return "HKEY_LOCAL_MACHINE\\software\\microsoft\\PolicyManager\\current\\"
         "device\\Area" +
         std::to_string(i);
}

// The mix of a real dump: two thirds numbers, some long and some multi-line
// strings, GUIDs, paths.
std::shared_ptr<const Source> MakeDump() {
  std::string text;
  for (int i = 0; i < kKeys; ++i) {
    const std::string n = std::to_string(i);
    text += "[" + KeyPath(i) + "]\r\n";
    text += "    \"AllowSetting" + n + "\"=DWORD:00000001\r\n";
    text += "    \"AllowSetting" + n + "_ProviderSet\"=DWORD:00000001\r\n";
    text += "    \"AllowSetting" + n +
            "_WinningProvider\"=\"B8A7C1E4-27B5-4F8B-9D65-2D1D9E4E7F10\"\r\n";
    text += "    \"LastWrite\"=QWORD:1d8abc0" +
            ToHex(static_cast<uint64_t>(i)) + "\r\n";
    text += "    \"Path\"=\"C:\\Program Files\\Vendor " + n + "\\app.exe\"\r\n";
    text += i % 25 == 0 ? "    \"Text\"=\"{\r\n  \"a\": \"b\"\r\n}\"\r\n"
                        : "    \"Blob\"=hex(3):01,02,03,04,05,06,07,08\r\n";
    text += "\r\n";
  }
  return MakeSource(text);
}

std::shared_ptr<const Source> MakeExport() {
  std::string text = "Windows Registry Editor Version 5.00\r\n\r\n";
  for (int i = 0; i < kKeys; ++i) {
    const std::string n = std::to_string(i);
    text += "[" + KeyPath(i) + "]\r\n";
    text += "\"AllowSetting" + n + "\"=dword:00000001\r\n";
    text += "\"AllowSetting" + n + "_ProviderSet\"=dword:00000001\r\n";
    text += "\"AllowSetting" + n +
            "_WinningProvider\"=\"B8A7C1E4-27B5-4F8B-9D65-2D1D9E4E7F10\"\r\n";
    text += "\"LastWrite\"=hex(b):00,01,02,03,04,05,06,07\r\n";
    text +=
        "\"Path\"=\"C:\\\\Program Files\\\\Vendor " + n + "\\\\app.exe\"\r\n";
    text += "\"List\"=hex(7):61,00,62,00,00,00,\\\r\n  63,00,00,00,00,00\r\n";
    text += "\r\n";
  }
  return MakeSource("\xFF\xFE" + ToUtf16Le(text));
}

void BM_Registry_Parse_Dump(benchmark::State& state) {
  Parse(state, registry_dump::kParser, *MakeDump(), kValues);
}
BENCHMARK(BM_Registry_Parse_Dump)->Unit(benchmark::kMillisecond);

void BM_Registry_Collect_Dump(benchmark::State& state) {
  Collect(state, registry_dump::kParser, *MakeDump());
}
BENCHMARK(BM_Registry_Collect_Dump)->Unit(benchmark::kMillisecond);

void BM_Registry_Parse_ExportUtf16(benchmark::State& state) {
  Parse(state, registry_reg::kParser, *MakeExport(), kValues);
}
BENCHMARK(BM_Registry_Parse_ExportUtf16)->Unit(benchmark::kMillisecond);

void BM_Registry_Collect_ExportUtf16(benchmark::State& state) {
  Collect(state, registry_reg::kParser, *MakeExport());
}
BENCHMARK(BM_Registry_Collect_ExportUtf16)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace espial
