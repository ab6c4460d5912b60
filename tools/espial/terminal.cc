#include "tools/espial/terminal.h"

#include <espial/core/text.h>
#include <espial/report/layout.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace espial::cli {
namespace {

constexpr uint32_t kDefaultColumns = 80;
constexpr uint32_t kPipedColumns = 100;
constexpr uint32_t kMinColumns = 40;
constexpr uint32_t kMaxColumns = 1000;

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool IsTerminal(int descriptor) { return isatty(descriptor) == 1; }

bool WantsColor(int descriptor) {
  return IsTerminal(descriptor) && Environment("NO_COLOR").empty() &&
         Environment("TERM") != "dumb";
}

uint32_t ColumnsOf(int descriptor) {
  uint64_t columns = ParseUnsigned(Environment("COLUMNS")).value_or(0);
  if (columns == 0) {
    if (!IsTerminal(descriptor)) return kPipedColumns;
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  }
  if (columns == 0) columns = kDefaultColumns;
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(columns, kMinColumns, kMaxColumns));
}

report::TextOptions TextOptionsFor(bool to_file, bool verbose) {
  report::TextOptions options;
  options.color = !to_file && WantsColor(STDOUT_FILENO);
  options.width = to_file ? kPipedColumns : ColumnsOf(STDOUT_FILENO);
  options.verbose = verbose;
  return options;
}

void Complain(std::string_view message) {
  const std::string line = "espial: " + report::Safe(message) + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string Sentence(const Error& error) {
  switch (error.code) {
    case Errc::kNotFound:
    case Errc::kIo:
    case Errc::kInvalidArgument:
      // These are about a path or an argument; an offset means nothing there.
      return error.detail.empty() ? error.what
                                  : error.what + ": " + error.detail;
    default:
      return error.ToString();
  }
}

Progress::Progress(std::string_view what) {
  if (!IsTerminal(STDERR_FILENO)) return;
  shown_ = true;
  const std::string line = report::Safe(what) + " ...";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

Progress::~Progress() {
  // Back to the first column, and the line erased.
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

}  // namespace espial::cli
