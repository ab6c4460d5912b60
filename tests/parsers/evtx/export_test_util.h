// Records of made logs in every export format.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace espial::evtx {

struct ExportedLines {
  std::string raw;
  std::string csv;
  std::string ecmd_json;
  std::string ecmd_csv;
};

// One entry a record, recovered ones included, each line without its line feed.
// What is damaged stands as text in place of the lines.
std::vector<ExportedLines> ExportAll(const std::vector<std::byte>& file);

}  // namespace espial::evtx
