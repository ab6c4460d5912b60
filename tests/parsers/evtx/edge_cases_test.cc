// The ways in which real and damaged logs depart from the plain layout, part 1:
// the file, its chunks, its records and its templates. Every test begins with
// a sound log and changes one thing.
#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/parsers/evtx/evtx_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<uint64_t> Sequence(uint64_t first, uint64_t last) {
  std::vector<uint64_t> ids;
  for (uint64_t id = first; id <= last; ++id) ids.push_back(id);
  return ids;
}
std::vector<uint64_t> Without(std::vector<uint64_t> ids, uint64_t id) {
  std::erase(ids, id);
  return ids;
}

// A log of three chunks.
constexpr uint64_t kMany = 500;
std::vector<std::byte> ManyLog() { return PlainLog(1, kMany); }
constexpr size_t kSecond = kHeader + kChunk;

// The ids that the chunk at `chunk` holds.
std::vector<uint64_t> IdsOf(const std::vector<std::byte>& file, size_t chunk) {
  std::vector<uint64_t> ids;
  for (const size_t at : RecordOffsets(file, chunk)) {
    ids.push_back(Get64(file, at + 8));
  }
  return ids;
}

void MakeInFlight(std::vector<std::byte>* file, size_t chunk) {
  Put(file, chunk + 24, ~uint64_t{0}, 8);
  Put(file, chunk + 32, ~uint64_t{0}, 8);
  Put(file, chunk + 44, 0, 4);
  Put(file, chunk + 48, 512, 4);
}

TEST(EvtxPlain, ReadsEveryRecordAndEveryMember) {
  const Parsed parsed = ParseLog(ManyLog());
  ASSERT_TRUE(parsed.status);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_EQ(parsed.DamageText(), "");
  const Event& event = parsed.log.events[1];
  EXPECT_EQ(event.time.ticks.value, kDay1 + 2 * 10'000'000 + 7);
  EXPECT_EQ(event.time.quality, TimeQuality::kUtc);
  EXPECT_EQ(event.provider, "Test-Provider");
  EXPECT_EQ(event.provider_guid, "{3da494e4-0fe2-415c-b895-fb5265c5c83b}");
  EXPECT_EQ(event.channel, "Test/Admin");
  EXPECT_EQ(event.computer, "PC-1");
  EXPECT_EQ(event.user_sid, "S-1-5-18");
  EXPECT_EQ(event.id, 102U);
  EXPECT_EQ(event.level, 4);
  EXPECT_EQ(event.keywords, 0x8000000000000000ULL);
  EXPECT_EQ(event.process_id, 10U);
  EXPECT_EQ(event.thread_id, 20U);
  EXPECT_EQ(FieldsText(event), "Number=2|Text=text of 2|Code=0x80070005");
  EXPECT_EQ(event.fields[0].value.type, ValueType::kUInt);
  EXPECT_EQ(event.fields[2].value.type, ValueType::kHex32);
  ASSERT_THAT(parsed.log.coverage, SizeIs(1));
  const Coverage& coverage = parsed.log.coverage[0];
  EXPECT_EQ(coverage.channel, "Test/Admin");
  EXPECT_EQ(coverage.file_stem, "Test-Admin");
  EXPECT_EQ(coverage.events, kMany);
  EXPECT_EQ(coverage.first_record, 1U);
  EXPECT_EQ(coverage.last_record, kMany);
  EXPECT_EQ(coverage.first.value, kDay1 + 10'000'007);
  EXPECT_EQ(coverage.last.value, kDay1 + kMany * 10'000'000 + 7);
  EXPECT_EQ(coverage.missing_records, 0U);
  EXPECT_FALSE(coverage.starts_late);
  EXPECT_FALSE(coverage.damaged);
}

TEST(EvtxPlain, EmptyLogHasCoverageByItsFileName) {
  const Parsed parsed = ParseLog(PlainLog(1, 0), 1, "Empty-Log.EVTX");
  ASSERT_TRUE(parsed.status);
  EXPECT_THAT(parsed.log.events, IsEmpty());
  EXPECT_EQ(parsed.DamageText(), "");
  ASSERT_THAT(parsed.log.coverage, SizeIs(1));
  EXPECT_EQ(parsed.log.coverage[0].channel, "");
  EXPECT_EQ(parsed.log.coverage[0].file_stem, "Empty-Log");
  EXPECT_EQ(parsed.log.coverage[0].events, 0U);
}

