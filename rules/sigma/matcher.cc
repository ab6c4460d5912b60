// Matching a record: route, then witnesses, then the conditions of what is
// left, with every comparison made once.
#include <espial/rules/sigma.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "rules/sigma/record_values.h"
#include "rules/sigma/sigma_rules.h"
#include "rules/sigma/test_list.h"

namespace espial::rules {

class SigmaMatcher::Impl {
 public:
  explicit Impl(const SigmaRules::Impl& rules)
      : table_(rules.table),
        routes_(*rules.routes),
        values_(rules.table.fields()),
        results_(rules.table.tests().size()),
        lists_(rules.table.tests().size()) {}

  std::span<const uint32_t> Match(const ScanRecord& record) {
    matched_.clear();
    const Route& route = RouteOf(record);
    if (route.entries.empty()) return matched_;
    Advance();
    values_.Begin(record);
    known_ = route.known.data();
    candidates_ = route.always;
    for (const FieldIndex& index : route.fields) FindCandidates(index, route);
    for (size_t word = 0; word < candidates_.size(); ++word) {
      for (uint64_t bits = candidates_[word]; bits != 0; bits &= bits - 1) {
        const size_t place =
            word * 64 + static_cast<size_t>(__builtin_ctzll(bits));
        // Whoever marked all of them marked more.
        if (place >= route.entries.size()) break;
        const TableEntry& entry = table_.entries()[route.entries[place]];
        // Variants of one rule stand next to each other.
        if (!matched_.empty() && matched_.back() == entry.rule) continue;
        if (Holds(entry)) matched_.push_back(entry.rule);
      }
    }
    return matched_;
  }

 private:
  struct Result {
    uint32_t record = 0;
    bool holds = false;
  };
  struct LastRoute {
    std::string channel;
    std::string provider;
    uint32_t id = 0;
    std::shared_ptr<const Route> route;
  };

  const Route& RouteOf(const ScanRecord& record) {
    // Logs have few kinds of records, so most are found at the first look.
    const uint32_t id = record.id();
    const std::string_view channel = record.channel();
    const std::string_view provider = record.provider();
    LastRoute& last =
        last_[(size_t{id} * 31 + channel.size() * 7 + provider.size()) %
              last_.size()];
    if (!last.route || last.id != id || last.channel != channel ||
        last.provider != provider) {
      last.route = routes_.Find(channel, provider, id);
      last.id = id;
      last.channel = channel;
      last.provider = provider;
    }
    return *last.route;
  }

  void Advance() {
    if (++number_ != 0) return;
    // Once in four thousand million records.
    for (Result& result : results_) result.record = 0;
    number_ = 1;
  }

  void Mark(FieldIndex::Run run, const Route& route) {
    for (const uint32_t place : route.PlacesOf(run)) {
      candidates_[place / 64] |= uint64_t{1} << (place % 64);
    }
  }

  void FindCandidates(const FieldIndex& index, const Route& route) {
    if (found_.size() < route.most_texts) found_.resize(route.most_texts);
    // A text that stands in a field often is one find.
    ++index_number_;
    bool any = false;
    const auto look = [&](const TextValue& value) {
      any = true;
      if (!value.value.is_null()) FindIn(index, value, route);
      return false;
    };
    if (index.keywords) {
      values_.AnyOfAll(look);
    } else {
      values_.AnyOf(index.field, look);
    }
    if (any) Mark(index.presence, route);
  }

  void FindIn(const FieldIndex& index, const TextValue& value,
              const Route& route) {
    if (!index.exact.empty()) {
      const auto found = index.exact.find(value.folded);
      if (found != index.exact.end()) Mark(found->second, route);
    }
    if (!index.numbers.empty()) {
      const auto number = value.value.is_number()
                              ? CanonicalNumber(value.value.number)
                              : CanonicalNumber(value.text);
      const auto found =
          number ? index.numbers.find(*number) : index.numbers.end();
      if (found != index.numbers.end()) Mark(found->second, route);
    }
    if (index.texts == nullptr) return;
    index.texts->Scan(value.folded, [&](uint32_t text) {
      if (found_[text] == index_number_) return;
      found_[text] = index_number_;
      Mark(index.text_entries[text], route);
    });
    if (value.odd) {
      std::fill(candidates_.begin(), candidates_.end(), ~uint64_t{0});
    }
  }

