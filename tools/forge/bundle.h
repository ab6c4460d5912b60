// Turns a scenario into the bundle that a device would have handed over.
//
//   const auto scenario = LoadScenario("samples/scenarios/no-dc.yml");
//   const auto catalog = EventCatalog::Parse(events_csv);
//   const auto files = ForgeBundle(*scenario, *catalog);
//   const auto path = WriteBundle(*scenario, *files, "/tmp/out");
//
// The same scenario and catalogue make the same bytes, always. Thread-safe.
#pragma once

#include <espial/core/result.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"

namespace espial::forge {

// A finished file. Of a folder, the name begins with the folder's: "name/x".
struct ForgedFile {
  std::string name;
  std::vector<std::byte> bytes;
};

// One file for a CAB or ZIP, several for a folder. `without` takes parts out
// of the bundle as if nobody had collected them: a channel, "registry" (the
// dump), or the name of a file. A name that takes out nothing is an error.
Result<std::vector<ForgedFile>> ForgeBundle(
    const Scenario& scenario, const EventCatalog& catalog,
    std::span<const std::string> without = {});
// The same with the text of events.csv.
Result<std::vector<ForgedFile>> ForgeBundle(
    const Scenario& scenario, std::string_view events_csv,
    std::span<const std::string> without = {});

// Writes the files below `folder`, which is made if need be, and returns the
// path of the bundle: a file, or the folder of kind folder.
Result<std::string> WriteBundle(const Scenario& scenario,
                                const std::vector<ForgedFile>& files,
                                const std::string& folder);

// The name of a channel's file in an area CAB: lower case, '-' for '/'.
std::string AreaFileName(std::string_view channel);
// The name of a channel's file on the device: "%4" for '/'.
std::string LogFileName(std::string_view channel);

}  // namespace espial::forge
