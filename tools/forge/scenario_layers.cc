#include "tools/forge/scenario_layers.h"

#include <filesystem>
#include <string_view>

namespace espial::forge {
namespace {

constexpr std::string_view kScenarioKeys[] = {
    "scenario", "title",  "from",       "until",  "device",
    "clock",    "bundle", "include",    "values", "story",
    "registry", "files",  "background", "expect"};
constexpr std::string_view kFragmentKeys[] = {"values", "story", "registry",
                                              "files"};

class Loader {
 public:
  explicit Loader(std::string folder) : folder_(std::move(folder)) {}

  // `used_at`: the `from` that asks for the file; null for the first one.
  Result<ScenarioLayers> Load(const std::string& path, const YamlNode* used_at);

 private:
  // The path behind `from: name` or `include: [name]`.
  static Result<std::string> PathOf(const YamlNode& reference,
                                    const std::string& folder);
  Status Include(const YamlNode& reference, ScenarioLayers* layers);

  std::string folder_;
  std::vector<std::string> open_;  // the chain of `from`, as paths
};

// Appends the list `key` of `root` to `out`.
Status AppendList(const YamlNode& root, std::string_view key, bool inherited,
                  std::vector<LayerPart>* out) {
  const auto list = root.Find(key);
  if (!list) return {};
  ESPIAL_TRY_ASSIGN(std::vector<YamlNode> items, list->ExpectSequence(key));
  for (YamlNode& item : items) out->push_back({std::move(item), inherited});
  return {};
}

Status AppendStory(const YamlNode& root, std::vector<YamlNode>* out) {
  std::vector<LayerPart> parts;
  ESPIAL_TRY(AppendList(root, "story", false, &parts));
  for (LayerPart& part : parts) out->push_back(std::move(part.node));
  return {};
}

// Drops what the story tells behind the entry with the label `until`.
Status CutStory(const YamlNode& until, std::vector<YamlNode>* story) {
  ESPIAL_TRY_ASSIGN(const std::string label, until.ExpectText("until"));
  for (size_t i = 0; i < story->size(); ++i) {
    const auto found = (*story)[i].Find("label");
    if (found && found->IsScalar() && found->Scalar() == label) {
      story->erase(story->begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   story->end());
      return {};
    }
  }
  return until.Fail("the inherited story has no label '" + label + "'");
}

// The name that `scenario:` states must be the file's.
Status CheckName(const YamlNode& root, const std::string& path,
                 std::string* name) {
  const auto node = root.Find("scenario");
  if (!node) return root.Fail("'scenario' is missing");
  ESPIAL_TRY_ASSIGN(*name, node->ExpectText("scenario"));
  const std::string stem = std::filesystem::path(path).stem().string();
  if (*name != stem) {
    return node->Fail("the scenario is named '" + *name + "' but its file '" +
                      stem + "'");
  }
  return {};
}

Result<std::string> Loader::PathOf(const YamlNode& reference,
                                   const std::string& folder) {
  ESPIAL_TRY_ASSIGN(const std::string name, reference.ExpectText("a name"));
  if (name.find_first_of("/\\") != std::string::npos) {
    return reference.Fail("'" + name + "' must be a name without folders");
  }
  const std::filesystem::path path =
      std::filesystem::path(folder) / (name + ".yml");
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return reference.Fail("there is no " + path.string());
  }
  return path.string();
}

Status Loader::Include(const YamlNode& reference, ScenarioLayers* layers) {
  ESPIAL_TRY_ASSIGN(
      const std::string path,
      PathOf(reference,
             (std::filesystem::path(folder_) / "fragments").string()));
  ESPIAL_TRY_ASSIGN(const YamlNode root, LoadYaml(path));
  ESPIAL_TRY(root.ExpectKeys("a fragment", kFragmentKeys));
  if (auto values = root.Find("values")) {
    // Below all that scenarios say, also those that this one builds on.
    layers->values.insert(layers->values.begin(), *values);
  }
  ESPIAL_TRY(AppendStory(root, &layers->story));
  ESPIAL_TRY(AppendList(root, "registry", true, &layers->registry));
  return AppendList(root, "files", true, &layers->files);
}

Result<ScenarioLayers> Loader::Load(const std::string& path,
                                    const YamlNode* used_at) {
  for (const std::string& open : open_) {
    if (used_at && open == path) {
      return used_at->Fail("the scenarios build on each other in a circle");
    }
  }
  open_.push_back(path);
  ESPIAL_TRY_ASSIGN(const YamlNode root, LoadYaml(path));
  ESPIAL_TRY(root.ExpectKeys("a scenario", kScenarioKeys));

  ScenarioLayers layers;
  const auto from = root.Find("from");
  const auto include = root.Find("include");
  if (from) {
    ESPIAL_TRY_ASSIGN(const std::string base, PathOf(*from, folder_));
    ESPIAL_TRY_ASSIGN(layers, Load(base, &*from));
    for (LayerPart& part : layers.registry) part.inherited = true;
    for (LayerPart& part : layers.files) part.inherited = true;
    layers.bundle_inherited = layers.bundle.has_value();
    layers.expect.reset();
  }
  if (include) {
    ESPIAL_TRY_ASSIGN(const std::vector<YamlNode> names,
                      include->ExpectSequence("include"));
    for (const YamlNode& name : names) ESPIAL_TRY(Include(name, &layers));
  }
  if (const auto until = root.Find("until")) {
    if (!from && !include) {
      return until->Fail("'until' needs 'from' or 'include'");
    }
    ESPIAL_TRY(CutStory(*until, &layers.story));
  }

  ESPIAL_TRY(CheckName(root, path, &layers.name));
  const auto title = root.Find("title");
  if (!title) return root.Fail("'title' is missing");
  ESPIAL_TRY_ASSIGN(layers.title, title->ExpectText("title"));
  if (auto device = root.Find("device")) layers.devices.push_back(*device);
  if (auto values = root.Find("values")) layers.values.push_back(*values);
  if (auto clock = root.Find("clock")) layers.clock = std::move(clock);
  if (auto bundle = root.Find("bundle")) {
    layers.bundle = std::move(bundle);
    layers.bundle_inherited = false;
  }
  if (auto background = root.Find("background")) {
    layers.background = std::move(background);
  }
  layers.expect = root.Find("expect");
  layers.root = root;
  ESPIAL_TRY(AppendStory(root, &layers.story));
  ESPIAL_TRY(AppendList(root, "registry", false, &layers.registry));
  ESPIAL_TRY(AppendList(root, "files", false, &layers.files));
  open_.pop_back();
  return layers;
}

}  // namespace

Result<ScenarioLayers> LoadLayers(const std::string& path,
                                  const std::string& folder) {
  return Loader(folder).Load(path, nullptr);
}

}  // namespace espial::forge
