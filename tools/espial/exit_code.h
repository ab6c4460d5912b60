// What the exit code of espial means.
#pragma once

namespace espial::cli {

enum ExitCode : int {
  // The input was analysed; no finding at or above --fail-on.
  kAnalysed = 0,
  // A finding at or above --fail-on holds.
  kFound = 1,
  // The command line makes no sense, or names rules that do not load.
  kUsage = 2,
  // Nothing could be opened, or the result could not be written.
  kFailed = 3,
};

}  // namespace espial::cli
