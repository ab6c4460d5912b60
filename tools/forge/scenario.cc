#include "tools/forge/scenario.h"

#include <espial/core/text.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "tools/forge/background_reader.h"
#include "tools/forge/expect_reader.h"
#include "tools/forge/files_reader.h"
#include "tools/forge/registry_reader.h"
#include "tools/forge/scenario_layers.h"
#include "tools/forge/story_reader.h"
#include "tools/forge/substitution.h"
#include "tools/forge/zone_reader.h"

namespace espial::forge {
namespace {

constexpr std::string_view kDeviceKeys[] = {"name", "domain", "netbios",
                                            "tenant", "zone"};
constexpr std::string_view kClockKeys[] = {"start"};
constexpr std::string_view kBundleKeys[] = {
    "kind",    "name",  "compression", "channels",
    "exports", "parts", "newest",      "truncate"};
constexpr int64_t kMaxParts = 100;
constexpr std::string_view kKinds[] = {"area_cab", "area_zip", "diaglogs_zip",
                                       "folder"};
constexpr std::string_view kExtensions[] = {".cab", ".zip", ".zip", ""};
constexpr std::string_view kCompressions[] = {"mszip", "stored", "lzx"};

Status ReadTextAt(const YamlNode& map, std::string_view key, std::string* out) {
  if (const auto node = map.Find(key)) {
    ESPIAL_TRY_ASSIGN(*out, node->ExpectText(key));
  }
  return {};
}

// Lays one `device` over what came before.
Status ReadDevice(const YamlNode& node, Device* device) {
  ESPIAL_TRY(node.ExpectKeys("device", kDeviceKeys));
  ESPIAL_TRY(ReadTextAt(node, "name", &device->name));
  ESPIAL_TRY(ReadTextAt(node, "domain", &device->domain));
  ESPIAL_TRY(ReadTextAt(node, "netbios", &device->netbios));
  ESPIAL_TRY(ReadTextAt(node, "tenant", &device->tenant));
  if (const auto zone = node.Find("zone")) {
    ESPIAL_TRY(ReadZone(*zone, &device->zone));
  }
  return {};
}

Status ReadDevices(const ScenarioLayers& layers, Device* device) {
  for (const YamlNode& node : layers.devices) {
    ESPIAL_TRY(ReadDevice(node, device));
  }
  if (device->name.empty()) return layers.root->Fail("device.name is missing");
  if (device->netbios.empty()) {
    device->netbios = device->domain.substr(0, device->domain.find('.'));
    for (char& c : device->netbios) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return {};
}

// The scenario's own values and those that the device gives.
Result<Substitution> ReadValues(const ScenarioLayers& layers,
                                const Device& device) {
  const std::pair<std::string_view, std::string_view> given[] = {
      {"name", device.name},
      {"domain", device.domain},
      {"netbios", device.netbios},
      {"tenant", device.tenant}};
  Substitution values;
  for (const auto& [name, text] : given) {
    values.Set(std::string(name), std::string(text), layers.root->Where());
  }
  for (const YamlNode& map : layers.values) {
    ESPIAL_TRY(map.ExpectMap("values"));
    for (const auto& [key, node] : map.Entries()) {
      const std::string& name = key.Scalar();
      if (!IsValueName(name)) {
        return key.Fail("'" + name +
                        "' cannot name a value: letters, digits and _ only");
      }
      for (const auto& [taken, text] : given) {
        if (name == taken) {
          return key.Fail("'" + name + "' is a value that the device gives");
        }
      }
      if (!node.IsScalar()) {
        return node.Fail("the value '" + name + "' must be a text");
      }
      values.Set(name, node.Scalar(), node.Where());
    }
  }
  return values;
}

Result<Ticks> ReadClock(const ScenarioLayers& layers) {
  if (!layers.clock) return layers.root->Fail("clock.start is missing");
  ESPIAL_TRY(layers.clock->ExpectKeys("clock", kClockKeys));
  const auto start = layers.clock->Find("start");
  if (!start) return layers.clock->Fail("'start' is missing");
  ESPIAL_TRY_ASSIGN(const std::string text, start->ExpectText("start"));
  const auto time = ParseIso8601(text);
  if (!time || time->quality < TimeQuality::kOffset) {
    return start->Fail(
        "start must be a UTC time such as 2025-03-10T08:00:00Z, found '" +
        text + "'");
  }
  return time->ticks;
}

Result<double> ReadFraction(const YamlNode& node, std::string_view what) {
  double part = 0;
  if (node.IsScalar()) {
    const std::string& text = node.Scalar();
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, part);
    if (error == std::errc() && stop == end && part > 0 && part < 1) {
      return part;
    }
  }
  return node.Fail(std::string(what) + " must be a number between 0 and 1");
}

// `default` in a list of channels stands for those of an area CAB.
Result<std::vector<std::string>> ReadChannels(const YamlNode& node,
                                              const Substitution& values) {
  ESPIAL_TRY_ASSIGN(const auto items, node.ExpectSequence("channels"));
  std::vector<std::string> channels;
  for (const YamlNode& item : items) {
    ESPIAL_TRY_ASSIGN(std::string name, values.ExpandNode(item, "a channel"));
    if (name.empty()) return item.Fail("a channel has no name");
    std::vector<std::string> more{std::move(name)};
    if (more[0] == "default") more = DefaultChannels();
    for (std::string& channel : more) {
      for (const std::string& known : channels) {
        if (EqualsFold(known, channel)) {
          return item.Fail("channel '" + channel + "' stands twice");
        }
      }
      channels.push_back(std::move(channel));
    }
  }
  return channels;
}

Status ReadBundleMap(const YamlNode& node, bool inherited,
                     const Substitution& values, BundleSpec* bundle) {
  ESPIAL_TRY(node.ExpectKeys("bundle", kBundleKeys));
  if (const auto kind = node.Find("kind")) {
    ESPIAL_TRY_ASSIGN(const size_t word, kind->ExpectWord("kind", kKinds));
    bundle->kind = static_cast<BundleKind>(word);
  }
  if (const auto compression = node.Find("compression")) {
    ESPIAL_TRY_ASSIGN(const size_t word,
                      compression->ExpectWord("compression", kCompressions));
    bundle->compression = static_cast<Compression>(word);
  }
  if (const auto channels = node.Find("channels")) {
    ESPIAL_TRY_ASSIGN(bundle->channels, ReadChannels(*channels, values));
  }
  if (const auto exports = node.Find("exports")) {
    if (bundle->kind != BundleKind::kFolder) {
      return exports->Fail("'exports' needs 'kind: folder'");
    }
    ESPIAL_TRY_ASSIGN(bundle->exports, ReadChannels(*exports, values));
  }
  if (const auto parts = node.Find("parts")) {
    ESPIAL_TRY_ASSIGN(const int64_t count,
                      parts->ExpectInteger("parts", 1, kMaxParts));
    bundle->parts = static_cast<size_t>(count);
  }
  if (const auto newest = node.Find("newest")) {
    ESPIAL_TRY_ASSIGN(bundle->newest, ReadFraction(*newest, "newest"));
  }
  if (inherited) return {};
  if (const auto name = node.Find("name")) {
    ESPIAL_TRY_ASSIGN(bundle->name, values.ExpandNode(*name, "name"));
    if (bundle->name.empty() ||
        bundle->name.find_first_of("/\\") != std::string::npos ||
        bundle->name.starts_with('.')) {
      return name->Fail("'" + bundle->name + "' cannot name a bundle");
    }
  }
  if (const auto truncate = node.Find("truncate")) {
    ESPIAL_TRY_ASSIGN(bundle->truncate, ReadFraction(*truncate, "truncate"));
  }
  return {};
}

Result<BundleSpec> ReadBundle(const ScenarioLayers& layers,
                              const Substitution& values) {
  BundleSpec bundle;
  bundle.channels = DefaultChannels();
  if (layers.bundle) {
    ESPIAL_TRY(ReadBundleMap(*layers.bundle, layers.bundle_inherited, values,
                             &bundle));
  }
  if (bundle.name.empty()) {
    bundle.name = layers.name +
                  std::string(kExtensions[static_cast<size_t>(bundle.kind)]);
  }
  return bundle;
}

Status CheckPlaces(const Scenario& scenario) {
  const bool has_outside = scenario.bundle.kind == BundleKind::kFolder ||
                           scenario.bundle.kind == BundleKind::kDiagLogsZip;
  for (const ScenarioFile& file : scenario.files) {
    if (file.beside && !has_outside) {
      return file.where.Fail(
          "'beside' needs a bundle of kind folder or diaglogs_zip");
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> DefaultChannels() {
  const std::string management =
      "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/";
  const std::string deployment =
      "Microsoft-Windows-ModernDeployment-Diagnostics-Provider/";
  return {
      "Microsoft-Windows-AAD/Operational",
      "Microsoft-Windows-AppXDeploymentServer/Operational",
      "Microsoft-Windows-AssignedAccess/Admin",
      "Microsoft-Windows-AssignedAccess/Operational",
      "Microsoft-Windows-Crypto-NCrypt/Operational",
      management + "Admin",
      management + "Operational",
      deployment + "Autopilot",
      deployment + "ManagementService",
      "Microsoft-Windows-Provisioning-Diagnostics-Provider/Admin",
      "Microsoft-Windows-Shell-Core/Operational",
      "Microsoft-Windows-User Device Registration/Admin",
  };
}

Result<Scenario> LoadScenario(const std::string& path,
                              const std::string& folder) {
  ESPIAL_TRY_ASSIGN(
      const ScenarioLayers layers,
      LoadLayers(path, folder.empty()
                           ? std::filesystem::path(path).parent_path().string()
                           : folder));
  Scenario scenario;
  scenario.name = layers.name;
  scenario.title = layers.title;
  scenario.path = path;
  ESPIAL_TRY(ReadDevices(layers, &scenario.device));
  ESPIAL_TRY_ASSIGN(const Substitution values,
                    ReadValues(layers, scenario.device));
  ESPIAL_TRY_ASSIGN(scenario.start, ReadClock(layers));
  ESPIAL_TRY_ASSIGN(scenario.bundle, ReadBundle(layers, values));
  ESPIAL_TRY_ASSIGN(scenario.story, ReadStory(layers.story, values));
  ESPIAL_TRY_ASSIGN(scenario.registry, ReadRegistry(layers.registry, values));
  ESPIAL_TRY(ReadFiles(layers.files, values, &scenario));
  ESPIAL_TRY(CheckPlaces(scenario));
  if (layers.background) {
    ESPIAL_TRY_ASSIGN(scenario.background, ReadBackground(*layers.background));
  }
  if (layers.expect) {
    ESPIAL_TRY_ASSIGN(scenario.expect, ReadExpect(*layers.expect));
  }
  return scenario;
}

}  // namespace espial::forge
