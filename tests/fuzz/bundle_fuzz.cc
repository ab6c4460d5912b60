// Any bytes as a bundle, through the front door.
#include <espial/espial.h>
#include <espial/report/report.h>

#include <cstdint>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  espial::Options options;
  options.limits.total_bytes_out = uint64_t{64} << 20U;
  options.limits.member_bytes = uint64_t{16} << 20U;
  options.limits.members = 1000;
  const auto result = espial::AnalyzeBytes(
      "fuzz", std::vector<std::byte>(first, first + size), options);
  if (result) {
    espial::report::TriageText(*result, {});
    espial::report::TriageJson(*result);
  }
  return 0;
}
