// diagerr.xml and diagwrn.xml of Windows Setup: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parsers/support/log_coverage.h"
#include "parsers/support/text_document.h"
#include "parsers/support/text_source.h"
#include "parsers/support/xml_reader.h"

namespace espial::diagxml {
namespace {

constexpr std::string_view kRowset = "#RowsetSchema";

// The name without its prefix.
std::string_view LocalName(std::string_view name) {
  return name.substr(name.rfind(':') + 1);
}

bool Probe(const ProbeInput& input) {
  const std::string_view text = Trim(input.head_text);
  if (!text.starts_with('<')) return false;
  if (text.find(kRowset) == std::string_view::npos) return false;
  // What a record of Setup has, by the schema in front of the rows or by the
  // rows themselves.
  const auto has = [&](std::string_view name) {
    for (const char quote : {'\'', '"'}) {
      std::string attribute = "name=";
      (attribute += quote) += std::string(name) + quote;
      if (text.find(attribute) != std::string_view::npos) return true;
      attribute = " " + std::string(name) + "=" + quote;
      if (text.find(attribute) != std::string_view::npos) return true;
    }
    return false;
  };
  return (has("Msg") && (has("Sev") || has("Fun"))) ||
         (has("Sev") && has("Cls"));
}

class RowsReader {
 public:
  RowsReader(const Source& source, Sink& sink)
      : name_(source.name()),
        sink_(sink),
        document_(source.bytes()),
        places_(document_.places()),
        reader_(document_, {false, 64, "setup rows"}, sink),
        coverage_({}, RecordIds::kLines) {
    name_ = name_.substr(0, std::min(name_.size(), name_.rfind('.')));
    if (EqualsFold(name_, "diagerr")) level_ = 2;
    if (EqualsFold(name_, "diagwrn")) level_ = 3;
  }

  Status Read();

 private:
  void OnRow(const XmlToken& token);
  void ReadTime(std::string_view text, const Place& place, Event* event);

  std::string_view name_;
  Sink& sink_;
  const TextDocument document_;
  TextPlaces places_;
  XmlReader reader_;
  LogCoverage coverage_;
  EventLevel level_ = 0;
  uint64_t rows_ = 0;
  bool begun_ = false;
};

Status RowsReader::Read() {
  XmlToken token;
  while (reader_.Next(&token)) {
    if (token.kind != XmlTokenKind::kStart) continue;
    begun_ = true;
    if (LocalName(token.name) == "row" && !token.attributes.empty()) {
      OnRow(token);
    }
  }
  document_.ReportInvalid(sink_);
  if (!begun_) {
    return Error{Errc::kTruncated, "setup rows", 0,
                 "expected <xml>, found no whole tag"};
  }
  if (rows_ > 0) {
    for (Coverage& coverage : coverage_.Finish(false)) {
      sink_.OnCoverage(std::move(coverage));
    }
  }
  return {};
}

void RowsReader::ReadTime(std::string_view text, const Place& place,
                          Event* event) {
  event->time.as_written = Trim(text);
  if (const auto time = ParseIso8601(Trim(text))) {
    event->time.ticks = time->ticks;
    event->time.quality = time->quality;
    if (time->quality == TimeQuality::kUtc) event->time.as_written = {};
    return;
  }
  Damage damage;
  damage.error = {Errc::kBadValue, "setup row time", place.offset,
                  "line " + std::to_string(place.line) +
                      ": expected a date and time, found '" + Clip(text, 40) +
                      "'"};
  damage.lossy = false;
  sink_.OnDamage(std::move(damage));
}

void RowsReader::OnRow(const XmlToken& token) {
  const Place place = places_.At(token.position);
  Event event;
  event.record = place.line;
  event.offset = place.offset;
  event.channel = name_;
  event.provider = "Windows Setup";
  event.level = level_;
  std::vector<Field> fields;
  for (const XmlAttribute& attribute : token.attributes) {
    const std::string_view name = attribute.name;
    const std::string_view value = attribute.value;
    if (name == "Msg") {
      event.message = value;
    } else if (name == "Tim" || name == "Time") {
      ReadTime(value, place, &event);
    } else if (const auto number = ParseUnsigned(value);
               number && value.size() <= 20) {
      const bool hex = StartsWithFold(value, "0x");
      fields.push_back({name,
                        {!hex                    ? ValueType::kUInt
                         : *number <= UINT32_MAX ? ValueType::kHex32
                                                 : ValueType::kHex64,
                         *number,
                         {}}});
      if (name == "THid") event.thread_id = static_cast<uint32_t>(*number);
      if (name == "PRid") event.process_id = static_cast<uint32_t>(*number);
    } else {
      fields.push_back({name, Value::String(value)});
    }
  }
  event.fields = fields;
  ++rows_;
  coverage_.Add(event);
  sink_.OnEvent(event);
}

Status Parse(const Source& source, const ParseContext& /*context*/,
             Sink& sink) {
  return RowsReader(source, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"diagxml", "errors and warnings of Setup",
                                  Probe, Parse};

}  // namespace espial::diagxml
