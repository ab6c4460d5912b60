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

// What the parser of these logs made of a line, in its own spelling.
struct Told {
  std::string_view id;
  std::string_view name;
  std::string_view ids;
  std::string_view names;
  bool named = false;
};

Told ReadFields(const Event& event) {
  Told told;
  for (const Field& field : event.fields) {
    if (!field.name.starts_with("App")) continue;
    const std::string_view text = field.value.text;
    if (field.name == kId) {
      told.id = text;
    } else if (field.name == kName) {
      told.name = text;
      told.named = true;
    } else if (field.name == "AppIds") {
      told.ids = text;
    } else if (field.name == "AppNames") {
      told.names = text;
    }
  }
  return told;
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

// Calls `learn` with each id and name that a line tells.
template <typename Learn>
void ForEachName(const Told& told, const Learn& learn) {
  if (!told.id.empty() && !told.name.empty()) learn(told.id, told.name);
  std::string_view ids = told.ids;
  if (ids.empty()) return;
  std::string_view names = told.names;
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
    return event.source.value < is_log.size() && is_log[event.source.value] &&
           !event.fields.empty();
  };
  // What stands in front of the first line that tells has the first name.
  Names names;
  for (const Event& event : the_case->timeline.events()) {
    if (!counts(event)) continue;
    ForEachName(ReadFields(event),
                [&](std::string_view id, std::string_view name) {
                  names.try_emplace(id, name);
                });
  }
  if (names.empty()) return;
  Arena& arena = the_case->timeline.text_arena();
  std::vector<Field> fields;
  for (Event& event : the_case->timeline.mutable_events()) {
    if (!counts(event)) continue;
    const Told told = ReadFields(event);
    ForEachName(told, [&](std::string_view id, std::string_view name) {
      names[id] = name;
    });
    if (told.id.empty() || told.named) continue;
    const auto name = names.find(told.id);
    if (name == names.end()) continue;
    fields.assign(event.fields.begin(), event.fields.end());
    fields.push_back({kName, Value::String(name->second)});
    event.fields = arena.CopyArray(std::span<const Field>(fields));
  }
}

}  // namespace espial
