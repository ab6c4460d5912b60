#include "tools/espial/output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 20U;

// What open(2) would give a new file: mkstemp is stricter.
mode_t NewFileMode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666U & ~mask;
}

}  // namespace

Output::~Output() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  if (!temporary_path_.empty()) unlink(temporary_path_.c_str());
}

Error Output::IoError(std::string_view doing, int error_number) const {
  return Error{Errc::kIo, is_file() ? path_ : std::string("standard output"), 0,
               "cannot " + std::string(doing) + ": " +
                   std::generic_category().message(error_number)};
}

Status Output::Open() {
  if (!is_file()) {
    file_ = stdout;
    std::setvbuf(file_, nullptr, _IOFBF, kBufferBytes);
    return {};
  }
  // A rename would replace a symbolic link, and a device even more so.
  std::error_code error;
  const std::filesystem::path target =
      std::filesystem::weakly_canonical(path_, error);
  final_path_ = error ? path_ : target.string();
  struct stat state {};
  const bool exists = stat(final_path_.c_str(), &state) == 0;
  if (exists && !S_ISREG(state.st_mode)) {
    if (S_ISDIR(state.st_mode)) return IoError("write", EISDIR);
    file_ = std::fopen(final_path_.c_str(), "wb");
    if (file_ == nullptr) return IoError("open", errno);
  } else {
    std::string name = final_path_ + ".XXXXXX";
    const int descriptor = mkstemp(name.data());
    if (descriptor < 0) return IoError("create", errno);
    temporary_path_ = std::move(name);
    const mode_t mode = exists ? (state.st_mode & 07777U) : NewFileMode();
    // Not worth failing for: the contents are what was asked for.
    if (fchmod(descriptor, mode) != 0) errno = 0;
    file_ = fdopen(descriptor, "wb");
    if (file_ == nullptr) {
      const int error_number = errno;
      close(descriptor);
      return IoError("open", error_number);
    }
  }
  std::setvbuf(file_, nullptr, _IOFBF, kBufferBytes);
  return {};
}

Status Output::Failed(std::string_view doing, int error_number) {
  if (error_number != EPIPE) return IoError(doing, error_number);
  reader_gone_ = true;
  return {};
}

Status Output::Write(std::string_view text) {
  if (reader_gone_ || text.empty()) return {};
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    return Failed("write", errno);
  }
  return {};
}

Status Output::Finish() {
  if (reader_gone_) return {};
  errno = 0;
  if (std::fflush(file_) != 0) return Failed("write", errno);
  if (file_ == stdout) return {};
  if (!temporary_path_.empty() && fsync(fileno(file_)) != 0) {
    return IoError("write", errno);
  }
  std::FILE* const closing = file_;
  file_ = nullptr;
  if (std::fclose(closing) != 0) return IoError("close", errno);
  if (temporary_path_.empty()) return {};
  if (rename(temporary_path_.c_str(), final_path_.c_str()) != 0) {
    return IoError("rename into place", errno);
  }
  temporary_path_.clear();
  return {};
}

bool WriteAll(const std::string& path, std::string_view text) {
  Output output(path);
  Status status = output.Open();
  if (status) status = output.Write(text);
  if (status) status = output.Finish();
  if (!status) Complain(Sentence(status.error()));
  return status.has_value();
}

}  // namespace espial::cli
