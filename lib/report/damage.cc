#include <espial/report/layout.h>
#include <espial/report/report.h>

#include "lib/report/words.h"

namespace espial::report {

std::string DamageText(const Case& the_case, const TextOptions& options) {
  std::string out;
  for (const Damage& damage : the_case.damage) {
    out += Paint(DamagePhrase(the_case, damage),
                 damage.lossy ? Tone::kCaution : Tone::kFaint, options);
    out.push_back('\n');
  }
  return out;
}

}  // namespace espial::report
