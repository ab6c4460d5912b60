// `cancelled_by` of signatures.
#include <fmt/format.h>

#include <array>

#include "rules/engine/document_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr size_t kMaxLinks = 8;

}  // namespace

// The detection of events or correlation that the value of `key` names.
std::optional<uint32_t> DocumentReader::FindTimed(const MapReader& map,
                                                  string_view key,
                                                  const Unit& unit) const {
  const auto name = map.RequireText(key);
  if (!name) return std::nullopt;
  const auto at = FindName(unit.Names(), *name, "detection or correlation",
                           map.MarkOf(key), reporter_);
  if (!at || unit.HasTime(*at)) return at;
  Error(map.MarkOf(key), "E018",
        fmt::format("{} has no place in time, so nothing comes after it",
                    Quoted(*name)));
  return std::nullopt;
}

bool DocumentReader::ReadLinks(const YamlNode& node, Cancellation* out) const {
  if (!node.is_list() || node.items.empty() || node.items.size() > kMaxLinks) {
    Error(node.mark, "E004",
          fmt::format("'same' must be a list of 1 to {} fields", kMaxLinks));
    return false;
  }
  bool ok = true;
  for (const YamlNode& item : node.items) {
    if (!item.is_map()) {
      const auto field = ReadText(item, reporter_, "a field of 'same'");
      ok = ok && field;
      if (field) out->same.emplace_back(*field, *field);
      continue;
    }
    constexpr std::array<string_view, 2> kKeys = {"failure", "success"};
    const MapReader map(item, reporter_, "a link of 'same'", kKeys);
    const auto failure = map.RequireText("failure");
    const auto success = map.RequireText("success");
    ok = ok && failure && success;
    if (failure && success) out->same.emplace_back(*failure, *success);
  }
  return ok;
}

bool DocumentReader::ReadCancellation(const YamlNode& node, const Unit& unit,
                                      Cancellation* out) const {
  constexpr std::array<string_view, 3> kKeys = {"failure", "success", "same"};
  const MapReader map(node, reporter_, "an item of 'cancelled_by'", kKeys);
  if (!map.ok()) return false;
  const auto failure = FindTimed(map, "failure", unit);
  const auto success = FindTimed(map, "success", unit);
  const YamlNode* same = map.Require("same");
  if (same == nullptr || !ReadLinks(*same, out) || !failure || !success) {
    return false;
  }
  if (*failure == *success) {
    Error(map.MarkOf("success"), "E018", "a failure cannot cancel itself");
    return false;
  }
  out->failure = *failure;
  out->success = *success;
  return true;
}

void DocumentReader::ReadCancellations(const YamlNode& node, Unit* unit) const {
  if (!node.is_list() || node.items.empty()) {
    Error(node.mark, "E004", "'cancelled_by' must be a list");
    return;
  }
  for (const YamlNode& item : node.items) {
    Cancellation read;
    if (ReadCancellation(item, *unit, &read)) {
      unit->cancellations.push_back(std::move(read));
    }
  }
}

}  // namespace espial::rules
