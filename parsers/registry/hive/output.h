// How keys and values leave: as events and facts.
#pragma once

#include <espial/core/limits.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/registry/hive/image.h"
#include "parsers/registry/hive/records.h"
#include "parsers/support/registry_json.h"

namespace espial::registry_hive {

struct Counts {
  uint64_t keys = 0;
  uint64_t values = 0;
  uint64_t lost_keys = 0;  // recovered
  uint64_t lost_values = 0;
  uint64_t overwritten = 0;  // deleted values whose data is gone
};

// Not thread-safe.
class Output {
 public:
  Output(const Image& image, const Limits& limits, Reporter& reporter)
      : image_(image), limits_(limits), reporter_(reporter) {}

  // The key `path`, whose cell begins at `position`; the values that follow
  // are its own. The path lives until the next call. False (and reported) when
  // all paths together are longer than the hive accounts for: the caller stops.
  bool Key(std::string_view path, const KeyNode& node,
           std::string_view class_name, uint64_t position, bool recovered);
  // Values that follow belong to a key of which only the path is known.
  bool NamelessKey(std::string_view path);

  void Value(const KeyValue& value, Bytes data, uint64_t position,
             bool recovered);

  // Reports what was gathered.
  void Finish();

  Counts counts;

 private:
  bool TakePath(std::string_view path);

  const Image& image_;
  const Limits& limits_;
  Reporter& reporter_;
  std::string_view path_;
  RegistryJsonHost host_ = RegistryJsonHost::kNone;
  std::string name_;
  uint64_t path_bytes_ = 0;
  bool exhausted_ = false;
  // Invalid text, and bytes behind the NUL that ends a string.
  uint64_t replaced_ = 0;
  uint64_t first_replaced_ = 0;
  uint64_t behind_end_ = 0;
  uint64_t behind_end_bytes_ = 0;
  uint64_t first_behind_end_ = 0;
};

}  // namespace espial::registry_hive
