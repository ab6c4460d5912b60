// Long lists of which the number counts: dism, pnputil; and ping.
#include <espial/core/text.h>

#include <array>
#include <string>
#include <vector>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

bool IsDism(std::string_view head) {
  constexpr std::array<std::string_view, 4> kTitles = {
      "Deployment Image Servicing and Management", "DISM\\dism.log",
      "Tool zur Imageverwaltung f?r die Bereitstellung",
      "Outil Gestion et maintenance des images de d?ploiement"};
  return HoldsAny(head.substr(0, 400), kTitles) ||
         head.find("~31bf3856ad364e35~") != std::string_view::npos;
}

// What stands in front of the list is kept, then blocks are counted: one a
// blank line, each with a label in its first line. The value in a line of the
// second label is counted too ("State : Installed").
void ReadDism(Capture* capture) {
  uint64_t packages = 0;
  uint64_t apps = 0;
  while (capture->Next()) {
    const auto found = SplitLabel(capture->line().text);
    const std::string_view text = capture->text();
    if (found &&
        (found->value.find("~31bf3856ad364e35~") != std::string_view::npos ||
         found->value.find("~~") != std::string_view::npos)) {
      ++packages;
    } else if (found && found->label == "PackageName") {
      ++apps;
    } else if (packages == 0 && apps == 0 && found &&
               found->label != "DisplayName" && !found->value.empty()) {
      capture->Add({}, found->label, found->value, found->value_at);
    } else if (const auto code = LastCode(text)) {
      capture->facts().AddTyped({}, "result", "string", text, code,
                                capture->line());
    }
  }
  if (packages != 0) capture->Count("packages", packages);
  if (apps != 0) capture->Count("provisioned apps", apps);
}

// "oem12.inf" as the value of a label.
bool IsDriver(std::string_view value) {
  return StartsWithFold(value, "oem") && EndsWithFold(value, ".inf") &&
         ParseUnsigned(value.substr(3, value.size() - 7)).has_value();
}

bool IsPnputil(std::string_view head) {
  bool driver = false;
  ForEachLine(head, [&](std::string_view line) {
    const auto found = SplitLabel(line);
    driver = found && IsDriver(found->value);
    return !driver;
  });
  return driver;
}

void ReadPnputil(Capture* capture) {
  uint64_t drivers = 0;
  while (capture->Next()) {
    const auto found = SplitLabel(capture->line().text);
    if (found && IsDriver(found->value)) ++drivers;
  }
  capture->Count("drivers", drivers);
}

// The numbers of "Packets: Sent = 4, Received = 4, Lost = 0 (0% loss),", in
// any language; empty for other lines.
std::vector<uint64_t> PacketsOf(std::string_view text) {
  std::vector<uint64_t> numbers;
  if (text.find('%') == std::string_view::npos) return numbers;
  for (size_t at = text.find(" = "); at != std::string_view::npos;
       at = text.find(" = ", at + 1)) {
    const std::string_view rest = text.substr(at + 3);
    const auto number =
        ParseUnsigned(rest.substr(0, rest.find_first_not_of("0123456789")));
    if (!number) return {};
    numbers.push_back(*number);
  }
  if (numbers.size() != 3) numbers.clear();
  return numbers;
}

bool IsPing(std::string_view head) {
  constexpr std::array<std::string_view, 4> kTitles = {
      "Pinging * with 32 bytes", "Ping wird ausgef?hrt f?r",
      "Envoi d'une requ?te 'ping'", "Haciendo ping a"};
  int replies = 0;
  ForEachLine(head, [&](std::string_view line) {
    const bool reply = line.find("TTL=") != std::string_view::npos ||
                       line.find("TTL expired") != std::string_view::npos;
    if (reply) ++replies;
    return replies < 2;
  });
  return replies >= 2 || HoldsAny(head.substr(0, 200), kTitles);
}

void ReadPing(Capture* capture) {
  bool first = true;
  while (capture->Next()) {
    const std::string_view text = capture->text();
    if (first) capture->Add({}, "Target", text);
    first = false;
    const std::vector<uint64_t> packets = PacketsOf(text);
    if (packets.empty()) continue;
    constexpr std::array<std::string_view, 3> kNames = {"Sent", "Received",
                                                        "Lost"};
    for (size_t i = 0; i < kNames.size(); ++i) {
      capture->facts().AddTyped("Packets", kNames[i], "number",
                                std::to_string(packets[i]), packets[i],
                                capture->line());
    }
  }
}

constexpr std::array<Reader, 3> kReaders = {{
    {"dism", IsDism, ReadDism},
    {"pnputil /enum-drivers", IsPnputil, ReadPnputil},
    {"ping", IsPing, ReadPing},
}};

}  // namespace

std::span<const Reader> CountReaders() { return kReaders; }

}  // namespace espial::output
