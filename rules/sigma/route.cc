#include "rules/sigma/route.h"

#include <espial/core/text.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace espial::rules {
namespace {

// Hostile logs have as many origins as records; forgetting keeps memory
// bounded.
constexpr size_t kMaxRoutes = 16'384;
constexpr size_t kMaxKept = 4'000'000;

template <typename T>
bool Allows(const std::optional<std::vector<T>>& limit, const T& value) {
  return !limit || std::binary_search(limit->begin(), limit->end(), value);
}

using Run = FieldIndex::Run;

class RouteBuilder {
 public:
  explicit RouteBuilder(Route* route) : route_(*route) {}

  void Add(uint32_t place, const WitnessSet& set) {
    if (set.open) {
      route_.always[place / 64] |= uint64_t{1} << (place % 64);
      return;
    }
    for (const Witness& witness : set.any_of) Add(place, witness);
  }

  void Finish() {
    for (auto& [key, field] : fields_) {
      FieldIndex& index = route_.fields.emplace_back();
      index.keywords = key.first;
      index.field = key.second;
      index.presence = Keep(field.presence);
      for (const auto& [text, places] : field.exact) {
        const Run run = Keep(places);
        index.exact.emplace(text, run);
      }
      for (const auto& [number, places] : field.numbers) {
        index.numbers.emplace(number, Keep(places));
      }
      if (field.texts.empty()) continue;
      std::vector<Literal> texts;
      texts.reserve(field.texts.size());
      for (const auto& [text, places] : field.texts) {
        texts.push_back(text);
        index.text_entries.push_back(Keep(places));
      }
      index.texts = std::make_unique<const LiteralIndex>(texts);
      route_.most_texts = std::max(route_.most_texts, texts.size());
    }
  }

 private:
  using Places = std::vector<uint32_t>;
  struct Building {
    Places presence;
    std::map<std::string_view, Places> exact;
    std::map<uint64_t, Places> numbers;
    std::map<Literal, Places> texts;
  };

  static void Push(Places* list, uint32_t place) {
    if (list->empty() || list->back() != place) list->push_back(place);
  }

  Run Keep(const Places& places) {
    const Run run = {static_cast<uint32_t>(route_.places.size()),
                     static_cast<uint32_t>(places.size())};
    route_.places.insert(route_.places.end(), places.begin(), places.end());
    return run;
  }

  void Add(uint32_t place, const Witness& witness) {
    const bool keyword = witness.kind == Witness::Kind::kKeyword;
    Building& field = fields_[{keyword, keyword ? 0 : witness.field}];
    switch (witness.kind) {
      case Witness::Kind::kPresence:
        Push(&field.presence, place);
        break;
      case Witness::Kind::kExact:
        Push(&field.exact[witness.text.text], place);
        if (const auto number = CanonicalNumber(witness.text.text)) {
          Push(&field.numbers[*number], place);
        }
        break;
      case Witness::Kind::kSubstring:
      case Witness::Kind::kKeyword:
        Push(&field.texts[witness.text], place);
        break;
    }
  }

  Route& route_;
  std::map<std::pair<bool, uint32_t>, Building> fields_;
};

// What an origin says of comparisons, each looked at once.
class Origin {
 public:
  Origin(const RuleTable& table, std::string_view channel,
         std::string_view provider, uint32_t id)
      : table_(table), known_(table.origins(), Tri::kUnknown) {
    event_.channel = channel;
    event_.provider = provider;
    event_.id = id;
  }

  Tri operator()(uint32_t number) {
    const TableTest& test = table_.tests()[number];
    if (test.origin == TableTest::kNoOrigin) return Tri::kUnknown;
    Tri& known = known_[test.origin];
    if (known == Tri::kUnknown) {
      known = ToTri(PredicateHolds(*test.predicate, event_));
    }
    return known;
  }

  // Looks at all comparisons of a condition. Appends what they are to `key`.
  void Complete(uint32_t number, std::string* key) {
    const TableNode& node = table_.node(number);
    if (node.op != Expr::Op::kOperand) {
      for (const uint32_t child : table_.ChildrenOf(node)) {
        Complete(child, key);
      }
      return;
    }
    for (const TableGroup& group : table_.GroupsOf(node)) {
      for (const uint32_t test : table_.TestsOf(group)) {
        // They come first.
        if (table_.tests()[test].origin == TableTest::kNoOrigin) break;
        *key += (*this)(test) == Tri::kTrue ? '1' : '0';
      }
    }
  }

  std::vector<Tri> Take() { return std::move(known_); }

 private:
  const RuleTable& table_;
  Event event_;
  std::vector<Tri> known_;
};

}  // namespace

RouteMap::RouteMap(const RuleTable& table) : table_(table), witnesses_(table) {
  for (uint32_t i = 0; i < table.entries().size(); ++i) {
    const Routes& routes = table.entries()[i].routes;
    if (!routes.channels) {
      any_channel_.push_back(i);
      continue;
    }
    for (const std::string& channel : *routes.channels) {
      by_channel_[channel].push_back(i);
    }
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
  const std::lock_guard lock(mutex_);
  const auto found = routes_.find(key);
  if (found != routes_.end()) return found->second;
  ForgetIfFull();
  auto made = Make(channel, provider, id);
  return routes_.emplace(std::move(key), std::move(made)).first->second;
}

void RouteMap::ForgetIfFull() const {
  if (routes_.size() >= kMaxRoutes || kept_ >= kMaxKept) {
    routes_.clear();
    distinct_.clear();
    kept_ = 0;
  }
}

std::shared_ptr<const Route> RouteMap::Make(std::string_view channel,
                                            std::string_view provider,
                                            uint32_t id) const {
  const std::string folded_channel = Fold(channel);
  const std::string folded_provider = Fold(provider);
  const uint64_t number = CanonicalNumber(uint64_t{id});
  Origin origin(table_, channel, provider, id);
  const auto known = [&](uint32_t test) { return origin(test); };
  std::vector<uint32_t> entries;
  const auto take = [&](const std::vector<uint32_t>& from) {
    for (const uint32_t entry : from) {
      const Routes& routes = table_.entries()[entry].routes;
      if (Allows(routes.ids, number) &&
          Allows(routes.providers, folded_provider) &&
          table_.EvaluateKnown(table_.entries()[entry].root, known) !=
              Tri::kFalse) {
        entries.push_back(entry);
      }
    }
  };
  take(any_channel_);
  const auto middle = static_cast<ptrdiff_t>(entries.size());
  const auto of_channel = by_channel_.find(folded_channel);
  if (of_channel != by_channel_.end()) take(of_channel->second);
  std::inplace_merge(entries.begin(), entries.begin() + middle, entries.end());

  std::string key;
  for (const uint32_t entry : entries) {
    key += std::to_string(entry);
    key += ' ';
    origin.Complete(table_.entries()[entry].root, &key);
  }
  std::shared_ptr<const Route>& kept = distinct_[key];
  if (kept) return kept;
  auto route = std::make_shared<Route>();
  route->known = origin.Take();
  route->always.assign((entries.size() + 63) / 64, 0);
  RouteBuilder builder(route.get());
  for (uint32_t place = 0; place < entries.size(); ++place) {
    const WitnessSet set =
        witnesses_.Find(table_.entries()[entries[place]], route->known);
    builder.Add(place, set);
    kept_ += 1 + set.any_of.size();
  }
  builder.Finish();
  route->entries = std::move(entries);
  kept_ += key.size() / 16;
  kept = std::move(route);
  return kept;
}

}  // namespace espial::rules
