// A Case made by hand, for tests of what is written of it.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/time.h>
#include <espial/model/case.h>

#include <string>
#include <utility>
#include <vector>

namespace espial::report {

// "2024-07-23T10:04:05Z" as ticks. REQUIRES: a well-formed time.
Ticks At(std::string_view iso8601);
// The same as a Time of quality `quality`.
Time TimeAt(std::string_view iso8601, TimeQuality quality = TimeQuality::kUtc);
// An era without daylight time.
ZoneEra ZoneOf(Ticks from, int32_t offset_minutes, std::string evidence);

// Builds a Case piece by piece. Text given as string_view must outlive Build().
class CaseBuilder {
 public:
  Case& raw() { return case_; }

  // Appends an artifact; its depth follows from the parent.
  SourceId AddArtifact(std::string provenance, std::string format,
                       ArtifactState state = ArtifactState::kWhole);
  SourceId AddChild(SourceId parent, std::string provenance, std::string format,
                    ArtifactState state = ArtifactState::kWhole);

  Step& AddStep(std::string id, std::string title, StepStatus status);
  Finding& AddFinding(std::string code, std::string title,
                      Verity result = Verity::kMatched,
                      Severity severity = Severity::kError);
  Evidence& AddEvidence(Finding* finding, SourceId source, uint64_t record,
                        std::string_view time, std::string text);
  void AddDamage(SourceId source, Errc code, std::string what, uint64_t offset,
                 uint64_t bytes_lost, bool lossy = true);
  Coverage& AddCoverage(SourceId source, std::string channel, uint64_t events,
                        std::string_view first, std::string_view last);
  void AddEvent(SourceId source, const Event& event);
  void AddFact(SourceId source, const Fact& fact);

  Case Build() &&;

 private:
  Case case_;
};

// A failed enrolment with one of everything that a report can show.
Case FailedEnrolment();

}  // namespace espial::report
