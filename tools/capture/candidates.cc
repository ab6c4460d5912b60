#include "tools/capture/candidates.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace espial::capture {
namespace {

using Places = std::set<std::pair<SourceId, uint64_t>>;

void AddPlaces(const std::vector<Evidence>& evidence, Places* out) {
  for (const Evidence& piece : evidence) {
    out->emplace(piece.source, piece.offset);
  }
}

void AddPlaces(const rules::WhyNode& node, Places* out) {
  AddPlaces(node.evidence, out);
  for (const rules::WhyNode& child : node.children) AddPlaces(child, out);
}

void AddLogs(const rules::WhyNode& node, std::set<std::string>* out) {
  for (const rules::WhyLog& log : node.looked_at) out->insert(Fold(log.name));
  for (const rules::WhyNode& child : node.children) AddLogs(child, out);
}

// The channel or file of what is told; empty for all else.
std::string LogOf(const Piece& piece) {
  if (const auto* event = std::get_if<forge::StoryEvent>(&piece.what)) {
    return Fold(event->channel);
  }
  if (const auto* line = std::get_if<forge::StoryLine>(&piece.what)) {
    return Fold(line->log.substr(0, line->log.rfind('.')));
  }
  return std::holds_alternative<forge::ClockStep>(piece.what) ? "system" : "";
}

bool IsBoot(const Piece& piece) {
  constexpr std::array<std::pair<std::string_view, uint16_t>, 4> kBoots = {
      {{"Microsoft-Windows-Kernel-General", 12},
       {"Microsoft-Windows-Kernel-Boot", 27},
       {"EventLog", 6005},
       {"EventLog", 6008}}};
  const auto* event = std::get_if<forge::StoryEvent>(&piece.what);
  return event != nullptr &&
         std::any_of(kBoots.begin(), kBoots.end(), [&](const auto& boot) {
           return event->provider == boot.first && event->id == boot.second;
         });
}

class Grower {
 public:
  explicit Grower(const Pieces& pieces)
      : pieces_(pieces), taken_(pieces.list.size(), false) {}

  template <typename F>
  void Take(const F& wanted) {
    for (size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i] && wanted(pieces_.list[i])) taken_[i] = grown_ = true;
    }
  }
  // Ends a set, unless it is the one before.
  void Close() {
    if (!grown_) return;
    grown_ = false;
    Kept kept;
    for (size_t i = 0; i < taken_.size(); ++i) {
      if (taken_[i]) kept.push_back(i);
    }
    sets_.push_back(std::move(kept));
  }
  std::vector<Kept> Finish() { return std::move(sets_); }

 private:
  const Pieces& pieces_;
  std::vector<bool> taken_;
  std::vector<Kept> sets_;
  bool grown_ = true;
};

// The first and the last piece of each log.
std::set<const Piece*> EndsOf(const Pieces& pieces) {
  std::map<std::string, std::pair<const Piece*, const Piece*>> ends;
  for (const Piece& piece : pieces.list) {
    if (!piece.IsEvent()) continue;
    auto& [first, last] = ends[LogOf(piece)];
    if (first == nullptr || piece.at < first->at) first = &piece;
    if (last == nullptr || piece.at > last->at) last = &piece;
  }
  std::set<const Piece*> out;
  for (const auto& [log, both] : ends) {
    out.insert(both.first);
    out.insert(both.second);
  }
  return out;
}

}  // namespace

std::vector<Kept> Candidates(const Pieces& pieces, const Case& judged,
                             const rules::Why& why) {
  Places named;
  AddPlaces(why.tree, &named);
  for (const Finding& finding : judged.findings) {
    if (finding.code == why.code) AddPlaces(finding.evidence, &named);
  }
  AddPlaces(judged.scenario.evidence, &named);
  for (const espial::Step& step : judged.flow.steps) {
    AddPlaces(step.evidence, &named);
  }
  Grower grower(pieces);
  grower.Take([&](const Piece& piece) {
    return (!piece.IsEvent() && !piece.IsFact()) ||
           named.contains({piece.source, piece.offset});
  });
  grower.Close();
  const std::set<const Piece*> ends = EndsOf(pieces);
  grower.Take([&](const Piece& piece) {
    return ends.contains(&piece) || IsBoot(piece);
  });
  grower.Close();
  grower.Take([](const Piece& piece) { return piece.IsFact(); });
  grower.Close();
  std::set<std::string> looked_at;
  AddLogs(why.tree, &looked_at);
  std::set<std::string> others;
  for (const Piece& piece : pieces.list) {
    const std::string log = LogOf(piece);
    if (!log.empty() && !looked_at.contains(log)) others.insert(log);
  }
  for (const auto* logs : {&looked_at, &others}) {
    for (const std::string& log : *logs) {
      grower.Take([&](const Piece& piece) { return LogOf(piece) == log; });
      grower.Close();
    }
  }
  return grower.Finish();
}

}  // namespace espial::capture
