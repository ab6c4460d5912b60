// Events as XML: what Event Viewer saves, what wevtutil and Get-WinEvent print,
// and what `espial evtx --format xml` writes. See FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <string>
#include <utility>

#include "parsers/eventxml/event_reader.h"
#include "parsers/support/log_coverage.h"
#include "parsers/support/text_document.h"
#include "parsers/support/text_source.h"
#include "parsers/support/xml_reader.h"

namespace espial::eventxml {
namespace {

constexpr std::string_view kNamespace =
    "schemas.microsoft.com/win/2004/08/events/event";

// Whether `text` holds a tag of that name.
bool HasTag(std::string_view text, std::string_view tag) {
  for (size_t at = text.find(tag); at != std::string_view::npos;
       at = text.find(tag, at + 1)) {
    const std::string_view next = text.substr(at + tag.size(), 1);
    if (next.find_first_of(" \t\r\n>/") == 0) return true;
  }
  return false;
}

bool Probe(const ProbeInput& input) {
  const std::string_view text = Trim(input.head_text);
  if (!text.starts_with('<')) return false;
  if (HasTag(text, "<Event")) {
    return text.find(kNamespace) != std::string_view::npos ||
           HasTag(text, "<System");
  }
  // An export that found no event.
  return HasTag(text.substr(0, 400), "<Events") &&
         Trim(text.substr(text.find("<Events"))).size() < 64 &&
         text.size() < 400;
}

// Whether a start tag begins a record, within another one or not.
bool IsRecord(const XmlToken& token) {
  if (token.name != "Event") return false;
  const XmlAttribute* space = token.Find("xmlns");
  return space != nullptr && space->value.find(kNamespace) != std::string::npos;
}

class LogReader {
 public:
  LogReader(const Source& source, Sink& sink)
      : sink_(sink),
        document_(source.bytes()),
        places_(document_.places()),
        reader_(document_, {false, 128, "event"}, sink),
        event_(document_.text()),
        coverage_({}) {}

  Status Read();

 private:
  void OnStart(const XmlToken& token);
  void EndRecord(bool whole);
  void OnForeignText(const XmlToken& token);

  Sink& sink_;
  const TextDocument document_;
  TextPlaces places_;
  XmlReader reader_;
  EventReader event_;
  LogCoverage coverage_;
  uint32_t base_ = 0;  // depth of the open Event element; 0 when none is
  Place place_;        // of that element
  uint64_t records_ = 0;
  uint64_t elements_ = 0;
};

Status LogReader::Read() {
  XmlToken token;
  while (reader_.Next(&token)) {
    if (token.kind == XmlTokenKind::kStart) {
      ++elements_;
      OnStart(token);
    } else if (base_ == 0) {
      if (token.kind == XmlTokenKind::kText) OnForeignText(token);
    } else if (token.kind == XmlTokenKind::kEnd && token.depth == base_) {
      EndRecord(!token.implied);
      base_ = 0;
    } else {
      event_.Take(token);
    }
  }
  document_.ReportInvalid(sink_);
  if (records_ > 0) {
    // Whether anything was lost is the receiver's to say.
    for (Coverage& coverage : coverage_.Finish(false)) {
      sink_.OnCoverage(std::move(coverage));
    }
  }
  if (elements_ == 0) {
    return Error{Errc::kTruncated, "event", 0,
                 "expected an element, found none that is whole"};
  }
  return {};
}

void LogReader::OnStart(const XmlToken& token) {
  if (base_ == 0) {
    if (token.name != "Event") return;
    base_ = token.depth;
  } else {
    if (!IsRecord(token)) {
      event_.Take(token);
      return;
    }
    // The record before was cut. This one stands where that one did.
    EndRecord(false);
    reader_.Lift(base_);
  }
  place_ = places_.At(token.position);
  XmlToken start = token;
  start.depth = base_;
  event_.Begin(start);
}

void LogReader::EndRecord(bool whole) {
  Event event = event_.Finish();
  event.offset = place_.offset;
  const auto report = [&](Errc code, const char* what, std::string detail,
                          bool lossy) {
    Damage damage;
    damage.error = {
        code, what, place_.offset,
        "line " + std::to_string(place_.line) + ": " + std::move(detail)};
    damage.lossy = lossy;
    sink_.OnDamage(std::move(damage));
  };
  if (!event_.complete()) {
    report(whole ? Errc::kBadValue : Errc::kTruncated, "event",
           "expected a whole System section, found none; the event is left out",
           true);
    return;
  }
  if (!whole) {
    report(Errc::kTruncated, "event",
           "record " + std::to_string(event.record) + " was read in part",
           true);
  }
  if (!event.time.known()) {
    report(Errc::kBadValue, "event time",
           "record " + std::to_string(event.record) +
               ": expected TimeCreated with a UTC time, found '" +
               Clip(event_.bad_time(), 40) + "'",
           false);
  }
  ++records_;
  coverage_.Add(event);
  sink_.OnEvent(event);
}

void LogReader::OnForeignText(const XmlToken& token) {
  if (Trim(token.text).empty()) return;
  const Place from = places_.At(token.position);
  const Place to = places_.At(token.end);
  sink_.OnDamage(
      {{},
       {Errc::kBadValue, "event log text", from.offset,
        "line " + std::to_string(from.line) + ": expected <Event>, found '" +
            Clip(Trim(token.text), 60) + "'"},
       to.offset - from.offset,
       true});
}

Status Parse(const Source& source, const ParseContext& /*context*/,
             Sink& sink) {
  return LogReader(source, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"eventxml", "events as XML", Probe, Parse};

}  // namespace espial::eventxml
