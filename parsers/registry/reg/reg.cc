// Registry exports of regedit and reg.exe: see FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>

#include "parsers/registry/reg/reg_reader.h"

namespace espial::registry_reg {
namespace {

// The header, or, in a file that lost it, a key and then a value that is not
// indented. Comments may stand in front.
bool Probe(const ProbeInput& input) {
  std::string_view rest = input.head_text;
  bool key = false;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = Trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line[0] == ';') continue;
    if (key) return true;
    if (ReadHeader(line) != Header::kNone) return true;
    if (!line.starts_with("[HKEY_") && !line.starts_with("[-HKEY_")) {
      return false;
    }
    key = true;
  }
  return key;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return RegReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"registry/reg", "Registry export", Probe,
                                  Parse};

}  // namespace espial::registry_reg
