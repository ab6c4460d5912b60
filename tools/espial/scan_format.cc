#include "tools/espial/scan_format.h"

#include <espial/core/text.h>
#include <espial/espial.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "tools/espial/rule_files.h"

namespace espial::cli {
namespace {

using rules::MatchedField;
using rules::SigmaRule;

std::string Json(std::string_view text) {
  std::string out = "\"";
  for (const char c : RepairUtf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string JsonList(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += Json(text);
  }
  return out + ']';
}

// A value for each name; a list where a name comes again.
std::string JsonFields(const std::vector<MatchedField>& fields) {
  std::string out = "{";
  for (size_t i = 0; i < fields.size(); ++i) {
    bool seen = false;
    for (size_t j = 0; j < i; ++j) {
      seen = seen || fields[j].first == fields[i].first;
    }
    if (seen) continue;
    std::vector<std::string> values;
    for (const MatchedField& field : fields) {
      if (field.first == fields[i].first) values.push_back(field.second);
    }
    if (out.size() > 1) out += ',';
    out += Json(fields[i].first) + ':';
    out += values.size() == 1 ? Json(values[0]) : JsonList(values);
  }
  return out + '}';
}

std::string Cell(std::string_view text) {
  std::string clean = EscapeControls(RepairUtf8(text));
  if (clean.find_first_of(",\"") == std::string::npos) return clean;
  std::string out = "\"";
  for (const char c : clean) {
    out += c;
    if (c == '"') out += '"';
  }
  return out + '"';
}

std::string Plain(const std::vector<MatchedField>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += ", ";
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

std::string TimeText(const Event& event) {
  return event.time.known() ? FormatUtc(event.time.ticks) : std::string();
}

std::string RuleJson(const SigmaRule& rule) {
  return fmt::format(
      "\"rule_id\":{},\"title\":{},\"author\":{},\"level\":{},\"tags\":{},"
      "\"rule_file\":{}",
      Json(rule.id), Json(rule.title), Json(rule.author),
      Json(SigmaLevelName(rule.level)), JsonList(rule.tags), Json(rule.file));
}

// SARIF wants an id of every rule.
const std::string& SarifId(const SigmaRule& rule) {
  if (!rule.id.empty()) return rule.id;
  return rule.name.empty() ? rule.title : rule.name;
}

std::string_view SarifLevel(rules::SigmaLevel level) {
  switch (level) {
    case rules::SigmaLevel::kInformational:
    case rules::SigmaLevel::kLow:
      return "note";
    case rules::SigmaLevel::kMedium:
      return "warning";
    default:
      return "error";
  }
}

std::string SarifRule(const SigmaRule& rule) {
  return fmt::format(
      "{{\"id\":{},\"name\":{},\"shortDescription\":{{\"text\":{}}},"
      "\"fullDescription\":{{\"text\":{}}},\"defaultConfiguration\":"
      "{{\"level\":\"{}\"}},\"properties\":{{\"author\":{},\"level\":{},"
      "\"tags\":{}}}}}",
      Json(SarifId(rule)), Json(rule.title), Json(rule.title),
      Json(rule.description.empty() ? rule.title : rule.description),
      SarifLevel(rule.level), Json(rule.author),
      Json(SigmaLevelName(rule.level)), JsonList(rule.tags));
}

}  // namespace

std::string ScanHeader(ScanFormat format, const rules::SigmaRules& rules) {
  if (format == ScanFormat::kCsv) {
    return "time,level,rule_id,title,author,tags,file,channel,record_id,"
           "provider,event_id,computer,fields\n";
  }
  if (format != ScanFormat::kSarif) return {};
  std::string out = fmt::format(
      "{{\"version\":\"2.1.0\",\"$schema\":\"https://json.schemastore.org/"
      "sarif-2.1.0.json\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":"
      "\"espial\",\"version\":{},\"rules\":[\n",
      Json(Version()));
  for (size_t i = 0; i < rules.rules().size(); ++i) {
    if (i > 0) out += ",\n";
    out += SarifRule(rules.rules()[i]);
  }
  return out + "]}},\"results\":[\n";
}

std::string ScanFooter(ScanFormat format) {
  return format == ScanFormat::kSarif ? "]}]}\n" : "";
}

std::string FormatMatch(ScanFormat format, const rules::SigmaRules& rules,
                        uint32_t number, const Source& log,
                        const Event& event) {
  const SigmaRule& rule = rules.rules()[number];
  const std::vector<MatchedField> fields = rules.Explain(number, event);
  const std::string time = TimeText(event);
  switch (format) {
    case ScanFormat::kJsonl:
      return fmt::format(
          "{{{},\"file\":{},\"channel\":{},\"record_id\":{},\"time\":{},"
          "\"provider\":{},\"event_id\":{},\"computer\":{},\"fields\":{}}}\n",
          RuleJson(rule), Json(log.provenance()), Json(event.channel),
          event.record, time.empty() ? "null" : Json(time),
          Json(event.provider), event.id, Json(event.computer),
          JsonFields(fields));
    case ScanFormat::kCsv:
      return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", time,
                         SigmaLevelName(rule.level), Cell(rule.id),
                         Cell(rule.title), Cell(rule.author),
                         Cell(fmt::format("{}", fmt::join(rule.tags, " "))),
                         Cell(log.provenance()), Cell(event.channel),
                         event.record, Cell(event.provider), event.id,
                         Cell(event.computer), Cell(JsonFields(fields)));
    case ScanFormat::kSarif:
      return fmt::format(
          "{{\"ruleId\":{},\"ruleIndex\":{},\"level\":\"{}\",\"message\":"
          "{{\"text\":{}}},\"locations\":[{{\"physicalLocation\":"
          "{{\"artifactLocation\":{{\"uri\":{}}}}},\"logicalLocations\":"
          "[{{\"fullyQualifiedName\":{}}}]}}],\"properties\":{{\"time\":{},"
          "\"channel\":{},\"record_id\":{},\"fields\":{}}}}}\n",
          Json(SarifId(rule)), number, SarifLevel(rule.level), Json(rule.title),
          Json(UriOf(log.provenance())),
          Json(fmt::format("{}/{}", event.channel, event.record)),
          time.empty() ? "null" : Json(time), Json(event.channel), event.record,
          JsonFields(fields));
    case ScanFormat::kText:
      break;
  }
  return fmt::format(
      "{}  {}  {} (by {})\n  {} record {}, {} {}\n  {}\n",
      time.empty() ? "no time" : time, SigmaLevelName(rule.level),
      EscapeControls(rule.title),
      rule.author.empty() ? "nobody named" : EscapeControls(rule.author),
      EscapeControls(log.provenance()), event.record,
      EscapeControls(event.provider), event.id, EscapeControls(Plain(fields)));
}

std::string FormatCorrelation(ScanFormat format, const rules::SigmaRules& rules,
                              const rules::CorrelationMatch& match) {
  const SigmaRule& rule = rules.rules()[match.rule];
  const std::string first = FormatUtc(match.first);
  const std::string last = FormatUtc(match.last);
  switch (format) {
    case ScanFormat::kJsonl:
      return fmt::format(
          "{{{},\"correlation\":true,\"first_time\":{},\"time\":{},"
          "\"events\":{},\"value\":{},\"fields\":{}}}\n",
          RuleJson(rule), Json(first), Json(last), match.events, match.value,
          JsonFields(match.group));
    case ScanFormat::kCsv:
      return fmt::format("{},{},{},{},{},{},,,,,,,{}\n", last,
                         SigmaLevelName(rule.level), Cell(rule.id),
                         Cell(rule.title), Cell(rule.author),
                         Cell(fmt::format("{}", fmt::join(rule.tags, " "))),
                         Cell(JsonFields(match.group)));
    case ScanFormat::kSarif:
      return fmt::format(
          "{{\"ruleId\":{},\"ruleIndex\":{},\"level\":\"{}\",\"message\":"
          "{{\"text\":{}}},\"properties\":{{\"first_time\":{},\"time\":{},"
          "\"events\":{},\"value\":{},\"fields\":{}}}}}\n",
          Json(SarifId(rule)), match.rule, SarifLevel(rule.level),
          Json(rule.title), Json(first), Json(last), match.events, match.value,
          JsonFields(match.group));
    case ScanFormat::kText:
      break;
  }
  return fmt::format(
      "{}  {}  {} (by {})\n  {} events since {}, value {}\n  {}\n", last,
      SigmaLevelName(rule.level), EscapeControls(rule.title),
      rule.author.empty() ? "nobody named" : EscapeControls(rule.author),
      match.events, first, match.value, EscapeControls(Plain(match.group)));
}

}  // namespace espial::cli
