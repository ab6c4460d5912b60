#include "rules/engine/event_references.h"

#include <optional>
#include <string>
#include <utility>

#include "rules/engine/detection_loader.h"

namespace espial::rules {
namespace {

// What one group names. Where it has no channel or provider of its own, those
// of the whole detection count; an id it has none of stays open, because its
// fields may belong to any of the detection's events.
void AddReferences(const Group& group, const Detection& detection,
                   const std::vector<std::string>& channels,
                   const EventReference& base,
                   std::vector<EventReference>* out) {
  const Routes own = GroupRoutes(group);
  std::vector<std::string> from;
  if (own.channels) {
    from = *own.channels;
  } else if (detection.routes.channels) {
    from = channels;
  }
  std::vector<std::string> providers = own.providers.value_or(
      detection.routes.providers.value_or(std::vector<std::string>()));
  if (from.empty()) from.emplace_back();
  if (providers.empty()) providers.emplace_back();
  std::vector<std::optional<uint32_t>> ids;
  for (const uint64_t id : own.ids.value_or(std::vector<uint64_t>())) {
    ids.emplace_back(static_cast<uint32_t>(id));
  }
  if (ids.empty()) ids.emplace_back();
  for (const std::string& channel : from) {
    for (const std::string& provider : providers) {
      for (const auto& id : ids) {
        EventReference reference = base;
        reference.channel = channel;
        reference.provider = provider;
        reference.id = id;
        reference.fields = NamedFields(group);
        out->push_back(std::move(reference));
      }
    }
  }
}

}  // namespace

void AddEventReferences(const Unit& unit, const Routing& routing,
                        std::vector<EventReference>* out) {
  EventReference base;
  base.rule = unit.owner;
  base.file = unit.file;
  for (uint32_t i = 0; i < unit.detections.size(); ++i) {
    const Detection& detection = unit.detections[i];
    if (detection.subject != Subject::kEvent) continue;
    const auto& channels = routing.sources(unit.first_detection + i).channels;
    for (const Selection& selection : detection.selections) {
      for (const Group& group : selection.groups) {
        AddReferences(group, detection, channels, base, out);
      }
    }
  }
}

}  // namespace espial::rules
