// Brings together a scenario file and those that it builds on, before any text
// is read: what is inherited, cut and added, as YAML nodes in order.
#pragma once

#include <espial/core/result.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/forge/yaml_node.h"

namespace espial::forge {

// A part of a scenario, and whether it came through `from` or `include`.
struct LayerPart {
  YamlNode node;
  bool inherited = false;
};

struct ScenarioLayers {
  std::string name;
  std::string title;
  // The base first; a later node goes over the earlier ones.
  std::vector<YamlNode> devices;
  std::vector<YamlNode> values;
  // The nearest; the scenario's own if it has one.
  std::optional<YamlNode> clock;
  std::optional<YamlNode> bundle;
  bool bundle_inherited = false;
  // Own only.
  std::optional<YamlNode> background;
  std::optional<YamlNode> expect;
  // The document itself, for errors about what is absent.
  std::optional<YamlNode> root;
  // Entries, in order of effect.
  std::vector<YamlNode> story;
  std::vector<LayerPart> registry;
  std::vector<LayerPart> files;
};

// Reads `path`, its bases from `folder` and its fragments from
// `folder`/fragments.
Result<ScenarioLayers> LoadLayers(const std::string& path,
                                  const std::string& folder);

}  // namespace espial::forge
