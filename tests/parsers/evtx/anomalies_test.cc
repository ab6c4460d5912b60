// What a sound log does not show, and the numbers of a scan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/parsers/evtx/recovery_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

uint64_t AllAnomalies(const Scanned& scanned) {
  uint64_t all = 0;
  for (const uint64_t count : scanned.stats.anomaly_counts) all += count;
  return all;
}

std::string Details(const Scanned& scanned) {
  std::string text;
  for (const Anomaly& anomaly : scanned.stats.anomalies) {
    text +=
        std::string(AnomalyName(anomaly.kind)) + ": " + anomaly.detail + "\n";
  }
  return text;
}

TEST(EvtxAnomalies, ASoundLogHasNone) {
  for (const uint64_t last : {1U, 9U, 700U}) {
    const Scanned scanned = Scan(PlainLog(1, last), {});
    EXPECT_EQ(AllAnomalies(scanned), 0U) << Details(scanned);
    EXPECT_THAT(scanned.damage, IsEmpty());
  }
  forge::EvtxOptions options;
  options.in_flight_last_chunk = true;
  EXPECT_EQ(AllAnomalies(Scan(PlainLog(1, 700, options), {})), 0U);
  options.file_bytes = kHeader + 20 * kChunk;
  EXPECT_EQ(AllAnomalies(Scan(PlainLog(1, 30, options), {})), 0U);
}

TEST(EvtxAnomalies, GapsWithinAndBetweenChunks) {
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 700);
  records.erase(records.begin() + 9, records.begin() + 12);  // 10 to 12
  const Scanned within = Scan(*forge::WriteEvtx(records), {});
  EXPECT_EQ(within.anomalies(AnomalyKind::kIdGap), 1U);
  EXPECT_EQ(AllAnomalies(within), 1U) << Details(within);
  EXPECT_THAT(Details(within), HasSubstr("3 ids are missing between 9 and 13"));

  std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<std::byte> later = PlainLog(20, 29);
  file.insert(file.end(), later.begin() + kHeader, later.end());
  Put(&file, 24, 30, 8);
  Put(&file, 42, 2, 2);
  forge::FixEvtxChecksums(&file);
  const Scanned between = Scan(file, {});
  EXPECT_THAT(Details(between),
              HasSubstr("10 ids are missing between 9 and 20"));
  EXPECT_EQ(AllAnomalies(between), 1U) << Details(between);
}

TEST(EvtxAnomalies, DamageAccountsForAGap) {
  std::vector<std::byte> file = PlainLog(1, 30);
  const std::vector<size_t> records = RecordOffsets(file);
  Zero(&file, records[10], records[12] - records[10]);
  EXPECT_EQ(Scan(file, {}).anomalies(AnomalyKind::kIdGap), 0U);
}

TEST(EvtxAnomalies, StepsBackOfIdsAndTimes) {
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 9);
  std::swap(records[4].record_id, records[5].record_id);
  const Scanned ids = Scan(*forge::WriteEvtx(records), {});
  EXPECT_EQ(ids.anomalies(AnomalyKind::kIdStepBack), 1U);
  EXPECT_THAT(Details(ids), HasSubstr("record 5 behind record 6"));
  const Parsed parsed = ParseLog(*forge::WriteEvtx(records));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("record id step back"));
  EXPECT_FALSE(parsed.lossy());

  records = PlainRecords(1, 9);
  records[5].time.value -= 2 * 3600 * uint64_t{10'000'000};
  const Scanned times = Scan(*forge::WriteEvtx(records), {});
  EXPECT_EQ(times.anomalies(AnomalyKind::kTimeStepBack), 1U);
  EXPECT_THAT(Details(times), HasSubstr("record 6 is 7199 s older"));
  EXPECT_EQ(ParseLog(*forge::WriteEvtx(records)).DamageText(), "");
  // Minutes are what setting a clock does.
  records[5].time.value += 2 * 3500 * uint64_t{10'000'000};
  EXPECT_EQ(AllAnomalies(Scan(*forge::WriteEvtx(records), {})), 0U);
}

TEST(EvtxAnomalies, OrderOfChunks) {
  const std::vector<std::byte> log = PlainLog(1, 700);
  const size_t chunks = (log.size() - kHeader) / kChunk;
  ASSERT_GE(chunks, 4U);
  const auto reorder = [&](const std::vector<size_t>& order) {
    std::vector<std::byte> file(log.begin(), log.begin() + kHeader);
    for (const size_t i : order) {
      const auto at =
          log.begin() + static_cast<std::ptrdiff_t>(kHeader + i * kChunk);
      file.insert(file.end(), at, at + kChunk);
    }
    return file;
  };
  std::vector<size_t> order;
  for (size_t i = 0; i < chunks; ++i) order.push_back((i + 2) % chunks);
  const Scanned wrapped = Scan(reorder(order), {});
  EXPECT_EQ(wrapped.anomalies(AnomalyKind::kWrappedOrder), 1U);
  EXPECT_EQ(AllAnomalies(wrapped), 1U) << Details(wrapped);
  std::swap(order[0], order[1]);
  const Scanned mixed = Scan(reorder(order), {});
  EXPECT_EQ(mixed.anomalies(AnomalyKind::kChunkOrder), 1U);
  EXPECT_EQ(mixed.anomalies(AnomalyKind::kWrappedOrder), 0U);
  // The same chunk twice.
  order = {0, 1, 1, 2};
  EXPECT_EQ(Scan(reorder(order), {}).anomalies(AnomalyKind::kIdStepBack), 1U);
}

