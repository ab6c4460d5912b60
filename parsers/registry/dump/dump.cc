// The registry dump of MdmDiagnosticsTool, its own dialect: see FORMAT.md.
#include <espial/parsers/parser.h>

#include <algorithm>

#include "parsers/registry/dump/dump_reader.h"

namespace espial::registry_dump {
namespace {

// A dump begins with a key and indents its values; an export that lost its
// header has its values at the start of their lines.
bool Probe(const ProbeInput& input) {
  std::string_view rest = input.head_text;
  bool key = false;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const DumpLine read = ReadDumpLine(line);
    if (read.kind == LineKind::kBlank) continue;
    if (!key && read.kind != LineKind::kKey) return false;
    key = true;
    if (read.kind == LineKind::kValue) return true;
    if (line.starts_with('"') || line.starts_with("@=")) return false;
  }
  return key;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return DumpReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"registry/dump", "MDM registry dump", Probe,
                                  Parse};

}  // namespace espial::registry_dump
