// The event logs that the user names: files, folders, bundles, standard input.
#pragma once

#include <espial/core/result.h>
#include <espial/core/source.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace espial::cli {

// Opens one log after the other; each is closed when its last user lets go.
// Not thread-safe.
class LogFiles {
 public:
  // Finds what there is below `paths`, opening nothing. An error when one of
  // them does not exist.
  // With `as_images` folders give all of their files, and containers are not
  // opened: whoever carves looks into the bytes as they are.
  static Result<LogFiles> Find(const std::vector<std::string>& paths,
                               bool as_images);

  // The next log that can be opened; null when there is no more.
  std::shared_ptr<const Source> Next();

  // Begins anew; false when what came from standard input would be missing.
  bool Rewind();
  // Holds what comes from standard input, so that Rewind() works with it.
  void KeepStandardInput() { keep_standard_input_ = true; }

  // What could not be opened, one sentence each.
  [[nodiscard]] const std::vector<std::string>& troubles() const {
    return troubles_;
  }
  [[nodiscard]] size_t opened() const { return opened_; }

 private:
  struct Waiting {
    std::string path;
    // Set for what came out of a container.
    std::shared_ptr<const Source> source;
    uint32_t depth = 0;
  };

  std::shared_ptr<const Source> Open(const std::string& path);
  // Puts the logs of a container in front of what waits. False when `source`
  // is none.
  bool Unpack(const std::shared_ptr<const Source>& source, uint32_t depth);

  bool as_images_ = false;
  bool keep_standard_input_ = false;
  std::shared_ptr<const Source> standard_input_;
  std::deque<Waiting> all_;
  std::deque<Waiting> waiting_;
  std::vector<std::string> troubles_;
  size_t opened_ = 0;
};

}  // namespace espial::cli
