// A Case for people and for programs.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace espial::report {

struct TextOptions {
  bool color = false;
  // Columns of the terminal; 0 means do not wrap.
  uint32_t width = 80;
  // Also list inconclusive signatures one by one, and all evidence.
  bool verbose = false;
};

// The verdict for people: one sentence, the flow, the findings with their
// evidence, what was missing or damaged. UTC, with local time beside it where
// the case proves a zone.
std::string TriageText(const Case& the_case, const TextOptions& options);

// The schema espial.case/1 (lib/report/case.schema.json). UTF-8, ends with a
// line feed.
std::string TriageJson(const Case& the_case);

// The tree of artifacts: provenance, size, what it is, how it went.
std::string TreeText(const Case& the_case, const TextOptions& options);

// One event as one line of text, or as one JSON object on one line. `title`
// comes from the catalogue and may be empty.
void AppendEventText(const Case& the_case, const Event& event,
                     std::string_view title, const TextOptions& options,
                     std::string* out);
void AppendEventJson(const Case& the_case, const Event& event,
                     std::string_view title, std::string* out);

// One fact as one line of text.
void AppendFactText(const Case& the_case, const Fact& fact,
                    const TextOptions& options, std::string* out);

// The device's clock: zones and what proves them, steps, what became of local
// times, drift between sources; as text, or as the schema espial.clock/1.
std::string ClockText(const Case& the_case, const TextOptions& options);
std::string ClockJson(const Case& the_case);

// From when to when each log speaks, its holes, and what is absent; as text, or
// as the schema espial.coverage/1.
std::string CoverageText(const Case& the_case, const TextOptions& options);
std::string CoverageJson(const Case& the_case);

// All damage, one line each, for standard error.
std::string DamageText(const Case& the_case, const TextOptions& options);

}  // namespace espial::report
