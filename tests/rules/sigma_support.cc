#include "tests/rules/sigma_support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace espial::rules {
namespace {

constexpr uint64_t kBegin = 133'000'000'000'000'000;
constexpr double kTicksPerSecond = 1e7;

SigmaRules Load(const std::string& text, const std::string& log_sources) {
  const std::vector<RuleFile> files = {{"rules.yml", text}};
  const std::vector<RuleFile> sources = {{"sources.yml", log_sources}};
  SigmaOptions options;
  if (!log_sources.empty()) options.log_sources = sources;
  return SigmaRules::Load(files, options);
}

double Seconds(Ticks ticks) {
  return static_cast<double>(ticks.value - kBegin) / kTicksPerSecond;
}

}  // namespace

BuiltEvent::BuiltEvent(const SigmaEvent& from, uint64_t record) {
  for (const auto& [name, value] : from.fields) {
    fields_.push_back({name, Value::String(value)});
  }
  event_.time.ticks =
      Ticks{kBegin + static_cast<uint64_t>(from.seconds * kTicksPerSecond)};
  event_.time.quality = TimeQuality::kUtc;
  event_.record = record;
  event_.channel = from.channel;
  event_.id = from.id;
  event_.fields = fields_;
}

SigmaRules LoadSigma(const std::string& text, const std::string& log_sources) {
  SigmaRules rules = Load(text, log_sources);
  for (const Diagnostic& error : rules.errors()) {
    ADD_FAILURE() << error.ToString() << "\n" << text;
  }
  return rules;
}

std::vector<std::string> SigmaErrors(const std::string& text,
                                     const std::string& log_sources) {
  std::vector<std::string> out;
  const SigmaRules rules = Load(text, log_sources);
  for (const Diagnostic& error : rules.errors()) {
    out.push_back(error.ToString());
  }
  return out;
}

std::string RuleText(const std::string& name, uint32_t id) {
  return fmt::format(
      "title: {0}\nname: {0}\n"
      "logsource: {{ product: windows, service: system }}\n"
      "detection: {{ s: {{ EventID: {1} }}, condition: s }}\n---\n",
      name, id);
}

std::string CorrelationText(const std::string& name, const std::string& body) {
  return fmt::format("title: {0}\nname: {0}\ncorrelation: {{ {1} }}\n---\n",
                     name, body);
}

std::vector<std::string> MatchSigma(const SigmaRules& rules,
                                    const SigmaEvent& event) {
  const BuiltEvent built(event);
  SigmaMatcher matcher(rules);
  std::vector<bool> matched(rules.rules().size());
  std::vector<std::string> titles;
  for (const uint32_t rule : matcher.Match(EventRecord(rules, built.event()))) {
    matched[rule] = true;
    titles.push_back(rules.rules()[rule].title);
  }
  for (uint32_t rule = 0; rule < matched.size(); ++rule) {
    EXPECT_EQ(matched[rule], rules.MatchesPlain(rule, built.event()))
        << rules.rules()[rule].title;
  }
  return titles;
}

void Feed(const SigmaRules& rules, const std::vector<SigmaEvent>& events,
          SigmaCorrelator* correlator) {
  SigmaMatcher matcher(rules);
  uint64_t record = 0;
  for (const SigmaEvent& event : events) {
    const BuiltEvent built(event, ++record);
    for (const uint32_t rule :
         matcher.Match(EventRecord(rules, built.event()))) {
      if (!correlator->Names(rule)) continue;
      CorrelationFact fact = correlator->Take(rule, built.event());
      fact.log = event.log;
      correlator->Add(std::move(fact));
    }
  }
}

std::vector<std::string> ShowMatches(
    const SigmaRules& rules, const std::vector<CorrelationMatch>& matches) {
  std::vector<std::string> out;
  for (const CorrelationMatch& match : matches) {
    std::string line = fmt::format(
        "{} {}-{} events={} value={}", rules.rules()[match.rule].title,
        Seconds(match.first), Seconds(match.last), match.events, match.value);
    for (const auto& [name, value] : match.group) {
      line += fmt::format(" {}={}", name, value);
    }
    out.push_back(std::move(line));
  }
  return out;
}

std::vector<std::string> Correlate(const SigmaRules& rules,
                                   const std::vector<SigmaEvent>& events) {
  SigmaCorrelator correlator(rules);
  Feed(rules, events, &correlator);
  EXPECT_EQ(correlator.dropped(), 0U);
  return ShowMatches(rules, correlator.Finish());
}

}  // namespace espial::rules
