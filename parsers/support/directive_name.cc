#include "parsers/support/directive_name.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <string>

namespace espial {
namespace {

constexpr std::array<std::string_view, 4> kTypes = {"RegistryKey", "Command",
                                                    "Events", "FoldersFiles"};
constexpr std::array<std::string_view, 3> kFiles = {"export.reg", "output.log",
                                                    "Events.evtx"};
constexpr std::string_view kNoResults = "No Results - Error [";

// Digits at the start of `text`, taken off; nothing when there are none or too
// many.
std::optional<uint64_t> TakeNumber(std::string_view* text) {
  size_t digits = 0;
  while (digits < text->size() && (*text)[digits] >= '0' &&
         (*text)[digits] <= '9') {
    ++digits;
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  const auto number = ParseUnsigned(text->substr(0, digits));
  text->remove_prefix(digits);
  return number;
}

// `rest` reaches from a '(' to the end of the path.
std::optional<DirectiveName> Parse(std::string_view rest) {
  DirectiveName name;
  rest.remove_prefix(1);
  const auto ordinal = TakeNumber(&rest);
  if (!ordinal || !rest.starts_with(')')) return std::nullopt;
  name.ordinal = *ordinal;
  rest = Trim(rest.substr(1));
  if (StartsWithFold(rest, kNoResults)) {
    rest.remove_prefix(kNoResults.size());
    const size_t end = rest.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto error = ParseUnsigned(rest.substr(0, end));
    if (!error || *error > UINT32_MAX) return std::nullopt;
    name.error = static_cast<uint32_t>(*error);
    rest = Trim(rest.substr(end + 1));
  }
  const size_t space = std::min(rest.find(' '), rest.size());
  const auto type = FindDirectiveType(rest.substr(0, space));
  if (!type) return std::nullopt;
  name.type = *type;
  rest = Trim(rest.substr(space));
  const size_t slash = rest.find_first_of("/\\");
  if (slash != std::string_view::npos) {
    name.descriptor = Trim(rest.substr(0, slash));
    name.file = rest.substr(slash + 1);
    return name;
  }
  name.descriptor = rest;
  if (name.error) return name;
  for (const std::string_view file : kFiles) {
    if (!EndsWithFold(rest, file)) continue;
    const std::string_view before = rest.substr(0, rest.size() - file.size());
    if (before.empty() || before.back() != ' ') continue;
    name.descriptor = Trim(before);
    name.file = rest.substr(before.size());
  }
  return name;
}

}  // namespace

std::string_view DirectiveTypeName(DirectiveType type) {
  return kTypes[static_cast<size_t>(type)];
}

std::optional<DirectiveType> FindDirectiveType(std::string_view name) {
  for (size_t i = 0; i < kTypes.size(); ++i) {
    if (EqualsFold(name, kTypes[i])) return static_cast<DirectiveType>(i);
  }
  return std::nullopt;
}

std::optional<DirectiveName> ParseDirectiveName(std::string_view path) {
  for (size_t at = 0; at < path.size();) {
    if (path[at] == '(') {
      if (const auto name = Parse(path.substr(at))) return name;
    }
    const size_t slash = path.find_first_of("/\\", at);
    if (slash == std::string_view::npos) break;
    at = slash + 1;
  }
  return std::nullopt;
}

std::optional<uint64_t> ParseDirectiveFolder(std::string_view path) {
  for (;;) {
    const size_t slash = path.find_first_of("/\\");
    if (slash == std::string_view::npos) return std::nullopt;
    std::string_view part = path.substr(0, slash);
    if (const auto number = TakeNumber(&part); number && part.empty()) {
      return number;
    }
    path.remove_prefix(slash + 1);
  }
}

bool EmitDirectiveWithoutResults(std::string_view path, uint64_t offset,
                                 Sink& sink) {
  const auto directive = ParseDirectiveName(path);
  if (!directive || !directive->error) return false;
  const std::string name = "(" + std::to_string(directive->ordinal) + ") " +
                           std::string(DirectiveTypeName(directive->type)) +
                           " " + std::string(directive->descriptor);
  const std::string error = "0x" + ToHex(*directive->error, 8);
  Fact fact;
  fact.kind = FactKind::kCollection;
  fact.key = "directive";
  fact.name = name;
  fact.type = "failed";
  fact.data = error;
  fact.number = *directive->error;
  fact.offset = offset;
  sink.OnFact(fact);
  return true;
}

}  // namespace espial
