// What a rule set makes of a case: the signatures it decides and what keeps the
// others open, and the events that no rule looks at.
//
//   const RuleCoverage coverage = rules.Cover(the_case);
//   for (const MissingInput& input : coverage.missing) ...
#pragma once

#include <espial/core/time.h>
#include <espial/model/event.h>

#include <cstdint>
#include <string>
#include <vector>

namespace espial::rules {

// Something that is not there, and the signatures that it leaves open.
struct MissingInput {
  std::string sentence;            // as findings say it
  std::vector<std::string> codes;  // sorted
  // Those of them that lack nothing else.
  std::vector<std::string> alone;  // sorted
};

// Events of one channel, provider and id. Spelled as the first of them.
struct EventKind {
  std::string channel;
  std::string provider;
  uint32_t id = 0;
  std::string title;     // of the catalogue; may be empty
  EventLevel level = 0;  // of the most severe one
  uint64_t count = 0;
  Time first;           // the earliest
  SourceId source;      // where the earliest stands
  uint64_t record = 0;  // its record or line number
};

// Signatures are counted once, under their result. Events are those that count
// as evidence: residue and recovered records are left out.
struct RuleCoverage {
  std::vector<std::string> matched;  // codes, sorted; the next three too
  std::vector<std::string> not_matched;
  std::vector<std::string> inconclusive;
  // Signatures of other scenarios than this case's: not matched, but nothing
  // was looked for.
  std::vector<std::string> not_applicable;
  // What leaves signatures open; what most of them lack first.
  std::vector<MissingInput> missing;

  uint64_t events = 0;
  // Events that some detection of a signature or flow matches.
  uint64_t matched_events = 0;
  // The others that some detection asks about by channel, provider or id.
  uint64_t read_events = 0;
  // Events that none asks about, by kind: the most severe first, then the most
  // frequent. Together with `unlisted` they make up all.
  std::vector<EventKind> unseen;
  uint64_t unseen_events = 0;
  // Unseen events that are not listed, because the case has more kinds than
  // 65,536.
  uint64_t unlisted = 0;
};

}  // namespace espial::rules
