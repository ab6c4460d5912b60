#include <espial/report/layout.h>

#include "lib/report/text_parts.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

Tone OutcomeTone(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSucceeded:
      return Tone::kGood;
    case Outcome::kFailed:
      return Tone::kBad;
    case Outcome::kInProgress:
    case Outcome::kUnknown:
      break;
  }
  return Tone::kCaution;
}

// "PC-1, 10.0.22631, contoso.example, profile 'Hybrid'"; what is silent is
// left out.
std::string DevicePhrase(const Device& device) {
  std::string out;
  const auto add = [&out](std::string_view label, std::string_view text) {
    if (text.empty()) return;
    if (!out.empty()) out += ", ";
    out.append(label).append(Safe(text));
  };
  add("", device.name);
  add("Windows ", device.os_build);
  add("tenant ",
      device.tenant_domain.empty() ? device.tenant_id : device.tenant_domain);
  add("profile ", device.profile);
  return out;
}

}  // namespace

void AppendHeading(std::string_view heading, const Page& page) {
  AppendWrapped("", Paint(heading, Tone::kStrong, page.options),
                page.options.width, page.out);
}

std::string TriageText(const Case& the_case, const TextOptions& options) {
  std::string out;
  const Page page{the_case, options, &out};
  const std::string sentence = the_case.verdict.sentence.empty()
                                   ? "Nothing was judged."
                                   : Safe(the_case.verdict.sentence);
  AppendWrapped("",
                Paint(sentence, OutcomeTone(the_case.verdict.outcome), options),
                options.width, &out);
  if (const std::string device = DevicePhrase(the_case.device);
      !device.empty()) {
    AppendWrapped("Device: ", device, options.width, &out);
  }
  if (const auto& others = the_case.device.other_names; !others.empty()) {
    std::string text =
        "these inputs are judged as one device, but some of them end with";
    for (size_t i = 0; i < others.size(); ++i) {
      text += (i == 0 ? " the computer name " : ", ") + Safe(others[i]);
    }
    AppendWrapped(Paint("Caution: ", Tone::kCaution, options), text,
                  options.width, &out);
  }
  out.push_back('\n');
  AppendFlow(page);
  AppendFindings(page);
  AppendInconclusive(page);
  AppendDamage(page);
  AppendCoverage(page);
  AppendClock(page);
  AppendTotals(page);
  return out;
}

}  // namespace espial::report
