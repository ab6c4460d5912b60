#include "tools/espial/descriptor_writer.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace espial::cli {

bool DescriptorWriter::Write(std::string_view text) {
  while (!done_ && !text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EPIPE) {
      status_ =
          Error{Errc::kIo, "standard output", 0,
                "cannot write: " + std::generic_category().message(errno)};
    }
    done_ = true;
  }
  return !done_;
}

}  // namespace espial::cli
