// Sigma rules over events that a test builds.
#pragma once

#include <espial/model/event.h>
#include <espial/rules/sigma.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::rules {

// An event so many seconds behind a fixed time. Records are numbered in the
// order of a sequence.
struct SigmaEvent {
  double seconds = 0;
  uint32_t id = 0;
  std::vector<std::pair<std::string, std::string>> fields = {};
  std::string channel = "System";
  uint64_t log = 0;
};

// A SigmaEvent as the engine wants it. The SigmaEvent must outlive it.
class BuiltEvent {
 public:
  explicit BuiltEvent(const SigmaEvent& from, uint64_t record = 1);
  BuiltEvent(const BuiltEvent&) = delete;
  BuiltEvent& operator=(const BuiltEvent&) = delete;

  [[nodiscard]] const Event& event() const { return event_; }

 private:
  std::vector<Field> fields_;
  Event event_;
};

// Rules of one file, "rules.yml". Every diagnostic but warnings is a failure.
SigmaRules LoadSigma(const std::string& text,
                     const std::string& log_sources = {});
// The same; the errors of a text that must not load as a whole.
std::vector<std::string> SigmaErrors(const std::string& text,
                                     const std::string& log_sources = {});

// A rule of that title and name for the event id in the log System.
std::string RuleText(const std::string& name, uint32_t id);
// A correlation; `body` are the lines below "correlation", flow style.
std::string CorrelationText(const std::string& name, const std::string& body);

// Titles of the rules that match. The plain evaluator must agree.
std::vector<std::string> MatchSigma(const SigmaRules& rules,
                                    const SigmaEvent& event);

// "title first-last events=N value=V group=value", by last time and rule.
std::vector<std::string> Correlate(const SigmaRules& rules,
                                   const std::vector<SigmaEvent>& events);

// Gives the correlator what the rules match.
void Feed(const SigmaRules& rules, const std::vector<SigmaEvent>& events,
          SigmaCorrelator* correlator);
std::vector<std::string> ShowMatches(
    const SigmaRules& rules, const std::vector<CorrelationMatch>& matches);

}  // namespace espial::rules
