// Bundles for tests of the front door: files that are written by hand or by the
// forge, and a folder of their own to put them into.
#pragma once

#include <espial/core/result.h>
#include <espial/espial.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::api_test {

// A folder below the system's for temporary files, removed at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  // Writes a file, and the folders above it; returns its path.
  std::string Write(const std::string& name, std::string_view bytes) const;
  // The path of something below the folder, which need not exist.
  [[nodiscard]] std::string Path(const std::string& name) const;
  [[nodiscard]] std::string root() const { return root_.string(); }

 private:
  std::filesystem::path root_;
};

// A registry dump of the MDM diagnostics: one key with these REG_SZ values.
std::string RegistryDump(
    std::string_view key,
    const std::vector<std::pair<std::string, std::string>>& values);

// One record of a forged log.
struct Record {
  uint64_t id = 0;     // of the record
  std::string time;    // ISO 8601
  uint32_t event = 1;  // id of the event
  std::string provider = "Provider";
  std::string computer = "PC-1";
  // Name and text of each field.
  std::vector<std::pair<std::string, std::string>> text_fields;
};

// A true EVTX of one channel.
std::string Evtx(std::string_view channel, const std::vector<Record>& records);

// `count` records, a second apart, numbered from 1.
std::vector<Record> Records(uint64_t count);

// A ZIP of these names and contents.
std::string Zip(
    const std::vector<std::pair<std::string, std::string>>& members);

// A string in a ZIP in a ZIP ... `depth` containers deep.
std::string NestedZip(uint32_t depth, std::string_view innermost);

// Everything that a case holds as text, to compare two cases as a whole.
std::string Describe(const Case& the_case);

// All damage as "provenance: error".
std::vector<std::string> DamageLines(const Case& the_case);

// The artifact of that provenance; null when there is none.
const Artifact* FindArtifact(const Case& the_case, std::string_view provenance);

// Options that read and do not judge.
Options ReadOnly();

}  // namespace espial::api_test