TEST(EvtxPlain, GapsAndLateStartAreInTheCoverage) {
  std::vector<forge::EvtxRecord> records = PlainRecords(100, 120);
  records.erase(records.begin() + 5, records.begin() + 9);
  const auto file = forge::WriteEvtx(records);
  ASSERT_TRUE(file);
  const Parsed parsed = ParseLog(*file);
  ASSERT_THAT(parsed.log.coverage, SizeIs(1));
  EXPECT_EQ(parsed.log.coverage[0].missing_records, 4U);
  EXPECT_EQ(parsed.log.coverage[0].first_record, 100U);
  EXPECT_TRUE(parsed.log.coverage[0].starts_late);
}

TEST(EvtxPlain, ThreadsDoNotChangeTheResult) {
  std::vector<std::byte> file = PlainLog(1, 6000);
  Zero(&file, kSecond + 20'000, 4096);  // damage, too, comes in file order
  const Parsed one = ParseLog(file, 1);
  const Parsed eight = ParseLog(file, 8);
  EXPECT_EQ(DescribeAll(one), DescribeAll(eight));
  EXPECT_EQ(one.DamageText(), eight.DamageText());
  EXPECT_GT(one.log.events.size(), 5900U);
}

TEST(EvtxPlain, WhatIsNoLogIsRefused) {
  const Parsed parsed = ParseLog(std::vector<std::byte>(70'000, std::byte{7}));
  ASSERT_FALSE(parsed.status);
  EXPECT_EQ(parsed.status.error().code, Errc::kBadMagic);
  EXPECT_THAT(parsed.status.error().ToString(), HasSubstr("ElfFile"));
  EXPECT_FALSE(ParseLog({}).status);
}

TEST(EvtxEdge, Case01InFlightDirtyChunkIsLiveWhenItMeetsTheHeader) {
  forge::EvtxOptions options;
  options.in_flight_last_chunk = true;
  const Parsed parsed = ParseLog(PlainLog(1, kMany, options));
  const size_t active = parsed.Ids().size();
  EXPECT_EQ(parsed.Ids(RecordState::kLive), Sequence(active + 1, kMany));
  EXPECT_THAT(parsed.Ids(RecordState::kResidue), IsEmpty());
  EXPECT_EQ(parsed.log.coverage[0].events, kMany);
  EXPECT_EQ(parsed.log.note,
            std::to_string(kMany - active) + " records were not flushed yet");
}

TEST(EvtxEdge, Case01InFlightChunkAloneIsLiveByHeaderOrName) {
  forge::EvtxOptions options;
  options.in_flight_last_chunk = true;
  EXPECT_EQ(
      ParseLog(PlainLog(40, 60, options), 1, "x.evtx").Ids(RecordState::kLive),
      Sequence(40, 60));
  // A header that was written before the last records: then the name decides.
  options.next_record_id = 30;
  EXPECT_EQ(ParseLog(PlainLog(40, 60, options), 1, "Test-Admin.evtx")
                .Ids(RecordState::kLive),
            Sequence(40, 60));
  EXPECT_EQ(ParseLog(PlainLog(40, 60, options), 1, "Other-Log.evtx")
                .Ids(RecordState::kResidue),
            Sequence(40, 60));
}

TEST(EvtxEdge, Case01InFlightResidueOfAnotherLogIsKeptApart) {
  std::vector<std::byte> file = PlainLog(1, 100);
  forge::EvtxOptions options;
  options.in_flight_last_chunk = true;
  std::vector<forge::EvtxRecord> others = PlainRecords(101, 103);
  for (forge::EvtxRecord& record : others) record.channel = "Other/Log";
  const auto other = forge::WriteEvtx(others, options);
  ASSERT_TRUE(other);
  file.insert(file.end(), other->begin() + kHeader, other->end());
  Put(&file, 24, 104, 8);  // even ids that fit do not make them ours
  forge::FixEvtxChecksums(&file);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, 100));
  EXPECT_EQ(parsed.Ids(RecordState::kResidue), Sequence(101, 103));
  EXPECT_EQ(parsed.log.events.back().channel, "Other/Log");
  ASSERT_THAT(parsed.log.coverage, SizeIs(1));
  EXPECT_EQ(parsed.log.coverage[0].events, 100U);
  EXPECT_THAT(parsed.log.note, HasSubstr("3 records"));
  EXPECT_FALSE(parsed.lossy());
}

TEST(EvtxEdge, Case01InFlightRunEndsWhereTheIdsBreak) {
  forge::EvtxOptions options;
  options.in_flight_last_chunk = true;
  std::vector<forge::EvtxRecord> records = PlainRecords(10, 20);
  for (const forge::EvtxRecord& old : PlainRecords(700, 702)) {
    records.push_back(old);
  }
  options.next_record_id = 21;
  const auto file = forge::WriteEvtx(records, options);
  ASSERT_TRUE(file);
  const Parsed parsed = ParseLog(*file);
  EXPECT_EQ(parsed.Ids(RecordState::kLive), Sequence(10, 20));
  EXPECT_EQ(parsed.Ids(RecordState::kResidue), Sequence(700, 702));
}

TEST(EvtxEdge, Case01InFlightHeaderInTheMiddleFillsItsHole) {
  std::vector<std::byte> file = ManyLog();
  const std::vector<uint64_t> middle = IdsOf(file, kSecond);
  MakeInFlight(&file, kSecond);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(RecordState::kLive), middle);
  EXPECT_EQ(parsed.Ids().size() + middle.size(), kMany);
}

