#include "parsers/support/json_facts.h"

#include <espial/core/text.h>

#include "parsers/support/json_walker.h"

namespace espial {

bool LooksLikeJsonObject(std::string_view text) {
  const std::string_view start = Trim(text.substr(0, 256));
  if (start.empty() || start[0] != '{') return false;
  const std::string_view next = Trim(start.substr(1));
  return !next.empty() && (next[0] == '"' || next[0] == '}');
}

JsonOutcome EmitJsonFacts(const JsonText& json, const Limits& limits,
                          Sink& sink) {
  JsonRun run{limits, sink, json.key, json.subject, limits.text_value_bytes};
  JsonWalker walker(&run, json.text, json.places, json.sequence, {}, 0, 0);
  JsonOutcome outcome;
  outcome.documents = walker.Walk();
  outcome.facts = run.facts;
  return outcome;
}

}  // namespace espial
