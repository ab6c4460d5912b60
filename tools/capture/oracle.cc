#include "tools/capture/oracle.h"

#include <espial/espial.h>

#include <utility>
#include <vector>

#include "tools/forge/bundle.h"

namespace espial::capture {

Result<Case> Oracle::Read(forge::Scenario scenario) const {
  // Nobody keeps these bytes.
  scenario.bundle.compression = forge::Compression::kStored;
  ESPIAL_TRY_ASSIGN(std::vector<forge::ForgedFile> files,
                    forge::ForgeBundle(scenario, catalog_));
  Options options;
  options.judge = false;
  return AnalyzeBytes(files[0].name, std::move(files[0].bytes), options);
}

Result<rules::Why> Oracle::Ask(forge::Scenario scenario) const {
  ESPIAL_TRY_ASSIGN(const Case the_case, Read(std::move(scenario)));
  return rules_.AskWhy(the_case, code_);
}

bool Oracle::Holds(forge::Scenario scenario) const {
  const auto why = Ask(std::move(scenario));
  return why && why->result == Verity::kMatched && why->stage == stage_;
}

}  // namespace espial::capture
