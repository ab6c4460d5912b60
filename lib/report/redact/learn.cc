// Where secrets are learned.
#include <espial/core/text.h>
#include <espial/report/redact.h>

#include <array>
#include <vector>

#include "lib/report/redact/patterns.h"
#include "lib/report/redact/redactor_state.h"

namespace espial::report {
namespace {

// The last folder of a path as Windows or others write it.
std::string_view LastPart(std::string_view path) {
  const size_t slash = path.find_last_of("\\/");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// The part of `text` between `prefix` and `suffix`, case folded; else empty.
std::string_view Between(std::string_view text, std::string_view prefix,
                         std::string_view suffix) {
  if (!StartsWithFold(text, prefix) || !EndsWithFold(text, suffix)) return {};
  if (text.size() < prefix.size() + suffix.size()) return {};
  return text.substr(prefix.size(),
                     text.size() - prefix.size() - suffix.size());
}

// "LAP-4711-20240723T101500Z" without what looks like a stamp.
std::string_view WithoutStamp(std::string_view name) {
  for (;;) {
    const size_t mark = name.find_last_of("-_");
    if (mark == std::string_view::npos || mark == 0) return name;
    const std::string_view tail = name.substr(mark + 1);
    size_t digits = 0;
    for (const char c : tail) digits += IsDigit(c) ? 1 : 0;
    if (digits < 6 || digits + 3 < tail.size()) return name;
    name = name.substr(0, mark);
  }
}

}  // namespace

void Redactor::State::LearnText(std::string_view text) {
  if (text.size() < 4) return;
  std::vector<PatternHit> hits;
  FindPatterns(text, &hits);
  for (const PatternHit& hit : hits) {
    // Pseudonyms replace the others by their shape wherever they stand.
    if (hit.secret != SecretClass::kUser) continue;
    secrets.Learn(
        SecretClass::kUser,
        hit.at_end != 0
            ? std::string(text.substr(hit.begin, hit.at - hit.begin)) + '@' +
                  std::string(text.substr(hit.at_end, hit.end - hit.at_end))
            : std::string(text.substr(hit.begin, hit.end - hit.begin)));
  }
  hits.clear();
  FindKeyedValues(text, &hits);
  for (const PatternHit& hit : hits) {
    secrets.Learn(hit.secret, text.substr(hit.begin, hit.end - hit.begin));
  }
}

void Redactor::State::LearnNamed(std::string_view name, std::string_view text) {
  const SecretClass secret = ClassOfName(name);
  // A sentence is no name.
  if (secret == SecretClass::kNone || text.size() > 8192) return;
  if (text.find('\n') == std::string_view::npos) {
    secrets.Learn(secret, text);
    return;
  }
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    secrets.Learn(secret, text.substr(at, end - at));
    at = end + 1;
  }
}

void Redactor::LearnEvent(const Event& event) {
  state_->secrets.Learn(SecretClass::kComputer, event.computer);
  state_->LearnText(event.message);
  for (const Field& field : event.fields) {
    if (field.value.text.empty() || field.value.type == ValueType::kBinary) {
      continue;
    }
    state_->LearnNamed(field.name, field.value.text);
    state_->LearnText(field.value.text);
  }
}

void Redactor::LearnFact(const Fact& fact) {
  state_->LearnNamed(fact.name, fact.data);
  state_->LearnText(fact.name);
  state_->LearnText(fact.data);
  if (!fact.key.empty()) state_->LearnText(fact.key);
  // Keys that are named after what they are about.
  constexpr std::array<std::string_view, 3> kParents = {
      "\\TenantInfo\\", "\\JoinInfo\\", "\\AADNGC\\"};
  for (const std::string_view parent : kParents) {
    for (size_t at = 0; at + parent.size() < fact.key.size(); ++at) {
      if (!StartsWithFold(fact.key.substr(at), parent)) continue;
      const std::string_view rest = fact.key.substr(at + parent.size());
      state_->secrets.Learn(SecretClass::kId, rest.substr(0, rest.find('\\')));
      break;
    }
  }
}

void Redactor::LearnProvenance(std::string_view provenance) {
  state_->LearnText(provenance);
  for (size_t at = 0; at <= provenance.size();) {
    const size_t end = std::min(provenance.find('!', at), provenance.size());
    const std::string_view file = LastPart(provenance.substr(at, end - at));
    at = end + 1;
    for (const auto& [prefix, suffix] :
         {std::pair<std::string_view, std::string_view>{"DeviceHash_", ".csv"},
          {"DeviceHash-", ".csv"},
          {"DiagLogs-", ".zip"},
          {"DiagLogs_", ".zip"}}) {
      const std::string_view name = Between(file, prefix, suffix);
      if (!name.empty()) {
        state_->secrets.Learn(SecretClass::kComputer, WithoutStamp(name));
      }
    }
  }
}

void Redactor::Learn(const Case& the_case) {
  const auto learn = [this](SecretClass secret, std::string_view text) {
    state_->secrets.Learn(secret, text);
  };
  learn(SecretClass::kComputer, the_case.device.name);
  for (const std::string& name : the_case.device.other_names) {
    learn(SecretClass::kComputer, name);
  }
  learn(SecretClass::kDomain, the_case.device.tenant_domain);
  learn(SecretClass::kId, the_case.device.tenant_id);
  for (const Artifact& artifact : the_case.artifacts) {
    LearnProvenance(artifact.provenance);
  }
  for (const Event& event : the_case.timeline.events()) LearnEvent(event);
  for (const Fact& fact : the_case.timeline.facts()) LearnFact(fact);
}

}  // namespace espial::report
