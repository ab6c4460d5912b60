// The stretches of time of a Case for viewers of traces (ui.perfetto.dev,
// chrome://tracing): the Trace Event Format as one JSON object.
//
// Boots, user sessions, parts of the enrolment, its steps, categories of the
// status page and apps are complete events ("X") on tracks of their own;
// stretches that overlap without nesting get a second track. Findings are
// instants ("i"). Times are microseconds since 1970.
#pragma once

#include <espial/model/case.h>
#include <espial/report/timeline.h>

#include <cstdint>

namespace espial::report {

struct TraceCounts {
  uint64_t spans = 0;
  uint64_t findings = 0;
  // Steps, spans and findings whose time nothing tells.
  uint64_t left_out = 0;
};

// Writes it in pieces. Where only one end of a stretch is known, the first or
// last time of the case stands for the other, and the arguments say so.
TraceCounts WriteChromeTrace(const Case& the_case, const TextOutput& output);

}  // namespace espial::report
