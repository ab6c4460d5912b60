#include <espial/core/text.h>
#include <espial/model/coverage.h>

namespace espial {
namespace {

// Letters and digits only, folded: the collectors differ in how they replace
// '/', '%', spaces and parentheses, never in the letters.
std::string Skeleton(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    // Windows escapes '/' in log file names as "%4".
    if (text[i] == '%' && i + 1 < text.size() && text[i + 1] == '4') {
      ++i;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i]);
    const bool keep = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                      (c >= 'A' && c <= 'Z') || c >= 0x80;
    if (keep) out.push_back(text[i]);
  }
  return Fold(out);
}

// "(45) Events System Events" -> "System".
std::string_view WithoutDirective(std::string_view stem) {
  if (stem.empty() || stem.front() != '(') return stem;
  const size_t close = stem.find(')');
  if (close == std::string_view::npos) return stem;
  std::string_view rest = Trim(stem.substr(close + 1));
  constexpr std::string_view kPrefix = "Events ";
  constexpr std::string_view kSuffix = " Events";
  if (!StartsWithFold(rest, kPrefix)) return stem;
  rest.remove_prefix(kPrefix.size());
  if (EndsWithFold(rest, kSuffix)) rest.remove_suffix(kSuffix.size());
  return rest;
}

}  // namespace

bool StemNamesChannel(std::string_view stem, std::string_view channel) {
  if (stem.empty() || channel.empty()) return false;
  const std::string skeleton = Skeleton(WithoutDirective(stem));
  return !skeleton.empty() && skeleton == Skeleton(channel);
}

}  // namespace espial
