// The outputs that are known: how each is told, and what reads it.
#pragma once

#include <espial/core/source.h>

#include <span>
#include <string_view>

#include "parsers/output/capture.h"

namespace espial::output {

struct Reader {
  // Fact::key: the command.
  std::string_view key;
  // Whether the first 4 KiB of a text are of this output. By content that does
  // not depend on the language where there is any.
  bool (*matches)(std::string_view head);
  // Reads it all.
  void (*read)(Capture* capture);
};

// One or more outputs each, in the file of their name.
std::span<const Reader> IpconfigReaders();
std::span<const Reader> NetshReaders();
std::span<const Reader> SystemReaders();    // systeminfo, msinfo32
std::span<const Reader> TimeReaders();      // w32tm
std::span<const Reader> DomainReaders();    // nltest, gpresult
std::span<const Reader> CertutilReaders();  // certutil -store
std::span<const Reader> TpmReaders();       // tpmtool, certutil, certreq
std::span<const Reader> CountReaders();     // dism, pnputil, ping
std::span<const Reader> HtmlReaders();      // reports of netsh and powercfg

// Whether `text` holds any of `words`, case folded; '?' in a word is any
// character.
bool HoldsAny(std::string_view text, std::span<const std::string_view> words);

// Calls `visit` for the lines of `head`, trimmed, blank ones left out, until it
// says false.
template <typename Visit>
void ForEachLine(std::string_view head, Visit visit) {
  while (!head.empty()) {
    const size_t end = head.find('\n');
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!visit(line)) return;
  }
}

}  // namespace espial::output
