#include <espial/espial.h>

#include "lib/api/device.h"
#include "lib/api/inputs.h"
#include "lib/api/reader.h"

namespace espial {
namespace {

Case AnalyzeInputs(Inputs inputs, const Options& options) {
  Executor executor(options.threads);
  Case the_case;
  the_case.inputs = std::move(inputs.names);
  ReadSources(std::move(inputs.files), options.limits, executor, &the_case);
  the_case.device = DescribeDevice(the_case);
  if (options.judge) {
    const rules::RuleSet& rules =
        options.rules != nullptr ? *options.rules : rules::RuleSet::BuiltIn();
    rules.Judge(&the_case, options.language);
  }
  return the_case;
}

}  // namespace

Result<Case> Analyze(const std::string& path, const Options& options) {
  return Analyze(std::span(&path, 1), options);
}

Result<Case> Analyze(std::span<const std::string> paths,
                     const Options& options) {
  ESPIAL_TRY_ASSIGN(Inputs inputs, OpenInputs(paths, options.limits));
  return AnalyzeInputs(std::move(inputs), options);
}

Result<Case> AnalyzeBytes(std::string name, std::vector<std::byte> bytes,
                          const Options& options) {
  Inputs inputs;
  inputs.names.push_back(name);
  InputFile file;
  file.provenance = name;
  file.source = Source::FromBytes(std::move(name), std::move(bytes));
  inputs.files.push_back(std::move(file));
  return AnalyzeInputs(std::move(inputs), options);
}

std::string_view Version() { return ESPIAL_VERSION; }

}  // namespace espial
