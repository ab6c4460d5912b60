// Transaction logs: writes to a hive that were made sure before they were made.
//
// Two formats. Since Windows 8.1 (type 6): entries from the second sector on,
// each with a sequence number, two hashes, and pages. Before (type 1 or 2): one
// write, a bitmap of the 512-byte pages that it changes, and these pages.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "parsers/registry/hive/base_block.h"

namespace espial::registry_hive {

// Bytes that a log puts into the bins.
struct LogPage {
  uint64_t target = 0;  // offset in the bins
  uint64_t at = 0;      // offset in the log
  uint64_t size = 0;
};

// What is applied as a whole.
struct LogEntry {
  uint64_t at = 0;  // offset in the log
  uint64_t size = 0;
  uint32_t sequence = 0;
  uint32_t bins_size = 0;  // of the hive once this is applied
  std::vector<LogPage> pages;
};

enum class LogFormat { kUnknown, kEntries, kBitmap };

struct TransactionLog {
  LogFormat format = LogFormat::kUnknown;
  // Nothing where the first sector was lost; then the log cannot be applied.
  std::optional<BaseBlock> base;
  // Sound ones, each with the number behind that of the one before. Behind
  // them a log holds older entries, which are none of these.
  std::vector<LogEntry> entries;
  // Sound entries behind those, from earlier rounds.
  uint64_t older = 0;
  // Why reading ended where an entry should have followed.
  std::optional<Error> trouble;
  uint64_t bytes_lost = 0;
};

// Whether `bytes` are a log; one with entries may have lost its base block.
bool LooksLikeLog(Bytes bytes);

// Reads all of it; costs a pass over the bytes, for the hashes.
TransactionLog ReadTransactionLog(Bytes bytes);

}  // namespace espial::registry_hive
