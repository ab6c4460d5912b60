// From when to when the channels of a log speak, whatever its format is.
#pragma once

#include <espial/model/coverage.h>
#include <espial/model/event.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// Counts ids that mostly follow each other, in little memory.
class IdSet {
 public:
  void Add(uint64_t id);
  // Ids between the lowest and the highest that were not added.
  [[nodiscard]] uint64_t CountMissing();

 private:
  struct Range {
    uint64_t first;
    uint64_t last;
  };
  void Merge();

  std::vector<Range> ranges_;
};

// What Event::record counts.
enum class RecordIds : uint8_t {
  kNumbers,  // records, one by one: gaps are missing records
  kLines,    // lines of a text: gaps say nothing
};

class LogCoverage {
 public:
  explicit LogCoverage(std::string_view file_stem,
                       RecordIds ids = RecordIds::kNumbers)
      : file_stem_(file_stem), ids_(ids) {}

  // One active or live event.
  void Add(const Event& event);
  // One entry a channel, sorted by channel; one without a channel for a log
  // that holds no record.
  std::vector<Coverage> Finish(bool damaged);

 private:
  struct Channel {
    Coverage coverage;
    bool has_time = false;
    IdSet ids;
  };
  std::string file_stem_;
  RecordIds ids_;
  std::map<std::string, Channel, std::less<>> channels_;
  Channel* last_ = nullptr;
};

}  // namespace espial
