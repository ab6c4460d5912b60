// Matching a record: route, then witnesses, then the conditions of what is
// left, with every comparison made once.
#include <espial/core/arena.h>
#include <espial/core/text.h>
#include <espial/rules/sigma.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/sigma/sigma_rules.h"

namespace espial::rules {
namespace {

// A value with its text, as written and folded.
struct TextValue {
  Value value;
  std::string_view text;
  std::string_view folded;
};

// RE2 takes U+017F for an 's' and U+212A for a 'k'; Fold() does not.
bool HasOddLetters(std::string_view text) {
  return text.find("\xc5\xbf") != std::string_view::npos ||
         text.find("\xe2\x84\xaa") != std::string_view::npos;
}

}  // namespace

class SigmaMatcher::Impl {
 public:
  explicit Impl(const SigmaRules::Impl& rules)
      : table_(rules.table),
        routes_(*rules.routes),
        fields_(rules.table.fields().size()),
        results_(rules.table.tests().size()) {}

  std::span<const uint32_t> Match(const ScanRecord& record) {
    matched_.clear();
    const Route& route = RouteOf(record);
    if (route.entries.empty()) return matched_;
    record_ = &record;
    Advance();
    FindCandidates(route);
    for (size_t word = 0; word < candidates_.size(); ++word) {
      for (uint64_t bits = candidates_[word]; bits != 0; bits &= bits - 1) {
        const size_t place =
            word * 64 + static_cast<size_t>(__builtin_ctzll(bits));
        const TableEntry& entry = table_.entries()[route.entries[place]];
        // Variants of one rule stand next to each other.
        if (!matched_.empty() && matched_.back() == entry.rule) continue;
        if (Holds(entry)) matched_.push_back(entry.rule);
      }
    }
    return matched_;
  }

 private:
  struct FieldState {
    uint32_t record = 0;  // values are those of this record
    std::vector<TextValue> values;
  };
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
    arena_.Reset();
    has_all_ = false;
    if (++number_ != 0) return;
    // Once in four thousand million records.
    for (FieldState& field : fields_) field.record = 0;
    for (Result& result : results_) result.record = 0;
    number_ = 1;
  }

  void Take(const std::vector<Value>& values, std::vector<TextValue>* out) {
    out->clear();
    for (const Value& value : values) {
      TextValue& text = out->emplace_back();
      text.value = value;
      if (value.is_null()) continue;
      const bool is_text =
          value.type == ValueType::kString || value.type == ValueType::kGuid ||
          value.type == ValueType::kSid || value.type == ValueType::kXml ||
          value.type == ValueType::kList;
      if (is_text) {
        text.text = value.text;
      } else {
        scratch_.clear();
        AppendText(value, &scratch_);
        text.text = arena_.Copy(scratch_);
      }
      text.folded = FoldInto(text.text);
    }
  }

