// The events of a Case in the formats that other programs read.
//
//   TimelineWriter writer(the_case, TimelineFormat::kEcs, {}, output);
//   for (const Event& event : the_case.timeline.events()) {
//     if (!writer.Write(event, title)) break;
//   }
//   writer.Finish();
//
// Every format says how a time is known. lib/report/FORMATS.md lists keys and
// columns.
#pragma once

#include <espial/model/case.h>
#include <espial/report/report.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace espial::report {

enum class TimelineFormat : uint8_t {
  kText,        // a line for people
  kJsonl,       // one JSON object a line, without loss
  kCsv,         // RFC 4180, one header line
  kTimesketch,  // JSONL that Timesketch imports
  kL2tcsv,      // the 17 columns of log2timeline
  kEcs,         // JSONL in the Elastic Common Schema
};
// By the name that the command line uses: "text", "jsonl", ...
std::optional<TimelineFormat> TimelineFormatOf(std::string_view name);

// Takes the next piece of a text; false when there is no use in more.
using TextOutput = std::function<bool(std::string_view)>;

// Writes events in the order of the calls, in pieces of some 256 KiB; never
// holds more than that. Not thread-safe.
class TimelineWriter {
 public:
  // `the_case` must outlive the writer. `options` matter for kText only.
  TimelineWriter(const Case& the_case, TimelineFormat format,
                 const TextOptions& options, TextOutput output);

  // `title` comes from the catalogue and may be empty. False when there is no
  // use in more.
  bool Write(const Event& event, std::string_view title);
  // Writes what is still held. False as Write().
  bool Finish();

  // Events without a time, in formats that demand one: no date is invented for
  // them.
  [[nodiscard]] uint64_t left_out() const { return left_out_; }

 private:
  bool Flush();

  const Case& case_;
  TimelineFormat format_;
  TextOptions options_;
  TextOutput output_;
  std::string text_;
  uint64_t left_out_ = 0;
};

}  // namespace espial::report
