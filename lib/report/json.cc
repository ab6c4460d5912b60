#include <espial/report/json_writer.h>
#include <espial/report/report.h>

#include "lib/report/words.h"

namespace espial::report {
namespace {

// A name of several words as one token: "bad magic" -> "bad_magic".
std::string Token(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c == ' ' || c == '/') c = '_';
  }
  return out;
}

void WriteTime(bool known, Ticks ticks, JsonWriter* json) {
  if (known) {
    json->String(FormatUtc(ticks, 7));
  } else {
    json->Null();
  }
}

void WriteTime(const Time& time, JsonWriter* json) {
  WriteTime(time.known(), time.ticks, json);
}

void WriteStrings(const std::vector<std::string>& strings, JsonWriter* json) {
  json->BeginArray();
  for (const std::string& text : strings) json->String(text);
  json->EndArray();
}

void WriteEvidence(const Case& the_case, const std::vector<Evidence>& evidence,
                   JsonWriter* json) {
  json->BeginArray();
  for (const Evidence& piece : evidence) {
    json->BeginObject();
    json->Key("artifact").String(Provenance(the_case, piece.source));
    if (piece.record != 0) {
      json->Key("record").Number(piece.record);
    } else if (piece.line != 0) {
      json->Key("line").Number(piece.line);
    }
    json->Key("offset").Number(piece.offset);
    WriteTime(piece.time, &json->Key("time"));
    json->Key("text").String(piece.text);
    json->EndObject();
  }
  json->EndArray();
}

void WriteDevice(const Device& device, JsonWriter* json) {
  json->BeginObject();
  json->Key("name").StringOrNull(device.name);
  json->Key("os_build").StringOrNull(device.os_build);
  json->Key("tenant_domain").StringOrNull(device.tenant_domain);
  json->Key("tenant_id").StringOrNull(device.tenant_id);
  json->Key("profile").StringOrNull(device.profile);
  json->Key("other_names").BeginArray();
  for (const std::string& name : device.other_names) json->String(name);
  json->EndArray();
  json->EndObject();
}

void WriteScenario(const Case& the_case, JsonWriter* json) {
  const Scenario& scenario = the_case.scenario;
  json->BeginObject();
  json->Key("id").String(scenario.id.empty() ? "unknown" : scenario.id);
  json->Key("title").StringOrNull(scenario.title);
  json->Key("confidence").String(ConfidenceName(scenario.confidence));
  WriteEvidence(the_case, scenario.evidence, &json->Key("evidence"));
  json->EndObject();
}

void WriteRules(const RulePack& rules, JsonWriter* json) {
  json->BeginObject();
  json->Key("name").StringOrNull(rules.name);
  json->Key("version").StringOrNull(rules.version);
  json->Key("language").StringOrNull(rules.language);
  json->EndObject();
}

void WriteVerdict(const Verdict& verdict, JsonWriter* json) {
  json->BeginObject();
  json->Key("outcome").String(OutcomeName(verdict.outcome));
  json->Key("sentence").String(verdict.sentence);
  json->Key("stopped_at").StringOrNull(verdict.stopped_at);
  WriteStrings(verdict.roots, &json->Key("roots"));
  json->EndObject();
}

void WriteStep(const Case& the_case, const Step& step, JsonWriter* json) {
  json->BeginObject();
  json->Key("step").String(step.id);
  json->Key("title").String(step.title);
  json->Key("status").String(StepStatusName(step.status));
  WriteTime(step.start, &json->Key("start"));
  WriteTime(step.end, &json->Key("end"));
  json->Key("duration_seconds");
  if (step.start.known() && step.end.known()) {
    json->Seconds(TicksBetween(step.start.ticks, step.end.ticks));
  } else {
    json->Null();
  }
  WriteEvidence(the_case, step.evidence, &json->Key("evidence"));
  json->Key("note").StringOrNull(step.note);
  json->EndObject();
}

void WriteFinding(const Case& the_case, const Finding& finding,
                  JsonWriter* json) {
  json->BeginObject();
  json->Key("code").String(finding.code);
  json->Key("name").StringOrNull(finding.name);
  json->Key("title").String(finding.title);
  json->Key("result").String(VerityName(finding.result));
  json->Key("severity").String(SeverityName(finding.severity));
  json->Key("confidence").String(ConfidenceName(finding.confidence));
  json->Key("stage").StringOrNull(finding.stage);
  WriteTime(finding.first, &json->Key("first"));
  WriteTime(finding.last, &json->Key("last"));
  json->Key("count").Number(finding.count);
  WriteEvidence(the_case, finding.evidence, &json->Key("evidence"));
  WriteStrings(finding.missing, &json->Key("missing"));
  WriteStrings(finding.notes, &json->Key("notes"));
  WriteStrings(finding.explains, &json->Key("explains"));
  WriteStrings(finding.explained_by, &json->Key("explained_by"));
  json->Key("cause").StringOrNull(finding.cause);
  WriteStrings(finding.remedy, &json->Key("remedy"));
  WriteStrings(finding.links, &json->Key("links"));
  json->EndObject();
}

