// A scenario: a device, its clock, a story of events, what lies on its disk,
// and what an analysis of the bundle must say. FORMAT.md describes the file.
//
//   const auto scenario = LoadScenario("samples/scenarios/no-dc.yml");
//   const auto files = ForgeBundle(*scenario, events_csv);   // bundle.h
#pragma once

#include <espial/core/result.h>
#include <espial/core/time.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tools/forge/location.h"

namespace espial::forge {

struct Zone {
  int32_t bias_minutes = 0;  // UTC = local + bias, in standard time
  std::string name = "UTC";
  // Daylight time an hour ahead, between these switches: "3.2.0/02:00:00".
  // Empty: none.
  std::string daylight_from;
  std::string daylight_to;

  // UTC = local + bias, at `utc` of the device's clock.
  [[nodiscard]] int32_t BiasAt(Ticks utc) const;
};

struct Device {
  std::string name;
  std::string domain;   // AD DNS name
  std::string netbios;  // default: first label of the domain, upper case
  std::string tenant;
  Zone zone;
};

enum class BundleKind : uint8_t { kAreaCab, kAreaZip, kDiagLogsZip, kFolder };
enum class Compression : uint8_t { kMszip, kStored, kLzx };

struct BundleSpec {
  BundleKind kind = BundleKind::kAreaCab;
  std::string name;
  Compression compression = Compression::kMszip;  // of the CAB
  // Channels that the CAB (or area ZIP) carries.
  std::vector<std::string> channels;
  // Channels written as files of their own beside the CAB of a folder.
  std::vector<std::string> exports;
  // Files that the records of each log are spread over, in their order: the
  // log, and archives of it. A log of fewer records has a file a record.
  size_t parts = 1;
  // The part of each log's records that is kept, the newest: the log was full
  // and wrapped.
  double newest = 1;
  // The part of the finished file's bytes that is kept.
  std::optional<double> truncate;
};

// A field of an event and its text; nothing is a null substitution. A name
// that the template holds several times has several texts.
struct StoryField {
  Location where;
  std::string name;
  std::vector<std::optional<std::string>> texts;
};

struct StoryEvent {
  std::string channel;
  std::string provider;
  uint16_t id = 0;
  std::optional<uint8_t> version;
  std::optional<uint8_t> level;
  std::vector<StoryField> fields;
  // Set: a classic event with these unnamed strings.
  std::optional<std::vector<std::string>> data;
  // The catalogue does not know the event as it is: it has the fields above
  // and no others, each a string.
  bool unlisted = false;
  std::string user_sid;
  uint32_t times = 1;
  int64_t every = 0;  // ticks between repetitions
};

// The device's clock is set by `delta` ticks.
struct ClockStep {
  int64_t delta = 0;
};

// Nothing is logged for `length` ticks.
struct Pause {
  int64_t length = 0;
};

// The device's zone changes: a Kernel-General 22 goes to System.
struct ZoneChange {
  Zone zone;
  bool silent = false;  // nothing is logged
};

enum class LineForm : uint8_t { kCmTrace, kPanther };

// A line of a text log, with the local time of the device.
struct StoryLine {
  std::string log;  // the file's name
  LineForm form = LineForm::kCmTrace;
  std::string component;
  std::string text;
  // The writer began before the zone changed and goes on with the first zone.
  bool stale = false;
  uint8_t level = 4;  // of an Event: 2 error, 3 warning, 4 information
};

// A trace begins: its file says so, and which zone held.
struct StoryTrace {
  std::string file;
};

struct StoryEntry {
  Location where;
  std::string label;
  int64_t after = 0;  // ticks since the entry before
  std::variant<StoryEvent, ClockStep, Pause, ZoneChange, StoryLine, StoryTrace>
      what;
};

// Registry types, numbered as Windows does.
enum class RegistryType : uint8_t {
  kSz = 1,
  kExpandSz = 2,
  kBinary = 3,
  kDword = 4,
  kMultiSz = 7,
  kQword = 11,
};

struct RegistryValue {
  std::string name;  // empty: the default value
  RegistryType type = RegistryType::kSz;
  std::string text;                // kSz, kExpandSz
  uint64_t number = 0;             // kDword, kQword
  std::vector<std::string> texts;  // kMultiSz
  std::vector<std::byte> bytes;    // kBinary
};

struct RegistryKey {
  std::string path;  // full root name: HKEY_LOCAL_MACHINE\...
  std::vector<RegistryValue> values;
};

enum class FileEncoding : uint8_t { kUtf8, kUtf16Le, kAscii };

struct ScenarioFile {
  Location where;
  std::string name;
  FileEncoding encoding = FileEncoding::kUtf8;
  std::string text;
  // Beside the CAB (kinds folder and diaglogs_zip) instead of in it.
  bool beside = false;
};

// A file that forge would write and the scenario takes out.
struct RemovedFile {
  Location where;
  std::string name;
  // An inherited file had this name, so nothing else needs to.
  bool was_inherited = false;
};

// What a device writes besides the story, at random but for ever the same:
// amounts that make a bundle as large as those from the field.
struct Background {
  // An event of every day.
  struct Kind {
    Location where;
    std::string channel;
    std::string provider;
    uint16_t id = 0;
  };

  uint64_t seed = 1;
  uint64_t events = 0;      // among `kinds`, while the story lasts
  std::vector<Kind> kinds;  // not empty where there are events
  uint64_t keys = 0;        // of the registry
  uint64_t values = 0;      // of all these keys
  uint64_t logs = 0;        // rotated logs of the agent of Intune
  uint64_t log_bytes = 0;   // of each
  uint64_t files = 0;       // the archive's members, filled up by text files
};

// What an analysis of the bundle must say. Nothing: not stated.
struct Expect {
  bool stated = false;  // the scenario has an `expect`
  std::optional<std::string> scenario;
  std::optional<std::string> outcome;
  std::optional<std::string> stopped_at;
  std::optional<std::vector<std::string>> roots;
  std::vector<std::string> matched;
  std::vector<std::string> inconclusive;
  std::vector<std::string> not_matched;
  std::optional<std::string> no_finding_above;
  std::map<std::string, std::string> steps;  // id -> "passed", "failed", ...
};

struct Scenario {
  std::string name;
  std::string title;
  std::string path;
  Device device;
  Ticks start;
  BundleSpec bundle;
  std::vector<StoryEntry> story;
  std::vector<RegistryKey> registry;
  std::vector<ScenarioFile> files;
  std::vector<RemovedFile> removed_files;
  Background background;
  Expect expect;
};

// The channels that an area CAB carries, with no list of the scenario's own.
std::vector<std::string> DefaultChannels();

// Reads the scenario at `path` and all that it builds on. `from: x` is
// <folder>/x.yml, `include: [x]` is <folder>/fragments/x.yml; `folder` is by
// default the one that `path` lies in. Errors name file, line and column.
Result<Scenario> LoadScenario(const std::string& path,
                              const std::string& folder = "");

}  // namespace espial::forge
