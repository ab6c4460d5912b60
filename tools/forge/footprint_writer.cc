#include "tools/forge/footprint_writer.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <string_view>

#include "tools/forge/text_writer.h"

namespace espial::forge {
namespace {

constexpr std::string_view kAreas[] = {"Autopilot", "DeviceEnrollment",
                                       "DeviceProvisioning", "Tpm"};

}  // namespace

std::string WriteFootprint(Ticks start, const std::vector<CopiedFile>& copied,
                           const std::vector<RegistryKey>* registry) {
  std::string text = "--- Start at:" + FormatUtc(start, 0) + "\r\n";
  for (const std::string_view area : kAreas) {
    text += "Area:" + std::string(area) + "\r\n";
  }
  if (registry) {
    size_t of_user = 0;
    for (const RegistryKey& key : *registry) {
      const size_t root = key.path.find('\\');
      if (StartsWithFold(key.path, "HKEY_CURRENT_USER")) {
        ++of_user;
      } else if (StartsWithFold(key.path, "HKEY_LOCAL_MACHINE\\")) {
        text += "Succeeded to dump HKLM registry:" + key.path.substr(root + 1) +
                "\r\n";
      }
    }
    text += "--- " + std::to_string(of_user) +
            " HKCU registry entries are collected\r\n";
  }
  for (const auto& [from, to] : copied) {
    text += fmt::format("Copied file:{}, to:{}\r\n", from, to);
  }
  return ToCp1252(text);
}

}  // namespace espial::forge
