#include <espial/model/timeline.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace espial {
namespace {

// What EventBefore compares, beside where the event stands: an Event is large,
// and sorting moves things about.
struct OrderKey {
  Ticks corrected;
  SourceId source;
  uint32_t index = 0;
  uint64_t record = 0;
  uint64_t offset = 0;

  friend bool operator<(const OrderKey& a, const OrderKey& b) {
    if (a.corrected != b.corrected) return a.corrected < b.corrected;
    return std::tie(a.source, a.record, a.offset) <
           std::tie(b.source, b.record, b.offset);
  }
};

// Sorts by merging the runs that are sorted already, which timelines consist
// of: logs one behind the other, each mostly in order.
void MergeRuns(std::vector<OrderKey>* keys) {
  std::vector<size_t> bounds = {0};
  for (size_t i = 1; i < keys->size(); ++i) {
    if ((*keys)[i] < (*keys)[i - 1]) bounds.push_back(i);
  }
  bounds.push_back(keys->size());
  std::vector<OrderKey> merged(bounds.size() > 2 ? keys->size() : 0);
  const auto at = [](std::vector<OrderKey>& of, size_t index) {
    return of.begin() + static_cast<std::ptrdiff_t>(index);
  };
  while (bounds.size() > 2) {
    std::vector<size_t> wider = {0};
    for (size_t i = 0; i + 1 < bounds.size(); i += 2) {
      const size_t middle = bounds[i + 1];
      const size_t end = i + 2 < bounds.size() ? bounds[i + 2] : middle;
      std::merge(at(*keys, bounds[i]), at(*keys, middle), at(*keys, middle),
                 at(*keys, end), at(merged, bounds[i]));
      wider.push_back(end);
    }
    keys->swap(merged);
    bounds = std::move(wider);
  }
}

// Puts events into EventBefore order.
void SortEvents(std::vector<Event>* events) {
  if (std::is_sorted(events->begin(), events->end(), EventBefore)) return;
  std::vector<OrderKey> keys;
  keys.reserve(events->size());
  for (const Event& event : *events) {
    keys.push_back({event.corrected, event.source,
                    static_cast<uint32_t>(keys.size()), event.record,
                    event.offset});
  }
  MergeRuns(&keys);
  std::vector<Event> sorted;
  sorted.reserve(events->size());
  for (const OrderKey& key : keys) sorted.push_back((*events)[key.index]);
  events->swap(sorted);
}

bool FactBefore(const Fact& a, const Fact& b) {
  return std::tie(a.source, a.offset, a.line, a.kind, a.key, a.name) <
         std::tie(b.source, b.offset, b.line, b.kind, b.key, b.name);
}

// Puts facts into FactBefore order. They come in the order of their places,
// nearly always; what stands at one place is put right group by group.
void SortFacts(std::vector<Fact>* facts) {
  const auto placed_before = [](const Fact& a, const Fact& b) {
    return std::tie(a.source, a.offset, a.line) <
           std::tie(b.source, b.offset, b.line);
  };
  if (!std::is_sorted(facts->begin(), facts->end(), placed_before)) {
    std::stable_sort(facts->begin(), facts->end(), placed_before);
  }
  for (auto begin = facts->begin(); begin != facts->end();) {
    auto end = begin + 1;
    while (end != facts->end() && !placed_before(*begin, *end)) ++end;
    if (end - begin > 1) std::sort(begin, end, FactBefore);
    begin = end;
  }
}

bool SameValue(const Value& a, const Value& b) {
  return a.type == b.type && a.number == b.number && a.text == b.text;
}

// The same record of the same log, read from two places.
bool SameRecord(const Event& a, const Event& b) {
  return a.time.ticks == b.time.ticks && a.record == b.record && a.id == b.id &&
         a.channel == b.channel && a.provider == b.provider &&
         a.computer == b.computer && a.state == b.state &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(),
                    b.fields.end(), [](const Field& x, const Field& y) {
                      return x.name == y.name && SameValue(x.value, y.value);
                    });
}

// FNV-1a over all that SameRecord compares.
uint64_t ContentHash(const Event& event) {
  uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](uint64_t value) {
    hash = (hash ^ value) * 0x100000001b3U;
  };
  const auto mix_text = [&](std::string_view text) {
    mix(text.size());
    for (const char c : text) mix(static_cast<unsigned char>(c));
  };
  mix(event.record);
  mix(event.id);
  mix(static_cast<uint64_t>(event.state));
  mix_text(event.channel);
  mix_text(event.provider);
  mix_text(event.computer);
  for (const Field& field : event.fields) {
    mix_text(field.name);
    mix(static_cast<uint64_t>(field.value.type));
    mix(field.value.number);
    mix_text(field.value.text);
  }
  return hash;
}

}  // namespace

std::string_view Collector::Intern(std::string_view text,
                                   std::string_view guess) {
  if (text == guess) return guess;
  if (text.empty()) return {};
  const auto found = interned_.find(text);
  if (found != interned_.end()) return found->second;
  const std::string_view kept = arena.Copy(text);
  interned_.emplace(kept, kept);
  return kept;
}

void Collector::OnChild(Child child) { children.push_back(std::move(child)); }

