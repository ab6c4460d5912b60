#include "lib/api/app_names.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace espial {
namespace {

constexpr std::string_view kId = "AppId";
constexpr std::string_view kName = "AppName";

// Names by the text of the id, both owned by the timeline.
using Names = std::unordered_map<std::string_view, std::string_view>;

std::string_view TextOf(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  return value == nullptr ? std::string_view() : value->text;
}

// Takes the first element of a list; false when there is none.
bool TakeElement(std::string_view* list, std::string_view* element) {
  if (list->data() == nullptr) return false;
  const size_t end = list->find('\n');
  *element = list->substr(0, end);
  *list = end == std::string_view::npos ? std::string_view()
                                        : list->substr(end + 1);
  return true;
}

// Calls `learn` with each id and name that the event tells.
template <typename Learn>
void ForEachName(const Event& event, const Learn& learn) {
  const std::string_view id = TextOf(event, kId);
  const std::string_view name = TextOf(event, kName);
  if (!id.empty() && !name.empty()) learn(id, name);
  std::string_view ids = TextOf(event, "AppIds");
  if (ids.empty()) return;
  std::string_view names = TextOf(event, "AppNames");
  // A line feed within a name would move all names behind it.
  if (std::count(ids.begin(), ids.end(), '\n') !=
      std::count(names.begin(), names.end(), '\n')) {
    return;
  }
  std::string_view one_id;
  std::string_view one_name;
  while (TakeElement(&ids, &one_id) && TakeElement(&names, &one_name)) {
    if (!one_name.empty()) learn(one_id, one_name);
  }
}

}  // namespace

void NameApps(Case* the_case) {
  std::vector<bool> is_log(the_case->artifacts.size(), false);
  for (size_t i = 0; i < is_log.size(); ++i) {
    is_log[i] = the_case->artifacts[i].format == "cmtrace";
  }
  const auto counts = [&](const Event& event) {
    return event.source.value < is_log.size() && is_log[event.source.value];
  };
  // What stands in front of the first line that tells has the first name.
  Names names;
  for (const Event& event : the_case->timeline.events()) {
    if (!counts(event)) continue;
    ForEachName(event, [&](std::string_view id, std::string_view name) {
      names.try_emplace(id, name);
    });
  }
  if (names.empty()) return;
  Arena& arena = the_case->timeline.text_arena();
  std::vector<Field> fields;
  for (Event& event : the_case->timeline.mutable_events()) {
    if (!counts(event)) continue;
    ForEachName(event, [&](std::string_view id, std::string_view name) {
      names[id] = name;
    });
    const std::string_view id = TextOf(event, kId);
    if (id.empty() || event.FindField(kName) != nullptr) continue;
    const auto name = names.find(id);
    if (name == names.end()) continue;
    fields.assign(event.fields.begin(), event.fields.end());
    fields.push_back({kName, Value::String(name->second)});
    event.fields = arena.CopyArray(std::span<const Field>(fields));
  }
}

}  // namespace espial
