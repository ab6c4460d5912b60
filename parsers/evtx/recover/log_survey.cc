#include "parsers/evtx/recover/log_survey.h"

#include <algorithm>
#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/slack_scan.h"

namespace espial::evtx {
namespace {

constexpr size_t kChunksPerThread = 16;

struct ChunkSurvey {
  RecordList list;
  SlackList slack;
  std::vector<PortableTemplate> templates;
};

}  // namespace

uint64_t ActiveRecords::Key(const RecordSpan& record) {
  uint64_t key = record.id * 0x9e3779b97f4a7c15ULL ^ record.file_time;
  key ^= key >> 32U;
  key *= 0xd6e8feb86659fd93ULL;
  return key ^ key >> 32U;
}

void ActiveRecords::Close() { std::sort(keys_.begin(), keys_.end()); }

bool ActiveRecords::Contains(const RecordSpan& record) const {
  return std::binary_search(keys_.begin(), keys_.end(), Key(record));
}

void SurveyLog(Bytes file, const ChunkMap& map, const ClaimedIds& claimed,
               uint32_t max_depth, Executor& executor, TemplateLibrary* library,
               ActiveRecords* active) {
  const size_t batch =
      kChunksPerThread * std::max<size_t>(executor.threads(), 1);
  std::vector<ChunkSurvey> surveys(std::min(batch, map.chunks.size()));
  for (size_t first = 0; first < map.chunks.size(); first += batch) {
    const size_t count = std::min(batch, map.chunks.size() - first);
    executor.ParallelFor(count, [&](size_t i) {
      const ChunkSpan& span = map.chunks[first + i];
      ChunkSurvey& survey = surveys[i];
      const Bytes chunk = SliceClamped(file, span.offset, span.size);
      ListRecords(chunk, span.header, claimed, &survey.list);
      survey.slack = {};
      ScanSlack(chunk, survey.list.records, &survey.slack);
      survey.templates.clear();
      std::vector<RecordSpan> all = survey.list.records;
      all.insert(all.end(), survey.slack.records.begin(),
                 survey.slack.records.end());
      CollectTemplates(chunk, all, max_depth, &survey.templates);
    });
    for (size_t i = 0; i < count; ++i) {
      for (PortableTemplate& definition : surveys[i].templates) {
        library->Add(std::move(definition));
      }
      if (active == nullptr || map.chunks[first + i].header.in_flight()) {
        continue;
      }
      for (const RecordSpan& record : surveys[i].list.records) {
        if (record.region != Region::kBeside) active->Add(record);
      }
    }
  }
  if (active != nullptr) active->Close();
}

}  // namespace espial::evtx
