// Something that held when the bundle was taken.
#pragma once

#include <espial/core/source.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace espial {

enum class FactKind : uint8_t {
  kRegistry,    // key: full key path; name: value name ("" is the default)
  kJson,        // key: the file or registry value that holds the JSON;
                // name: path "a.b[0].c"
  kCollection,  // what the collector was asked for; key: "directive" or
                // "start"; name: what; type: how it went
  kXml,         // key: the file or report; name: path of elements "a/b[1]/c"
  kOutput,      // what a command or tool printed; key: the command
                // ("dsregcmd /status"); name: "section/label"
};
std::string_view FactKindName(FactKind kind);  // "registry", "json", ...

// One fact. Text lives as the Event's does: for the sink callback, or as long
// as the Timeline.
struct Fact {
  FactKind kind = FactKind::kRegistry;
  std::string_view key;
  std::string_view name;
  // REG_SZ, REG_DWORD, ... (REG_0x1234 for unnamed types); string, number,
  // bool, null for JSON; copied, failed, absent, info for collections; string,
  // number, time, ... for XML and outputs.
  std::string_view type;
  // Registry: strings as text, numbers decimal, MULTI_SZ joined by '\n',
  // binary as lower-case hexadecimal. JSON: the scalar's text.
  std::string_view data;
  // The value as a number where it is one.
  std::optional<uint64_t> number;

  SourceId source;
  uint64_t line = 0;    // from 1; 0 where the source has no lines
  uint64_t offset = 0;  // of the first byte, in its Source
  // Found in space that was given free: it held once. Shown, never evidence.
  bool recovered = false;
};

}  // namespace espial
