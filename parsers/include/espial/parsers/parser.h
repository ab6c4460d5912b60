// What a parser is, and which ones there are.
//
// A parser turns the bytes of one Source into children, events, facts and
// damage. It is a constant, not an object: no state outlives a call, so any
// number of threads may use it at once.
//
// To add one: a folder parsers/<format>/ with a .cc that defines
//   namespace espial::<format_with_underscores> {
//   constinit const Parser kParser = {"<format>", "...", Probe, Parse};
//   }
// and the word <format> in ESPIAL_PARSERS of parsers/CMakeLists.txt. The build
// stops when its test or its fuzz target is missing.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace espial {

// What a probe may look at.
struct ProbeInput {
  // All bytes. A probe reads a bounded part of them and allocates nothing.
  Bytes bytes;
  // The first 4 KiB decoded to UTF-8, without byte order mark; empty when they
  // do not look like text.
  std::string_view head_text;
};

// What a parser may use beside its Source. Lives as long as the call.
struct ParseContext {
  const Limits& limits;
  // Shared by all containers of the analysis; every byte that a member yields
  // and every member is taken from it.
  Budget& budget;
  Executor& executor;
  // Finds a Source that lies beside this one (same folder or container) by its
  // bare name, case folded; null when there is none. Empty when nothing can
  // lie beside.
  std::function<std::shared_ptr<const Source>(std::string_view name)> sibling;
};

struct Parser {
  // The folder below parsers/: "archive/zip".
  std::string_view name;
  // For people: "ZIP archive".
  std::string_view description;
  // Mine, or not mine. Damage is no reason to say no: say yes and report it.
  bool (*probe)(const ProbeInput& input);
  // Puts what can be read into the sink. An error means that nothing could be
  // read; everything that was put into the sink before it still counts.
  Status (*parse)(const Source& source, const ParseContext& context,
                  Sink& sink);
  // Whether it yields children. Containers share the budget, so they are read
  // one after another.
  bool container = false;
  // Whether it asks for siblings. Who does not is read last, and its source is
  // given back at once.
  bool reads_siblings = false;
};

// All parsers, in the order in which they are asked.
std::span<const Parser* const> Parsers();

// The first parser that says "mine"; null when none does.
const Parser* FindParser(Bytes bytes);

// What bytes look like that no parser knows: "empty", "text", "xml", "html",
// "json", "image", "executable", "registry hive", "binary", ...
std::string_view DescribeBytes(Bytes bytes);

}  // namespace espial
