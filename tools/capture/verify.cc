#include "tools/capture/verify.h"

#include <espial/espial.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "tools/forge/bundle.h"
#include "tools/forge/scenario.h"

namespace espial::capture {
namespace {

namespace fs = std::filesystem;

// A file of its own in a folder that goes away with it.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text) {
    std::random_device random;
    folder_ = fs::temp_directory_path() /
              fmt::format("espial_capture_{:08x}{:08x}", random(), random());
    std::error_code ignored;
    fs::create_directories(folder_, ignored);
    path_ = folder_ / name;
    std::ofstream out(path_, std::ios::binary);
    out << text;
    out.close();
    good_ = out.good();
  }
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] bool good() const { return good_; }

 private:
  fs::path folder_;
  fs::path path_;
  bool good_ = false;
};

}  // namespace

Result<Finding> Verify(const std::string& text, const std::string& name,
                       const std::string& code, const std::string& stage,
                       const rules::RuleSet& rules,
                       const forge::EventCatalog& catalog) {
  const TemporaryFile file(name + ".yml", text);
  if (!file.good()) {
    return Error{Errc::kIo, file.path().string(), 0, "cannot be written"};
  }
  ESPIAL_TRY_ASSIGN(const forge::Scenario scenario,
                    forge::LoadScenario(file.path().string()));
  ESPIAL_TRY_ASSIGN(std::vector<forge::ForgedFile> files,
                    forge::ForgeBundle(scenario, catalog));
  Options options;
  options.rules = &rules;
  ESPIAL_TRY_ASSIGN(
      const Case the_case,
      AnalyzeBytes(files[0].name, std::move(files[0].bytes), options));
  for (const Finding& finding : the_case.findings) {
    if (finding.code != code) continue;
    if (finding.result == Verity::kMatched && finding.stage == stage) {
      return finding;
    }
    return Error{Errc::kBadValue, code, 0,
                 fmt::format("the scenario that was written gives {} at {}, "
                             "expected matched at {}",
                             VerityName(finding.result), finding.stage, stage)};
  }
  return Error{Errc::kBadValue, code, 0,
               "the scenario that was written gives not_matched, expected "
               "matched"};
}

}  // namespace espial::capture
