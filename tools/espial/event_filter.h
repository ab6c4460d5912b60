// Which events the timeline shows.
#pragma once

#include <espial/core/result.h>
#include <espial/model/event.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::cli {

// As written on the command line; empty means no restriction.
struct EventFilterOptions {
  std::string from;
  std::string to;
  std::string channel;
  std::string provider;
  std::string ids;
  std::string records;
  std::string level;
  std::string grep;
};

// Immutable once made.
class EventFilter {
 public:
  // The error names the option, what was expected and what was found.
  static Result<EventFilter> Parse(const EventFilterOptions& options);

  EventFilter(EventFilter&&) noexcept;
  EventFilter& operator=(EventFilter&&) noexcept;
  ~EventFilter();

  // Everything but --grep.
  [[nodiscard]] bool Matches(const Event& event) const;
  // Whether nothing was restricted.
  [[nodiscard]] bool accepts_all() const;
  // Whether MatchesLine needs to be asked.
  [[nodiscard]] bool has_grep() const { return grep_ != nullptr; }
  [[nodiscard]] bool MatchesLine(std::string_view line) const;

 private:
  // RE2 stays behind this class.
  class Grep;
  struct Range {
    uint64_t first;
    uint64_t last;
  };
  using Ranges = std::vector<Range>;

  EventFilter();

  static Result<Ranges> ParseRanges(std::string_view option,
                                    std::string_view expected,
                                    std::string_view list, uint64_t most);
  static bool Contains(const Ranges& ranges, uint64_t number);

  std::optional<Ticks> from_;
  std::optional<Ticks> to_;
  std::string channel_;
  std::string provider_;
  Ranges ids_;      // empty: all
  Ranges records_;  // empty: all
  std::optional<EventLevel> level_;
  std::unique_ptr<const Grep> grep_;
};

}  // namespace espial::cli
