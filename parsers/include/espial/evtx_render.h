// Event logs as text: JSON in the shape of evtx_dump, or XML as Windows prints
// it.
//
//   class Client : public espial::evtx::RenderClient { ... };
//   espial::Executor executor(2);
//   espial::evtx::RenderLogs({}, executor, &client);
//
// JSON. Element <X a="1">text<Y/></X> is
//   "X":{"#attributes":{"a":"1"},"#text":"text","Y":null}
// and without attributes and children "X":"text". Integers and booleans are
// bare. Within EventData and UserData, <Data Name="n">v</Data> is "n":v. What
// evtx_dump prints is what this prints, byte for byte, except that
//   * times keep 100 ns (Style::microseconds cuts them),
//   * no object has a key twice: _1, _2, ... is added to it,
//   * a string does not end at its first NUL, nor lose half a surrogate pair,
//   * Data without a name stands beside Data with one,
//   * CDATA is text, and records that evtx_dump gives up on are printed.
// XML. Every record is one line and well-formed; what XML forbids is U+FFFD.
#pragma once

#include <espial/core/codepage.h>
#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/model/damage.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace espial::evtx {

enum class Markup : uint8_t {
  // One JSON object a record.
  kJson,
  // One Event element a record.
  kXml,
};

struct Style {
  Markup markup = Markup::kJson;
  // JSON: the attributes of element X are the member X_attributes beside X,
  // not the member #attributes within it.
  bool separate_attributes = false;
  // Times with 6 digits of a second (cut, not rounded) instead of 7.
  bool microseconds = false;
  // Of ANSI strings; null is windows-1252. Must outlive the rendering, which
  // takes the slow way with it.
  const Codepage* codepage = nullptr;

  friend bool operator==(const Style&, const Style&) = default;
};

// What stands around each record. A line feed ends it in either case.
enum class Framing : uint8_t {
  kLine,      // nothing
  kNumbered,  // a line "Record 7" in front
};

// Where RenderLogs() gets its logs and brings its text. Calls come from any
// thread. Never two of NextLog at once, and never two of the others.
class RenderClient {
 public:
  virtual ~RenderClient() = default;
  // The next log; null when there is no more.
  virtual std::shared_ptr<const Source> NextLog() = 0;
  // False stops everything: nobody reads any more. `text` is valid during the
  // call.
  virtual bool Write(std::string_view text) = 0;
  // Trouble in `log`; comes with the text of the records around it.
  virtual void OnDamage(const Source& log, const Damage& damage) = 0;
};

struct RenderJob {
  Style style;
  Framing framing = Framing::kLine;
  // Nested elements, and nested binary XML, of a record.
  uint32_t max_depth = 64;
  // False: by way of a tree for every record, slow, to compare with.
  bool fast = true;
};

struct RenderCounts {
  uint64_t logs = 0;
  uint64_t chunks = 0;
  uint64_t records = 0;
  // Those that had to be rendered by way of a tree.
  uint64_t irregular = 0;
};

// Renders the records of all logs, in the order of the logs and of their
// bytes: those that the log holds, and of unflushed chunks those that are live.
// Runs until the client has no more logs or wants no more text. Uses all
// threads of `executor`; the text does not depend on their number. Takes a few
// megabytes a thread beside the logs, whatever their size.
RenderCounts RenderLogs(const RenderJob& job, Executor& executor,
                        RenderClient* client);

}  // namespace espial::evtx
