#include "rules/engine/coverage_index.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>

namespace espial::rules {
namespace {

constexpr uint32_t kMaxNesting = 64;
constexpr std::string_view kDumpFormat = "registry/dump";

// Channels without the prefix that most of them share.
std::string_view ShortName(std::string_view channel) {
  constexpr std::string_view kPrefix = "Microsoft-Windows-";
  if (StartsWithFold(channel, kPrefix)) channel.remove_prefix(kPrefix.size());
  return channel;
}

// A file name without its last extension.
std::string_view StemOf(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(0, dot);
}

}  // namespace

CoverageIndex::CoverageIndex(const Case& the_case, const MatchIndex& matches,
                             const Routing& routing)
    : case_(the_case), matches_(matches), routing_(routing) {
  ReadLosses();
  for (size_t i = 0; i < case_.coverage.size(); ++i) {
    const Coverage& coverage = case_.coverage[i];
    if (coverage.channel.empty()) {
      empty_logs_.push_back(i);
    } else {
      by_channel_[Fold(coverage.channel)].push_back(i);
    }
  }
  for (const Artifact& artifact : case_.artifacts) {
    whole_dump_ = whole_dump_ || (artifact.format == kDumpFormat &&
                                  artifact.state == ArtifactState::kWhole &&
                                  LossOf(artifact.id) == nullptr);
  }
  const Fact* before = nullptr;
  for (const Fact& fact : case_.timeline.facts()) {
    if (!SubjectOf(fact) || LossOf(fact.source) != nullptr ||
        (before != nullptr && before->kind == fact.kind &&
         before->key == fact.key)) {
      continue;
    }
    before = &fact;
    if (fact.kind == FactKind::kRegistry) {
      registry_keys_.push_back(Fold(NormaliseKey(fact.key)));
    } else if (fact.kind == FactKind::kJson) {
      json_files_.push_back(Fold(FileNameOf(fact.key)));
    } else {
      reports_.push_back(Fold(fact.key));
      reports_.push_back(Fold(FileNameOf(fact.key)));
    }
  }
  for (auto* list : {&registry_keys_, &json_files_, &reports_}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
}

void CoverageIndex::ReadLosses() {
  losses_.resize(case_.artifacts.size());
  for (const Damage& damage : case_.damage) {
    if (!damage.lossy || damage.source.value >= losses_.size()) continue;
    Loss& loss = losses_[damage.source.value];
    loss.lossy = true;
    loss.bytes += damage.bytes_lost;
  }
  // Members of a container that lost something may be what was lost.
  std::vector<Loss> with_parents = losses_;
  for (size_t i = 0; i < losses_.size(); ++i) {
    size_t at = i;
    for (uint32_t depth = 0; depth < kMaxNesting; ++depth) {
      const size_t parent = case_.artifacts[at].parent.value;
      if (parent == at || parent >= losses_.size()) break;
      if (losses_[parent].lossy && !with_parents[i].lossy) {
        with_parents[i] = losses_[parent];
        with_parents[i].container =
            ProvenanceName(case_.artifacts[parent].provenance);
      }
      at = parent;
    }
  }
  losses_ = std::move(with_parents);
}

const CoverageIndex::Loss* CoverageIndex::LossOf(SourceId source) const {
  if (source.value >= losses_.size()) return nullptr;
  const Loss& loss = losses_[source.value];
  return loss.lossy ? &loss : nullptr;
}

std::string CoverageIndex::WhyIncomplete(std::string_view name,
                                         const Loss* loss,
                                         const Coverage* coverage) const {
  if (loss != nullptr && !loss->container.empty()) {
    return fmt::format("{} comes out of {}, which is damaged.", name,
                       loss->container);
  }
  if (loss != nullptr && loss->bytes > 0) {
    return fmt::format("{} is damaged ({} bytes lost).", name, loss->bytes);
  }
  if (loss == nullptr && coverage != nullptr && !coverage->damaged) {
    return fmt::format("{} has gaps: {} of its records are not there.", name,
                       coverage->missing_records);
  }
  return fmt::format("{} is damaged.", name);
}

std::optional<std::string> CoverageIndex::WhyTooShort(
    std::string_view name, const Coverage& coverage, Ticks begins,
    const Window& window) const {
  // A log that was copied earlier than the rest says nothing of what came
  // later. Collections take minutes, so an hour is no difference.
  constexpr int64_t kCollection = 60 * kTicksPerMinute;
  const std::optional<Ticks> until =
      window.until ? window.until : case_.clock.captured;
  if (coverage.captured && until &&
      TicksBetween(*coverage.captured, *until) > kCollection) {
    return fmt::format("{} was copied at {}, too early.", name,
                       FormatUtc(*coverage.captured, 0));
  }
  // The first record of a channel is its beginning; the first line of a text
  // is not: such logs are rotated.
  if (!coverage.lines && coverage.first_record == 1 && !coverage.starts_late) {
    return std::nullopt;
  }
  if (coverage.events == 0) {
    if (!coverage.starts_late) return std::nullopt;
    return fmt::format("{} was cleared.", name);
  }
  if (coverage.quality == TimeQuality::kAssumed) {
    return fmt::format("{} has local times, and nothing proves their zone.",
                       name);
  }
  if (window.start && begins <= *window.start) return std::nullopt;
  return fmt::format("{} begins at {}, after {}.", name, FormatUtc(begins, 0),
                     window.began);
}

std::optional<std::string> CoverageIndex::MissingChannel(
    std::string_view channel, const Window& window) const {
  const std::string folded = Fold(channel);
  const std::string name = fmt::format("The {} log", ShortName(channel));
  std::string reason;
  // The best reason is the one that is nearest to being covered: a log that
  // begins late over one that is damaged over one that could not be read.
  std::string late;
  if (const auto found = by_channel_.find(folded); found != by_channel_.end()) {
    for (const size_t index : found->second) {
      const Coverage& coverage = case_.coverage[index];
      const Loss* loss = LossOf(coverage.source);
      if (loss != nullptr || coverage.damaged || coverage.missing_records > 0) {
        if (reason.empty()) reason = WhyIncomplete(name, loss, &coverage);
        continue;
      }
      const auto first =
          matches_.first_times().find({coverage.source.value, folded});
      const Ticks begins = first == matches_.first_times().end()
                               ? coverage.first
                               : first->second;
      auto short_of = WhyTooShort(name, coverage, begins, window);
      if (!short_of) return std::nullopt;
      if (late.empty()) late = std::move(*short_of);
    }
  }
  for (const size_t index : empty_logs_) {
    const Coverage& coverage = case_.coverage[index];
    if (!StemNamesChannel(coverage.file_stem, channel)) continue;
    const Loss* loss = LossOf(coverage.source);
    if (loss != nullptr || coverage.damaged || coverage.missing_records > 0) {
      if (reason.empty()) reason = WhyIncomplete(name, loss, &coverage);
    } else if (coverage.starts_late) {
      if (late.empty()) late = fmt::format("{} was cleared.", name);
    } else {
      return std::nullopt;
    }
  }
  if (!late.empty()) return late;
  if (!reason.empty()) return reason;
  for (const Artifact& artifact : case_.artifacts) {
    if (artifact.state == ArtifactState::kRefused &&
        StemNamesChannel(StemOf(ProvenanceName(artifact.provenance)),
                         channel)) {
      return fmt::format("{} could not be read.", name);
    }
  }
  return fmt::format("{} is not in the bundle.", name);
}

bool CoverageIndex::HoldsRegistryKey(const std::string& parent) const {
  const auto at =
      std::lower_bound(registry_keys_.begin(), registry_keys_.end(), parent);
  if (at != registry_keys_.end() && *at == parent) return true;
  // '\' sorts behind other characters that a sibling's name may go on with, so
  // the first key below `parent` is looked up by itself.
  const std::string below = parent + '\\';
  const auto child =
      std::lower_bound(registry_keys_.begin(), registry_keys_.end(), below);
  return child != registry_keys_.end() && child->starts_with(below);
}

std::optional<std::string> CoverageIndex::MissingRegistry(
    const std::vector<std::string>& key_parents) const {
  if (whole_dump_) return std::nullopt;
  if (!key_parents.empty() &&
      std::all_of(key_parents.begin(), key_parents.end(),
                  [&](const std::string& parent) {
                    return HoldsRegistryKey(parent);
                  })) {
    return std::nullopt;
  }
  for (const Artifact& artifact : case_.artifacts) {
    if (artifact.format == kDumpFormat) {
      return WhyIncomplete("The registry dump", LossOf(artifact.id), nullptr);
    }
  }
  return "The registry dump is not in the bundle.";
}

std::optional<std::string> CoverageIndex::MissingJson(
    std::string_view file) const {
  std::string reason;
  for (const Artifact& artifact : case_.artifacts) {
    if (!EqualsFold(ProvenanceName(artifact.provenance), file)) continue;
    const Loss* loss = LossOf(artifact.id);
    if (artifact.state == ArtifactState::kWhole && loss == nullptr) {
      return std::nullopt;
    }
    reason = WhyIncomplete(file, loss, nullptr);
  }
  if (std::binary_search(json_files_.begin(), json_files_.end(), Fold(file))) {
    return std::nullopt;
  }
  if (!reason.empty()) return reason;
  // JSON also stands in values of the registry, which have no extension.
  if (!EndsWithFold(file, ".json")) return MissingRegistry({});
  return fmt::format("{} is not in the bundle.", file);
}

std::optional<std::string> CoverageIndex::MissingReport(
    std::string_view name) const {
  if (std::binary_search(reports_.begin(), reports_.end(), Fold(name))) {
    return std::nullopt;
  }
  return fmt::format("The output of {} is not in the bundle.", name);
}

std::vector<std::string> CoverageIndex::MissingFor(uint32_t detection,
                                                   const Window& window) const {
  std::vector<std::string> missing;
  const DetectionSources& sources = routing_.sources(detection);
  const auto add = [&](std::optional<std::string> sentence) {
    if (sentence) missing.push_back(std::move(*sentence));
  };
  switch (routing_.detections()[detection]->subject) {
    case Subject::kEvent:
      if (!sources.unknown_log.empty()) missing.push_back(sources.unknown_log);
      for (const std::string& channel : sources.channels) {
        add(MissingChannel(channel, window));
      }
      break;
    case Subject::kRegistry:
      add(MissingRegistry(sources.key_parents));
      break;
    case Subject::kJson:
      if (sources.files.empty()) {
        missing.emplace_back(
            "A rule looks at all JSON files, and not all can be there.");
      }
      for (const std::string& file : sources.files) add(MissingJson(file));
      break;
    case Subject::kXml:
    case Subject::kOutput:
      if (sources.files.empty()) {
        missing.emplace_back(
            "A rule looks at all reports, and not all can be there.");
      }
      for (const std::string& name : sources.files) add(MissingReport(name));
      break;
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

// Why the log of an event does not tell all that came behind it.
std::optional<std::string> CoverageIndex::MissingBehind(
    const Event& event) const {
  const auto found = by_channel_.find(Fold(event.channel));
  if (found == by_channel_.end()) return std::nullopt;
  for (const size_t index : found->second) {
    const Coverage& coverage = case_.coverage[index];
    if (coverage.source != event.source) continue;
    const std::string name =
        fmt::format("The {} log", ShortName(event.channel));
    const Loss* loss = LossOf(coverage.source);
    if (loss != nullptr || coverage.damaged || coverage.missing_records > 0) {
      return WhyIncomplete(name, loss, &coverage);
    }
    break;
  }
  return std::nullopt;
}

std::vector<std::string> CoverageIndex::MissingBehind(uint32_t detection,
                                                      const Event& event,
                                                      bool same_channel) const {
  std::vector<std::string> missing;
  const DetectionSources& sources = routing_.sources(detection);
  const std::string own = Fold(event.channel);
  const Window window = {event.corrected, "the failure", std::nullopt};
  if (!sources.unknown_log.empty() && !same_channel) {
    missing.push_back(sources.unknown_log);
  }
  for (const std::string& channel : sources.channels) {
    std::optional<std::string> why;
    if (Fold(channel) == own) {
      why = MissingBehind(event);
    } else if (!same_channel) {
      why = MissingChannel(channel, window);
    }
    if (why) missing.push_back(std::move(*why));
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

}  // namespace espial::rules
