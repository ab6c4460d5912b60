// Facts and damage as one line each, for whole comparisons in tests.
#pragma once

#include <espial/model/damage.h>
#include <espial/model/fact.h>

#include <string>
#include <vector>

namespace espial::testing {

// "registry KEY|name|type|data|number|line@offset", and " recovered" behind
// what was deleted; for whole comparisons.
inline std::string Show(const Fact& fact) {
  std::string out(FactKindName(fact.kind));
  out += " " + std::string(fact.key) + "|" + std::string(fact.name) + "|" +
         std::string(fact.type) + "|" + std::string(fact.data) + "|";
  if (fact.number) out += std::to_string(*fact.number);
  return out + "|" + std::to_string(fact.line) + "@" +
         std::to_string(fact.offset) + (fact.recovered ? " recovered" : "");
}

inline std::vector<std::string> Show(const std::vector<Fact>& facts) {
  std::vector<std::string> out;
  for (const Fact& fact : facts) out.push_back(Show(fact));
  return out;
}

// "code what@offset: detail", and "(lost N)" or "(note)".
inline std::string Show(const Damage& damage) {
  std::string out(ErrcName(damage.error.code));
  out += " " + damage.error.what + "@" + std::to_string(damage.error.offset) +
         ": " + damage.error.detail;
  if (!damage.lossy) return out + " (note)";
  return out + " (lost " + std::to_string(damage.bytes_lost) + ")";
}

inline std::vector<std::string> Show(const std::vector<Damage>& damage) {
  std::vector<std::string> out;
  for (const Damage& entry : damage) out.push_back(Show(entry));
  return out;
}

}  // namespace espial::testing
