// Records of made logs in every export format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/parsers/evtx/evtx_test_util.h"

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
// The lines of the only record, each checked for what all lines must be.
ExportedLines ExportOne(const std::vector<std::byte>& file);

// The same of a record whose EventData `elements` writes to a RawLog.
template <typename F>
ExportedLines ExportData(
    const std::vector<std::pair<uint8_t, std::vector<std::byte>>>& values,
    F elements) {
  RawLog log;
  log.RecordWithData(1, values, [&] { elements(&log); });
  return ExportOne(log.File());
}
// The same of a record with one <Data Name="V"> of that value.
ExportedLines ExportValue(uint8_t type, std::vector<std::byte> bytes);

// Payload as EvtxECmd's formats print it, the same in both.
std::string PayloadOf(const ExportedLines& lines);

}  // namespace espial::evtx