TEST(EvtxEdge, Case02StaleChunkHeader) {
  std::vector<std::byte> file = ManyLog();
  const std::vector<size_t> records = RecordOffsets(file, kSecond);
  Put(&file, kSecond + 48, records[5] - kSecond, 4);
  Put(&file, kSecond + 32, Get64(file, records[4] + 8), 8);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("stale"));
  EXPECT_FALSE(parsed.lossy());
}

TEST(EvtxEdge, Case02OldRecordsBehindTheFreeSpaceAreNotTaken) {
  // Slack that goes on with other ids, with ids that another chunk holds, or
  // with ids that a clean header has never given out.
  for (const uint64_t id : {uint64_t{900}, uint64_t{1}, uint64_t{21}}) {
    std::vector<std::byte> file = PlainLog(1, 21);
    const std::vector<size_t> records = RecordOffsets(file);
    Put(&file, kHeader + 48, records[20] - kHeader, 4);
    Put(&file, kHeader + 32, 20, 8);
    Put(&file, records[20] + 8, id, 8);
    Put(&file, 24, 21, 8);
    forge::FixEvtxChecksums(&file);
    EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, 20)) << id;
  }
}

TEST(EvtxEdge, Case02MuchOlderRecordsBehindTheFreeSpaceAreNotTaken) {
  std::vector<std::byte> file = PlainLog(1, 21);
  const std::vector<size_t> records = RecordOffsets(file);
  Put(&file, kHeader + 48, records[20] - kHeader, 4);
  Put(&file, kHeader + 32, 20, 8);
  forge::FixEvtxChecksums(&file);
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, 21));
  Put(&file, records[20] + 16, kDay1 - 3600 * uint64_t{10'000'000}, 8);
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, 20));
}

TEST(EvtxEdge, Case03FreeSpaceAndLastIdTooLarge) {
  std::vector<std::byte> file = PlainLog(1, 21);
  const uint32_t free = Get32(file, kHeader + 48);
  Put(&file, kHeader + 48, free + 4096, 4);
  forge::FixEvtxChecksums(&file);
  const Parsed free_only = ParseLog(file);
  EXPECT_EQ(free_only.Ids(), Sequence(1, 21));
  EXPECT_THAT(free_only.DamageText(), HasSubstr("free space offset"));
  EXPECT_FALSE(free_only.lossy());
  // With the last id as well, records may have been there.
  Put(&file, kHeader + 32, 40, 8);
  forge::FixEvtxChecksums(&file);
  const Parsed both = ParseLog(file);
  EXPECT_EQ(both.Ids(), Sequence(1, 21));
  EXPECT_TRUE(both.lossy());
  EXPECT_THAT(both.DamageText(), HasSubstr("4096 bytes of zeros"));
}

