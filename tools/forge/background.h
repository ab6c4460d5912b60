// Fills a bundle up with what devices write day by day, so that it is as large
// as one from the field: see Background in scenario.h.
#pragma once

#include <espial/core/result.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tools/forge/archive_member.h"
#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"
#include "tools/forge/story_player.h"

namespace espial::forge {

// Adds the events to the logs of `story`, by time and numbered anew, and the
// agent's logs to its files. The story's own files stay as they are.
Status AddBackground(const Scenario& scenario, const EventCatalog& catalog,
                     PlayedStory* story);

// The keys of `own`, and behind them those of the background.
std::vector<RegistryKey> WithBackgroundKeys(
    const Background& background, const std::vector<RegistryKey>& own);

// Text files of the background, until `members` holds as many as asked for.
void AddBackgroundFiles(const Background& background, Ticks time,
                        std::vector<ArchiveMember>* members);

}  // namespace espial::forge
