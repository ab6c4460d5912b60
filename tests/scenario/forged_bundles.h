// Bundles forged out of samples/scenarios, and what Espial says of them.
#pragma once

#include <espial/espial.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/forge/bundle.h"
#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"

namespace espial::scenario_test {

// One forged bundle and its analysis. Immutable.
struct Forged {
  forge::Scenario scenario;
  std::vector<forge::ForgedFile> files;
  // On disk for kind folder, else empty.
  std::string path;
  Case analysis;

  // The one file of a bundle, or the CAB of a folder.
  [[nodiscard]] const forge::ForgedFile& MainFile() const;
};

// Forges and analyses each combination of scenario and `without` once, so that
// many tests may ask for it. For one thread.
class ForgedBundles {
 public:
  // The process has one.
  static ForgedBundles& Get();

  ~ForgedBundles();
  ForgedBundles(const ForgedBundles&) = delete;
  ForgedBundles& operator=(const ForgedBundles&) = delete;

  // Null when it cannot be forged or opened; then `why` says so.
  std::shared_ptr<const Forged> Find(const std::string& scenario,
                                     const std::vector<std::string>& without,
                                     std::string* why);

  // The same for a scenario that stands in no file; kept nowhere, and what
  // lies on disk for it stays there until the process ends.
  std::shared_ptr<const Forged> Make(forge::Scenario scenario,
                                     const std::vector<std::string>& without,
                                     std::string* why);

  // Of events.csv; all that is above needs it.
  [[nodiscard]] const forge::EventCatalog& catalog() const { return *catalog_; }

 private:
  ForgedBundles();

  std::optional<forge::EventCatalog> catalog_;
  std::filesystem::path folder_;
  size_t folders_ = 0;  // below it
  std::map<std::pair<std::string, std::vector<std::string>>,
           std::shared_ptr<const Forged>>
      known_;
};

// The names of all scenarios, sorted.
std::vector<std::string> ScenarioNames();

// The analysis of `bytes` as a file called `name`; null on an error.
std::optional<Case> AnalyzeCopy(const std::string& name,
                                const std::vector<std::byte>& bytes,
                                const Options& options = {});

// A name that GoogleTest accepts.
std::string TestName(const std::string& scenario);

}  // namespace espial::scenario_test
