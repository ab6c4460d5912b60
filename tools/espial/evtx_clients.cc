#include "tools/espial/evtx_clients.h"

#include <algorithm>
#include <cstdio>

#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

// Lines of damage that are printed for one log, unless all are asked for.
constexpr size_t kDamageLines = 3;
// Text that is collected before it is written.
constexpr size_t kWriteBytes = size_t{1} << 18U;

}  // namespace

void LogOutput::OnDamage(const Source& log, const Damage& damage) {
  if (silent_) return;
  if (log.provenance() != damaged_log_) {
    Flush();
    damaged_log_ = log.provenance();
    lines_ = 0;
  }
  if (++lines_ > kDamageLines && !verbose_) return;
  Tell(log.provenance() + ": " + damage.error.ToString());
}

void LogOutput::Tell(std::string_view message) const {
  Complain(redactor_ == nullptr ? std::string(message)
                                : redactor_->Text(message));
}

void LogOutput::Flush() {
  if (lines_ > kDamageLines && !verbose_) {
    Tell(damaged_log_ + ": and " + std::to_string(lines_ - kDamageLines) +
         " more; --verbose shows all");
  }
  lines_ = 0;
}

void LogOutput::PrintStats(const std::vector<NamedStats>& stats) const {
  evtx::LogStats all;
  std::string text;
  for (const auto& [name, one] : stats) {
    text += evtx::StatsJson(one, name) + '\n';
    all.Add(one);
  }
  // Offsets say nothing without their log.
  all.anomalies.clear();
  text += evtx::StatsJson(all, "*") + '\n';
  if (redactor_ != nullptr) text = redactor_->Json(text);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::string ExportClient::Redacted(std::string_view text) const {
  switch (syntax_) {
    case RecordSyntax::kJson:
      return redactor_->Json(text);
    case RecordSyntax::kXml:
      return redactor_->Xml(text);
    case RecordSyntax::kPlain:
      break;
  }
  return redactor_->Text(text);
}

bool ExportClient::OnRecord(const Event& event, std::string_view text) {
  std::string clean;
  if (redactor_ != nullptr) {
    clean = Redacted(text);
    text = clean;
  }
  if (filter_.has_grep() &&
      !filter_.MatchesLine(text.substr(0, text.size() - 1))) {
    return true;
  }
  if (sort_) held_.push_back({event.time.ticks, text_.size(), text.size()});
  text_ += text;
  if (sort_ || text_.size() < kWriteBytes) return true;
  const bool more = output_.Write(text_);
  text_.clear();
  return more;
}

void ExportClient::Finish() {
  // Records of one time stay in their order.
  std::stable_sort(
      held_.begin(), held_.end(),
      [](const Held& a, const Held& b) { return a.time < b.time; });
  std::string sorted;
  for (const Held& record : held_) {
    sorted.append(text_, record.offset, record.size);
    if (sorted.size() < kWriteBytes) continue;
    if (!output_.Write(sorted)) return;
    sorted.clear();
  }
  output_.Write(held_.empty() ? text_ : sorted);
}

}  // namespace espial::cli
