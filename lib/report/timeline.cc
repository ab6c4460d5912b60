#include <espial/report/timeline.h>

#include <array>
#include <utility>

#include "lib/report/timeline_formats.h"

namespace espial::report {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 18U;

constexpr std::array<std::pair<std::string_view, TimelineFormat>, 6> kNames = {{
    {"text", TimelineFormat::kText},
    {"jsonl", TimelineFormat::kJsonl},
    {"csv", TimelineFormat::kCsv},
    {"timesketch", TimelineFormat::kTimesketch},
    {"l2tcsv", TimelineFormat::kL2tcsv},
    {"ecs", TimelineFormat::kEcs},
}};

bool NeedsTime(TimelineFormat format) {
  return format == TimelineFormat::kTimesketch ||
         format == TimelineFormat::kL2tcsv || format == TimelineFormat::kEcs;
}

}  // namespace

std::optional<TimelineFormat> TimelineFormatOf(std::string_view name) {
  for (const auto& [known, format] : kNames) {
    if (known == name) return format;
  }
  return std::nullopt;
}

TimelineWriter::TimelineWriter(const Case& the_case, TimelineFormat format,
                               const TextOptions& options, TextOutput output)
    : case_(the_case),
      format_(format),
      options_(options),
      output_(std::move(output)) {
  if (format == TimelineFormat::kCsv) text_ = CsvHeader();
  if (format == TimelineFormat::kL2tcsv) text_ = L2tHeader();
}

bool TimelineWriter::Write(const Event& event, std::string_view title) {
  if (!event.time.known() && NeedsTime(format_)) {
    ++left_out_;
    return true;
  }
  switch (format_) {
    case TimelineFormat::kText:
      AppendEventText(case_, event, title, options_, &text_);
      break;
    case TimelineFormat::kJsonl:
      AppendEventJson(case_, event, title, &text_);
      break;
    case TimelineFormat::kCsv:
      AppendEventCsv(case_, event, title, &text_);
      break;
    case TimelineFormat::kTimesketch:
      AppendEventTimesketch(case_, event, title, &text_);
      break;
    case TimelineFormat::kL2tcsv:
      AppendEventL2t(case_, event, title, &text_);
      break;
    case TimelineFormat::kEcs:
      AppendEventEcs(case_, event, title, &text_);
      break;
  }
  return text_.size() < kPieceBytes || Flush();
}

bool TimelineWriter::Finish() { return text_.empty() || Flush(); }

bool TimelineWriter::Flush() {
  const bool more = output_(text_);
  text_.clear();
  return more;
}

}  // namespace espial::report
