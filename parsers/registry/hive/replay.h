// A dirty hive, brought to the state that its logs describe.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/source.h>

#include <memory>
#include <string>
#include <vector>

#include "parsers/registry/hive/base_block.h"
#include "parsers/registry/hive/transaction_log.h"

namespace espial::registry_hive {

struct NamedLog {
  std::string name;
  std::shared_ptr<const Source> source;
};

struct Replayed {
  // The whole hive, base block first; empty when no log was applied.
  std::vector<std::byte> hive;
  // With what the logs changed.
  BaseBlock base;
  uint64_t applied = 0;  // entries
  // "1 of NTUSER.DAT.LOG1, 3 of NTUSER.DAT.LOG2".
  std::string from;
  // Why each of the others was not applied: "NAME: reason; NAME: reason".
  std::string refused;
  // What was wrong within the logs; details begin with the log's name.
  std::vector<Error> troubles;
};

// `base` is the base block of `hive`, which is dirty. Rules:
//   * A log counts when its own base block is sound and not dirty.
//   * Entries (since 8.1): with a sound base block, the log with the lower
//     sequence first, unless it is older than what the hive has; then the
//     other when it goes on where the first ended. With a broken base block
//     the later log alone, as Windows does, and its base block.
//   * Bitmaps: one log that was not written before the hive was, the latest.
Replayed Replay(Bytes hive, const BaseBlock& base,
                const std::vector<NamedLog>& logs, const Limits& limits,
                Budget& budget);

}  // namespace espial::registry_hive
