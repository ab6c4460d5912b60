#include <espial/model/timeline.h>

#include <algorithm>
#include <tuple>

namespace espial {
namespace {

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

void Timeline::Add(Collector&& collector, SourceId source) {
  for (Event& event : collector.events) event.source = source;
  for (Fact& fact : collector.facts) fact.source = source;
  if (events_.empty()) {
    events_ = std::move(collector.events);
  } else {
    events_.insert(events_.end(), collector.events.begin(),
                   collector.events.end());
  }
  if (facts_.empty()) {
    facts_ = std::move(collector.facts);
  } else {
    facts_.insert(facts_.end(), collector.facts.begin(), collector.facts.end());
  }
  if (collector.arena.bytes_reserved() != 0) {
    arenas_.push_back(std::move(collector.arena));
  }
}

uint64_t Timeline::Sort() {
  std::sort(events_.begin(), events_.end(), EventBefore);
  std::sort(facts_.begin(), facts_.end(), [](const Fact& a, const Fact& b) {
    return std::tie(a.source, a.offset, a.line, a.kind, a.key, a.name) <
           std::tie(b.source, b.offset, b.line, b.kind, b.key, b.name);
  });

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
    if (end - begin == 1) {
      events_[keep++] = events_[begin];
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
