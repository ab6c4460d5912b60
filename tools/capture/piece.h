// What a captured scenario is made of: the smallest things that it can be
// without.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::capture {

// A value of the registry.
struct RegistryPiece {
  std::string key;
  forge::RegistryValue value;
};

// A scalar of a JSON file.
struct JsonPiece {
  std::string file;
  std::string path;  // "a.b[0].c"
  std::string type;  // "string", "number", "bool", "null"
  std::string data;
};

// A line of what `dsregcmd /status` printed.
struct StatusPiece {
  std::string section;  // "Device State"
  std::string label;    // "AzureAdJoined"
  std::string value;
};

// A log is in the bundle: what is not in it did not happen. Without it its
// events are not in the bundle either.
struct LogPiece {
  std::string channel;
};

// The same for a JSON file.
struct FilePiece {
  std::string name;
};

// The bundle was taken so long behind the last event.
struct EndPiece {};

struct Piece {
  std::variant<forge::StoryEvent, forge::ClockStep, forge::StoryLine,
               RegistryPiece, JsonPiece, StatusPiece, LogPiece, FilePiece,
               EndPiece>
      what;
  // Of what has a time, corrected for the steps of the clock.
  Ticks at;
  // Where it stands in the bundle; `record` orders what happened at once.
  SourceId source;
  uint64_t record = 0;
  uint64_t offset = 0;

  // Whether it is told in the story: an event, a line, a step of the clock.
  [[nodiscard]] bool IsEvent() const { return what.index() <= 2; }
  [[nodiscard]] bool IsFact() const {
    return std::holds_alternative<RegistryPiece>(what) ||
           std::holds_alternative<JsonPiece>(what) ||
           std::holds_alternative<StatusPiece>(what);
  }
};

struct Pieces {
  // Logs and files first, then facts, then events by log and time, then the
  // end.
  std::vector<Piece> list;
  std::string device;  // its name
  int32_t bias_minutes = 0;
  // What a scenario cannot say, and how many of it the bundle has.
  std::map<std::string, uint64_t> left_out;
};

// "System: Microsoft-Windows-Kernel-General 12, record 4", "C:\...\Name", ...
std::string PlaceOf(const Piece& piece);

}  // namespace espial::capture
