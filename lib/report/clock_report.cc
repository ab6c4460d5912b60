// The device's clock, for people and for programs.
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>
#include <espial/report/report.h>

#include <array>
#include <string>

#include "lib/report/text_parts.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

// Weakest first, as TimeQuality counts.
constexpr std::array<std::string_view, 5> kQualities = {
    "no time", "assumed: no zone is proven",
    "local, converted with a proven zone", "with their own offset", "UTC"};

void Line(std::string_view lead, std::string_view text, const Page& page) {
  AppendWrapped(lead, text, page.options.width, page.out);
}

std::string PlacePhrase(const Case& the_case, SourceId source,
                        uint64_t record) {
  std::string text = ArtifactPhrase(the_case, source);
  if (record != 0) text += ", record " + std::to_string(record);
  return text;
}

void AppendZones(const Page& page) {
  const Clock& clock = page.the_case.clock;
  AppendHeading("Zone", page);
  if (clock.zones.empty()) {
    Line("  ", "Nothing in the bundle proves the device's time zone.", page);
  }
  for (size_t i = 0; i < clock.zones.size(); ++i) {
    const ZoneEra& zone = clock.zones[i];
    std::string text = FormatZone(zone.rule);
    if (i == 0) {
      text += " from the beginning";
    } else if (zone.exact) {
      text += " since " + TimePhrase(page.the_case, zone.from);
    } else {
      text += " at the latest since " + TimePhrase(page.the_case, zone.from) +
              ", not before " +
              TimePhrase(page.the_case, clock.zones[i - 1].proven_until);
    }
    Line("  ", text + " (" + Safe(zone.evidence) + ')', page);
  }
  page.out->push_back('\n');
}

void AppendZoneEvidence(const Page& page) {
  const Clock& clock = page.the_case.clock;
  if (clock.evidence.empty()) return;
  AppendHeading("Evidence", page);
  for (const ZoneEvidence& evidence : clock.evidence) {
    std::string text = Safe(evidence.what) + " says " + Safe(evidence.says);
    if (evidence.at) text += " at " + TimePhrase(page.the_case, *evidence.at);
    if (evidence.times > 1) {
      text += ", " + Counted(evidence.times, "time") + " in a row";
    }
    text += " (" +
            PlacePhrase(page.the_case, evidence.source, evidence.record) + ')';
    text += evidence.used ? ": used" : ": not used";
    if (!evidence.why_not.empty()) text += ", " + Safe(evidence.why_not);
    Line("  ", text, page);
  }
  if (clock.evidence_left_out != 0) {
    Line("  ",
         "and " + Counted(clock.evidence_left_out, "more piece") +
             ", not looked at",
         page);
  }
  page.out->push_back('\n');
}

void AppendEvents(const Page& page) {
  const Clock& clock = page.the_case.clock;
  AppendHeading("Times", page);
  for (size_t i = clock.events.size(); i > 0; --i) {
    if (clock.events[i - 1] == 0) continue;
    Line("  ",
         Counted(clock.events[i - 1], "event") + ": " +
             std::string(kQualities[i - 1]),
         page);
  }
  for (const LocalLog& log : clock.local_logs) {
    std::string text = Safe(log.channel) + " (" +
                       ArtifactPhrase(page.the_case, log.source) +
                       "): " + Counted(log.converted, "line") + " converted";
    const auto add = [&](uint64_t count, std::string_view what) {
      if (count != 0) text += ", " + Grouped(count) + ' ' + std::string(what);
    };
    add(log.assumed, "assumed: no zone is proven");
    add(log.ambiguous, "assumed: two zones fit, the likelier was taken");
    add(log.contradicted, "assumed: the line states another bias");
    Line("  ", text, page);
  }
  if (clock.held_in_order != 0) {
    Line("  ",
         Counted(clock.held_in_order, "event") +
             " stand out of time order in their logs and are kept in the order "
             "of their records",
         page);
  }
  if (!clock.steps.empty()) {
    Line("  ",
         "Windows of time and durations are corrected for the steps of the "
         "clock.",
         page);
  }
  page.out->push_back('\n');
}

void AppendDrifts(const Page& page) {
  const Clock& clock = page.the_case.clock;
  if (clock.drifts.empty()) return;
  AppendHeading("Same actions in two sources", page);
  for (const ClockDrift& drift : clock.drifts) {
    Line("  ",
         ArtifactPhrase(page.the_case, drift.b) + " against " +
             ArtifactPhrase(page.the_case, drift.a) + ": " +
             FormatDuration(drift.ticks) + " later, within " +
             FormatDuration(drift.spread) + ", " + Counted(drift.pairs, "pair"),
         page);
  }
  page.out->push_back('\n');
}

void WriteTime(std::string_view key, std::optional<Ticks> ticks,
               JsonWriter* json) {
  json->Key(key);
  if (ticks) {
    json->String(FormatUtc(*ticks));
  } else {
    json->Null();
  }
}

void WriteRule(const ZoneRule& rule, JsonWriter* json) {
  json->Key("standard_offset_minutes").Number(int64_t{rule.standard});
  json->Key("daylight_offset_minutes");
  if (rule.saves_daylight()) {
    json->Number(int64_t{rule.daylight});
  } else {
    json->Null();
  }
}

void WriteZones(const Clock& clock, JsonWriter* json) {
  json->Key("zones").BeginArray();
  for (const ZoneEra& zone : clock.zones) {
    json->BeginObject();
    WriteTime("from", zone.from, json);
    json->Key("exact").Bool(zone.exact);
    WriteTime("proven_until", zone.proven_until, json);
    json->Key("offset_minutes").Number(int64_t{zone.offset_minutes});
    WriteRule(zone.rule, json);
    json->Key("evidence").String(zone.evidence);
    json->EndObject();
  }
  json->EndArray();
}

