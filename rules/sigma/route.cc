#include "rules/sigma/route.h"

#include <espial/core/text.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "rules/sigma/witness.h"

namespace espial::rules {
namespace {

// Hostile logs have as many origins as records; forgetting keeps memory
// bounded.
constexpr size_t kMaxRoutes = 16'384;
// So few rules are looked at faster than an index.
constexpr size_t kFewEntries = 4;

bool Allows(const std::optional<std::vector<std::string>>& limit,
            const std::string& folded) {
  return !limit || std::binary_search(limit->begin(), limit->end(), folded);
}

class RouteBuilder {
 public:
  explicit RouteBuilder(Route* route) : route_(*route) {}

  void Add(uint32_t place, const WitnessSet& set) {
    if (set.open) {
      route_.always.push_back(place);
      return;
    }
    for (const Witness& witness : set.any_of) Add(place, witness);
  }

  void Finish() {
    for (auto& [key, field] : fields_) {
      FieldIndex& index = field.index;
      index.field = key.second;
      index.keywords = key.first;
      std::vector<std::string> texts;
      texts.reserve(field.texts.size());
      for (auto& [text, entries] : field.texts) {
        texts.push_back(text);
        index.text_entries.push_back(std::move(entries));
      }
      route_.texts += texts.size();
      if (!texts.empty()) {
        index.texts = std::make_unique<const AhoCorasick>(texts);
      }
      route_.fields.push_back(std::move(index));
    }
  }

 private:
  struct Building {
    FieldIndex index;
    std::map<std::string, std::vector<uint32_t>> texts;
  };

  static void Push(std::vector<uint32_t>* list, uint32_t place) {
    if (list->empty() || list->back() != place) list->push_back(place);
  }

  void Add(uint32_t place, const Witness& witness) {
    const bool keyword = witness.kind == Witness::Kind::kKeyword;
    Building& field = fields_[{keyword, keyword ? 0 : witness.field}];
    switch (witness.kind) {
      case Witness::Kind::kPresence:
        Push(&field.index.presence, place);
        break;
      case Witness::Kind::kExact: {
        Push(&field.index.exact[witness.text], place);
        if (const auto number = CanonicalNumber(witness.text)) {
          Push(&field.index.numbers[*number], place);
        }
        break;
      }
      case Witness::Kind::kSubstring:
      case Witness::Kind::kKeyword:
        Push(&field.texts[witness.text], place);
        break;
    }
  }

  Route& route_;
  std::map<std::pair<bool, uint32_t>, Building> fields_;
};

}  // namespace

RouteMap::RouteMap(const RuleTable& table) : table_(table) {
  for (uint32_t i = 0; i < table.entries().size(); ++i) {
    const Routes& routes = table.entries()[i].routes;
    if (!routes.ids) {
      any_id_.push_back(i);
      continue;
    }
    for (const uint64_t id : *routes.ids) by_id_[id].push_back(i);
  }
}

std::shared_ptr<const Route> RouteMap::Find(std::string_view channel,
                                            std::string_view provider,
                                            uint32_t id) const {
  std::string key = std::to_string(id);
  key += '\n';
  key += channel;
  key += '\n';
  key += provider;
  {
    const std::lock_guard lock(mutex_);
    const auto found = routes_.find(key);
    if (found != routes_.end()) return found->second;
  }
  auto made = Make(channel, provider, id);
  const std::lock_guard lock(mutex_);
  if (routes_.size() >= kMaxRoutes) routes_.clear();
  // Another thread may have been faster; its route is the same.
  return routes_.emplace(std::move(key), std::move(made)).first->second;
}

std::shared_ptr<const Route> RouteMap::Make(std::string_view channel,
                                            std::string_view provider,
                                            uint32_t id) const {
  auto route = std::make_shared<Route>();
  const std::string folded_channel = Fold(channel);
  const std::string folded_provider = Fold(provider);
  Event origin;
  origin.channel = channel;
  origin.provider = provider;
  origin.id = id;
  // What the origin says of comparisons, each looked at once.
  std::unordered_map<uint32_t, Tri> remembered;
  const auto known = [&](uint32_t number) {
    const TableTest& test = table_.tests()[number];
    const FieldKind kind = test.predicate->field;
    if (test.predicate->test != Predicate::Test::kMatch ||
        (kind != FieldKind::kChannel && kind != FieldKind::kProvider &&
         kind != FieldKind::kEventId)) {
      return Tri::kUnknown;
    }
    const auto [at, added] = remembered.emplace(number, Tri::kUnknown);
    if (added) at->second = ToTri(PredicateHolds(*test.predicate, origin));
    return at->second;
  };
  std::vector<uint32_t> candidates = any_id_;
  const auto with_id = by_id_.find(CanonicalNumber(uint64_t{id}));
  if (with_id != by_id_.end()) {
    const auto middle = static_cast<ptrdiff_t>(candidates.size());
    candidates.insert(candidates.end(), with_id->second.begin(),
                      with_id->second.end());
    std::inplace_merge(candidates.begin(), candidates.begin() + middle,
                       candidates.end());
  }
  std::erase_if(candidates, [&](uint32_t number) {
    const TableEntry& entry = table_.entries()[number];
    return !Allows(entry.routes.channels, folded_channel) ||
           !Allows(entry.routes.providers, folded_provider) ||
           KnownValue(entry, known) == Tri::kFalse;
  });
  route->entries = std::move(candidates);
  RouteBuilder builder(route.get());
  const bool few = route->entries.size() <= kFewEntries;
  for (uint32_t place = 0; place < route->entries.size(); ++place) {
    const TableEntry& entry = table_.entries()[route->entries[place]];
    builder.Add(place,
                few ? WitnessSet() : FindWitnesses(table_, entry, known));
  }
  builder.Finish();
  return route;
}

}  // namespace espial::rules