TEST(EvtxAnomalies, ALogThatWasCleared) {
  const Scanned scanned = Scan(PlainLog(101, 120), {});
  EXPECT_EQ(scanned.anomalies(AnomalyKind::kClearedLog), 1U);
  EXPECT_THAT(Details(scanned), HasSubstr("number 1 and the id 101"));
}

TEST(EvtxAnomalies, HeadersThatSayOtherThanTheRecords) {
  std::vector<std::byte> file = PlainLog(1, 9);
  Put(&file, kHeader + 24, 3, 8);
  forge::FixEvtxChecksums(&file);
  const Scanned chunk = Scan(file, {});
  EXPECT_EQ(chunk.anomalies(AnomalyKind::kHeaderMismatch), 1U);
  EXPECT_THAT(Details(chunk), HasSubstr("names the records 3 to 9, found 1"));

  file = PlainLog(1, 9);
  Put(&file, 24, 77, 8);
  forge::FixEvtxChecksums(&file);
  EXPECT_THAT(Details(Scan(file, {})),
              HasSubstr("names 77 as the next record id, the last record is"));
  // A log that was copied while it was written to may lag behind.
  Put(&file, 120, 1, 4);
  forge::FixEvtxChecksums(&file);
  EXPECT_EQ(AllAnomalies(Scan(file, {})), 0U);
}

TEST(EvtxAnomalies, VersionsThatNobodyKnows) {
  for (uint16_t minor = 0; minor < 4; ++minor) {
    forge::EvtxOptions options;
    options.minor = minor;
    EXPECT_EQ(Scan(PlainLog(1, 3, options), {})
                  .anomalies(AnomalyKind::kUnknownVersion),
              minor > 2 ? 1U : 0U);
  }
}

TEST(EvtxStats, JsonSaysWhatWasFound) {
  std::vector<std::byte> file =
      Overlay(PlainLog(2003, 2011), PlainLog(1001, 1040));
  const std::vector<size_t> records = RecordOffsets(file);
  Zero(&file, records[4], records[5] - records[4]);
  const Scanned scanned = ScanEverything(file);
  EXPECT_EQ(
      StatsJson(scanned.stats, "a\"b"),
      "{\"source\":\"a\\\"b\",\"bytes\":" + std::to_string(file.size()) +
          ",\"chunks\":{\"total\":1,\"empty\":0,\"in_flight\":0,\"cut\":0,"
          "\"bad_header_checksum\":0,\"bad_data_checksum\":1},"
          "\"records\":{\"active\":8,\"active_rescued\":0,\"live\":0,"
          "\"residue\":0,"
          "\"recovered\":{\"own\":" +
          std::to_string(scanned.stats.records.own) +
          ",\"foreign\":0,\"values_only\":0,\"values_only_named\":0},"
          "\"duplicates\":0},\"templates\":4,\"damage\":["
          "{\"kind\":\"bad checksum: chunk data checksum\",\"count\":1,"
          "\"lossy\":0,\"bytes_lost\":0},"
          "{\"kind\":\"bad magic: record\",\"count\":1,\"lossy\":1,"
          "\"bytes_lost\":" +
          std::to_string(records[5] - records[4]) +
          "}],\"anomalies\":{\"cleared log\":{\"count\":1,\"first\":[{"
          "\"offset\":4104,\"detail\":\"the first record has the number 1 and "
          "the id 2003: the log was cleared, or is an export of a "
          "part\"}]}}}");
}

TEST(EvtxStats, SumsOfSeveralLogs) {
  LogStats sum;
  const Scanned first = ScanEverything(PlainLog(101, 120));
  const Scanned second =
      ScanEverything(Overlay(PlainLog(2003, 2011), PlainLog(1001, 1040)));
  sum.Add(first.stats);
  sum.Add(second.stats);
  EXPECT_EQ(sum.records.active, 29U);
  EXPECT_EQ(sum.records.recovered(), second.stats.records.recovered());
  EXPECT_EQ(sum.chunks.total, 2U);
  EXPECT_EQ(sum.anomaly_counts[static_cast<size_t>(AnomalyKind::kClearedLog)],
            2U);
  for (int i = 0; i < 100; ++i) sum.Add(first.stats);
  EXPECT_EQ(sum.anomalies.size(), 20U);
  EXPECT_EQ(sum.anomaly_counts[static_cast<size_t>(AnomalyKind::kClearedLog)],
            102U);
}

TEST(EvtxStats, TheJsonOfABrokenNameIsStillJson) {
  EXPECT_THAT(StatsJson({}, "\xff\xfe"), HasSubstr("\xef\xbf\xbd"));
}

}  // namespace
}  // namespace espial::evtx
