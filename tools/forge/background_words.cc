#include "tools/forge/background_words.h"

#include <fmt/format.h>

namespace espial::forge {
namespace {

constexpr std::string_view kNouns[] = {
    "policy",  "session", "package",  "request", "channel",  "profile",
    "device",  "account", "schedule", "content", "manifest", "inventory",
    "service", "setting", "update",   "cache",   "report",   "window"};
constexpr std::string_view kVerbs[] = {
    "was read",     "is ready",          "waits for",  "goes on with",
    "was sent to",  "was compared with", "belongs to", "follows",
    "was kept for", "was found for"};
constexpr std::string_view kFolders[] = {
    "C:\\Windows\\System32\\drivers",
    "C:\\Program Files\\Contoso\\Client",
    "C:\\Program Files (x86)\\Fabrikam\\Viewer",
    "C:\\ProgramData\\Contoso\\State",
    "C:\\Windows\\IMECache",
    "C:\\Users\\Public\\Documents"};
constexpr std::string_view kPackages[] = {
    "Contoso.Notes", "Contoso.Calendar", "Fabrikam.Viewer", "Fabrikam.Sync",
    "Litware.Scan",  "Litware.Fonts",    "Northwind.Orders"};
constexpr std::string_view kApps[] = {
    "Contoso VPN Client",  "Contoso Certificates", "Fabrikam Office Add-in",
    "Litware Print Agent", "Northwind ERP",        "Contoso Wallpaper"};
constexpr std::string_view kAgent = "IntuneManagementExtension";

std::string Sid(Random* random) {
  return fmt::format("S-1-5-21-{}-{}-{}-{}", 1000000000 + random->Below(1000),
                     2000000000, 3000000000U, 1000 + random->Below(40));
}

// An app by its number: its id is always the same.
struct App {
  uint64_t number;
  [[nodiscard]] std::string id() const { return GuidOf(number); }
  [[nodiscard]] std::string_view name() const {
    return kApps[number % std::size(kApps)];
  }
};

// The policies of all apps in one line, as the agent gets them.
std::string PolicyList(Random* random) {
  std::string text = "Get policies = [";
  const uint64_t count = 3 + random->Below(8);
  for (uint64_t i = 0; i < count; ++i) {
    const App app{random->Below(24)};
    text += fmt::format(
        "{}{{\"Id\":\"{}\",\"Name\":\"{}\",\"Version\":{},\"Intent\":{},"
        "\"TargetType\":{},\"InstallEx\":\"{{\\\"RunAs\\\":1,\\\"Retries\\\":3}"
        "}"
        "\",\"DetectionRule\":\"[{{\\\"DetectionType\\\":2,\\\"Path\\\":\\\"{}"
        "\\\"}}]\",\"ESPConfiguration\":{},\"Comment\":\"{}\"}}",
        i == 0 ? "" : ",", app.id(), app.name(), 1 + random->Below(9),
        random->Below(4), random->Below(3), "%ProgramFiles%/Contoso",
        random->Below(2), Sentence(random));
  }
  return text + "]";
}

std::string AppState(const App& app, Random* random) {
  return fmt::format(
      "[StatusService] Saved AppInstallStatus for app {} as "
      "{{\"ApplicationId\":\"{}\",\"ResultantAppState\":{},"
      "\"EnforcementState\":{},\"TargetingType\":{},\"Intent\":{},"
      "\"InstallContext\":2,\"ErrorCode\":0}}",
      app.name(), app.id(), random->Below(5), 1000 + random->Below(4),
      random->Below(3), 3);
}

}  // namespace

std::string GuidOf(uint64_t number) {
  Random mixed(number);
  const uint64_t high = mixed.Next();
  const uint64_t low = mixed.Next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", high >> 32U,
                     high >> 16U & 0xFFFFU, high & 0xFFFU, low >> 52U,
                     low & 0xFFFFFFFFFFFFU);
}

