#include <espial/core/time.h>
#include <espial/report/json_writer.h>
#include <espial/report/trace.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/report/unix_time.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

// Text that is collected before it is written.
constexpr size_t kPieceBytes = size_t{1} << 16U;
// Threads of one track. More stretches at once are no bundle's story.
constexpr size_t kMostLanes = 64;

// What a viewer shows as processes.
enum Group : uint64_t { kDevice = 1, kEnrolment = 2, kApps = 3 };

struct Argument {
  std::string_view name;
  std::string value;
};

// One stretch, as a viewer sees it.
struct Slice {
  std::string name;
  std::string category;
  int64_t begin = 0;  // microseconds since 1970
  int64_t end = 0;
  std::vector<Argument> arguments;
};

// From the first to the last time that the case knows.
struct Extent {
  Ticks first;
  Ticks last;
  bool known = false;

  void Take(Ticks ticks) {
    first = known ? std::min(first, ticks) : ticks;
    last = known ? std::max(last, ticks) : ticks;
    known = true;
  }
};

Extent ExtentOf(const Case& the_case) {
  Extent extent;
  for (const Event& event : the_case.timeline.events()) {
    if (event.time.known()) extent.Take(event.corrected);
  }
  for (const Span& span : the_case.spans) {
    if (span.from) extent.Take(*span.from);
    if (span.to) extent.Take(*span.to);
  }
  for (const Step& step : the_case.flow.steps) {
    if (step.start.known()) extent.Take(step.start.ticks);
    if (step.end.known()) extent.Take(step.end.ticks);
  }
  for (const Finding& finding : the_case.findings) {
    if (finding.first.known()) extent.Take(finding.first.ticks);
    if (finding.last.known()) extent.Take(finding.last.ticks);
  }
  return extent;
}

class TraceWriter {
 public:
  TraceWriter(const Case& the_case, const TextOutput& output)
      : case_(the_case), output_(output), extent_(ExtentOf(the_case)) {}

  TraceCounts Write() {
    text_ = "{\"traceEvents\":[";
    NameGroup(kDevice, "Device");
    NameGroup(kEnrolment, "Enrolment");
    NameGroup(kApps, "Apps");
    WriteSpans(SpanKind::kBoot, "Boots", kDevice);
    WriteSpans(SpanKind::kUserSession, "User sessions", kDevice);
    WriteSpans(SpanKind::kPart, "Parts", kEnrolment);
    WriteSteps();
    WriteSpans(SpanKind::kEspCategory, "Enrollment status page", kEnrolment);
    WriteFindings();
    WriteSpans(SpanKind::kApp, "Apps", kApps);
    text_ += "\n],\"displayTimeUnit\":\"ms\",\"otherData\":";
    JsonWriter json(&text_, JsonWriter::Style::kOneLine);
    json.BeginObject();
    json.Key("tool").String("espial");
    json.Key("clock").String("microseconds since 1970-01-01T00:00:00Z");
    json.EndObject();
    text_ += "}\n";
    Flush();
    return counts_;
  }

 private:
  void WriteSpans(SpanKind kind, std::string_view track, Group group) {
    std::vector<Slice> slices;
    for (const Span& span : case_.spans) {
      if (span.kind != kind) continue;
      auto slice = SliceOf(span.from, span.to);
      if (!slice) continue;
      slice->name = span.name;
      slice->category = SpanKindName(kind);
      slice->arguments.push_back({"evidence", span.evidence});
      if (!span.outcome.empty()) {
        slice->arguments.push_back({"outcome", span.outcome});
      }
      slice->arguments.push_back(
          {"artifact", std::string(Provenance(case_, span.source))});
      slices.push_back(*std::move(slice));
    }
    WriteTrack(track, group, std::move(slices));
  }

  void WriteSteps() {
    std::vector<Slice> slices;
    for (const Step& step : case_.flow.steps) {
      // What did not happen takes no time.
      if (step.status == StepStatus::kNotReached ||
          step.status == StepStatus::kUnknown) {
        continue;
      }
      std::optional<Ticks> from;
      std::optional<Ticks> to;
      if (step.start.known()) from = step.start.ticks;
      if (step.end.known()) to = step.end.ticks;
      if (!to && from && step.status != StepStatus::kRunning) {
        // It ended with the last that is known of it.
        to = from;
        for (const Evidence& piece : step.evidence) {
          if (piece.time.known()) to = std::max(*to, piece.time.ticks);
        }
      }
      auto slice = SliceOf(from, to);
      if (!slice) continue;
      slice->name = step.title;
      slice->category = "step";
      slice->arguments.push_back({"step", step.id});
      slice->arguments.push_back(
          {"status", std::string(StepStatusName(step.status))});
      if (!step.note.empty()) slice->arguments.push_back({"note", step.note});
      if (step.start.known()) {
        slice->arguments.push_back(
            {"time_quality", std::string(TimeQualityName(step.start.quality))});
      }
      slices.push_back(*std::move(slice));
    }
    WriteTrack("Steps", kEnrolment, std::move(slices));
  }

