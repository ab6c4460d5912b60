#include "rules/engine/signature_describer.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace espial::rules {
namespace {

constexpr std::string_view kSubjects[] = {"event", "registry", "json", "xml",
                                          "output"};

void AddOnce(std::string text, std::vector<std::string>* to) {
  if (text.empty() || std::find(to->begin(), to->end(), text) != to->end()) {
    return;
  }
  to->push_back(std::move(text));
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The block of YAML that begins with the key at `mark`: that line and those
// behind it which are indented further.
std::string BlockAt(const std::vector<std::string_view>& lines, Mark mark) {
  const size_t indent = mark.column - 1;
  std::string out;
  std::string blank;  // lines that count only when more of the block follows
  for (size_t i = mark.line - 1; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) {
      blank += '\n';
      continue;
    }
    // A flow style map has its key somewhere in a line.
    if (i >= mark.line && begin <= indent) break;
    out += blank;
    blank.clear();
    out += line.substr(std::min(indent, line.size()));
    out += '\n';
  }
  return out;
}

PartInfo DescribeDetection(const Detection& detection,
                           const DetectionSources& sources,
                           const std::vector<std::string_view>& lines) {
  PartInfo out;
  out.name = detection.name;
  out.line = detection.mark.line;
  out.kind = kSubjects[static_cast<size_t>(detection.subject)];
  out.in_part = PartName(detection.part);
  out.logs = LogsOf(detection, sources);
  if (detection.routes.ids) {
    for (const uint64_t id : *detection.routes.ids) {
      out.ids.push_back(static_cast<uint32_t>(id));
    }
  }
  for (const Selection& selection : detection.selections) {
    for (const Group& group : selection.groups) {
      for (const Predicate& predicate : group.predicates) {
        AddOnce(predicate.name, &out.fields);
      }
    }
  }
  out.text = BlockAt(lines, detection.mark);
  return out;
}

}  // namespace

std::string NeedText(const Need::Option& option) {
  switch (option.kind) {
    case Need::Kind::kChannel:
      return "channel " + option.name;
    case Need::Kind::kJson:
      return "json " + option.name;
    case Need::Kind::kRegistry:
      break;
  }
  return "registry";
}

std::string_view PartName(Part part) {
  if (part == Part::kAll) return {};
  return part == Part::kUser ? "user" : "technician";
}

std::vector<std::string> LogsOf(const Detection& detection,
                                const DetectionSources& sources) {
  switch (detection.subject) {
    case Subject::kEvent:
      return sources.channels;
    case Subject::kRegistry:
      return sources.key_parents;
    default:
      return sources.files;
  }
}

Result<const Signature*> FindSignature(const Pack& pack,
                                       std::string_view code) {
  code = Trim(code);
  std::vector<std::string_view> codes;
  for (const Signature& signature : pack.signatures) {
    if (EqualsFold(signature.code, code) || EqualsFold(signature.name, code)) {
      return &signature;
    }
    codes.push_back(signature.code);
  }
  return Error{Errc::kInvalidArgument, "unknown signature", 0,
               Quoted(code) + DidYouMean(code, codes)};
}

SignatureInfo DescribeSignature(const Pack& pack, const Routing& routing,
                                const Signature& signature) {
  const std::vector<std::string> names = signature.unit.Names();
  SignatureInfo out;
  out.file = signature.unit.file;
  out.code = signature.code;
  out.name = signature.name;
  out.title = signature.title;
  out.id = signature.id;
  out.severity = signature.severity;
  for (const ConfidenceCase& one : signature.confidence) {
    out.confidence.emplace_back(ExprText(one.when, names), one.is);
  }
  out.stages = signature.stages;
  out.applies_to = signature.applies_to;
  for (const Need& need : signature.needs) {
    std::vector<std::string> options;
    for (const Need::Option& option : need.options) {
      options.push_back(NeedText(option));
    }
    out.needs.push_back(std::move(options));
  }
  out.when = ExprText(signature.when, names);
  out.unless = ExprText(signature.unless, names);
  out.suspect = ExprText(signature.suspect, names);
  out.explains = signature.explains;
  for (const Signature& other : pack.signatures) {
    const auto& explains = other.explains;
    if (std::find(explains.begin(), explains.end(), signature.code) !=
        explains.end()) {
      out.explained_by.push_back(other.code);
    }
  }
  out.evidence = signature.evidence;
  out.cause = signature.cause;
  out.remedy = signature.remedy;
  out.links = signature.links;
  out.tests = signature.tests;
  const std::vector<std::string_view> lines = LinesOf(signature.text);
  const Unit& unit = signature.unit;
  for (uint32_t i = 0; i < unit.detections.size(); ++i) {
    out.detections.push_back(DescribeDetection(
        unit.detections[i], routing.sources(unit.first_detection + i), lines));
  }
  for (const Correlation& correlation : unit.correlations) {
    PartInfo part;
    part.name = correlation.name;
    part.line = correlation.mark.line;
    part.kind = correlation.type == Correlation::Type::kSequence
                    ? "sequence"
                    : "event_count";
    part.text = BlockAt(lines, correlation.mark);
    out.correlations.push_back(std::move(part));
  }
  return out;
}

}  // namespace espial::rules
