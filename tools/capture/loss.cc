#include "tools/capture/loss.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace espial::capture {
namespace {

using rules::WhyNode;

// Parts that are named one by one.
constexpr size_t kMostNamed = 5;

// What decides, as "<label> is <value> in the bundle and <value> ...". The
// trees are of one signature; where their shapes differ, nothing below is said.
void Compare(const WhyNode& a, const WhyNode& b,
             std::vector<std::string>* out) {
  const bool alike = a.children.size() == b.children.size();
  const size_t before = out->size();
  for (size_t i = 0; alike && i < a.children.size(); ++i) {
    Compare(a.children[i], b.children[i], out);
  }
  if (a.value == b.value || out->size() != before || a.label.empty()) return;
  std::string line =
      fmt::format("{} is {} in the bundle and {} in the scenario", a.label,
                  TruthName(a.value), TruthName(b.value));
  if (std::find(out->begin(), out->end(), line) == out->end()) {
    out->push_back(std::move(line));
  }
}

using Place = std::tuple<SourceId, uint64_t, uint64_t, size_t>;

Place KeyOf(const Piece& piece) {
  return {piece.source, piece.offset, piece.record, piece.what.index()};
}

std::string ChangedFields(const forge::StoryEvent& raw,
                          const forge::StoryEvent& clean) {
  std::vector<std::string> names;
  for (const forge::StoryField& field : raw.fields) {
    const auto twin = std::find_if(
        clean.fields.begin(), clean.fields.end(),
        [&](const forge::StoryField& of) { return of.name == field.name; });
    if (twin == clean.fields.end() || twin->texts != field.texts) {
      names.push_back(field.name);
    }
  }
  if (raw.data != clean.data) names.emplace_back("the data");
  if (raw.user_sid != clean.user_sid) names.emplace_back("UserID");
  if (raw.channel != clean.channel) names.emplace_back("Channel");
  if (raw.provider != clean.provider) names.emplace_back("Provider_Name");
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string WhatChanges(const Piece& raw, const Piece& clean) {
  if (const auto* event = std::get_if<forge::StoryEvent>(&raw.what)) {
    return ChangedFields(*event, std::get<forge::StoryEvent>(clean.what));
  }
  if (const auto* value = std::get_if<RegistryPiece>(&raw.what)) {
    return value->key == std::get<RegistryPiece>(clean.what).key
               ? "the value's data or name"
               : "the key";
  }
  return "the text";
}

}  // namespace

Error ExplainForgeLoss(const rules::Why& in_bundle,
                       const Result<rules::Why>& in_scenario,
                       const std::map<std::string, uint64_t>& left_out) {
  if (!in_scenario) return in_scenario.error();
  std::vector<std::string> lines;
  Compare(in_bundle.tree, in_scenario->tree, &lines);
  if (in_bundle.stage != in_scenario->stage) {
    lines.push_back(
        fmt::format("its stage is {} in the bundle and {} in the "
                    "scenario",
                    in_bundle.stage, in_scenario->stage));
  }
  for (const auto& [what, count] : left_out) {
    lines.push_back(
        fmt::format("{} {} cannot be said in a scenario", count, what));
  }
  if (lines.empty()) lines.emplace_back("nothing tells why");
  return {Errc::kUnsupported, in_bundle.code, 0,
          fmt::format("no scenario gives it: {}", fmt::join(lines, "; "))};
}

Error ExplainRedactionLoss(const std::string& code, const Pieces& raw,
                           const Pieces& clean, const Kept& needed,
                           const std::function<bool(const Pieces&)>& holds) {
  std::map<Place, const Piece*> twins;
  for (const Piece& piece : clean.list) twins.emplace(KeyOf(piece), &piece);
  Pieces mixed;
  mixed.device = raw.device;
  mixed.bias_minutes = raw.bias_minutes;
  for (const size_t index : needed) mixed.list.push_back(raw.list[index]);
  std::vector<std::string> lines;
  for (Piece& piece : mixed.list) {
    const auto twin = twins.find(KeyOf(piece));
    if (twin == twins.end()) {
      lines.push_back(
          fmt::format("a part of source {} cannot be written once redacted",
                      piece.source.value));
      continue;
    }
    const Piece before = std::exchange(piece, *twin->second);
    // Dates are moved together or not at all.
    piece.at = before.at;
    if (!holds(mixed)) {
      lines.push_back(
          fmt::format("{} of {}", WhatChanges(before, piece), PlaceOf(piece)));
    }
    piece = before;
    if (lines.size() == kMostNamed) break;
  }
  if (lines.empty()) lines.emplace_back("several values together");
  return {Errc::kBadValue, code, 0,
          fmt::format("redaction changes what the rule compares: {}",
                      fmt::join(lines, "; "))};
}

}  // namespace espial::capture
