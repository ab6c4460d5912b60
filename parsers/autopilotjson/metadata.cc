#include "parsers/autopilotjson/metadata.h"

#include <espial/core/text.h>

#include <algorithm>
#include <optional>
#include <string>

#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::autopilotjson {
namespace {

// A member: "name" : value.
struct Member {
  std::string_view name;
  std::string_view type;
  std::string_view value;
  std::optional<uint64_t> number;
};

std::optional<Member> ReadMember(std::string_view text) {
  if (!text.starts_with('"')) return std::nullopt;
  const size_t end = text.find('"', 1);
  if (end == std::string_view::npos || end == 1) return std::nullopt;
  Member member;
  member.name = text.substr(1, end - 1);
  std::string_view rest = Trim(text.substr(end + 1));
  if (!rest.starts_with(':')) return std::nullopt;
  rest = Trim(rest.substr(1));
  while (rest.ends_with(',') || rest.ends_with(';')) {
    rest.remove_suffix(1);
    rest = Trim(rest);
  }
  if (rest.empty()) return std::nullopt;
  if (rest.starts_with('"')) {
    if (rest.size() < 2 || !rest.ends_with('"')) return std::nullopt;
    member.type = "string";
    member.value = rest.substr(1, rest.size() - 2);
    return member;
  }
  member.value = rest;
  member.number = ParseUnsigned(rest);
  if (member.number || ParseSigned(rest)) {
    member.type = "number";
  } else if (rest == "true" || rest == "false") {
    member.type = "bool";
  } else if (rest == "null") {
    member.type = "null";
    member.value = {};
  } else {
    member.type = "string";
  }
  return member;
}

// A brace may share the line of a member.
std::string_view StripBraces(std::string_view text) {
  if (text.starts_with('{')) text = Trim(text.substr(1));
  if (text.ends_with('}')) text = Trim(text.substr(0, text.size() - 1));
  return text;
}

}  // namespace

bool IsPlainMetadata(std::string_view text) {
  if (text.find("\"MdmDiagVersion\"") == std::string_view::npos) return false;
  for (size_t at = text.find('\\'); at != std::string_view::npos;
       at = text.find('\\', at + 2)) {
    const std::string_view next = text.substr(at + 1, 1);
    if (next != "\\" && next != "\"" && next != "/") return true;
    if (at + 2 > text.size()) return true;
  }
  for (size_t at = text.find(';'); at != std::string_view::npos;
       at = text.find(';', at + 1)) {
    const std::string_view next = text.substr(at + 1, 1);
    if (next == "\r" || next == "\n") return true;
  }
  return false;
}

uint64_t ReadPlainMetadata(const Source& source, const Limits& limits,
                           Sink& sink) {
  LineReader lines(source.bytes(), limits);
  UnreadLines unread("metadata line", &sink);
  TextLine line;
  uint64_t facts = 0;
  while (lines.Next(&line)) {
    const std::string_view text = StripBraces(Trim(line.text));
    if (text.empty()) continue;
    const auto member = ReadMember(text);
    // The last member has no comma; one that ends with the file may be cut.
    const bool cut = line.ending.empty() && !Trim(line.text).ends_with('}');
    if (!member || line.cut_bytes != 0 || cut) {
      unread.Add(line, "a whole '\"name\" : value'");
      continue;
    }
    unread.Flush();
    Fact fact;
    fact.kind = FactKind::kJson;
    fact.key = source.name();
    fact.name = member->name;
    fact.type = member->type;
    fact.data = member->value;
    fact.number = member->number;
    fact.line = line.number;
    fact.offset = line.offset;
    ++facts;
    sink.OnFact(fact);
  }
  unread.Flush();
  lines.ReportInvalid(sink);
  return facts;
}

}  // namespace espial::autopilotjson
