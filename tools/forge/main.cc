// espial-forge: bundles out of scenarios.
#include <espial/core/source.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/forge/bundle.h"
#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"

namespace {

namespace fs = std::filesystem;
using espial::Result;
using espial::Status;

constexpr int kFailed = 1;
constexpr int kUsage = 3;

struct BuildOptions {
  std::string scenario;
  std::string output = ".";
  std::string catalog;
  std::string scenarios;
  std::vector<std::string> without;
};

// The catalogue of the tree that the scenario lies in.
std::string FindCatalog(const std::string& scenario) {
  std::error_code error;
  fs::path folder = fs::absolute(scenario, error).parent_path();
  while (true) {
    const fs::path candidate = folder / "rules/packs/catalog/events.csv";
    if (fs::is_regular_file(candidate, error)) return candidate.string();
    if (folder == folder.parent_path()) return "rules/packs/catalog/events.csv";
    folder = folder.parent_path();
  }
}

// -o names a folder when it is one, ends in '/', or the bundle is a folder;
// else it is the file's own path.
Result<std::string> Write(espial::forge::Scenario* scenario,
                          std::vector<espial::forge::ForgedFile>* files,
                          const std::string& output) {
  const fs::path path(output);
  const bool single =
      files->size() == 1 && files->front().name == scenario->bundle.name;
  if (single && !fs::is_directory(path) && path.has_filename()) {
    scenario->bundle.name = path.filename().string();
    files->front().name = scenario->bundle.name;
    return WriteBundle(*scenario, *files, path.parent_path().string());
  }
  return WriteBundle(*scenario, *files, output);
}

Result<std::string> Build(const BuildOptions& options) {
  ESPIAL_TRY_ASSIGN(auto scenario, espial::forge::LoadScenario(
                                       options.scenario, options.scenarios));
  const std::string csv_path =
      options.catalog.empty() ? FindCatalog(options.scenario) : options.catalog;
  ESPIAL_TRY_ASSIGN(const auto csv,
                    espial::Source::OpenFile(csv_path, csv_path));
  ESPIAL_TRY_ASSIGN(auto files, espial::forge::ForgeBundle(
                                    scenario, espial::AsChars(csv->bytes()),
                                    options.without));
  return Write(&scenario, &files, options.output);
}

// Prints name and title of each scenario; false when one cannot be read.
bool List(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yml") {
      paths.push_back(entry.path().string());
    }
  }
  if (error) {
    fmt::print(stderr, "espial-forge: {}: {}\n", folder, error.message());
    return false;
  }
  std::sort(paths.begin(), paths.end());
  bool good = true;
  for (const std::string& path : paths) {
    const auto scenario = espial::forge::LoadScenario(path);
    if (scenario) {
      fmt::print("{:<32} {}\n", scenario->name, scenario->title);
    } else {
      fmt::print(stderr, "espial-forge: {}\n", scenario.error().ToString());
      good = false;
    }
  }
  return good;
}

int Main(int argc, char** argv) {
  CLI::App app("Makes diagnostics bundles out of scenarios.", "espial-forge");
  app.require_subcommand(1);
  BuildOptions options;
  CLI::App* build = app.add_subcommand("build", "Forge a scenario's bundle");
  build->add_option("scenario", options.scenario, "The scenario (.yml)")
      ->required();
  build->add_option("-o,--output", options.output,
                    "A folder, or the file to write (default: here)");
  build->add_option("--catalog", options.catalog,
                    "events.csv (default: the one of the scenario's tree)");
  build->add_option("--scenarios", options.scenarios,
                    "Where the scenarios are that it builds on (default: "
                    "beside it)");
  build->add_option("--without", options.without,
                    "A channel, 'registry' or a file's name to leave out");
  std::string folder;
  CLI::App* list = app.add_subcommand("list", "Name the scenarios of a folder");
  list->add_option("folder", folder, "Where the scenarios are")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kUsage;
  }
  if (list->parsed()) return List(folder) ? 0 : kFailed;
  const auto path = Build(options);
  if (!path) {
    fmt::print(stderr, "espial-forge: {}\n", path.error().ToString());
    return kFailed;
  }
  fmt::print("{}\n", *path);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {
    // Without fmt, which may be what failed.
    std::fputs("espial-forge: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
  }
  return kFailed;
}
