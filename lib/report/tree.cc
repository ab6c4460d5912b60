#include <espial/report/layout.h>
#include <espial/report/report.h>

#include <algorithm>

#include "lib/report/words.h"

namespace espial::report {
namespace {

Tone StateTone(ArtifactState state) {
  switch (state) {
    case ArtifactState::kWhole:
      return Tone::kGood;
    case ArtifactState::kDamaged:
      return Tone::kCaution;
    case ArtifactState::kRefused:
      return Tone::kBad;
    case ArtifactState::kNotUnderstood:
      break;
  }
  return Tone::kFaint;
}

// What stands behind the parent's provenance: the member's path within it.
std::string_view NameWithinParent(const Case& the_case,
                                  const Artifact& artifact) {
  const std::string_view whole = artifact.provenance;
  if (artifact.parent == artifact.id) return whole;
  const std::string_view parent = Provenance(the_case, artifact.parent);
  if (parent.empty() || !whole.starts_with(parent)) return whole;
  const std::string_view rest = whole.substr(parent.size());
  const size_t name = rest.find_first_not_of("!/");
  return name == std::string_view::npos ? whole : rest.substr(name);
}

void AddCount(uint64_t count, std::string_view noun, std::string* out) {
  if (count != 0) *out += ", " + Counted(count, noun);
}

}  // namespace

std::string TreeText(const Case& the_case, const TextOptions& options) {
  std::string out;
  for (const Artifact& artifact : the_case.artifacts) {
    // Nesting is limited, but a Case may come from anywhere.
    const size_t indent = 2 * std::min<size_t>(artifact.depth, 16);
    std::string text = Safe(NameWithinParent(the_case, artifact)) + ": " +
                       Safe(artifact.format.empty() ? "?" : artifact.format) +
                       ", " + Counted(artifact.size, "byte") + ", " +
                       Paint(ArtifactStateName(artifact.state),
                             StateTone(artifact.state), options);
    AddCount(artifact.children, "member", &text);
    AddCount(artifact.events, "event", &text);
    if (artifact.residue != 0) {
      text += ", " + Grouped(artifact.residue) + " residue";
    }
    AddCount(artifact.facts, "fact", &text);
    AddCount(artifact.damages, "damage", &text);
    if (!artifact.note.empty()) text += " (" + Safe(artifact.note) + ')';
    AppendWrapped(std::string(indent, ' '), text, options.width, &out);
  }
  return out;
}

}  // namespace espial::report
