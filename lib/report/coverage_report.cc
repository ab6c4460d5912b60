// What the logs cover and what is absent, for people and for programs.
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>
#include <espial/report/report.h>

#include <algorithm>
#include <string>

#include "lib/report/text_parts.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

constexpr size_t kHolesShown = 5;

std::string NameOf(const Coverage& coverage, const Case& the_case) {
  std::string name =
      Safe(coverage.channel.empty() ? coverage.file_stem : coverage.channel);
  const std::string file = ArtifactPhrase(the_case, coverage.source);
  return name.empty() ? file : name + " (" + file + ')';
}

std::string TimeOf(const Coverage& coverage, Ticks ticks,
                   const Case& the_case) {
  return TimePhrase(the_case, Time{ticks, coverage.quality, {}});
}

std::string HolesPhrase(const Coverage& coverage, bool verbose) {
  const size_t shown = verbose ? coverage.holes.size()
                               : std::min(coverage.holes.size(), kHolesShown);
  std::string text;
  for (size_t i = 0; i < shown; ++i) {
    const RecordRange& hole = coverage.holes[i];
    text += text.empty() ? " (" : ", ";
    text += std::to_string(hole.first);
    if (hole.last != hole.first) text += "-" + std::to_string(hole.last);
  }
  const uint64_t hidden =
      coverage.holes.size() - shown + coverage.holes_left_out;
  if (hidden != 0) text += " and " + Counted(hidden, "more hole");
  return text.empty() ? text : text + ')';
}

std::string StateOf(const Coverage& coverage, const Page& page) {
  const Case& the_case = page.the_case;
  const std::string noun = coverage.lines ? "line" : "record";
  std::string text = Counted(coverage.events, "event");
  if (coverage.events != 0) {
    if (coverage.quality != TimeQuality::kNone) {
      text += ", " + TimeOf(coverage, coverage.first, the_case) + " to " +
              TimeOf(coverage, coverage.last, the_case);
    }
    text += ", " + noun + "s " + std::to_string(coverage.first_record) +
            " to " + std::to_string(coverage.last_record);
  }
  if (coverage.missing_records != 0) {
    text += ", " + Counted(coverage.missing_records, noun) + " missing" +
            HolesPhrase(coverage, page.options.verbose);
  }
  if (coverage.cleared) {
    text += ", cleared at " + TimePhrase(the_case, *coverage.cleared);
  } else if (coverage.starts_late) {
    text += ", begins late: wrapped or cleared";
  } else if (coverage.lines && coverage.events != 0) {
    text += ", older lines may have been rotated away";
  }
  if (coverage.captured) {
    text += ", copied at " + TimePhrase(the_case, *coverage.captured);
  }
  if (coverage.damaged) text += ", damaged";
  return text;
}

std::string_view HeadingOf(Absence::Kind kind) {
  switch (kind) {
    case Absence::Kind::kFailed:
      return "Asked for, failed";
    case Absence::Kind::kAbsent:
      return "Asked for, not there";
    case Absence::Kind::kExpected:
      return "Usual in such a collection, not there";
  }
  return "";
}

void AppendAbsences(Absence::Kind kind, const Page& page) {
  const Case& the_case = page.the_case;
  uint64_t count = 0;
  for (const Absence& absence : the_case.absences) {
    if (absence.kind != kind) continue;
    if (count++ == 0) AppendHeading(HeadingOf(kind), page);
    std::string text = Safe(absence.what);
    if (kind != Absence::Kind::kExpected) {
      if (!absence.why.empty()) text += ": " + Safe(absence.why);
      text += " (" + ArtifactPhrase(the_case, absence.source) + ", line " +
              std::to_string(absence.line) + ')';
    }
    AppendWrapped("  ", text, page.options.width, page.out);
  }
  if (count != 0) page.out->push_back('\n');
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

void WriteLog(const Case& the_case, const Coverage& coverage,
              JsonWriter* json) {
  const bool timed = coverage.quality != TimeQuality::kNone;
  json->BeginObject();
  json->Key("channel").StringOrNull(coverage.channel);
  json->Key("artifact").String(Provenance(the_case, coverage.source));
  json->Key("events").Number(coverage.events);
  WriteTime("first", timed ? std::optional(coverage.first) : std::nullopt,
            json);
  WriteTime("last", timed ? std::optional(coverage.last) : std::nullopt, json);
  json->Key("time_quality").String(TimeQualityName(coverage.quality));
  json->Key("counted_in").String(coverage.lines ? "lines" : "records");
  json->Key("first_record").Number(coverage.first_record);
  json->Key("last_record").Number(coverage.last_record);
  json->Key("missing_records").Number(coverage.missing_records);
  json->Key("holes").BeginArray();
  for (const RecordRange& hole : coverage.holes) {
    json->BeginObject();
    json->Key("first").Number(hole.first);
    json->Key("last").Number(hole.last);
    json->EndObject();
  }
  json->EndArray();
  json->Key("holes_left_out").Number(coverage.holes_left_out);
  json->Key("starts_late").Bool(coverage.starts_late);
  WriteTime("cleared", coverage.cleared, json);
  WriteTime("captured", coverage.captured, json);
  json->Key("damaged").Bool(coverage.damaged);
  json->EndObject();
}

}  // namespace

std::string CoverageText(const Case& the_case, const TextOptions& options) {
  std::string out;
  const Page page{the_case, options, &out};
  AppendHeading("Logs: " + Grouped(the_case.coverage.size()), page);
  for (const Coverage& coverage : the_case.coverage) {
    AppendWrapped("  ", NameOf(coverage, the_case), options.width, &out);
    AppendWrapped("      ", StateOf(coverage, page), options.width, &out);
  }
  out.push_back('\n');
  for (const Absence::Kind kind :
       {Absence::Kind::kFailed, Absence::Kind::kAbsent,
        Absence::Kind::kExpected}) {
    AppendAbsences(kind, page);
  }
  while (out.size() > 1 && out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string CoverageJson(const Case& the_case) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject();
  json.Key("schema").String("espial.coverage/1");
  json.Key("logs").BeginArray();
  for (const Coverage& coverage : the_case.coverage) {
    WriteLog(the_case, coverage, &json);
  }
  json.EndArray();
  json.Key("absent").BeginArray();
  for (const Absence& absence : the_case.absences) {
    json.BeginObject();
    json.Key("kind").String(AbsenceKindName(absence.kind));
    json.Key("what").String(absence.what);
    json.Key("why").StringOrNull(absence.why);
    json.Key("artifact").String(Provenance(the_case, absence.source));
    json.Key("line").Number(absence.line);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace espial::report
