// Outputs of console programs: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <array>
#include <string>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

using Readers = std::span<const Reader> (*)();

// In the order in which they are asked: those with words of their own first,
// those told by their shape later.
constexpr std::array<Readers, 9> kGroups = {
    HtmlReaders,     TimeReaders, DomainReaders, NetshReaders, CertutilReaders,
    IpconfigReaders, TpmReaders,  CountReaders,  SystemReaders};

const Reader* FindReader(std::string_view head) {
  // No program begins with a number, a tag or a brace: logs, lists of commands
  // and settings do. Pages do begin with a tag.
  const std::string_view text = Trim(head);
  if (text.empty() || text[0] == '{' || (text[0] >= '0' && text[0] <= '9')) {
    return nullptr;
  }
  const bool page = text[0] == '<';
  for (const Readers group : kGroups) {
    if (page && group != HtmlReaders) continue;
    for (const Reader& reader : group()) {
      if (reader.matches(head)) return &reader;
    }
  }
  return nullptr;
}

bool Probe(const ProbeInput& input) {
  return FindReader(input.head_text) != nullptr;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  constexpr uint64_t kHeadBytes = 4096;
  const DetectedEncoding found = DetectEncoding(source.bytes());
  const DecodedText head =
      DecodeText(SliceClamped(source.bytes(), found.bom_bytes, kHeadBytes),
                 found.encoding);
  const Reader* reader = FindReader(head.text);
  if (reader == nullptr) {
    return Error{Errc::kBadMagic, "output", 0,
                 "expected the output of a program that is known"};
  }
  Capture capture(source, context.limits, reader->key, &sink);
  reader->read(&capture);
  capture.Finish();
  return {};
}

}  // namespace

bool HoldsAny(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    const size_t wild = word.find_first_of("?*");
    // Nearly every text fails here, at a fraction of a glob's cost.
    if (!ContainsFold(text, word.substr(0, wild))) return false;
    return wild == std::string_view::npos ||
           MatchesGlob("*" + std::string(word) + "*", text);
  });
}

extern constinit const Parser kParser;
constinit const Parser kParser = {"output", "output of a console program",
                                  Probe, Parse};

}  // namespace espial::output