TEST(EvtxEdge, Case03FreeSpaceOffsetOutsideTheChunk) {
  std::vector<std::byte> file = ManyLog();
  Put(&file, kSecond + 48, 0x7fffffff, 4);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("free space offset at offset 69680: expected 512 to "
                        "65536, found 2147483647"));
}

TEST(EvtxEdge, Case04RecordSizeZeroOrTooSmall) {
  for (const uint32_t size : {0U, 8U, 27U}) {
    std::vector<std::byte> file = ManyLog();
    const size_t at = RecordOffsets(file, kSecond)[10];
    Put(&file, at + 4, size, 4);
    const Parsed parsed = ParseLog(file);
    EXPECT_EQ(parsed.Ids(), Sequence(1, kMany)) << size;
    EXPECT_THAT(parsed.DamageText(),
                HasSubstr("record size at offset " + std::to_string(at)));
    EXPECT_FALSE(parsed.lossy());
  }
}

TEST(EvtxEdge, Case05RecordSizeHuge) {
  std::vector<std::byte> file = ManyLog();
  const size_t at = RecordOffsets(file, kSecond)[10];
  for (const uint32_t size :
       {0x7fffffffU, 0xffffffffU, Get32(file, at + 4) + 8}) {
    Put(&file, at + 4, size, 4);
    EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, kMany)) << size;
  }
}

TEST(EvtxEdge, Case05SizeAndCopyBothDamagedCostsThatRecordOnly) {
  std::vector<std::byte> file = ManyLog();
  const size_t at = RecordOffsets(file, kSecond)[10];
  const uint32_t size = Get32(file, at + 4);
  const uint64_t id = Get64(file, at + 8);
  Put(&file, at + 4, 0x7fffffff, 4);
  Put(&file, at + size - 4, 0, 4);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Without(Sequence(1, kMany), id));
  EXPECT_THAT(
      parsed.DamageText(),
      HasSubstr("lossy bad magic: record at offset " + std::to_string(at)));
  EXPECT_EQ(parsed.bytes_lost(), size);
  EXPECT_EQ(parsed.log.coverage[0].missing_records, 1U);
  EXPECT_TRUE(parsed.log.coverage[0].damaged);
}

TEST(EvtxEdge, Case06BadRecordMagicInTheMiddle) {
  std::vector<std::byte> file = ManyLog();
  const size_t at = RecordOffsets(file, kSecond)[10];
  Put(&file, at, 0, 4);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("record magic at offset " + std::to_string(at)));
}

TEST(EvtxEdge, Case06ResyncBehindAWreckedRecord) {
  std::vector<std::byte> file = ManyLog();
  const std::vector<size_t> records = RecordOffsets(file, kSecond);
  const uint64_t id = Get64(file, records[10] + 8);
  const size_t size = records[11] - records[10];
  for (size_t i = 0; i < size; ++i) {
    file[records[10] + i] = static_cast<std::byte>(0xa5 + i);
  }
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Without(Sequence(1, kMany), id));
  EXPECT_EQ(parsed.bytes_lost(), size);
}

TEST(EvtxEdge, Case06RecordsOfAnotherTimeBehindDamageAreRecovered) {
  // As in a shadow copy: the second half of a chunk holds older blocks.
  std::vector<std::byte> file = ManyLog();
  const std::vector<size_t> records = RecordOffsets(file, kSecond);
  Zero(&file, records[10], records[11] - records[10]);
  for (size_t i = 11; i < records.size(); ++i) {
    Put(&file, records[i] + 8, 9000 + i, 8);
  }
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.Ids(RecordState::kRecovered), SizeIs(records.size() - 11));
  EXPECT_THAT(parsed.Ids(), SizeIs(kMany - records.size() + 10));
  EXPECT_EQ(parsed.log.coverage[0].events, kMany - records.size() + 10);
}

