#include "tools/forge/scenario_writer.h"

#include <espial/core/text.h>
#include <espial/core/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tools/forge/story_writer.h"
#include "tools/forge/yaml_text.h"

namespace espial::forge {
namespace {

using Json = nlohmann::ordered_json;

std::string TextList(const std::vector<std::string>& texts, bool values) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") +
            (values ? YamlValue(text) : YamlText(text));
  }
  return "[" + list + "]";
}

std::string WriteDevice(const Device& device) {
  std::string out = "device:\n";
  const auto add = [&](std::string_view key, const std::string& text) {
    if (!text.empty()) out += fmt::format("  {}: {}\n", key, YamlText(text));
  };
  add("name", device.name);
  add("domain", device.domain);
  add("netbios", device.netbios);
  add("tenant", device.tenant);
  const Zone& zone = device.zone;
  const Zone usual;
  const bool plain = zone.bias_minutes == usual.bias_minutes &&
                     zone.name == usual.name && zone.daylight_from.empty();
  return plain ? out : out + "  zone: " + WriteZone(zone) + "\n";
}

std::string WriteBundleSpec(const Scenario& scenario) {
  constexpr std::array<std::string_view, 4> kKinds = {"area_cab", "area_zip",
                                                      "diaglogs_zip", "folder"};
  constexpr std::array<std::string_view, 4> kExtensions = {".cab", ".zip",
                                                           ".zip", ""};
  constexpr std::array<std::string_view, 3> kCompressions = {"mszip", "stored",
                                                             "lzx"};
  const BundleSpec& bundle = scenario.bundle;
  const auto kind = static_cast<size_t>(bundle.kind);
  std::string out = fmt::format("bundle:\n  kind: {}\n", kKinds[kind]);
  if (bundle.name != scenario.name + std::string(kExtensions[kind])) {
    out += "  name: " + YamlValue(bundle.name) + "\n";
  }
  if (bundle.compression != Compression::kMszip) {
    out += fmt::format("  compression: {}\n",
                       kCompressions[static_cast<size_t>(bundle.compression)]);
  }
  if (bundle.channels.empty()) {
    out += "  channels: []\n";
  } else {
    out += "  channels:\n";
    for (const std::string& channel : bundle.channels) {
      out += "    - " + YamlValue(channel) + "\n";
    }
  }
  if (!bundle.exports.empty()) {
    out += "  exports: " + TextList(bundle.exports, true) + "\n";
  }
  if (bundle.parts != 1) out += fmt::format("  parts: {}\n", bundle.parts);
  if (bundle.newest != 1) out += fmt::format("  newest: {}\n", bundle.newest);
  if (bundle.truncate) {
    out += fmt::format("  truncate: {}\n", *bundle.truncate);
  }
  return out;
}

std::string ValueText(const RegistryValue& value) {
  switch (value.type) {
    case RegistryType::kSz:
      return YamlValue(value.text);
    case RegistryType::kExpandSz:
      return "{ expand: " + YamlValue(value.text) + " }";
    case RegistryType::kDword:
      return std::to_string(value.number);
    case RegistryType::kQword:
      return fmt::format("{{ qword: {} }}", value.number);
    case RegistryType::kMultiSz:
      return "{ multi: " + TextList(value.texts, true) + " }";
    case RegistryType::kBinary:
      break;
  }
  std::string digits;
  for (const std::byte byte : value.bytes) {
    digits += ToHex(std::to_integer<uint64_t>(byte), 2);
  }
  return "{ binary: '" + digits + "' }";
}

std::string WriteRegistry(const std::vector<RegistryKey>& keys) {
  if (keys.empty()) return {};
  std::string out = "registry:\n";
  for (const RegistryKey& key : keys) {
    out += "  - key: " + YamlValue(key.path) + "\n";
    if (key.values.empty()) continue;
    out += "    values:\n";
    for (const RegistryValue& value : key.values) {
      out += "      " + YamlValue(value.name.empty() ? "@" : value.name) +
             ": " + ValueText(value) + "\n";
    }
  }
  return out;
}

// Whether a scenario's `json` can say it: numbers there are whole, and nothing
// nests deep.
bool IsPlainJson(const Json& json, int depth) {
  if (depth > 32 || json.is_number_float()) return false;
  if (json.is_number_unsigned() && json.get<uint64_t>() > INT64_MAX) {
    return false;
  }
  return !json.is_structured() ||
         std::all_of(json.begin(), json.end(), [&](const Json& member) {
           return IsPlainJson(member, depth + 1);
         });
}

std::string Indented(std::string_view text, size_t columns) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(columns, ' ');
  }
  return out;
}

// Whether lines of it can stand as they are, each behind an indentation.
bool IsLines(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.ends_with("\n\n") ||
      text[0] == ' ' || text[0] == '\n') {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || (c >= ' ' && c <= '~');
  });
}

