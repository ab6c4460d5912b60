// Coverage as far as only the whole case can tell it.
#include <espial/core/source.h>
#include <espial/core/text.h>
#include <espial/model/case.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "lib/model/clock_parts.h"
#include "lib/model/expected_logs.h"

namespace espial {
namespace {

constexpr uint32_t kMaxNesting = 64;
constexpr std::string_view kFootprint = "collect/footprint";

// Formats whose records have ids of their own; those of the others are lines.
bool HasRecordIds(std::string_view format) {
  return format.starts_with("evtx") || format.starts_with("event");
}

// What the events of one log say of it.
struct LogEvents {
  std::optional<Ticks> first;
  std::optional<Ticks> last;
  TimeQuality quality = TimeQuality::kUtc;
  std::vector<RecordRange> ranges;
};
using Logs = std::map<std::pair<SourceId, std::string>, LogEvents>;

class Completer {
 public:
  explicit Completer(Case* the_case) : case_(*the_case) {}

  void Run() {
    ReadEvents();
    ReadCaptures();
    for (Coverage& coverage : case_.coverage) Complete(&coverage);
    ReadCollection();
    ReadExpected();
    std::sort(case_.absences.begin(), case_.absences.end(),
              [](const Absence& a, const Absence& b) {
                return std::tie(a.kind, a.what, a.source, a.line) <
                       std::tie(b.kind, b.what, b.source, b.line);
              });
  }

 private:
  void ReadEvents() {
    std::set<SourceId> holed;
    for (const Coverage& coverage : case_.coverage) {
      if (coverage.channel.empty()) continue;
      logs_[{coverage.source, Fold(coverage.channel)}];
      if (coverage.missing_records != 0) holed.insert(coverage.source);
    }
    // Neighbours are mostly of one log.
    std::pair<SourceId, std::string_view> last_key;
    LogEvents* last = nullptr;
    for (const Event& event : case_.timeline.events()) {
      if (!IsOwnRecord(event)) continue;
      const std::pair key{event.source, event.channel};
      if (last == nullptr || key != last_key) {
        const auto found = logs_.find({event.source, Fold(event.channel)});
        last = found == logs_.end() ? nullptr : &found->second;
        last_key = key;
      }
      if (last != nullptr) Read(event, holed.contains(event.source), last);
      ReadClearing(event);
    }
  }

  static void Read(const Event& event, bool holed, LogEvents* log) {
    if (event.time.known()) {
      if (!log->first || event.corrected < *log->first) {
        log->first = event.corrected;
      }
      if (!log->last || event.corrected > *log->last) {
        log->last = event.corrected;
      }
      log->quality = std::min(log->quality, event.time.quality);
    }
    if (!holed) return;
    if (!log->ranges.empty() && event.record >= log->ranges.back().first &&
        event.record - 1 <= log->ranges.back().last) {
      log->ranges.back().last = std::max(log->ranges.back().last, event.record);
    } else {
      log->ranges.push_back({event.record, event.record});
    }
  }

  void ReadClearing(const Event& event) {
    std::string_view channel;
    if (event.id == 1102 &&
        EqualsFold(event.provider, "Microsoft-Windows-Eventlog")) {
      channel = "Security";
    } else if (event.id == 104 &&
               EqualsFold(event.provider, "Microsoft-Windows-Eventlog")) {
      const Value* named = event.FindField("Channel");
      if (named != nullptr) channel = named->text;
    }
    if (channel.empty()) return;
    Ticks& at = cleared_[Fold(channel)];
    at = std::max(at, event.corrected);
  }

  // When each artifact was taken: stated by a collection for what lies in the
  // same container and below it.
  void ReadCaptures() {
    std::map<SourceId, Ticks> of_container;
    for (const Fact& fact : case_.timeline.facts()) {
      if (fact.kind != FactKind::kCollection || fact.key != "start") continue;
      const auto time = ParseIso8601(fact.data);
      if (!time || time->quality < TimeQuality::kOffset ||
          fact.source.value >= case_.artifacts.size()) {
        continue;
      }
      const Artifact& artifact = case_.artifacts[fact.source.value];
      if (artifact.parent == artifact.id) continue;
      Ticks& at = of_container[artifact.parent];
      at = std::max(at, time->ticks);
    }
    for (const Artifact& artifact : case_.artifacts) {
      if (const auto stamp =
              CaptureStamp(ProvenanceName(artifact.provenance))) {
        of_container[artifact.id] = *stamp;
      }
    }
    captures_.resize(case_.artifacts.size());
    for (size_t i = 0; i < case_.artifacts.size(); ++i) {
      SourceId at = case_.artifacts[i].parent;
      for (uint32_t depth = 0; depth < kMaxNesting; ++depth) {
        const auto found = of_container.find(at);
        if (found != of_container.end()) {
          captures_[i] = found->second;
          break;
        }
        if (at.value >= case_.artifacts.size()) break;
        const SourceId parent = case_.artifacts[at.value].parent;
        if (parent == at) break;
        at = parent;
      }
    }
  }

