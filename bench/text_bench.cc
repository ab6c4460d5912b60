// Text logs, at the sizes that bundles hold: a log of the Intune Management
// Extension (3 MB, then it rotates) and setupact.log.
//
//   Text_Parse_*    into a sink that looks at each event and drops it
//   Text_Collect_*  into a Collector, as an analysis does
#include <benchmark/benchmark.h>
#include <espial/core/text.h>

#include <string>

#include "bench/parser_bench.h"

namespace espial::cmtrace {
extern const Parser kParser;
}
namespace espial::panther {
extern const Parser kParser;
}
namespace espial::textlog {
extern const Parser kParser;
}

namespace espial {
namespace {

using bench::Collect;
using bench::MakeSource;
using bench::Parse;

constexpr size_t kLogBytes = 3 << 20;

// The mix of a real log: banners and chatter, some lines that say what became
// of an app, messages of several lines, and now and then all policies as JSON.
std::string MakeIme() {
  constexpr std::string_view kApp = "48054978-39bd-40da-8d45-0d28004b4960";
  const std::string app(kApp);
  const std::string policy =
      R"({"Id":")" + app +
      R"(","Name":"Contoso VPN","Version":2,"Intent":3,"DetectionRule":")" +
      R"([{\"DetectionType\":2,\"DetectionText\":\"{}\"}]","InstallEx":")" +
      R"({\"RunAs\":1,\"RequiresLogon\":false}"},)";
  std::string policies = "Get policies = [";
  for (int i = 0; i < 60; ++i) policies += policy;
  policies.back() = ']';
  const std::string messages[] = {
      "[Win32App] ------------------------------------------------ application "
      "poller starts. ------------------------------------------------ ",
      "[Win32App] Checking throttling settings for the current session, no "
      "restriction applies; continuing with the next check in the list.",
      "[Win32App][DetectionActionHandler] Detection for policy with id: " +
          app +
          " resulted in action status: Success and detection state: Detected.",
      "[Win32App][ActionProcessor] App with id: " + app +
          ", targeted intent: RequiredInstall, and enforceability: Enforceable "
          "has projected enforcement classification: EnforcementPoint with "
          "desired state: Present. Current state is:\nDetection = NotDetected\n"
          "Applicability =  Applicable\nReboot = Clean\nLocal start time = "
          "1/1/0001 12:00:00 AM\nGRS expired = True",
      "Agent executor completed.",
      "Successfully retrieved the certificate from the local store, thumbprint "
      "2FD4E1C67A2D28FCED849EE1BB76E7391B93EB12, it is valid.",
  };
  std::string text;
  for (int i = 0; text.size() < kLogBytes; ++i) {
    const std::string second = std::to_string(10 + i / 60 % 50);
    text += "<![LOG[" + (i % 500 == 7 ? policies : messages[i % 6]) +
            "]LOG]!><time=\"04:53:" + second +
            ".3323547\" date=\"9-8-2025\" "
            "component=\"IntuneManagementExtension\" context=\"\" type=\"1\" "
            "thread=\"" +
            std::to_string(i % 40) + "\" file=\"\">\r\n";
  }
  return text;
}

std::string MakeSetupact() {
  std::string text;
  for (int i = 0; text.size() < kLogBytes; ++i) {
    text += "2025-06-02 17:30:" + std::to_string(10 + i % 50);
    text += i % 7 == 3
                ? ", Error      [0x0601c1] IBS    Callback_Specialize: An "
                  "error occurred while setting the name (hr=0x80070002)\r\n"
            : i % 7 == 5
                ? ", Info                  DISM   DISM Package Manager: "
                  "PID=6108 TID=5192 Attempting to route to the handler. - "
                  "CPackageManagerCLIHandler::ExecuteCmdLine\r\n"
                : ", Info                         [windeploy.exe] Found no "
                  "unattend file; continuing with the next pass of setup.\r\n";
    if (i % 7 == 6) text += "    a line that goes on the event above\r\n";
  }
  return text;
}

std::string MakeTextlog() {
  std::string text;
  for (int i = 0; text.size() < kLogBytes; ++i) {
    text += "2025-09-08 04:53:" + std::to_string(10 + i % 50) +
            ".123 INFO  Install step " + std::to_string(i) +
            " of the package was found and runs without a window.\r\n";
  }
  return text;
}

void BM_Text_Parse_Cmtrace(benchmark::State& state) {
  Parse(state, cmtrace::kParser, *MakeSource(MakeIme()));
}
BENCHMARK(BM_Text_Parse_Cmtrace)->Unit(benchmark::kMillisecond);

void BM_Text_Collect_Cmtrace(benchmark::State& state) {
  Collect(state, cmtrace::kParser, *MakeSource(MakeIme()));
}
BENCHMARK(BM_Text_Collect_Cmtrace)->Unit(benchmark::kMillisecond);

void BM_Text_Parse_CmtraceUtf16(benchmark::State& state) {
  Parse(state, cmtrace::kParser,
        *MakeSource("\xFF\xFE" + ToUtf16Le(MakeIme())));
}
BENCHMARK(BM_Text_Parse_CmtraceUtf16)->Unit(benchmark::kMillisecond);

void BM_Text_Parse_Panther(benchmark::State& state) {
  Parse(state, panther::kParser, *MakeSource(MakeSetupact()));
}
BENCHMARK(BM_Text_Parse_Panther)->Unit(benchmark::kMillisecond);

void BM_Text_Collect_Panther(benchmark::State& state) {
  Collect(state, panther::kParser, *MakeSource(MakeSetupact()));
}
BENCHMARK(BM_Text_Collect_Panther)->Unit(benchmark::kMillisecond);

void BM_Text_Parse_Textlog(benchmark::State& state) {
  Parse(state, textlog::kParser, *MakeSource(MakeTextlog()));
}
BENCHMARK(BM_Text_Parse_Textlog)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace espial