TEST(EvtxEdge, Case07SizeCopyMismatch) {
  std::vector<std::byte> file = ManyLog();
  const size_t at = RecordOffsets(file, kSecond)[10];
  Put(&file, at + Get32(file, at + 4) - 4, 0, 4);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("record size copy at offset " + std::to_string(at)));
  EXPECT_FALSE(parsed.lossy());
}

TEST(EvtxEdge, Case08ChunkMagicDestroyed) {
  std::vector<std::byte> file = ManyLog();
  Put(&file, kSecond, 0x5858585858585858, 8);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("chunk magic at offset " + std::to_string(kSecond)));
  // Also with the first record gone, by the rest of the header.
  const std::vector<size_t> records = RecordOffsets(file, kSecond);
  const uint64_t id = Get64(file, records[0] + 8);
  Zero(&file, records[0], 16);
  Put(&file, records[1] - 4, 0, 4);
  EXPECT_EQ(ParseLog(file).Ids().front(), 1U);
  EXPECT_THAT(ParseLog(file).Ids(), Not(testing::Contains(id)));
  EXPECT_THAT(ParseLog(file).Ids(), SizeIs(kMany - 1));
}

TEST(EvtxEdge, Case09ZeroedChunksInTheMiddle) {
  std::vector<std::byte> file = ManyLog();
  const std::vector<uint64_t> middle = IdsOf(file, kSecond);
  Zero(&file, kSecond, kChunk);
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.Ids(), SizeIs(kMany - middle.size()));
  EXPECT_EQ(parsed.log.coverage[0].missing_records, middle.size());
  // Preallocated ones behind the end are nothing to speak of.
  forge::EvtxOptions options;
  options.file_bytes = kHeader + 16 * kChunk;
  EXPECT_EQ(ParseLog(PlainLog(1, kMany, options)).DamageText(), "");
}

TEST(EvtxEdge, Case10PageOfZerosWithinAChunk) {
  std::vector<std::byte> file = ManyLog();
  const size_t page = kSecond + 20'480;
  std::vector<uint64_t> expected = Sequence(1, kMany);
  for (const size_t at : RecordOffsets(file, kSecond)) {
    if (at < page + 4096 && at + Get32(file, at + 4) > page) {
      std::erase(expected, Get64(file, at + 8));
    }
  }
  ASSERT_LT(expected.size(), kMany);
  Zero(&file, page, 4096);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), expected);
  EXPECT_GE(parsed.bytes_lost(), 4096U);
  EXPECT_TRUE(parsed.log.coverage[0].damaged);
}

TEST(EvtxEdge, Case11GarbageTail) {
  std::vector<std::byte> file = ManyLog();
  file.insert(file.end(), 70'000, std::byte{0x5a});
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("chunk at offset 200704: expected \"ElfChnk\", found "
                        "70000 bytes that are no chunk"));
  EXPECT_FALSE(parsed.lossy());
}

TEST(EvtxEdge, Case12TruncatedLastChunk) {
  std::vector<std::byte> file = ManyLog();
  const size_t third = kSecond + kChunk;
  const std::vector<size_t> records = RecordOffsets(file, third);
  file.resize(records[7] + 50);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, Get64(file, records[6] + 8)));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("lossy truncated: chunk at"));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("lossy truncated: record at offset " +
                        std::to_string(records[7]) + ": need "));
  EXPECT_TRUE(parsed.log.coverage[0].damaged);
}

TEST(EvtxEdge, Case12WholeChunksCutOffAreMissed) {
  std::vector<std::byte> file = ManyLog();
  file.resize(kSecond);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), IdsOf(file, kHeader));
  EXPECT_THAT(
      parsed.DamageText(),
      HasSubstr("lossy truncated: chunks at offset 69632: expected 3 as "
                "the file header counts, found 1"));
}

TEST(EvtxEdge, Case13FileHeaderZeroed) {
  std::vector<std::byte> file = ManyLog();
  Zero(&file, 0, kHeader);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("file header at offset 0"));
}

