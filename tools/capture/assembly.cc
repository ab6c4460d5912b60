#include "tools/capture/assembly.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "tools/capture/json_file.h"

namespace espial::capture {
namespace {

// The forge's collector starts this long behind the last entry.
constexpr int64_t kCollectionDelay = 30 * kTicksPerSecond;

constexpr std::string_view kStatusFile = "dsregcmd_status.txt";
constexpr int kBoxWidth = 68;

class Assembler {
 public:
  Assembler(const Pieces& pieces, const AssemblyOptions& options)
      : pieces_(pieces), options_(options) {}

  forge::Scenario Assemble(const Kept& kept) {
    out_.name = options_.name;
    out_.title = options_.title;
    out_.device.name = pieces_.device;
    out_.bundle.name = options_.name + ".cab";
    out_.expect.stated = true;
    out_.expect.matched = {options_.code};
    for (const size_t index : kept) Take(pieces_.list[index]);
    TellStory();
    WriteFiles();
    return std::move(out_);
  }

 private:
  void Take(const Piece& piece) {
    if (piece.IsEvent()) {
      told_.push_back(&piece);
    } else if (const auto* value = std::get_if<RegistryPiece>(&piece.what)) {
      TakeValue(*value);
    } else if (const auto* scalar = std::get_if<JsonPiece>(&piece.what)) {
      FileOf(scalar->file).push_back(scalar);
    } else if (const auto* line = std::get_if<StatusPiece>(&piece.what)) {
      TakeStatus(*line);
    } else if (const auto* log = std::get_if<LogPiece>(&piece.what)) {
      TakeChannel(log->channel);
    } else if (const auto* file = std::get_if<FilePiece>(&piece.what)) {
      FileOf(file->name);
    } else {
      end_ = piece.at;
    }
  }

  void TakeChannel(const std::string& channel) {
    if (channels_.insert(Fold(channel)).second) {
      out_.bundle.channels.push_back(channel);
    }
  }

  // Events of logs that are not in the bundle are not in it.
  [[nodiscard]] bool IsCarried(const Piece& piece) const {
    if (const auto* event = std::get_if<forge::StoryEvent>(&piece.what)) {
      return channels_.contains(Fold(event->channel));
    }
    return !std::holds_alternative<forge::ClockStep>(piece.what) ||
           channels_.contains("system");
  }

  void TakeValue(const RegistryPiece& piece) {
    const auto [key, fresh] =
        keys_.try_emplace(Fold(piece.key), out_.registry.size());
    if (fresh) out_.registry.push_back({piece.key, {}});
    // A hive and a dump may both hold it.
    if (values_.emplace(key->second, Fold(piece.value.name)).second) {
      out_.registry[key->second].values.push_back(piece.value);
    }
  }

  std::vector<const JsonPiece*>& FileOf(const std::string& name) {
    for (auto& [known, scalars] : files_) {
      if (EqualsFold(known, name)) return scalars;
    }
    return files_.emplace_back(name, std::vector<const JsonPiece*>()).second;
  }

  // In a box above its lines stands what they are about.
  void TakeStatus(const StatusPiece& line) {
    if (status_.empty() || line.section != section_) {
      section_ = line.section;
      const std::string rule = "+" + std::string(kBoxWidth + 2, '-') + "+\n";
      status_ +=
          rule + fmt::format("| {:<{}} |\n", section_, kBoxWidth) + rule + "\n";
    }
    status_ += fmt::format("{:>26} : {}\n", line.label, line.value);
  }

  void WriteFiles() {
    if (!status_.empty()) {
      forge::ScenarioFile file;
      file.name = kStatusFile;
      file.text = std::move(status_);
      out_.files.push_back(std::move(file));
    }
    for (const auto& [name, scalars] : files_) {
      forge::ScenarioFile file;
      file.name = name;
      file.text = MakeJson(scalars);
      out_.files.push_back(std::move(file));
    }
  }

  // What an event takes of the story's time, rounded.
  int64_t Rounded(int64_t ticks) const {
    return (ticks + options_.grain / 2) / options_.grain * options_.grain;
  }

  void TellStory() {
    std::erase_if(told_,
                  [&](const Piece* piece) { return !IsCarried(*piece); });
    std::sort(told_.begin(), told_.end(), [](const Piece* a, const Piece* b) {
      return std::tie(a->at, a->source, a->record) <
             std::tie(b->at, b->source, b->record);
    });
    const std::optional<Ticks> begin =
        !told_.empty() ? std::optional(told_.front()->at) : end_;
    if (!begin) return;
    const Ticks moved = AddTicks(*begin, options_.shift);
    out_.start = Ticks{moved.value - moved.value % kTicksPerSecond};
    Ticks exact = *begin;
    int64_t behind = 0;  // of the story, rounded
    for (const Piece* piece : told_) {
      int64_t next = Rounded(TicksBetween(*begin, piece->at));
      if (piece->at > exact) next = std::max(next, behind + options_.grain);
      next = std::max(next, behind);
      Tell(*piece, next - behind);
      behind = next;
      exact = piece->at;
    }
    TellEnd(*begin, behind);
  }

  void Tell(const Piece& piece, int64_t after) {
    forge::StoryEntry entry;
    entry.after = after;
    if (const auto* event = std::get_if<forge::StoryEvent>(&piece.what)) {
      entry.what = *event;
    } else if (const auto* step = std::get_if<forge::ClockStep>(&piece.what)) {
      // The clock was off by this before.
      out_.start = AddTicks(out_.start, -step->delta);
      entry.what = *step;
    } else {
      // The local time of a line needs the device's zone.
      out_.device.zone.bias_minutes = pieces_.bias_minutes;
      out_.device.zone.name = "the device's";
      entry.what = std::get<forge::StoryLine>(piece.what);
    }
    out_.story.push_back(std::move(entry));
  }

  void TellEnd(Ticks begin, int64_t behind) {
    if (!end_) return;
    const int64_t left =
        Rounded(TicksBetween(begin, *end_)) - behind - kCollectionDelay;
    if (left <= 0) return;
    forge::StoryEntry entry;
    entry.what = forge::Pause{left};
    out_.story.push_back(std::move(entry));
  }

  const Pieces& pieces_;
  const AssemblyOptions& options_;
  forge::Scenario out_;
  std::vector<const Piece*> told_;
  std::vector<std::pair<std::string, std::vector<const JsonPiece*>>> files_;
  std::string status_;                  // the text of kStatusFile
  std::string section_;                 // its last one
  std::set<std::string> channels_;      // folded
  std::map<std::string, size_t> keys_;  // folded, to their index
  std::set<std::pair<size_t, std::string>> values_;
  std::optional<Ticks> end_;
};

}  // namespace

forge::Scenario Assemble(const Pieces& pieces, const Kept& kept,
                         const AssemblyOptions& options) {
  return Assembler(pieces, options).Assemble(kept);
}

}  // namespace espial::capture
