// The folder of real files beside the project, where tests that need it look.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace espial::testing {

// `part` of the shared folder ("corpus/evtx"): below ESPIAL_SHARED_DIR, else
// beside the project. It need not exist; a test skips with a message then.
inline std::filesystem::path SharedFolder(std::string_view part = "") {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const std::filesystem::path base =
      shared != nullptr
          ? std::filesystem::path(shared)
          : std::filesystem::path(ESPIAL_SOURCE_DIR) / ".." / "shared";
  return part.empty() ? base : base / part;
}

// All files below `folder`, of that extension (".evtx") unless it is empty,
// sorted; none when the folder is not there.
inline std::vector<std::filesystem::path> FilesBelow(
    const std::filesystem::path& folder, std::string_view extension = "") {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file() &&
        (extension.empty() || entry.path().extension() == extension)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace espial::testing
