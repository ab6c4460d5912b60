// Plays a story: what Windows would have written to its logs.
#pragma once

#include <espial/core/result.h>
#include <espial/core/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/event_catalog.h"
#include "tools/forge/evtx_writer.h"
#include "tools/forge/scenario.h"

namespace espial::forge {

// One channel and its records in the order of writing.
struct ChannelLog {
  std::string channel;
  std::vector<EvtxRecord> records;
};

// A file that the story writes: a text log, or a trace.
struct PlayedFile {
  std::string name;
  std::string bytes;
};

struct PlayedStory {
  // In order of first use.
  std::vector<ChannelLog> logs;
  std::vector<PlayedFile> files;
  // The device's clock behind the last entry.
  Ticks end;

  // The log of `channel` (case folded), or null when nothing was written.
  [[nodiscard]] const ChannelLog* Find(std::string_view channel) const;
};

// Times are what the device's clock showed, as UTC. Errors name the entry.
Result<PlayedStory> PlayStory(const Scenario& scenario,
                              const EventCatalog& catalog);

}  // namespace espial::forge
