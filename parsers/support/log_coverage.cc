#include "parsers/support/log_coverage.h"

#include <algorithm>
#include <utility>

namespace espial {
namespace {

// Ranges that may be kept apart before they are merged.
constexpr size_t kMergeAt = 4096;

}  // namespace

void IdSet::Add(uint64_t id) {
  if (!ranges_.empty()) {
    Range& last = ranges_.back();
    if (id >= last.first && id <= last.last) return;
    if (id == last.last + 1 && id != 0) {
      last.last = id;
      return;
    }
  }
  ranges_.push_back({id, id});
  // The capacity doubles, so merging costs the same whatever the order is.
  if (ranges_.size() >= kMergeAt && ranges_.size() == ranges_.capacity()) {
    Merge();
  }
}

void IdSet::Merge() {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  size_t kept = 0;
  for (const Range& range : ranges_) {
    if (kept > 0 && (range.first <= ranges_[kept - 1].last ||
                     range.first - ranges_[kept - 1].last == 1)) {
      ranges_[kept - 1].last = std::max(ranges_[kept - 1].last, range.last);
    } else {
      ranges_[kept++] = range;
    }
  }
  ranges_.resize(kept);
}

uint64_t IdSet::CountMissing() {
  Merge();
  uint64_t missing = 0;
  for (size_t i = 1; i < ranges_.size(); ++i) {
    missing += ranges_[i].first - ranges_[i - 1].last - 1;
  }
  return missing;
}

void LogCoverage::Add(const Event& event) {
  if (last_ == nullptr || last_->coverage.channel != event.channel) {
    const auto found = channels_.find(event.channel);
    last_ = found != channels_.end()
                ? &found->second
                : &channels_.emplace(event.channel, Channel()).first->second;
    last_->coverage.channel = event.channel;
  }
  Channel& channel = *last_;
  Coverage& coverage = channel.coverage;
  if (coverage.events++ == 0) {
    coverage.first_record = event.record;
    coverage.last_record = event.record;
  }
  coverage.first_record = std::min(coverage.first_record, event.record);
  coverage.last_record = std::max(coverage.last_record, event.record);
  if (ids_ == RecordIds::kNumbers) channel.ids.Add(event.record);
  if (!event.time.known()) return;
  const Ticks ticks = event.time.ticks;
  if (!channel.has_time) coverage.first = coverage.last = ticks;
  channel.has_time = true;
  coverage.first = std::min(coverage.first, ticks);
  coverage.last = std::max(coverage.last, ticks);
}

std::vector<Coverage> LogCoverage::Finish(bool damaged) {
  std::vector<Coverage> result;
  for (auto& [name, channel] : channels_) {
    channel.coverage.missing_records = channel.ids.CountMissing();
    channel.coverage.starts_late =
        ids_ == RecordIds::kNumbers && channel.coverage.first_record > 1;
    result.push_back(std::move(channel.coverage));
  }
  if (result.empty()) result.emplace_back();
  for (Coverage& coverage : result) {
    coverage.file_stem = file_stem_;
    coverage.damaged = damaged;
  }
  channels_.clear();
  last_ = nullptr;
  return result;
}

}  // namespace espial