std::string PathText(Random* random) {
  return fmt::format("{}\\{}-{:x}.dat", random->Pick(kFolders),
                     random->Pick(kNouns), random->Below(0xFFFF));
}

std::string Sentence(Random* random) {
  std::string text;
  const uint64_t parts = 1 + random->Below(3);
  for (uint64_t i = 0; i < parts; ++i) {
    if (i != 0) text += "; ";
    text += fmt::format("{} {} {} {} {}", random->Pick(kNouns),
                        random->Below(900), random->Pick(kVerbs),
                        random->Pick(kNouns), random->Below(90));
  }
  return text;
}

std::string FieldText(std::string_view type, std::string_view name,
                      Random* random) {
  if (type == "Boolean") return random->Below(2) == 0 ? "true" : "false";
  if (type == "GUID") return "{" + GuidOf(random->Below(500)) + "}";
  if (type == "SID") return Sid(random);
  if (type == "Binary") return "";
  if (type == "FILETIME") return "2025-03-10T08:00:00Z";
  if (type == "HexInt32" || type == "HexInt64") return "0x0";
  if (type != "UnicodeString" && type != "AnsiString") {
    return std::to_string(random->Below(100));
  }
  if (name.find("Package") != std::string_view::npos) {
    return fmt::format("{}_{}.{}.0_x64__{:013x}", random->Pick(kPackages),
                       1 + random->Below(9), random->Below(400),
                       random->Below(0xFFFFFFFFFFU));
  }
  if (name.find("Path") != std::string_view::npos ||
      name.find("Process") != std::string_view::npos ||
      name.find("Command") != std::string_view::npos) {
    return PathText(random);
  }
  if (name.find("Sid") != std::string_view::npos) return Sid(random);
  return Sentence(random);
}

AgentLine MakeAgentLine(Random* random) {
  const App app{random->Below(24)};
  switch (random->Below(24)) {
    case 0:
      return {
          fmt::format("[Win32App] Got {} Win32App(s) for user {} in session "
                      "{}",
                      random->Below(30), GuidOf(900), random->Below(4)),
          kAgent};
    case 1:
      return {
          fmt::format("[Win32App][V3Processor] Processing subgraph with app "
                      "ids: {}",
                      app.id()),
          "AppWorkload"};
    case 2:
      return {AppState(app, random), kAgent};
    case 3:
      return {fmt::format("[Win32App][ReportingManager] Desired state for app "
                          "with id: {} has been updated. Report delta: "
                          "{{\"DesiredState\":{{\"OldValue\":\"None\","
                          "\"NewValue\":\"Present\"}}}}",
                          app.id()),
              "AppWorkload"};
    case 4:
      return {fmt::format("Powershell script {} has no new version: {}",
                          GuidOf(1000 + random->Below(20)), Sentence(random)),
              "HealthScripts"};
    case 5:
      return {
          fmt::format("[Win32App DO] DO download: bytes {}/{} for app id {}",
                      random->Below(90'000'000), 90'000'000, app.id()),
          "AppWorkload"};
    case 6:
      return {fmt::format("Impersonation of session {}: {}", random->Below(4),
                          Sentence(random)),
              kAgent};
    case 7:
      return {fmt::format(
                  "Exception occurs.\r\n   at Contoso.Agent.{}.Read()\r\n"
                  "   at Contoso.Agent.{}.Run(String path, Int32 {})",
                  random->Pick(kNouns), random->Pick(kNouns), random->Below(9)),
              kAgent};
    case 8:
      if (random->Below(24) == 0) return {PolicyList(random), kAgent};
      [[fallthrough]];
    case 9:
      return {fmt::format("[Client Health] {} at {}", Sentence(random),
                          PathText(random)),
              "ClientHealth"};
    default:
      return {fmt::format("[{}] {}", random->Pick(kPackages), Sentence(random)),
              kAgent};
  }
}

}  // namespace espial::forge
