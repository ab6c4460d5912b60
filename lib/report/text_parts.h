// The blocks that TriageText puts together. Each appends its heading and lines
// and a blank line behind them, or nothing when it has nothing to say.
#pragma once

#include <espial/model/case.h>
#include <espial/report/report.h>

#include <string>

namespace espial::report {

// What a block writes to and how.
struct Page {
  const Case& the_case;
  const TextOptions& options;
  std::string* out;
};

void AppendHeading(std::string_view heading, const Page& page);

// The enrolment as a list of steps.
void AppendFlow(const Page& page);
// Findings that hold: roots first, what they explain indented below them.
void AppendFindings(const Page& page);
// Signatures that could not be decided, and what would decide them.
void AppendInconclusive(const Page& page);
// Damage, and artifacts that nothing was read from.
void AppendDamage(const Page& page);
// From when to when the logs speak, and where they are silent.
void AppendCoverage(const Page& page);
// Clock steps; they explain times that look wrong.
void AppendClock(const Page& page);
// One line of totals.
void AppendTotals(const Page& page);

// "error" in its colour.
std::string SeverityPhrase(Severity severity, const TextOptions& options);
// One piece of evidence: place and time on the first line, its text below.
void AppendEvidence(const Evidence& evidence, size_t indent, const Page& page);

}  // namespace espial::report