void Collector::OnEvent(const Event& event) {
  if (events.size() >= limits_.artifact_events) {
    ++events_cut_;
    return;
  }
  // Neighbours have much in common, the names of their fields above all.
  scratch_.resize(event.fields.size());
  for (size_t i = 0; i < event.fields.size(); ++i) {
    const std::string_view guess = scratch_[i].name;
    scratch_[i] = event.fields[i];
    scratch_[i].name = Intern(event.fields[i].name, guess);
    scratch_[i].value.text = arena.Copy(event.fields[i].value.text);
  }
  static constexpr Event kNoEvent;
  const Event& last = events.empty() ? kNoEvent : events.back();
  Event kept = event;
  kept.corrected = event.time.ticks;
  kept.time.as_written = arena.Copy(event.time.as_written);
  kept.provider = Intern(event.provider, last.provider);
  kept.provider_guid = Intern(event.provider_guid, last.provider_guid);
  kept.channel = Intern(event.channel, last.channel);
  kept.computer = Intern(event.computer, last.computer);
  kept.user_sid = Intern(event.user_sid, last.user_sid);
  kept.activity_id = arena.Copy(event.activity_id);
  kept.message = arena.Copy(event.message);
  kept.fields = arena.CopyArray(std::span<const Field>(scratch_));
  events.push_back(kept);
}

void Collector::OnFact(const Fact& fact) {
  if (facts.size() >= limits_.artifact_facts) {
    ++facts_cut_;
    return;
  }
  const std::string_view last_key = facts.empty() ? "" : facts.back().key;
  const std::string_view last_type = facts.empty() ? "" : facts.back().type;
  Fact kept = fact;
  kept.key = Intern(fact.key, last_key);
  // Values of one key differ in their names: a copy costs less than a search.
  kept.name = arena.Copy(fact.name);
  kept.type = Intern(fact.type, last_type);
  kept.data = arena.Copy(fact.data);
  facts.push_back(kept);
}

void Collector::OnDamage(Damage entry) {
  if (damage.size() >= limits_.artifact_damages) {
    ++damage_cut_;
    damage_cut_bytes_ += entry.bytes_lost;
    damage_cut_lossy_ = damage_cut_lossy_ || entry.lossy;
    return;
  }
  damage.push_back(std::move(entry));
}

void Collector::OnCoverage(Coverage entry) {
  coverage.push_back(std::move(entry));
}

void Collector::OnNote(std::string text) {
  if (!note.empty()) note += "; ";
  note += text;
}

void Collector::Finish() {
  const auto cut = [&](uint64_t count, const char* what, uint64_t limit) {
    if (count == 0) return;
    damage.push_back({{},
                      {Errc::kLimitExceeded, what, 0,
                       "limit " + std::to_string(limit) + ", left out " +
                           std::to_string(count)},
                      0,
                      true});
  };
  cut(events_cut_, "events of one artifact", limits_.artifact_events);
  cut(facts_cut_, "facts of one artifact", limits_.artifact_facts);
  if (damage_cut_ != 0) {
    damage.push_back(
        {{},
         {Errc::kLimitExceeded, "damage entries of one artifact", 0,
          "limit " + std::to_string(limits_.artifact_damages) + ", " +
              std::to_string(damage_cut_) + " more not listed"},
         damage_cut_bytes_,
         damage_cut_lossy_});
  }
  events_cut_ = facts_cut_ = damage_cut_ = damage_cut_bytes_ = 0;
}

void Timeline::Reserve(size_t events, size_t facts) {
  events_.reserve(events);
  facts_.reserve(facts);
}

void Timeline::Add(Collector&& collector, SourceId source) {
  for (Event& event : collector.events) event.source = source;
  for (Fact& fact : collector.facts) fact.source = source;
  events_.insert(events_.end(), collector.events.begin(),
                 collector.events.end());
  facts_.insert(facts_.end(), collector.facts.begin(), collector.facts.end());
  collector.events = {};
  collector.facts = {};
  if (collector.arena.bytes_reserved() != 0) {
    arenas_.push_back(std::move(collector.arena));
  }
}

uint64_t Timeline::Sort() {
  SortEvents(&events_);
  SortFacts(&facts_);

  // Copies of a record have the same time, so they lie in one run of equal
  // times. Within a run an event is compared with the first kept one of equal
  // content only: a hostile log of a million equal records costs one look each.
  uint64_t dropped = 0;
  size_t keep = 0;
  std::unordered_map<uint64_t, size_t> kept_contents;
  for (size_t begin = 0; begin < events_.size();) {
    size_t end = begin + 1;
    while (end < events_.size() &&
           events_[end].corrected == events_[begin].corrected) {
      ++end;
    }
    // Sorted by source within the run: one source holds no copies.
    if (events_[begin].source == events_[end - 1].source) {
      if (keep == begin) {
        keep = end;
      } else {
        for (size_t i = begin; i < end; ++i) events_[keep++] = events_[i];
      }
      begin = end;
      continue;
    }
    kept_contents.clear();
    for (size_t i = begin; i < end; ++i) {
      const Event event = events_[i];
      const auto [slot, fresh] =
          kept_contents.try_emplace(ContentHash(event), keep);
      if (!fresh) {
        const Event& other = events_[slot->second];
        if (other.source != event.source && SameRecord(other, event)) {
          ++dropped;
          continue;
        }
      }
      events_[keep++] = event;
    }
    begin = end;
  }
  events_.resize(keep);
  return dropped;
}

}  // namespace espial