TEST(EvtxEdge, Case13FileHeaderAbsent) {
  std::vector<std::byte> file = ManyLog();
  file.erase(file.begin(), file.begin() + kHeader);
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, kMany));
}

TEST(EvtxEdge, Case13JunkPrefixAndShiftedChunks) {
  for (const size_t shift : {512UL, 3UL, 70'000UL}) {
    std::vector<std::byte> prefixed = ManyLog();
    prefixed.insert(prefixed.begin(), shift, std::byte{0x11});
    const Parsed parsed = ParseLog(prefixed);
    EXPECT_EQ(parsed.Ids(), Sequence(1, kMany)) << shift;
    EXPECT_THAT(parsed.DamageText(),
                HasSubstr("found behind " + std::to_string(shift)));
  }
  for (const size_t shift : {512UL, 5UL, 1000UL}) {
    std::vector<std::byte> shifted = ManyLog();
    shifted.insert(shifted.begin() + kHeader, shift, std::byte{0});
    const Parsed parsed = ParseLog(shifted);
    EXPECT_EQ(parsed.Ids(), Sequence(1, kMany)) << shift;
    EXPECT_THAT(parsed.DamageText(), HasSubstr("chunk at offset 4096"));
    EXPECT_EQ(parsed.log.events[0].offset, kHeader + shift + 512);
  }
}

TEST(EvtxEdge, Case13BytesMissingFromTheMiddleOfAChunk) {
  std::vector<std::byte> file = ManyLog();
  file.erase(file.begin() + kHeader + 60'000, file.begin() + kHeader + 62'000);
  const Parsed parsed = ParseLog(file);
  // All of the chunks behind it are there, and what is not damaged of it.
  const std::vector<uint64_t> ids = parsed.Ids();
  const uint64_t second = IdsOf(ManyLog(), kSecond).front();
  EXPECT_EQ(std::count_if(ids.begin(), ids.end(),
                          [&](uint64_t id) { return id >= second; }),
            static_cast<std::ptrdiff_t>(kMany - second + 1));
  EXPECT_THAT(ids, testing::Contains(second - 1));
  EXPECT_TRUE(parsed.lossy());
}

TEST(EvtxEdge, Case14HeaderBlockSizeWrong) {
  for (const uint16_t size : {uint16_t{0}, uint16_t{512}, uint16_t{65'535}}) {
    std::vector<std::byte> file = ManyLog();
    Put(&file, 40, size, 2);
    forge::FixEvtxChecksums(&file);
    const Parsed parsed = ParseLog(file);
    EXPECT_EQ(parsed.Ids(), Sequence(1, kMany));
    EXPECT_THAT(parsed.DamageText(),
                HasSubstr("header block size at offset 40: expected 4096, "
                          "found " +
                          std::to_string(size)));
    EXPECT_FALSE(parsed.lossy());
  }
}

TEST(EvtxEdge, Case15ChunkCountIsNotBelieved) {
  std::vector<std::byte> file = ManyLog();
  Put(&file, 42, 1, 2);
  forge::FixEvtxChecksums(&file);
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, kMany));
  EXPECT_EQ(ParseLog(file).DamageText(), "");
  Put(&file, 42, 50'000, 2);
  forge::FixEvtxChecksums(&file);
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, kMany));
  EXPECT_THAT(ParseLog(file).DamageText(), HasSubstr("expected 50000"));
}

TEST(EvtxEdge, Case16Versions) {
  for (const auto& [major, minor] :
       {std::pair<uint16_t, uint16_t>{3, 0}, {3, 1}, {3, 2}}) {
    const Parsed parsed =
        ParseLog(PlainLog(1, 5, {major, minor, 0, false, {}}));
    EXPECT_EQ(parsed.Ids(), Sequence(1, 5));
    EXPECT_EQ(parsed.DamageText(), "");
  }
  const Parsed parsed = ParseLog(PlainLog(1, 5, {4, 7, 0, false, {}}));
  EXPECT_EQ(parsed.Ids(), Sequence(1, 5));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("file version at offset 36: expected 3.x, found 4.7"));
}

