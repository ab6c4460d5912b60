#include "tools/espial/event_filter.h"

#include <espial/core/text.h>
#include <espial/core/time.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace espial::cli {
namespace {

constexpr EventLevel kInformation = 4;
constexpr EventLevel kVerbose = 5;

Error Expected(std::string_view option, std::string_view expected,
               std::string_view found) {
  std::string detail("expected ");
  detail.append(expected).append(", found \"").append(found).append("\"");
  return Error{Errc::kInvalidArgument, std::string(option), 0,
               std::move(detail)};
}

Result<Ticks> ParseTime(std::string_view option, std::string_view text) {
  const auto time = ParseIso8601(text);
  if (!time) {
    return Expected(option,
                    "an ISO 8601 time (2024-07-23T10:04:05Z, "
                    "2024-07-23T12:04:05+02:00, 2024-07-23)",
                    text);
  }
  return time->ticks;
}

std::optional<EventLevel> LevelOf(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {
      "critical", "error", "warning", "information", "verbose"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (EqualsFold(name, kNames[i])) return static_cast<EventLevel>(i + 1);
  }
  return std::nullopt;
}

// "Log always" shows as information does; levels that a provider made up are
// the least severe.
EventLevel RankOf(EventLevel level) {
  if (level == 0) return kInformation;
  return std::min(level, kVerbose);
}

}  // namespace

class EventFilter::Grep {
 public:
  explicit Grep(std::string_view pattern)
      : regex_(re2::StringPiece(pattern.data(), pattern.size()),
               RE2::CannedOptions::Quiet) {}

  [[nodiscard]] const RE2& regex() const { return regex_; }

 private:
  RE2 regex_;
};

EventFilter::EventFilter() = default;
EventFilter::EventFilter(EventFilter&&) noexcept = default;
EventFilter& EventFilter::operator=(EventFilter&&) noexcept = default;
EventFilter::~EventFilter() = default;

Result<EventFilter::Ranges> EventFilter::ParseRanges(std::string_view option,
                                                     std::string_view expected,
                                                     std::string_view list,
                                                     uint64_t most) {
  Ranges ranges;
  for (size_t at = 0; at <= list.size();) {
    const size_t comma = std::min(list.find(',', at), list.size());
    const std::string_view item = Trim(list.substr(at, comma - at));
    at = comma + 1;
    const size_t dash = item.find('-');
    const auto first = ParseUnsigned(Trim(item.substr(0, dash)));
    const auto last = dash == std::string_view::npos
                          ? first
                          : ParseUnsigned(Trim(item.substr(dash + 1)));
    if (!first || !last || *last < *first || *last > most) {
      return Expected(option, expected, list);
    }
    ranges.push_back({*first, *last});
  }
  return ranges;
}

bool EventFilter::Contains(const Ranges& ranges, uint64_t number) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return range.first <= number && number <= range.last;
  });
}

Result<EventFilter> EventFilter::Parse(const EventFilterOptions& options) {
  EventFilter filter;
  if (!options.from.empty()) {
    ESPIAL_TRY_ASSIGN(filter.from_, ParseTime("--from", options.from));
  }
  if (!options.to.empty()) {
    ESPIAL_TRY_ASSIGN(filter.to_, ParseTime("--to", options.to));
  }
  if (filter.from_ && filter.to_ && *filter.to_ < *filter.from_) {
    return Expected("--to", "a time that is not before --from", options.to);
  }
  filter.channel_ = options.channel;
  filter.provider_ = options.provider;
  if (!options.ids.empty()) {
    ESPIAL_TRY_ASSIGN(
        filter.ids_,
        ParseRanges("--id", "event ids and ranges of them (100,105-110)",
                    options.ids, UINT32_MAX));
  }
  if (!options.records.empty()) {
    ESPIAL_TRY_ASSIGN(
        filter.records_,
        ParseRanges("--record", "record ids and ranges of them (7,100-250)",
                    options.records, UINT64_MAX));
  }
  if (!options.level.empty()) {
    filter.level_ = LevelOf(options.level);
    if (!filter.level_) {
      return Expected("--level",
                      "critical, error, warning, information or verbose",
                      options.level);
    }
  }
  if (!options.grep.empty()) {
    filter.grep_ = std::make_unique<Grep>(options.grep);
    if (!filter.grep_->regex().ok()) {
      return Expected(
          "--grep",
          "an RE2 regular expression (" + filter.grep_->regex().error() + ")",
          options.grep);
    }
  }
  return filter;
}

bool EventFilter::Matches(const Event& event) const {
  if (from_ || to_) {
    if (!event.time.known()) return false;
    if (from_ && event.corrected < *from_) return false;
    if (to_ && event.corrected > *to_) return false;
  }
  if (level_ && RankOf(event.level) > *level_) return false;
  if (!ids_.empty() && !Contains(ids_, event.id)) return false;
  if (!records_.empty() && !Contains(records_, event.record)) return false;
  if (!channel_.empty() && !MatchesGlob(channel_, event.channel)) return false;
  return provider_.empty() || MatchesGlob(provider_, event.provider);
}

bool EventFilter::accepts_all() const {
  return !from_ && !to_ && channel_.empty() && provider_.empty() &&
         ids_.empty() && records_.empty() && !level_ && grep_ == nullptr;
}

bool EventFilter::MatchesLine(std::string_view line) const {
  return grep_ == nullptr ||
         RE2::PartialMatch(re2::StringPiece(line.data(), line.size()),
                           grep_->regex());
}

}  // namespace espial::cli
