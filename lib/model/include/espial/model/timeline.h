// What the parsers found, owned in one place.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/limits.h>
#include <espial/model/event.h>
#include <espial/model/fact.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace espial {

// A Sink that keeps everything: the one place where text is copied. Provider,
// channel, computer and field names are kept once each.
class Collector : public Sink {
 public:
  explicit Collector(const Limits& limits) : limits_(limits) {}

  void OnChild(Child child) override;
  void OnEvent(const Event& event) override;
  void OnFact(const Fact& fact) override;
  void OnDamage(Damage damage) override;
  void OnCoverage(Coverage coverage) override;
  void OnNote(std::string note) override;

  // Ends the intake: adds one damage that sums up what the limits cut.
  void Finish();

  std::vector<Child> children;
  std::vector<Event> events;
  std::vector<Fact> facts;
  std::vector<Damage> damage;
  std::vector<Coverage> coverage;
  std::string note;
  // Owns the text of events and facts.
  Arena arena;

 private:
  // One copy of each distinct text; `guess` is a copy that may be it.
  std::string_view Intern(std::string_view text, std::string_view guess);

  Limits limits_;
  std::unordered_map<std::string_view, std::string_view> interned_;
  std::vector<Field> scratch_;
  uint64_t events_cut_ = 0;
  uint64_t facts_cut_ = 0;
  uint64_t damage_cut_ = 0;
  uint64_t damage_cut_bytes_ = 0;
  bool damage_cut_lossy_ = false;
};

// All events and facts of a case, in their total order, with the memory that
// they live in. Movable; events() and facts() stay valid through a move.
class Timeline {
 public:
  Timeline() = default;
  Timeline(Timeline&&) noexcept = default;
  Timeline& operator=(Timeline&&) noexcept = default;

  // Makes room for so many events and facts in all.
  void Reserve(size_t events, size_t facts);

  // Takes over what `collector` kept and stamps it with `source`. The order is
  // not total until Sort().
  void Add(Collector&& collector, SourceId source);

  // Puts events into EventBefore order and facts into (source, offset) order.
  // An event that two artifacts hold alike (same computer, channel, record,
  // time, id and fields: a log that was collected twice) is kept once, at the
  // lower source; returns how many were dropped.
  uint64_t Sort();

  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
  // For the clock, which sets Event::corrected; call Sort() behind.
  [[nodiscard]] std::vector<Event>& mutable_events() { return events_; }
  // For who replaces text of events and facts in place.
  [[nodiscard]] std::vector<Fact>& mutable_facts() { return facts_; }
  // A place for such text, which lives as long as the Timeline.
  [[nodiscard]] Arena& text_arena() {
    if (arenas_.empty()) arenas_.emplace_back();
    return arenas_.back();
  }

 private:
  std::vector<Event> events_;
  std::vector<Fact> facts_;
  std::vector<Arena> arenas_;
};

}  // namespace espial
