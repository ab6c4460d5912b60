#include "rules/engine/evidence.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace espial::rules {
namespace {

constexpr size_t kMaxFields = 6;
constexpr size_t kMaxValue = 200;

// A value on one line, shortened.
std::string Shown(std::string_view text) {
  if (text.size() <= kMaxValue) return EscapeControls(text);
  size_t cut = kMaxValue;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
    --cut;
  }
  return EscapeControls(text.substr(0, cut)) + "...";
}

void AppendField(const Event& event, const Field& field, const Catalog& catalog,
                 std::string* out) {
  *out += fmt::format("{}={}", EscapeControls(field.name),
                      Shown(ToText(field.value)));
  const std::string decoded = catalog.Decode(event, field);
  if (!decoded.empty()) *out += fmt::format(" ({})", decoded);
}

// A piece of evidence before it is put into words.
using Ref = std::pair<bool, uint32_t>;  // fact, index

Time TimeOf(const Event& event) {
  Time time;
  time.ticks = event.corrected;
  time.quality = event.time.quality;
  return time;
}

Evidence MakeEvidence(const Case& the_case, const Catalog& catalog, Ref ref,
                      std::span<const std::string> fields) {
  Evidence out;
  if (ref.first) {
    const Fact& fact = the_case.timeline.facts()[ref.second];
    out.source = fact.source;
    out.line = fact.line;
    out.offset = fact.offset;
    out.text = DescribeFact(fact, catalog);
    return out;
  }
  const Event& event = the_case.timeline.events()[ref.second];
  out.source = event.source;
  out.record = event.record;
  out.offset = event.offset;
  out.time = TimeOf(event);
  out.text = DescribeEvent(event, catalog, fields);
  return out;
}

// Counts distinct items over all lists; each list is ascending.
uint64_t CountDistinct(const std::vector<std::span<const uint32_t>>& lists) {
  std::vector<uint32_t> all;
  for (const auto& list : lists)
    all.insert(all.end(), list.begin(), list.end());
  std::sort(all.begin(), all.end());
  return static_cast<uint64_t>(
      std::distance(all.begin(), std::unique(all.begin(), all.end())));
}

}  // namespace

std::string DescribeEvent(const Event& event, const Catalog& catalog,
                          std::span<const std::string> fields) {
  const std::string_view title = catalog.EventTitle(event.provider, event.id);
  std::string out =
      title.empty()
          ? fmt::format("{} {}",
                        EscapeControls(event.provider.empty() ? event.channel
                                                              : event.provider),
                        event.id)
          : std::string(title);
  std::string list;
  size_t shown = 0;
  const auto add = [&](const Field& field) {
    if (shown == kMaxFields && fields.empty()) list += ", ...";
    if (++shown > kMaxFields && fields.empty()) return;
    if (!list.empty()) list += ", ";
    AppendField(event, field, catalog, &list);
  };
  if (fields.empty()) {
    for (const Field& field : event.fields) {
      add(field);
      if (shown > kMaxFields) break;
    }
  }
  for (const std::string& name : fields) {
    for (const Field& field : event.fields) {
      if (EqualsFold(field.name, name)) add(field);
    }
  }
  if (!list.empty()) out += ": " + list;
  return out;
}

std::string DescribeFact(const Fact& fact, const Catalog& catalog) {
  const std::string_view joint = fact.kind == FactKind::kRegistry ? "\\" : ": ";
  std::string out =
      fmt::format("{}{}{} = {}", EscapeControls(fact.key), joint,
                  fact.name.empty() && fact.kind == FactKind::kRegistry
                      ? "(default)"
                      : EscapeControls(fact.name),
                  Shown(fact.data));
  const std::string decoded = catalog.DecodeText(fact.name, fact.data);
  if (!decoded.empty()) out += fmt::format(" ({})", decoded);
  return out;
}

EvidenceList GatherEvidence(const Case& the_case, const Catalog& catalog,
                            std::span<const OperandState* const> proof,
                            std::span<const std::string> fields) {
  EvidenceList out;
  std::set<Ref> chosen;
  std::vector<std::span<const uint32_t>> events;
  std::vector<std::span<const uint32_t>> facts;
  size_t longest = 0;
  for (const OperandState* state : proof) {
    (state->facts ? facts : events).push_back(state->items);
    if (!state->more_facts.empty()) facts.push_back(state->more_facts);
    longest =
        std::max({longest, state->items.size(), state->more_facts.size()});
  }
  for (size_t i = 0; i < std::min(longest, kMaxEvidence); ++i) {
    for (const OperandState* state : proof) {
      if (chosen.size() == kMaxEvidence) break;
      if (i < state->items.size()) {
        chosen.emplace(state->facts, state->items[i]);
      }
      if (chosen.size() < kMaxEvidence && i < state->more_facts.size()) {
        chosen.emplace(true, state->more_facts[i]);
      }
    }
  }
  for (const Ref& ref : chosen) {
    out.shown.push_back(MakeEvidence(the_case, catalog, ref, fields));
  }
  out.has_facts = !facts.empty();
  std::optional<uint32_t> first;
  std::optional<uint32_t> last;
  for (const auto& list : events) {
    if (list.empty()) continue;
    first = first ? std::min(*first, list.front()) : list.front();
    last = last ? std::max(*last, list.back()) : list.back();
  }
  if (first) out.first = TimeOf(the_case.timeline.events()[*first]);
  if (last) out.last = TimeOf(the_case.timeline.events()[*last]);
  out.count = CountDistinct(events) + CountDistinct(facts);
  return out;
}

}  // namespace espial::rules