TEST(EvtxEdge, Case17NoChecksumFlags) {
  std::vector<std::byte> file = PlainLog(1, 5);
  Put(&file, 120, 4, 4);
  Put(&file, 124, 0, 4);
  Put(&file, kHeader + 120, 4, 4);
  Put(&file, kHeader + 52, 0, 4);
  Put(&file, kHeader + 124, 0, 4);
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, 5));
  EXPECT_EQ(ParseLog(file).DamageText(), "");
  Put(&file, 120, 0x1b970000, 4);  // garbage flags: the checksum counts
  EXPECT_EQ(ParseLog(file).Ids(), Sequence(1, 5));
  EXPECT_THAT(ParseLog(file).DamageText(), HasSubstr("file header checksum"));
}

TEST(EvtxEdge, Case18ChecksumMismatchIsANote) {
  for (const size_t at : {size_t{124}, kHeader + 124, kHeader + 52}) {
    std::vector<std::byte> file = PlainLog(1, 5);
    file[at] ^= std::byte{1};
    const Parsed parsed = ParseLog(file);
    EXPECT_EQ(parsed.Ids(), Sequence(1, 5));
    EXPECT_THAT(parsed.DamageText(), HasSubstr("bad checksum"));
    EXPECT_FALSE(parsed.lossy());
    EXPECT_FALSE(parsed.log.coverage[0].damaged);
    EXPECT_EQ(parsed.bytes_lost(), 0U);
  }
}

TEST(EvtxEdge, Case19WrappedLog) {
  std::vector<std::byte> file = ManyLog();
  std::rotate(file.begin() + kHeader, file.begin() + kSecond, file.end());
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(parsed.log.events.front().record, IdsOf(file, kHeader).front());
  std::vector<uint64_t> ids = parsed.Ids();
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, Sequence(1, kMany));
  EXPECT_EQ(parsed.log.coverage[0].missing_records, 0U);
  EXPECT_EQ(parsed.log.coverage[0].last_record, kMany);
  EXPECT_EQ(parsed.DamageText(), "");
}

TEST(EvtxEdge, Case20TemplateDefinitionBehindTheRecordThatUsesIt) {
  // The definition of record 1 stands in record 2.
  RawLog log;
  const auto elements = [&] {
    log.Open("Event");
    log.CloseStart();
    log.System(1);
    log.Open("EventData");
    log.CloseStart();
    log.DataSlot("A", 0, 0x01);
    log.End();
    log.End();
  };
  log.BeginRecord(1);
  log.Fragment();
  log.chunk.Put(0x0c, 1);
  log.chunk.Put(1, 1);
  const size_t patch = log.chunk.position();
  log.chunk.Put(0, 8);
  log.Values({{0x01, Utf16("first")}});
  log.Byte(0);
  log.EndRecord();
  log.BeginRecord(2);
  log.Fragment();
  log.Instance("late", elements);
  log.Values({{0x01, Utf16("second")}});
  log.Byte(0);
  log.EndRecord();
  std::vector<std::byte> file = log.File();
  const size_t definition = log.chunk.FindTemplate("late");
  Put(&file, kHeader + patch, Get32(file, kHeader + definition + 4), 4);
  Put(&file, kHeader + patch + 4, definition, 4);
  forge::FixEvtxChecksums(&file);
  const Parsed parsed = ParseLog(file);
  ASSERT_THAT(parsed.log.events, SizeIs(2)) << parsed.DamageText();
  EXPECT_EQ(FieldsText(parsed.log.events[0]), "A=first");
  EXPECT_EQ(FieldsText(parsed.log.events[1]), "A=second");
}

TEST(EvtxEdge, Case20OffsetThatNowHoldsAnotherDefinition) {
  std::vector<std::byte> file = PlainLog(1, 5);
  const std::vector<size_t> records = RecordOffsets(file);
  // Record 4 has the template of record 1; its short id no longer fits.
  file[records[3] + 24 + 4 + 2] ^= std::byte{0xff};
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.Ids(), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("template definition"));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("record 4, not read"));
}