void WriteCoverage(const Case& the_case, const Coverage& coverage,
                   JsonWriter* json) {
  json->BeginObject();
  json->Key("channel").StringOrNull(coverage.channel);
  json->Key("log").StringOrNull(coverage.file_stem);
  json->Key("artifact").String(Provenance(the_case, coverage.source));
  json->Key("events").Number(coverage.events);
  WriteTime(coverage.events != 0, coverage.first, &json->Key("first"));
  WriteTime(coverage.events != 0, coverage.last, &json->Key("last"));
  json->Key("first_record").Number(coverage.first_record);
  json->Key("last_record").Number(coverage.last_record);
  json->Key("missing_records").Number(coverage.missing_records);
  json->Key("starts_late").Bool(coverage.starts_late);
  json->Key("damaged").Bool(coverage.damaged);
  json->EndObject();
}

void WriteArtifact(const Case& the_case, const Artifact& artifact,
                   JsonWriter* json) {
  json->BeginObject();
  json->Key("artifact").String(artifact.provenance);
  json->Key("parent");
  if (artifact.parent == artifact.id) {
    json->Null();
  } else {
    json->String(Provenance(the_case, artifact.parent));
  }
  json->Key("depth").Number(uint64_t{artifact.depth});
  json->Key("size").Number(artifact.size);
  json->Key("format").StringOrNull(artifact.format);
  json->Key("state").String(Token(ArtifactStateName(artifact.state)));
  json->Key("note").StringOrNull(artifact.note);
  json->Key("children").Number(artifact.children);
  json->Key("events").Number(artifact.events);
  json->Key("residue").Number(artifact.residue);
  json->Key("facts").Number(artifact.facts);
  json->Key("damages").Number(artifact.damages);
  json->EndObject();
}

void WriteDamage(const Case& the_case, const Damage& damage, JsonWriter* json) {
  json->BeginObject();
  json->Key("artifact").String(Provenance(the_case, damage.source));
  json->Key("kind").String(Token(ErrcName(damage.error.code)));
  json->Key("what").String(damage.error.what);
  json->Key("offset").Number(damage.error.offset);
  json->Key("detail").StringOrNull(damage.error.detail);
  json->Key("bytes_lost").Number(damage.bytes_lost);
  json->Key("lossy").Bool(damage.lossy);
  json->EndObject();
}

void WriteClock(const Case& the_case, JsonWriter* json) {
  json->BeginObject();
  json->Key("steps").BeginArray();
  for (const ClockStep& step : the_case.clock.steps) {
    json->BeginObject();
    json->Key("from").String(FormatUtc(step.from, 7));
    json->Key("to").String(FormatUtc(step.to, 7));
    json->Key("delta_seconds").Seconds(step.delta());
    json->Key("artifact").String(Provenance(the_case, step.source));
    json->Key("record").Number(step.record);
    json->Key("evidence").String(step.evidence);
    json->EndObject();
  }
  json->EndArray();
  json->Key("zones").BeginArray();
  for (const ZoneEra& zone : the_case.clock.zones) {
    json->BeginObject();
    json->Key("from").String(FormatUtc(zone.from, 7));
    json->Key("offset_minutes").Number(int64_t{zone.offset_minutes});
    json->Key("evidence").String(zone.evidence);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

void WriteCounts(const Case& the_case, JsonWriter* json) {
  uint64_t matched = 0;
  uint64_t inconclusive = 0;
  for (const Finding& finding : the_case.findings) {
    if (finding.result == Verity::kMatched) ++matched;
    if (finding.result == Verity::kInconclusive) ++inconclusive;
  }
  json->BeginObject();
  json->Key("artifacts").Number(uint64_t{the_case.artifacts.size()});
  json->Key("events").Number(uint64_t{the_case.timeline.events().size()});
  json->Key("facts").Number(uint64_t{the_case.timeline.facts().size()});
  json->Key("duplicate_events").Number(the_case.duplicate_events);
  json->Key("matched").Number(matched);
  json->Key("inconclusive").Number(inconclusive);
  const DamageTotal damage = SumDamage(the_case);
  json->Key("damages").Number(damage.pieces);
  json->Key("lossy_damages").Number(damage.lossy);
  json->Key("bytes_lost").Number(damage.bytes_lost);
  json->EndObject();
}

}  // namespace

std::string TriageJson(const Case& the_case) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("schema").String("espial.case/1");
  WriteStrings(the_case.inputs, &json.Key("input"));
  WriteDevice(the_case.device, &json.Key("device"));
  WriteRules(the_case.rules, &json.Key("rules"));
  WriteScenario(the_case, &json.Key("scenario"));
  WriteVerdict(the_case.verdict, &json.Key("verdict"));
  json.Key("flow").BeginArray();
  for (const Step& step : the_case.flow.steps) WriteStep(the_case, step, &json);
  json.EndArray();
  json.Key("findings").BeginArray();
  for (const Finding& finding : the_case.findings) {
    WriteFinding(the_case, finding, &json);
  }
  json.EndArray();
  json.Key("coverage").BeginArray();
  for (const Coverage& coverage : the_case.coverage) {
    WriteCoverage(the_case, coverage, &json);
  }
  json.EndArray();
  json.Key("artifacts").BeginArray();
  for (const Artifact& artifact : the_case.artifacts) {
    WriteArtifact(the_case, artifact, &json);
  }
  json.EndArray();
  json.Key("damage").BeginArray();
  for (const Damage& damage : the_case.damage) {
    WriteDamage(the_case, damage, &json);
  }
  json.EndArray();
  WriteClock(the_case, &json.Key("clock"));
  WriteCounts(the_case, &json.Key("counts"));
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace espial::report