std::string LinesOf(std::string_view text) {
  std::string out = text.ends_with('\n') ? "    text: |\n" : "    text: |-\n";
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end != 0) out.append(6, ' ').append(text.substr(0, end));
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string ContentOf(const ScenarioFile& file) {
  const Json json = Json::parse(file.text, nullptr, false);
  const bool same =
      json.is_structured() && IsPlainJson(json, 0) &&
      json.dump(-1, ' ', false, Json::error_handler_t::replace) == file.text;
  if (!same && IsLines(file.text)) return LinesOf(WithoutValues(file.text));
  if (!same) return "    text: " + YamlValue(file.text) + "\n";
  const std::string text =
      json.dump(2, ' ', true, Json::error_handler_t::replace);
  return "    json:\n      " + Indented(WithoutValues(text), 6) + "\n";
}

std::string WriteFiles(const Scenario& scenario) {
  constexpr std::array<std::string_view, 3> kEncodings = {"utf-8", "utf-16le",
                                                          "ascii"};
  std::string out;
  for (const ScenarioFile& file : scenario.files) {
    out += "  - name: " + YamlValue(file.name) + "\n";
    if (file.encoding != FileEncoding::kUtf8) {
      out += fmt::format("    encoding: {}\n",
                         kEncodings[static_cast<size_t>(file.encoding)]);
    }
    if (file.beside) out += "    beside: true\n";
    out += ContentOf(file);
  }
  for (const RemovedFile& file : scenario.removed_files) {
    // What a base had is gone; only what forge itself writes is there to go.
    if (file.was_inherited) continue;
    out += "  - { name: " + YamlValue(file.name) + ", remove: true }\n";
  }
  return out.empty() ? out : "files:\n" + out;
}

std::string WriteBackground(const Background& background) {
  const bool any = background.events != 0 || background.keys != 0 ||
                   background.values != 0 || background.logs != 0 ||
                   background.files != 0;
  if (!any) return {};
  std::string out = fmt::format("background:\n  seed: {}\n", background.seed);
  if (!background.kinds.empty()) {
    out +=
        fmt::format("  events:\n    count: {}\n    of:\n", background.events);
    for (const Background::Kind& kind : background.kinds) {
      out +=
          fmt::format("      - {{ channel: {}, provider: {}, id: {} }}\n",
                      YamlText(kind.channel), YamlText(kind.provider), kind.id);
    }
  }
  out += fmt::format("  registry: {{ keys: {}, values: {} }}\n",
                     background.keys, background.values);
  out += fmt::format("  logs: {{ count: {}, bytes: {} }}\n", background.logs,
                     background.log_bytes);
  return out + fmt::format("  files: {}\n", background.files);
}

std::string WriteExpect(const Expect& expect) {
  if (!expect.stated) return {};
  std::string out;
  const auto add = [&](std::string_view key, const std::string& value) {
    out += fmt::format("  {}: {}\n", key, value);
  };
  if (expect.scenario) add("scenario", YamlText(*expect.scenario));
  if (expect.outcome) add("outcome", YamlText(*expect.outcome));
  if (expect.stopped_at) add("stopped_at", YamlText(*expect.stopped_at));
  if (expect.roots) add("roots", TextList(*expect.roots, false));
  for (const auto& [key, codes] : {std::pair{"matched", &expect.matched},
                                   {"inconclusive", &expect.inconclusive},
                                   {"not_matched", &expect.not_matched}}) {
    if (!codes->empty()) add(key, TextList(*codes, false));
  }
  if (expect.no_finding_above) {
    add("no_finding_above", YamlText(*expect.no_finding_above));
  }
  if (!expect.steps.empty()) out += "  steps:\n";
  for (const auto& [id, state] : expect.steps) {
    out += fmt::format("    {}: {}\n", YamlText(id), YamlText(state));
  }
  return out.empty() ? "expect: {}\n" : "expect:\n" + out;
}

}  // namespace

std::string WriteScenario(const Scenario& scenario) {
  std::string out = "scenario: " + YamlText(scenario.name) + "\n";
  if (!scenario.title.empty()) {
    out += "title: " + YamlText(scenario.title) + "\n";
  }
  out += WriteDevice(scenario.device);
  const bool whole = scenario.start.value % kTicksPerSecond == 0;
  out += "clock: { start: " + FormatUtc(scenario.start, whole ? 0 : 7) + " }\n";
  out += WriteBundleSpec(scenario);
  for (const std::string& part :
       {WriteStory(scenario.story), WriteRegistry(scenario.registry),
        WriteFiles(scenario), WriteBackground(scenario.background),
        WriteExpect(scenario.expect)}) {
    if (!part.empty()) out += "\n" + part;
  }
  return out;
}

}  // namespace espial::forge
