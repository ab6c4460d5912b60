// Where results go: standard output, or a file that appears when it is whole.
#pragma once

#include <espial/core/result.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace espial::cli {

// Opened, written, finished. A file is written under another name beside its
// place and renamed by Finish(); without Finish() nothing appears. Devices,
// pipes and sockets are written in place. Not thread-safe.
class Output {
 public:
  // "" and "-" mean standard output.
  explicit Output(std::string path) : path_(std::move(path)) {}
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  Status Open();
  Status Write(std::string_view text);
  Status Finish();

  [[nodiscard]] bool is_file() const { return !path_.empty() && path_ != "-"; }
  // The reader went away (`| head`). That is no error; more writing is
  // pointless.
  [[nodiscard]] bool reader_gone() const { return reader_gone_; }

 private:
  Error IoError(std::string_view doing, int error_number) const;
  // Handles the failure of a write or flush.
  Status Failed(std::string_view doing, int error_number);

  std::string path_;
  std::string final_path_;      // path_ behind symbolic links
  std::string temporary_path_;  // empty when written in place
  std::FILE* file_ = nullptr;
  bool reader_gone_ = false;
};

// Opens, writes and finishes at once. False when that failed; the reason was
// printed.
bool WriteAll(const std::string& path, std::string_view text);

}  // namespace espial::cli