void WriteEvidence(const Case& the_case, JsonWriter* json) {
  json->Key("evidence").BeginArray();
  for (const ZoneEvidence& evidence : the_case.clock.evidence) {
    json->BeginObject();
    json->Key("what").String(evidence.what);
    json->Key("says").String(evidence.says);
    WriteTime("at", evidence.at, json);
    json->Key("times").Number(evidence.times);
    json->Key("artifact").String(Provenance(the_case, evidence.source));
    json->Key("record").Number(evidence.record);
    json->Key("offset").Number(evidence.offset);
    json->Key("used").Bool(evidence.used);
    json->Key("why_not").StringOrNull(evidence.why_not);
    json->EndObject();
  }
  json->EndArray();
  json->Key("evidence_left_out").Number(the_case.clock.evidence_left_out);
}

void WriteSteps(const Case& the_case, JsonWriter* json) {
  json->Key("steps").BeginArray();
  for (const ClockStep& step : the_case.clock.steps) {
    json->BeginObject();
    WriteTime("from", step.from, json);
    WriteTime("to", step.to, json);
    json->Key("delta_seconds").Seconds(step.delta());
    json->Key("artifact").String(Provenance(the_case, step.source));
    json->Key("record").Number(step.record);
    json->Key("evidence").String(step.evidence);
    json->EndObject();
  }
  json->EndArray();
  json->Key("steps_left_out").Number(the_case.clock.steps_left_out);
}

void WriteLocalLogs(const Case& the_case, JsonWriter* json) {
  json->Key("local_logs").BeginArray();
  for (const LocalLog& log : the_case.clock.local_logs) {
    json->BeginObject();
    json->Key("artifact").String(Provenance(the_case, log.source));
    json->Key("channel").String(log.channel);
    json->Key("converted").Number(log.converted);
    json->Key("assumed").Number(log.assumed);
    json->Key("ambiguous").Number(log.ambiguous);
    json->Key("contradicted").Number(log.contradicted);
    json->EndObject();
  }
  json->EndArray();
}

void WriteDrifts(const Case& the_case, JsonWriter* json) {
  json->Key("drifts").BeginArray();
  for (const ClockDrift& drift : the_case.clock.drifts) {
    json->BeginObject();
    json->Key("a").String(Provenance(the_case, drift.a));
    json->Key("b").String(Provenance(the_case, drift.b));
    json->Key("seconds").Seconds(drift.ticks);
    json->Key("spread_seconds").Seconds(drift.spread);
    json->Key("pairs").Number(drift.pairs);
    json->EndObject();
  }
  json->EndArray();
}

void WriteEvents(const Clock& clock, JsonWriter* json) {
  json->Key("events").BeginObject();
  for (size_t i = 0; i < clock.events.size(); ++i) {
    json->Key(TimeQualityName(static_cast<TimeQuality>(i)))
        .Number(clock.events[i]);
  }
  json->EndObject();
  json->Key("held_in_order").Number(clock.held_in_order);
}

void WriteSpans(const Case& the_case, JsonWriter* json) {
  json->Key("spans").BeginArray();
  for (const Span& span : the_case.spans) {
    json->BeginObject();
    json->Key("kind").String(SpanKindName(span.kind));
    json->Key("name").String(span.name);
    WriteTime("from", span.from, json);
    WriteTime("to", span.to, json);
    json->Key("outcome").StringOrNull(span.outcome);
    json->Key("corrected_for_steps").Bool(span.stepped);
    json->Key("evidence").String(span.evidence);
    json->Key("artifact").String(Provenance(the_case, span.source));
    json->Key("record").Number(span.record);
    json->EndObject();
  }
  json->EndArray();
}

void AppendSpans(const Page& page) {
  if (page.the_case.spans.empty()) return;
  AppendHeading("Spans", page);
  for (const Span& span : page.the_case.spans) {
    std::string text =
        std::string(SpanKindName(span.kind)) + ' ' + Safe(span.name) + ": " +
        (span.from ? TimePhrase(page.the_case, *span.from) : "unknown") +
        " to " + (span.to ? TimePhrase(page.the_case, *span.to) : "unknown");
    if (span.from && span.to) {
      text += ", " + FormatDuration(TicksBetween(*span.from, *span.to));
      if (span.stepped) text += " corrected for a step of the clock";
    }
    if (!span.outcome.empty()) text += ", " + Safe(span.outcome);
    Line("  ", text + " (" + Safe(span.evidence) + ')', page);
  }
  page.out->push_back('\n');
}

}  // namespace

std::string ClockText(const Case& the_case, const TextOptions& options) {
  std::string out;
  const Page page{the_case, options, &out};
  if (the_case.clock.captured) {
    Line("Captured ",
         TimePhrase(the_case, *the_case.clock.captured) + " (" +
             the_case.clock.captured_evidence + ")",
         page);
    out.push_back('\n');
  }
  AppendZones(page);
  AppendZoneEvidence(page);
  AppendClock(page);
  AppendEvents(page);
  AppendDrifts(page);
  AppendSpans(page);
  // One line feed ends the text.
  while (out.size() > 1 && out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string ClockJson(const Case& the_case) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("schema").String("espial.clock/1");
  WriteTime("captured", the_case.clock.captured, &json);
  json.Key("captured_evidence").StringOrNull(the_case.clock.captured_evidence);
  WriteZones(the_case.clock, &json);
  WriteEvidence(the_case, &json);
  WriteSteps(the_case, &json);
  WriteEvents(the_case.clock, &json);
  WriteLocalLogs(the_case, &json);
  WriteDrifts(the_case, &json);
  WriteSpans(the_case, &json);
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace espial::report