  void WriteFindings() {
    uint64_t thread = 0;
    for (const Finding& finding : case_.findings) {
      if (finding.result != Verity::kMatched) continue;
      if (!finding.first.known()) {
        ++counts_.left_out;
        continue;
      }
      if (thread == 0) thread = NameThread("Findings", kEnrolment);
      JsonWriter json = BeginEvent("i", kEnrolment, thread);
      json.Key("name").String(finding.code + " " + finding.title);
      json.Key("cat").String("finding");
      json.Key("ts").Number(UnixMicroseconds(finding.first.ticks));
      json.Key("s").String("p");
      json.Key("args").BeginObject();
      json.Key("code").String(finding.code);
      json.Key("severity").String(SeverityName(finding.severity));
      json.Key("confidence").String(ConfidenceName(finding.confidence));
      json.Key("count").Number(finding.count);
      if (finding.last.known()) {
        json.Key("last").String(FormatUtc(finding.last.ticks, 7));
      }
      json.Key("time_quality").String(TimeQualityName(finding.first.quality));
      json.EndObject();
      json.EndObject();
      ++counts_.findings;
    }
  }

  // Nothing where neither end is known.
  std::optional<Slice> SliceOf(std::optional<Ticks> from,
                               std::optional<Ticks> to) {
    if (!from && !to) {
      ++counts_.left_out;
      return std::nullopt;
    }
    Slice slice;
    if (!from) slice.arguments.push_back({"begin", "not known"});
    if (!to) slice.arguments.push_back({"end", "not known"});
    slice.begin = UnixMicroseconds(from.value_or(extent_.first));
    slice.end = UnixMicroseconds(to.value_or(extent_.last));
    slice.end = std::max(slice.begin, slice.end);
    return slice;
  }

  // Puts slices on as many threads as they need to nest.
  void WriteTrack(std::string_view name, Group group,
                  std::vector<Slice> slices) {
    std::stable_sort(
        slices.begin(), slices.end(), [](const Slice& a, const Slice& b) {
          return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
        });
    struct Lane {
      uint64_t thread;
      std::vector<int64_t> open;  // ends of those that have not ended
    };
    std::vector<Lane> lanes;
    for (const Slice& slice : slices) {
      Lane* chosen = nullptr;
      for (Lane& lane : lanes) {
        while (!lane.open.empty() && lane.open.back() <= slice.begin) {
          lane.open.pop_back();
        }
        if (lane.open.empty() || lane.open.back() >= slice.end) {
          chosen = &lane;
          break;
        }
      }
      if (chosen == nullptr && lanes.size() == kMostLanes) {
        ++counts_.left_out;
        continue;
      }
      if (chosen == nullptr) {
        const std::string number =
            lanes.empty() ? "" : " (" + std::to_string(lanes.size() + 1) + ")";
        lanes.push_back({NameThread(std::string(name) + number, group), {}});
        chosen = &lanes.back();
      }
      chosen->open.push_back(slice.end);
      WriteSlice(slice, group, chosen->thread);
    }
  }

  void WriteSlice(const Slice& slice, Group group, uint64_t thread) {
    JsonWriter json = BeginEvent("X", group, thread);
    json.Key("name").String(slice.name);
    json.Key("cat").String(slice.category);
    json.Key("ts").Number(slice.begin);
    json.Key("dur").Number(slice.end - slice.begin);
    json.Key("args").BeginObject();
    for (const Argument& argument : slice.arguments) {
      json.Key(argument.name).String(argument.value);
    }
    json.EndObject();
    json.EndObject();
    ++counts_.spans;
  }

  void NameGroup(Group group, std::string_view name) {
    Name("process_name", "name", name, group, 0);
    JsonWriter json = BeginEvent("M", group, 0);
    json.Key("name").String("process_sort_index");
    json.Key("args").BeginObject();
    json.Key("sort_index").Number(uint64_t{group});
    json.EndObject();
    json.EndObject();
  }

  uint64_t NameThread(std::string_view name, Group group) {
    const uint64_t thread = ++threads_;
    Name("thread_name", "name", name, group, thread);
    JsonWriter json = BeginEvent("M", group, thread);
    json.Key("name").String("thread_sort_index");
    json.Key("args").BeginObject();
    json.Key("sort_index").Number(thread);
    json.EndObject();
    json.EndObject();
    return thread;
  }

  void Name(std::string_view what, std::string_view key, std::string_view name,
            Group group, uint64_t thread) {
    JsonWriter json = BeginEvent("M", group, thread);
    json.Key("name").String(what);
    json.Key("args").BeginObject();
    json.Key(key).String(name);
    json.EndObject();
    json.EndObject();
  }

  // Opens the object of an event, which the caller fills and ends.
  JsonWriter BeginEvent(std::string_view phase, Group group, uint64_t thread) {
    if (text_.size() >= kPieceBytes) Flush();
    text_ += first_ ? "\n" : ",\n";
    first_ = false;
    JsonWriter json(&text_, JsonWriter::Style::kOneLine);
    json.BeginObject();
    json.Key("ph").String(phase);
    json.Key("pid").Number(uint64_t{group});
    json.Key("tid").Number(thread);
    return json;
  }

  void Flush() {
    if (more_ && !text_.empty()) more_ = output_(text_);
    text_.clear();
  }

  const Case& case_;
  const TextOutput& output_;
  Extent extent_;
  std::string text_;
  bool first_ = true;
  bool more_ = true;
  uint64_t threads_ = 0;
  TraceCounts counts_;
};

}  // namespace

TraceCounts WriteChromeTrace(const Case& the_case, const TextOutput& output) {
  return TraceWriter(the_case, output).Write();
}

}  // namespace espial::report
