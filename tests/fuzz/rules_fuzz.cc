// Any text as a rule file: it loads or it is refused with a place and a reason.
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<espial::rules::RuleFile> files = {
      {"autopilot/FUZ-001.yml",
       std::string(reinterpret_cast<const char*>(data), size)}};
  std::vector<espial::rules::Diagnostic> diagnostics;
  const auto rules = espial::rules::RuleSet::Load(files, &diagnostics);
  if (!rules && diagnostics.empty()) std::abort();
  if (rules) {
    espial::Case the_case;
    rules->Judge(&the_case);
  }
  return 0;
}
