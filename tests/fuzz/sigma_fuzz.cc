// Any text as Sigma documents: they load or are refused with a place; what
// loads is looked for in a few events, where the index and the plain evaluator
// must agree, and correlated.
#include <espial/core/time.h>
#include <espial/model/event.h>
#include <espial/rules/sigma.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using espial::Event;
using espial::Field;
using espial::Value;

const Field kProcess[] = {
    {"Image", Value::String("C:\\Windows\\System32\\cmd.exe")},
    {"CommandLine", Value::String("cmd.exe /c \"whoami -all\" 10.0.0.1")},
    {"ProcessId", {espial::ValueType::kUInt, 4711, {}}},
    {"User", Value::String("eva")}};
const Field kLogon[] = {{"TargetUserName", Value::String("EVA")},
                        {"IpAddress", Value::String("::ffff:10.0.0.1")},
                        {"Status", {espial::ValueType::kHex32, 0xC000006D, {}}},
                        {"Empty", Value::String("")},
                        {"Nil", Value{}}};

Event EventOf(const char* channel, const char* provider, uint32_t id) {
  Event event;
  event.channel = channel;
  event.provider = provider;
  event.id = id;
  event.computer = "PC-1";
  event.time.quality = espial::TimeQuality::kUtc;
  return event;
}

std::vector<Event> Events() {
  std::vector<Event> events = {
      EventOf("Microsoft-Windows-Sysmon/Operational",
              "Microsoft-Windows-Sysmon", 1),
      EventOf("Security", "Microsoft-Windows-Security-Auditing", 4625),
      EventOf("Security", "Microsoft-Windows-Security-Auditing", 4688),
      EventOf("System", "Service Control Manager", 7045)};
  events[0].fields = kProcess;
  events[1].fields = kLogon;
  events[2].fields = kProcess;
  events[3].message = "A service was installed: whoami";
  for (uint64_t i = 0; i < events.size(); ++i) {
    events[i].record = i + 1;
    events[i].time.ticks.value = 133'000'000'000'000'000 + i * 10'000'000;
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace espial::rules;
  const std::vector<RuleFile> files = {
      {"fuzz.yml", std::string(reinterpret_cast<const char*>(data), size)}};
  const std::vector<RuleFile> names = {{"names.yml", "x: [cmd, eva]\n"}};
  SigmaOptions options;
  options.placeholders = names;
  const SigmaRules rules = SigmaRules::Load(files, options);
  for (const Diagnostic& error : rules.errors()) {
    if (error.code.empty() || error.message.empty()) std::abort();
  }
  SigmaMatcher matcher(rules);
  SigmaCorrelator correlator(rules, {.facts = 100});
  for (const Event& event : Events()) {
    const auto found = matcher.Match(EventRecord(rules, event));
    const std::vector<uint32_t> indexed(found.begin(), found.end());
    std::vector<uint32_t> plain;
    for (uint32_t rule = 0; rule < rules.rules().size(); ++rule) {
      if (rules.MatchesPlain(rule, event)) plain.push_back(rule);
    }
    if (indexed != plain) std::abort();
    for (const uint32_t rule : indexed) {
      if (rules.Explain(rule, event).size() > 64) std::abort();
      if (correlator.Names(rule)) {
        correlator.Add(correlator.Take(rule, event));
      }
    }
  }
  for (const CorrelationMatch& match : correlator.Finish()) {
    if (match.last < match.first || match.events == 0) std::abort();
  }
  return 0;
}
