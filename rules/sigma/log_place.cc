#include "rules/sigma/log_place.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "rules/engine/fields.h"

namespace espial::rules {
namespace {

using std::string_view;

Predicate Equals(string_view field, const std::vector<std::string>& values) {
  Predicate predicate;
  FieldName name = EventField(field);
  predicate.field = name.kind;
  predicate.name = std::move(name.name);
  for (const std::string& value : values) {
    predicate.values.push_back(value);
    predicate.patterns.push_back(
        field == "EventID" ? Pattern::Text(value, Anchor::kWhole, false)
                           : Pattern::Literal(value, Anchor::kWhole, false));
  }
  return predicate;
}

}  // namespace

std::vector<LogPlace> PlacesOf(const LogSources& sources,
                               const LogSourceName& name) {
  std::vector<LogPlace> out;
  if (!name.product.empty() && name.product != "windows") return out;
  const std::vector<std::string>* channels = nullptr;
  if (!name.service.empty()) {
    const auto service = sources.services.find(name.service);
    if (service == sources.services.end()) return out;
    channels = &service->second;
  }
  if (name.category.empty()) {
    // A product alone is any of its logs.
    LogPlace any;
    if (channels != nullptr) any.where.channels = *channels;
    out.push_back(std::move(any));
    return out;
  }
  const auto category = sources.categories.find(name.category);
  if (category == sources.categories.end()) return out;
  for (const LogAlternative& place : category->second) {
    const bool fits =
        channels == nullptr ||
        std::any_of(place.channels.begin(), place.channels.end(),
                    [&](const std::string& channel) {
                      return std::find(channels->begin(), channels->end(),
                                       channel) != channels->end();
                    });
    if (!fits) continue;
    out.push_back({place, place.fields.empty() ? nullptr : &place.fields});
  }
  return out;
}

void AddPlace(const LogAlternative& place, Selection* out) {
  Group group;
  if (!place.channels.empty()) {
    group.predicates.push_back(Equals("Channel", place.channels));
  }
  if (!place.ids.empty()) {
    std::vector<std::string> ids;
    for (const uint32_t id : place.ids) ids.push_back(std::to_string(id));
    group.predicates.push_back(Equals("EventID", ids));
  }
  for (const auto& [field, value] : place.where) {
    group.predicates.push_back(Equals(field, {value}));
  }
  if (!group.predicates.empty()) out->groups.push_back(std::move(group));
}

}  // namespace espial::rules
