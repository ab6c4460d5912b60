#include "tools/capture/piece_reader.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "tools/capture/event_pieces.h"
#include "tools/capture/fact_pieces.h"

namespace espial::capture {
namespace {

// Formats whose events are records of an event log.
bool IsEventLog(std::string_view format) {
  return format.starts_with("evtx") || format.starts_with("event");
}

bool IsLineLog(std::string_view format) {
  return format == "cmtrace" || format == "panther";
}

bool Counts(const Event& event) {
  return event.state == RecordState::kActive ||
         event.state == RecordState::kLive;
}

// The channel that a log without records is of, by the name of its file.
std::string ChannelOfStem(const std::string& stem) {
  constexpr std::array<std::string_view, 4> kClassic = {"System", "Security",
                                                        "Application", "Setup"};
  for (const std::string_view channel : kClassic) {
    if (StemNamesChannel(stem, channel)) return std::string(channel);
  }
  for (std::string& channel : forge::DefaultChannels()) {
    if (StemNamesChannel(stem, channel)) return std::move(channel);
  }
  return stem;
}

class PieceReader {
 public:
  PieceReader(const Case& the_case, const forge::EventCatalog& known,
              const Cleaner& cleaner)
      : case_(the_case), known_(known), cleaner_(cleaner) {}

  Pieces Read() {
    ReadDevice();
    ReadLogs();
    AddFacts(case_, cleaner_, &out_);
    for (const ClockStep& step : case_.clock.steps) {
      steps_.emplace(std::pair(step.source, step.record), step.delta());
    }
    const size_t first = out_.list.size();
    for (const Event& event : case_.timeline.events()) {
      if (Counts(event)) ReadEvent(event);
    }
    // What belongs together stands together, so that it is left out together.
    std::stable_sort(
        out_.list.begin() + static_cast<std::ptrdiff_t>(first), out_.list.end(),
        [](const Piece& a, const Piece& b) { return a.source < b.source; });
    ReadEnd();
    return std::move(out_);
  }

 private:
  void ReadDevice() {
    out_.device = cleaner_.Text(case_.device.name, "ComputerName");
    if (out_.device.empty()) out_.device = "PC";
    const auto& events = case_.timeline.events();
    if (events.empty()) return;
    const auto offset = case_.clock.OffsetAt(events.front().corrected);
    out_.bias_minutes = -offset.value_or(0);
  }

  void ReadLogs() {
    std::set<std::string> seen;
    for (const Coverage& coverage : case_.coverage) {
      if (!IsEventLog(FormatOf(coverage.source))) continue;
      // Nothing is known of what an unreadable one holds.
      if (coverage.channel.empty() && coverage.damaged) continue;
      const std::string channel = cleaner_.LogName(
          coverage.channel.empty() ? ChannelOfStem(coverage.file_stem)
                                   : coverage.channel);
      if (channel.empty() || !seen.insert(Fold(channel)).second) continue;
      Piece piece;
      piece.what = LogPiece{channel};
      piece.source = coverage.source;
      out_.list.push_back(std::move(piece));
    }
  }

  void ReadEvent(const Event& event) {
    Piece piece;
    piece.at = event.corrected;
    piece.source = event.source;
    piece.record = event.record;
    piece.offset = event.offset;
    const std::string_view format = FormatOf(event.source);
    const auto step = steps_.find({event.source, event.record});
    if (step != steps_.end()) {
      piece.what = forge::ClockStep{step->second};
    } else if (IsLineLog(format)) {
      auto line = StoryLineOf(event, format, cleaner_);
      if (!line) return LeaveOut(event);
      piece.what = std::move(*line);
    } else if (IsEventLog(format)) {
      auto told = StoryEventOf(event, known_, cleaner_);
      if (!told) return LeaveOut(event);
      piece.what = std::move(*told);
    } else {
      return LeaveOut(event);
    }
    out_.list.push_back(std::move(piece));
  }

  void LeaveOut(const Event& event) {
    ++out_.left_out["events of " + std::string(FormatOf(event.source))];
  }

  void ReadEnd() {
    std::optional<Ticks> taken = case_.clock.captured;
    for (const Coverage& coverage : case_.coverage) {
      if (coverage.captured) taken = std::max(taken, coverage.captured);
    }
    if (!taken) return;
    Piece piece;
    piece.what = EndPiece{};
    piece.at = *taken;
    out_.list.push_back(std::move(piece));
  }

  [[nodiscard]] std::string_view FormatOf(SourceId source) const {
    return case_.artifact(source).format;
  }

  const Case& case_;
  const forge::EventCatalog& known_;
  const Cleaner& cleaner_;
  std::map<std::pair<SourceId, uint64_t>, int64_t> steps_;
  Pieces out_;
};

std::string NameOf(const forge::StoryEvent& event) {
  return event.channel + ": " + event.provider + " " + std::to_string(event.id);
}
std::string NameOf(const forge::ClockStep& /*step*/) {
  return "a step of the clock";
}
std::string NameOf(const forge::StoryLine& line) { return line.log; }
std::string NameOf(const RegistryPiece& value) {
  return value.key + "\\" +
         (value.value.name.empty() ? "(Default)" : value.value.name);
}
std::string NameOf(const JsonPiece& scalar) {
  return scalar.file + ": " + scalar.path;
}
std::string NameOf(const StatusPiece& line) {
  return "dsregcmd /status: " + line.section + "/" + line.label;
}
std::string NameOf(const LogPiece& log) { return "the log " + log.channel; }
std::string NameOf(const FilePiece& file) { return "the file " + file.name; }
std::string NameOf(const EndPiece& /*end*/) {
  return "the time at which the bundle was taken";
}

}  // namespace

std::string PlaceOf(const Piece& piece) {
  std::string out =
      std::visit([](const auto& what) { return NameOf(what); }, piece.what);
  if (std::holds_alternative<forge::StoryEvent>(piece.what)) {
    out += ", record " + std::to_string(piece.record);
  } else if (std::holds_alternative<forge::StoryLine>(piece.what)) {
    out += ", line " + std::to_string(piece.record);
  }
  return out;
}

Pieces ReadPieces(const Case& the_case, const forge::EventCatalog& known,
                  const Cleaner& cleaner) {
  return PieceReader(the_case, known, cleaner).Read();
}

}  // namespace espial::capture