  void Complete(Coverage* coverage) {
    if (coverage->source.value < case_.artifacts.size()) {
      coverage->lines =
          !HasRecordIds(case_.artifacts[coverage->source.value].format);
      coverage->captured = captures_[coverage->source.value];
    }
    const std::string folded = Fold(coverage->channel);
    if (const auto found = cleared_.find(folded); found != cleared_.end()) {
      coverage->cleared = found->second;
    }
    const auto found = logs_.find({coverage->source, folded});
    if (found == logs_.end()) return;
    LogEvents& log = found->second;
    // What was read counts, also where an event was dropped as a duplicate.
    if (log.first) {
      if (coverage->lines || log.quality < TimeQuality::kUtc ||
          !case_.clock.steps.empty()) {
        coverage->first = *log.first;
        coverage->last = *log.last;
      } else {
        coverage->first = std::min(coverage->first, *log.first);
        coverage->last = std::max(coverage->last, *log.last);
      }
      coverage->quality = log.quality;
    }
    if (coverage->missing_records != 0) ListHoles(&log.ranges, coverage);
  }

  static void ListHoles(std::vector<RecordRange>* ranges, Coverage* coverage) {
    std::sort(ranges->begin(), ranges->end(),
              [](RecordRange a, RecordRange b) { return a.first < b.first; });
    uint64_t last = coverage->first_record;
    for (const RecordRange& range : *ranges) {
      if (range.first > last && range.first - last > 1) {
        if (coverage->holes.size() < kMostHoles) {
          coverage->holes.push_back({last + 1, range.first - 1});
        } else {
          ++coverage->holes_left_out;
        }
      }
      last = std::max(last, range.last);
    }
  }

  void Add(Absence::Kind kind, std::string_view what, std::string why,
           SourceId source, uint64_t line) {
    case_.absences.push_back(
        {kind, std::string(what), std::move(why), source, line});
  }

  void ReadCollection() {
    for (const Fact& fact : case_.timeline.facts()) {
      if (fact.kind != FactKind::kCollection || fact.key == "start") continue;
      if (fact.type == "failed") {
        Add(Absence::Kind::kFailed, fact.name, std::string(fact.data),
            fact.source, fact.line);
      } else if (fact.type == "absent") {
        Add(Absence::Kind::kAbsent, fact.name, std::string(fact.data),
            fact.source, fact.line);
      }
    }
  }

  // An area archive is known by the footprint that its collector left in it.
  void ReadExpected() {
    for (const Artifact& footprint : case_.artifacts) {
      if (footprint.format != kFootprint || footprint.parent == footprint.id) {
        continue;
      }
      for (const ExpectedLog& expected : kExpectedInArea) {
        const bool there = std::any_of(
            case_.artifacts.begin(), case_.artifacts.end(),
            [&](const Artifact& artifact) {
              return artifact.parent == footprint.parent &&
                     Fits(expected, ProvenanceName(artifact.provenance));
            });
        if (there) continue;
        Add(Absence::Kind::kExpected, expected.name,
            "an area archive usually has it", footprint.id, 0);
      }
    }
  }

  static bool Fits(const ExpectedLog& expected, std::string_view name) {
    if (!expected.is_channel) return MatchesGlob(expected.name, name);
    const size_t dot = name.rfind('.');
    return dot != std::string_view::npos &&
           EqualsFold(name.substr(dot), ".evtx") &&
           StemNamesChannel(name.substr(0, dot), expected.name);
  }

  Case& case_;
  Logs logs_;
  std::map<std::string, Ticks> cleared_;  // by folded channel
  std::vector<std::optional<Ticks>> captures_;
};

}  // namespace

std::string_view AbsenceKindName(Absence::Kind kind) {
  switch (kind) {
    case Absence::Kind::kFailed:
      return "failed";
    case Absence::Kind::kAbsent:
      return "absent";
    case Absence::Kind::kExpected:
      return "expected";
  }
  return "unknown";
}

void CompleteCoverage(Case* the_case) { Completer(the_case).Run(); }

}  // namespace espial
