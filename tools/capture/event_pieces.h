// Events of a case as entries of a story.
#pragma once

#include <espial/model/event.h>

#include <optional>

#include "tools/capture/cleaner.h"
#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"

namespace espial::capture {

// A record of an event log. Nothing when a scenario cannot say it: it has no
// channel or provider, or an id beyond 65535.
std::optional<forge::StoryEvent> StoryEventOf(const Event& event,
                                              const forge::EventCatalog& known,
                                              const Cleaner& cleaner);

// A line of a log of `format`, "cmtrace" or "panther". Nothing without a time
// or a text.
std::optional<forge::StoryLine> StoryLineOf(const Event& event,
                                            std::string_view format,
                                            const Cleaner& cleaner);

}  // namespace espial::capture
