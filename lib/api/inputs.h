// From what the user names to the sources at the root of an analysis.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/result.h>
#include <espial/core/source.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// A source that came from outside, not out of a container.
struct InputFile {
  std::string provenance;
  // Null when it could not be opened; `error` says why.
  std::shared_ptr<const Source> source;
  Error error;
  // Finds files beside it by bare name, case folded.
  std::function<std::shared_ptr<const Source>(std::string_view name)> sibling;
};

struct Inputs {
  std::vector<std::string> names;  // as reports name them, sorted
  std::vector<InputFile> files;    // sorted by provenance
};

// Opens files, and all files below folders (links to folders are not
// followed). An error when a path does not exist or when no file could be
// opened at all; a file that cannot be read within a folder is only named.
Result<Inputs> OpenInputs(std::span<const std::string> paths,
                          const Limits& limits);

}  // namespace espial
