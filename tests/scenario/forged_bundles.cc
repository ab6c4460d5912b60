#include "tests/scenario/forged_bundles.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>

namespace espial::scenario_test {
namespace {

const char kScenarios[] = ESPIAL_SOURCE_DIR "/samples/scenarios";
const char kEventsCsv[] = ESPIAL_SOURCE_DIR "/rules/packs/catalog/events.csv";

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

const forge::ForgedFile& Forged::MainFile() const {
  for (const forge::ForgedFile& file : files) {
    if (file.name.ends_with(".cab")) return file;
  }
  return files.front();
}

ForgedBundles& ForgedBundles::Get() {
  static ForgedBundles bundles;
  return bundles;
}

ForgedBundles::ForgedBundles() {
  auto catalog = forge::EventCatalog::Parse(ReadText(kEventsCsv));
  if (catalog) catalog_ = std::move(*catalog);
  std::random_device random;
  folder_ = std::filesystem::temp_directory_path() /
            ("espial_scenario_test_" + std::to_string(random()));
}

ForgedBundles::~ForgedBundles() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::shared_ptr<const Forged> ForgedBundles::Find(
    const std::string& scenario, const std::vector<std::string>& without,
    std::string* why) {
  auto& known = known_[{scenario, without}];
  if (known) return known;
  auto loaded =
      forge::LoadScenario(std::string(kScenarios) + "/" + scenario + ".yml");
  if (!loaded) {
    *why = loaded.error().ToString();
    return nullptr;
  }
  known = Make(std::move(*loaded), without, why);
  return known;
}

std::shared_ptr<const Forged> ForgedBundles::Make(
    forge::Scenario scenario, const std::vector<std::string>& without,
    std::string* why) {
  if (!catalog_) {
    *why = std::string("no catalogue in ") + kEventsCsv;
    return nullptr;
  }
  auto forged = std::make_shared<Forged>();
  forged->scenario = std::move(scenario);
  auto files = forge::ForgeBundle(forged->scenario, *catalog_, without);
  if (!files) {
    *why = files.error().ToString();
    return nullptr;
  }
  forged->files = std::move(*files);

  std::optional<Result<Case>> analysis;
  if (forged->scenario.bundle.kind == forge::BundleKind::kFolder) {
    const std::filesystem::path place = folder_ / std::to_string(folders_++);
    std::error_code failed;
    std::filesystem::create_directories(place, failed);
    auto path =
        forge::WriteBundle(forged->scenario, forged->files, place.string());
    if (!path) {
      *why = path.error().ToString();
      return nullptr;
    }
    forged->path = *path;
    analysis = Analyze(forged->path);
  } else {
    const forge::ForgedFile& file = forged->files.front();
    analysis = AnalyzeBytes(file.name, file.bytes);
  }
  if (!*analysis) {
    *why = analysis->error().ToString();
    return nullptr;
  }
  forged->analysis = std::move(**analysis);
  return forged;
}

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kScenarios)) {
    if (entry.path().extension() == ".yml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Case> AnalyzeCopy(const std::string& name,
                                const std::vector<std::byte>& bytes,
                                const Options& options) {
  auto analysis = AnalyzeBytes(name, bytes, options);
  if (!analysis) return std::nullopt;
  return std::move(*analysis);
}

std::string TestName(const std::string& scenario) {
  std::string name;
  for (const char c : scenario) {
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  return name;
}

}  // namespace espial::scenario_test