  std::string_view FoldInto(std::string_view text) {
    if (text.empty()) return text;
    auto* out = static_cast<char*>(arena_.Allocate(text.size(), 1));
    unsigned char all = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      all |= c;
      out[i] = static_cast<char>(
          c + (static_cast<unsigned char>(c - 'A') < 26 ? 32 : 0));
    }
    if (all < 0x80) return {out, text.size()};
    return arena_.Copy(Fold(text));
  }

  const std::vector<TextValue>& ValuesOf(uint32_t number) {
    FieldState& field = fields_[number];
    if (field.record != number_) {
      field.record = number_;
      raw_.clear();
      record_->AppendValues(number, &raw_);
      Take(raw_, &field.values);
    }
    return field.values;
  }

  const std::vector<TextValue>& AllValues() {
    if (!has_all_) {
      has_all_ = true;
      raw_.clear();
      record_->AppendAll(&raw_);
      Take(raw_, &all_);
    }
    return all_;
  }

  void Mark(const std::vector<uint32_t>& places) {
    for (const uint32_t place : places) {
      candidates_[place / 64] |= uint64_t{1} << (place % 64);
    }
  }

  void FindCandidates(const Route& route) {
    candidates_.assign((route.entries.size() + 63) / 64, 0);
    Mark(route.always);
    for (const FieldIndex& index : route.fields) {
      const std::vector<TextValue>& values =
          index.keywords ? AllValues() : ValuesOf(index.field);
      if (values.empty()) continue;
      Mark(index.presence);
      for (const TextValue& value : values) {
        if (!value.value.is_null()) FindIn(index, value, route);
      }
    }
  }

  void FindIn(const FieldIndex& index, const TextValue& value,
              const Route& route) {
    if (!index.exact.empty()) {
      const auto found = index.exact.find(value.folded);
      if (found != index.exact.end()) Mark(found->second);
    }
    if (!index.numbers.empty()) {
      const auto number = value.value.is_number()
                              ? CanonicalNumber(value.value.number)
                              : CanonicalNumber(value.text);
      const auto found =
          number ? index.numbers.find(*number) : index.numbers.end();
      if (found != index.numbers.end()) Mark(found->second);
    }
    if (index.texts == nullptr) return;
    index.texts->Scan(value.folded,
                      [&](uint32_t text) { Mark(index.text_entries[text]); });
    if (value.folded.size() != value.text.size() || HasOddLetters(value.text)) {
      for (size_t i = 0; i < route.entries.size(); ++i) {
        candidates_[i / 64] |= uint64_t{1} << (i % 64);
      }
    }
  }

  bool Holds(const TableEntry& entry) {
    return entry.detection->condition.Evaluate([&](uint32_t selection) {
      for (const std::vector<uint32_t>& group : entry.selections[selection]) {
        if (std::all_of(group.begin(), group.end(),
                        [&](uint32_t test) { return TestHolds(test); })) {
          return Tri::kTrue;
        }
      }
      return Tri::kFalse;
    }) == Tri::kTrue;
  }

  bool TestHolds(uint32_t number) {
    Result& result = results_[number];
    if (result.record != number_) {
      result.record = number_;
      result.holds = Compute(table_.tests()[number]);
    }
    return result.holds;
  }

  bool Compute(const TableTest& test) {
    const Predicate& predicate = *test.predicate;
    if (predicate.test == Predicate::Test::kFieldRef) return Compare(test);
    const std::vector<TextValue>& values =
        predicate.test == Predicate::Test::kKeywords ? AllValues()
                                                     : ValuesOf(test.field);
    if (predicate.test == Predicate::Test::kExists) {
      return values.empty() != predicate.exists;
    }
    const bool has_value = std::any_of(
        values.begin(), values.end(),
        [](const TextValue& value) { return !value.value.is_null(); });
    if (!predicate.patterns.empty() && predicate.patterns[0].is_null()) {
      return has_value == predicate.neq;
    }
    if (!has_value) return false;
    const bool fits = AnyOrAll(predicate, [&](const Pattern& pattern) {
      return std::any_of(
          values.begin(), values.end(),
          [&](const TextValue& value) { return Fits(pattern, value); });
    });
    return fits != predicate.neq;
  }

  static bool Fits(const Pattern& pattern, const TextValue& value) {
    if (value.value.is_null()) return false;
    if (pattern.needs_value()) return pattern.Matches(value.value);
    if (value.value.is_number() && pattern.MatchesNumber(value.value.number)) {
      return true;
    }
    return pattern.MatchesText(value.text, value.folded);
  }

  bool Compare(const TableTest& test) {
    const Predicate& predicate = *test.predicate;
    bool compared = false;
    const auto fits = [&](uint32_t other) {
      for (const TextValue& value : ValuesOf(test.field)) {
        for (const TextValue& with : ValuesOf(other)) {
          if (value.value.is_null() || with.value.is_null()) continue;
          compared = true;
          if (RefersTo(predicate, value.value, with.value)) return true;
        }
      }
      return false;
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
  const ScanRecord* record_ = nullptr;
  uint32_t number_ = 0;
  Arena arena_;
  std::string scratch_;
  std::vector<Value> raw_;
  std::vector<FieldState> fields_;
  bool has_all_ = false;
  std::vector<TextValue> all_;
  std::vector<Result> results_;
  std::vector<uint64_t> candidates_;
  std::vector<uint32_t> matched_;
};

SigmaMatcher::SigmaMatcher(const SigmaRules& rules)
    : impl_(std::make_unique<Impl>(*rules.impl_)) {}
SigmaMatcher::~SigmaMatcher() = default;

std::span<const uint32_t> SigmaMatcher::Match(const ScanRecord& record) {
  return impl_->Match(record);
}

}  // namespace espial::rules