TEST(EvtxEdge, Case21DamagedTemplateCostsOnlyItsRecords) {
  std::vector<std::byte> file = PlainLog(1, 30);
  // The payload template of records 1, 4, 7 ...: its definition's first
  // element gets an impossible name.
  const size_t data = FindUtf16(file, "EventData", kHeader);
  Put(&file, data - 12, 0xffffff, 4);
  const Parsed parsed = ParseLog(file);
  EXPECT_TRUE(parsed.lossy());
  EXPECT_THAT(parsed.DamageText(), HasSubstr("name offset"));
  // Their System is sound, so they are there without fields.
  EXPECT_EQ(parsed.Ids(), Sequence(1, 30));
  EXPECT_EQ(FieldsText(parsed.log.events[0]), "");
  EXPECT_THAT(parsed.DamageText(), HasSubstr("read in part"));
  EXPECT_EQ(FieldsText(parsed.log.events[29]), "Number=30|Text=text of 30");
}

TEST(EvtxEdge, Case21DamagedOuterTemplateIsReportedOnce) {
  std::vector<std::byte> file = PlainLog(1, 30);
  const size_t at = FindUtf16(file, "System", kHeader);
  Put(&file, at - 12, 0xffffff, 4);
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.log.events, IsEmpty());
  EXPECT_THAT(parsed.DamageText(), HasSubstr("30 records, 1 to 30, not read"));
  EXPECT_THAT(parsed.log.damage, SizeIs(2));  // and the checksum
}

TEST(EvtxEdge, Case22SameShortIdDifferentBody) {
  RawLog log;
  for (uint64_t id = 1; id <= 2; ++id) {
    log.RecordWithData(id, {{0x01, Utf16("v")}}, [&] {
      log.DataSlot(id == 1 ? "First" : "Second", 0, 0x01);
    });
  }
  std::vector<std::byte> file = log.File();
  const size_t first = kHeader + log.chunk.FindTemplate("data1");
  const size_t second = kHeader + log.chunk.FindTemplate("data2");
  // The second definition takes the GUID of the first, also where it is named.
  std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(first) + 4, 16,
              file.begin() + static_cast<std::ptrdiff_t>(second) + 4);
  Put(&file, second - 8, Get32(file, first + 4), 4);
  forge::FixEvtxChecksums(&file);
  const Parsed parsed = ParseLog(file);
  ASSERT_THAT(parsed.log.events, SizeIs(2)) << parsed.DamageText();
  EXPECT_EQ(FieldsText(parsed.log.events[0]), "First=v");
  EXPECT_EQ(FieldsText(parsed.log.events[1]), "Second=v");
}

// A cut file never crashes the reader and never tells of an event that was not
// in the whole one.
TEST(EvtxTruncation, EveryInterestingLength) {
  const std::vector<std::byte> file = ManyLog();
  std::vector<std::string> whole = DescribeAll(ParseLog(file));
  std::sort(whole.begin(), whole.end());
  std::vector<size_t> lengths;
  for (size_t i = 0; i < 140; ++i) lengths.push_back(i);
  for (size_t at = 140; at < file.size(); at += 3571) lengths.push_back(at);
  for (const size_t chunk : {kHeader, kSecond, kSecond + kChunk}) {
    for (size_t i = 0; i < 1100; i += 53) lengths.push_back(chunk + i);
    const std::vector<size_t> records = RecordOffsets(file, chunk);
    for (size_t i = 0; i < records.size(); i += 19) {
      for (const size_t delta : {0U, 1U, 4U, 8U, 23U, 24U, 60U}) {
        lengths.push_back(records[i] + delta);
      }
    }
  }
  for (const size_t length : lengths) {
    std::vector<std::byte> cut(
        file.begin(), file.begin() + static_cast<std::ptrdiff_t>(
                                         std::min(length, file.size())));
    const Parsed parsed = ParseLog(std::move(cut));
    for (const std::string& event : DescribeAll(parsed)) {
      ASSERT_TRUE(std::binary_search(whole.begin(), whole.end(), event))
          << length << ": " << event;
    }
    if (length < file.size() && parsed.status && length > kHeader) {
      EXPECT_TRUE(parsed.lossy()) << length;
    }
  }
}

}  // namespace
}  // namespace espial::evtx
