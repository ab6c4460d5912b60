// What SetupDiag found in the logs of an upgrade: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parsers/support/fact_names.h"
#include "parsers/support/text_document.h"
#include "parsers/support/text_source.h"
#include "parsers/support/xml_reader.h"

namespace espial::setupdiag {
namespace {

constexpr std::string_view kKey = "SetupDiag";
constexpr std::string_view kProfile = "Matching Profile found:";
constexpr size_t kMostName = 128;

bool IsXml(std::string_view head) {
  const std::string_view text = Trim(head);
  const size_t at = text.find("<SetupDiag");
  return text.starts_with('<') && at < 512 &&
         text.substr(at + 10).find_first_of(" >\r\n\t") == 0;
}

bool IsText(std::string_view head) {
  return StartsWithFold(Trim(head), kProfile) &&
         head.find(" = ") != std::string_view::npos;
}

bool Probe(const ProbeInput& input) {
  return IsXml(input.head_text) || IsText(input.head_text);
}

class ResultsReader {
 public:
  ResultsReader(const Source& source, Sink& sink)
      : sink_(sink),
        document_(source.bytes()),
        places_(document_.places()),
        source_(source) {}

  Status Read(const Limits& limits);

 private:
  void ReadXml();
  void ReadText(const Limits& limits);
  void Emit(std::string_view name, std::string_view data, const Place& place,
            FactKind kind);

  Sink& sink_;
  const TextDocument document_;
  TextPlaces places_;
  const Source& source_;
  NameCounter names_;
  uint64_t facts_ = 0;
};

void ResultsReader::Emit(std::string_view name, std::string_view data,
                         const Place& place, FactKind kind) {
  std::string full(name);
  const uint32_t count = names_.Count(0, full);
  if (count > 1) full += "[" + std::to_string(count) + "]";
  const FactNumber number = ReadFactNumber(data);
  Fact fact;
  fact.kind = kind;
  fact.key = kKey;
  fact.name = full;
  fact.type = number.type;
  // The year 1, a time that never came, stays a string.
  if (const auto time = ParseIso8601(data); time && data.size() > 10) {
    fact.type = "time";
  }
  fact.data = data;
  if (number.has_number) fact.number = number.number;
  fact.line = place.line;
  fact.offset = place.offset;
  ++facts_;
  sink_.OnFact(fact);
}

void ResultsReader::ReadXml() {
  XmlReader reader(document_, {false, 8, "SetupDiag"}, sink_);
  struct Open {
    std::string path;
    std::string text;
    size_t value = 0;
    bool leaf = true;
  };
  std::vector<Open> open;
  XmlToken token;
  while (reader.Next(&token)) {
    if (token.kind == XmlTokenKind::kStart) {
      Open element;
      // The root gives the key.
      if (token.depth > 1) {
        element.path = Clip(token.name, kMostName);
        if (!open.empty()) {
          open.back().leaf = false;
          if (!open.back().path.empty()) {
            element.path = open.back().path + "/" + element.path;
          }
        }
      } else if (!open.empty()) {
        open.back().leaf = false;
      }
      element.value = token.end;
      open.push_back(std::move(element));
    } else if (token.kind == XmlTokenKind::kText && !open.empty()) {
      if (open.back().leaf) open.back().text += token.text;
    } else if (token.kind == XmlTokenKind::kEnd && !open.empty()) {
      const Open element = std::move(open.back());
      open.pop_back();
      const bool cut = token.implied && reader.truncated();
      if (!element.leaf || cut || element.path.empty()) continue;
      Emit(element.path, Trim(element.text), places_.At(element.value),
           FactKind::kXml);
    }
  }
}

// "Name = value" lines below a heading, then paragraphs of what was found.
void ResultsReader::ReadText(const Limits& limits) {
  LineReader lines(source_.bytes(), limits);
  TextLine line;
  std::string section;
  while (lines.Next(&line)) {
    const std::string_view text = Trim(line.text);
    const Place place{line.offset, line.number};
    if (line.cut_bytes > 0 || (line.ending.empty() && !text.empty())) {
      Damage damage;
      damage.error = {
          line.cut_bytes > 0 ? Errc::kLimitExceeded : Errc::kTruncated,
          "SetupDiag line", line.offset,
          "line " + std::to_string(line.number) +
              ": expected a whole line, found '" + Clip(text, 60) + "'"};
      damage.bytes_lost = line.size;
      sink_.OnDamage(std::move(damage));
      continue;
    }
    if (text.empty()) continue;
    const bool indented = line.text[0] == ' ' || line.text[0] == '\t';
    const size_t equals = text.find(" = ");
    const bool bare = text.ends_with(" =");
    if (StartsWithFold(text, kProfile)) {
      const std::string_view profile = Trim(text.substr(kProfile.size()));
      const size_t dash = profile.rfind(" - ");
      Emit("ProfileName", profile.substr(0, dash), place, FactKind::kOutput);
      if (dash != std::string_view::npos) {
        Emit("ProfileGuid", profile.substr(dash + 3), place, FactKind::kOutput);
      }
    } else if (indented && (equals != std::string_view::npos || bare)) {
      const size_t end = bare ? text.size() - 2 : equals;
      const std::string name =
          section + CollapseSpace(Clip(text.substr(0, end), kMostName));
      Emit(name, bare ? "" : Trim(text.substr(end + 3)), place,
           FactKind::kOutput);
    } else if (!indented && text.ends_with(':') && text.size() < kMostName) {
      section = CollapseSpace(text.substr(0, text.size() - 1)) + "/";
    } else {
      Emit("FailureData", text, place, FactKind::kOutput);
    }
  }
  lines.ReportInvalid(sink_);
}

Status ResultsReader::Read(const Limits& limits) {
  if (Trim(document_.text().substr(0, 4096)).starts_with('<')) {
    ReadXml();
    document_.ReportInvalid(sink_);
  } else {
    ReadText(limits);
  }
  if (facts_ == 0) {
    return Error{Errc::kTruncated, "SetupDiag results", 0,
                 "expected a value, found none that is whole"};
  }
  return {};
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return ResultsReader(source, sink).Read(context.limits);
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"setupdiag", "SetupDiag results", Probe,
                                  Parse};

}  // namespace espial::setupdiag
