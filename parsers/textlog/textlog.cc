// Any other text whose lines begin with a time: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>

#include "parsers/support/head_lines.h"
#include "parsers/support/text_event.h"
#include "parsers/support/text_scan.h"
#include "parsers/support/text_source.h"
#include "parsers/textlog/stamp.h"

namespace espial::textlog {
namespace {

constexpr EventLevel kInformation = 4;
constexpr HeadForm kForm = {"log line",
                            "a line that begins with a date and a time",
                            // What most times begin with.
                            "[0123456789", false};

struct LevelWord {
  std::string_view word;
  EventLevel level;
};

constexpr LevelWord kLevels[] = {
    {"fatal", 1},   {"critical", 1}, {"error", 2},       {"err", 2},
    {"warning", 3}, {"warn", 3},     {"information", 4}, {"info", 4},
    {"debug", 5},   {"verbose", 5},  {"trace", 5},
};

// The level that a message begins with, in brackets or not.
EventLevel LevelOf(std::string_view text) {
  if (!text.empty() && (text[0] == '[' || text[0] == '(')) {
    text.remove_prefix(1);
  }
  size_t end = 0;
  while (end < text.size() && IsAsciiLetter(text[end])) ++end;
  const std::string_view word = text.substr(0, end);
  for (const LevelWord& known : kLevels) {
    if (EqualsFold(word, known.word)) return known.level;
  }
  return kInformation;
}

// Whether a line begins as "9/8/" and "09-08-" do: a quick look.
bool MayBeAmbiguous(std::string_view line) {
  TextScan scan(line);
  scan.Char('[');
  uint32_t number = 0;
  return scan.Digits(1, 2, &number) && scan.OneOf("/-");
}

DateOrder ProveOrder(const Source& source, const Limits& limits, bool* needed) {
  OrderProof proof;
  LineReader lines(source.bytes(), limits);
  TextLine line;
  while (NextLogLine(&lines, &line)) {
    if (!MayBeAmbiguous(line.text)) continue;
    if (const auto stamp = ReadLineStamp(line.text)) proof.Add(*stamp);
  }
  *needed = proof.needed();
  return proof.order();
}

void OnStamp(const TextLine& line, const LineStamp& stamp, DateOrder order,
             TextEvent* event, Sink& sink) {
  Time time = TimeOf(stamp, order);
  const bool undecided = stamp.ambiguous && order == DateOrder::kUnknown;
  if (time.quality != TimeQuality::kUtc) time.as_written = stamp.written;
  Event& begun = event->Begin(line, time);
  if (!time.known() && !undecided) {
    ReportBadTime(line, stamp.written, sink);
  }
  begun.level = LevelOf(stamp.rest);
  event->SetMessage(stamp.rest);
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  bool needed = false;
  const DateOrder order = ProveOrder(source, context.limits, &needed);
  if (needed && order == DateOrder::kUnknown) {
    sink.OnNote(
        "Month and day of its dates cannot be told apart, so that its events "
        "have no time.");
  }
  TextEvent event(LogFamily(source.name()), context.limits, &sink, nullptr);
  return ReadHeadLines(
      source, context.limits, kForm, &event, sink,
      [](const TextLine& line) {
        auto stamp = ReadLineStamp(line.text);
        // At the end of the file, a time that nothing follows may be cut too.
        if (stamp && line.ending.empty() && stamp->rest.empty()) stamp.reset();
        return stamp;
      },
      [&](const TextLine& line, const LineStamp& stamp) {
        OnStamp(line, stamp, order, &event, sink);
      });
}

// Tables are for others: a separator right behind the time.
bool IsTable(std::string_view line, const LineStamp& stamp) {
  const auto behind = static_cast<size_t>(stamp.written.data() +
                                          stamp.written.size() - line.data());
  if (behind + 1 >= line.size()) return false;
  const char next = line[behind];
  return next == ';' || next == '"' || (next == ',' && line[behind + 1] != ' ');
}

bool Probe(const ProbeInput& input) {
  constexpr int kProbeLines = 20;
  constexpr int kEnough = 3;
  std::string_view rest = input.head_text;
  const std::string_view text = Trim(rest);
  if (text.empty() || text[0] == '<' || text[0] == '{' ||
      text.starts_with("[{") || text.starts_with("[\"") ||
      StartsWithFold(text, "REGEDIT4") ||
      StartsWithFold(text, "Windows Registry Editor")) {
    return false;
  }
  int lines = 0;
  int stamped = 0;
  while (lines < kProbeLines && !rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = Trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    ++lines;
    const auto stamp = ReadLineStamp(line);
    if (!stamp) continue;
    if (IsTable(line, *stamp)) return false;
    ++stamped;
  }
  return stamped >= kEnough || (stamped > 0 && stamped * 2 >= lines);
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"textlog", "Log with a time on each line",
                                  Probe, Parse};

}  // namespace espial::textlog
