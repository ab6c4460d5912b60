// What the forge's tests share: a folder to write in, and other programs that
// read what the forge writes.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espial::forge {

// A folder that goes away with the test.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  [[nodiscard]] const std::string& path() const { return path_; }
  // Writes a file below the folder and returns its path.
  [[nodiscard]] std::string Write(const std::string& name,
                                  std::string_view text) const;
  [[nodiscard]] std::string Write(const std::string& name,
                                  const std::vector<std::byte>& bytes) const;

 private:
  std::string path_;
};

std::string ReadAll(const std::string& path);

// The output of a shell command and how it ended.
struct Ran {
  int status = -1;
  std::string output;
};
Ran RunShell(const std::string& command);

// Whether a program of this name can be run.
bool HasTool(const std::string& name);

// `text` as one word of a shell command.
std::string Quote(const std::string& text);

// A catalogue with the events that the tests tell of.
std::string_view TestCatalog();

// A sequence of bytes that deflate cannot shorten; the same for one seed.
std::vector<std::byte> Noise(size_t size, uint32_t seed);
// A sequence of bytes that deflate shortens well.
std::vector<std::byte> Prose(size_t size);

// The detail of a failed Result; "" and a failure for one that succeeded.
template <typename T>
std::string FailureOf(const Result<T>& result) {
  if (result) {
    ADD_FAILURE() << "expected an error";
    return "";
  }
  return result.error().what + ": " + result.error().detail;
}

}  // namespace espial::forge

// Skips the test when the program is not there.
#define ESPIAL_NEEDS_TOOL(name) \
  if (!::espial::forge::HasTool(name)) GTEST_SKIP() << name << " is missing"
