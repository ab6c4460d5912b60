// What has to be known of all chunks before the first record is recovered.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/executor.h>

#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/template_library.h"

namespace espial::evtx {

// Which records the log holds as active: a hash of id and time each.
class ActiveRecords {
 public:
  void Add(const RecordSpan& record) { keys_.push_back(Key(record)); }
  // To be called once, behind the last Add.
  void Close();
  [[nodiscard]] bool Contains(const RecordSpan& record) const;

 private:
  static uint64_t Key(const RecordSpan& record);

  std::vector<uint64_t> keys_;
};

// Lists the records of all chunks, adds their templates to `library` and the
// active ones to `active` (unless null). The same for any number of threads.
void SurveyLog(Bytes file, const ChunkMap& map, const ClaimedIds& claimed,
               uint32_t max_depth, Executor& executor, TemplateLibrary* library,
               ActiveRecords* active);

}  // namespace espial::evtx