  bool Holds(const TableEntry& entry) {
    return table_.Evaluate(entry.root,
                           [&](uint32_t test) { return TestHolds(test); });
  }

  bool TestHolds(uint32_t number) {
    const TableTest& test = table_.tests()[number];
    if (test.origin != TableTest::kNoOrigin) {
      return known_[test.origin] == Tri::kTrue;
    }
    Result& result = results_[number];
    if (result.record != number_) {
      result.record = number_;
      result.holds = Compute(number);
    }
    return result.holds;
  }

  template <typename F>
  bool AnyValue(const TableTest& test, const F& f) {
    return test.predicate->test == Predicate::Test::kKeywords
               ? values_.AnyOfAll(f)
               : values_.AnyOf(test.field, f);
  }

  bool Compute(uint32_t number) {
    const TableTest& test = table_.tests()[number];
    const Predicate& predicate = *test.predicate;
    if (predicate.test == Predicate::Test::kFieldRef) return Compare(test);
    if (predicate.test == Predicate::Test::kExists) {
      return values_.Has(test.field) == predicate.exists;
    }
    const bool has_value = AnyValue(
        test, [](const TextValue& value) { return !value.value.is_null(); });
    if (!predicate.patterns.empty() && predicate.patterns[0].is_null()) {
      return has_value == predicate.neq;
    }
    if (!has_value) return false;
    if (const TestList* list = ListOf(number)) {
      return list->Fits([&](const auto& f) { return AnyValue(test, f); }) !=
             predicate.neq;
    }
    const bool fits = AnyOrAll(predicate, [&](const Pattern& pattern) {
      return AnyValue(test, [&](const TextValue& value) {
        return FitsPattern(pattern, value);
      });
    });
    return fits != predicate.neq;
  }

  // Null for what is no long list of which one is enough.
  const TestList* ListOf(uint32_t number) {
    const Predicate& predicate = *table_.tests()[number].predicate;
    if (predicate.all || predicate.patterns.size() < TestList::kLeast) {
      return nullptr;
    }
    auto& list = lists_[number];
    if (!list) list = std::make_unique<const TestList>(predicate);
    return list.get();
  }

  bool Compare(const TableTest& test) {
    const Predicate& predicate = *test.predicate;
    bool compared = false;
    const auto fits = [&](uint32_t other) {
      return values_.AnyOf(test.field, [&](const TextValue& value) {
        // The next field may move it.
        const Value one = value.value;
        return values_.AnyOf(other, [&](const TextValue& with) {
          if (one.is_null() || with.value.is_null()) return false;
          compared = true;
          return RefersTo(predicate, one, with.value);
        });
      });
    };
    const std::vector<uint32_t>& others = test.others;
    const bool found = predicate.all
                           ? std::all_of(others.begin(), others.end(), fits)
                           : std::any_of(others.begin(), others.end(), fits);
    return predicate.neq ? compared && !found : found;
  }

  const RuleTable& table_;
  const RouteMap& routes_;
  std::array<LastRoute, 256> last_;
  RecordValues values_;
  uint32_t number_ = 0;
  const Tri* known_ = nullptr;  // of the route
  std::vector<Result> results_;
  std::vector<uint64_t> candidates_;
  // By text of an index: the index that found it last.
  std::vector<uint64_t> found_;
  uint64_t index_number_ = 0;
  std::vector<uint32_t> matched_;
  // By comparison; made when it is first needed.
  std::vector<std::unique_ptr<const TestList>> lists_;
};

SigmaMatcher::SigmaMatcher(const SigmaRules& rules)
    : impl_(std::make_unique<Impl>(*rules.impl_)) {}
SigmaMatcher::~SigmaMatcher() = default;

std::span<const uint32_t> SigmaMatcher::Match(const ScanRecord& record) {
  return impl_->Match(record);
}

}  // namespace espial::rules
