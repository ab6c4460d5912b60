// Recovery and carving of bytes that mean harm, and of logs that are hardly
// logs any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parsers/evtx/recover/carve.h"
#include "parsers/evtx/recover/rebuilder.h"
#include "parsers/evtx/recover/template_library.h"
#include "tests/parsers/evtx/recovery_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Scanned CarveAll(const std::vector<std::byte>& image) {
  Scanned scanned;
  ScanKeeper keeper(&scanned);
  Executor executor(1);
  scanned.stats = Carve(image, {}, executor, &keeper);
  return scanned;
}

// `record` over and over, up to `size` bytes.
std::vector<std::byte> Flood(const std::vector<std::byte>& unit, size_t size) {
  std::vector<std::byte> flood;
  while (flood.size() + unit.size() <= size) {
    flood.insert(flood.end(), unit.begin(), unit.end());
  }
  return flood;
}

// The chunk of `log` with its chain cut off: all of it is slack.
std::vector<std::byte> AsSlack(const RawLog& log) {
  std::vector<std::byte> file = log.File();
  Put(&file, kHeader + 24, ~uint64_t{0}, 8);
  Put(&file, kHeader + 32, ~uint64_t{0}, 8);
  Put(&file, kHeader + 48, 512, 4);
  Zero(&file, kHeader + 512, 8);
  return file;
}

// Damage of the matrix that needs no real log: recovery and carving both read
// what the log held.
TEST(EvtxRecoveryBounds, LogsWithoutHeaderShiftedCutOrAmongJunk) {
  const std::vector<std::byte> log = PlainLog(1, 500);
  ASSERT_GT(log.size(), kHeader + kChunk);
  std::vector<std::byte> junk(3000, std::byte{0x41});
  std::vector<std::vector<std::byte>> variants;
  variants.emplace_back(log.begin() + kHeader, log.end());  // no header
  for (const size_t shift : {size_t{1}, size_t{512}, size_t{3000}}) {
    variants.push_back(log);  // a shifted start
    variants.back().insert(variants.back().begin() + kHeader, junk.begin(),
                           junk.begin() + static_cast<std::ptrdiff_t>(shift));
  }
  variants.push_back(junk);  // junk in front
  variants.back().insert(variants.back().end(), log.begin(), log.end());
  variants.push_back(log);  // junk behind
  variants.back().insert(variants.back().end(), junk.begin(), junk.end());
  for (size_t i = 0; i < variants.size(); ++i) {
    EXPECT_THAT(ScanEverything(variants[i]).records, SizeIs(500)) << i;
    EXPECT_THAT(CarveAll(variants[i]).records, SizeIs(500)) << i;
  }
  // A last chunk that is cut: all but the records that the cut took.
  std::vector<std::byte> cut = log;
  const size_t last =
      kHeader + (log.size() - kHeader) / kChunk * kChunk - kChunk;
  const std::vector<size_t> records = RecordOffsets(log, last);
  ASSERT_GT(records.size(), 3U);
  cut.resize(records[2] + 5);
  const size_t gone = records.size() - 2;
  EXPECT_THAT(ScanEverything(cut).records, SizeIs(500 - gone));
  EXPECT_THAT(CarveAll(cut).records, SizeIs(500 - gone));
}

TEST(EvtxRecoveryBounds, RecordsInJunkBetweenChunksAreRecovered) {
  const std::vector<std::byte> first = PlainLog(1, 9);
  std::vector<std::byte> file = first;
  // The second place lost its header and its first record.
  const std::vector<std::byte> second = PlainLog(101, 140);
  file.insert(file.end(), second.begin() + kHeader, second.end());
  const size_t at = kHeader + kChunk;
  const std::vector<size_t> records = RecordOffsets(file, at);
  for (size_t i = at; i < records[1]; ++i) file[i] = std::byte{0x41};
  const std::vector<std::byte> third = PlainLog(201, 209);
  file.insert(file.end(), third.begin() + kHeader, third.end());

  const Scanned scanned = ScanEverything(file);
  EXPECT_THAT(scanned.Ids(RecordState::kActive), SizeIs(18));
  EXPECT_THAT(scanned.Ids(RecordState::kRecovered), SizeIs(39));
  // In the order of the file.
  for (size_t i = 1; i < scanned.records.size(); ++i) {
    EXPECT_LT(scanned.records[i - 1].offset, scanned.records[i].offset);
  }
  EXPECT_THAT(ParseLog(file).Ids(), SizeIs(18));
}

TEST(EvtxRecoveryBounds, ClaimsOfFourGigabytes) {
  const std::vector<std::byte> old = PlainLog(1001, 1040);
  const std::vector<size_t> records = RecordOffsets(old);
  struct Claim {
    size_t at;
    size_t width;
  };
  const size_t record = records[30];
  for (const Claim claim : {Claim{record + 4, 4},         // size of the record
                            Claim{record + 24 + 10, 4},   // definition
                            Claim{record + 24 + 14, 4}})  // count of values
  {
    std::vector<std::byte> file = Overlay(PlainLog(2003, 2011), old);
    Put(&file, claim.at, 0xffffffff, claim.width);
    const Scanned scanned = ScanEverything(file);
    EXPECT_NE(scanned.Find(1030), nullptr);
    EXPECT_NE(scanned.Find(1032), nullptr);
    EXPECT_EQ(scanned.stats.records.own + scanned.stats.records.foreign +
                  scanned.stats.records.values_only,
              scanned.Ids(RecordState::kRecovered).size());
    const std::vector<std::byte> bare(file.begin() + kHeader + 512, file.end());
    EXPECT_NE(CarveAll(bare).Find(1032), nullptr);
  }
  // A definition that claims more than there is.
  std::vector<std::byte> file = PlainLog(1, 9);
  Put(&file, RecordOffsets(file)[0] + 24 + 4 + 10 + 20, 0xfffffff0, 4);
  EXPECT_THAT(ScanEverything(file).stats.records.own, 0U);
  EXPECT_FALSE(ReadTemplate(Bytes(file).subspan(kHeader),
                            static_cast<uint32_t>(kChunk - 4)));
  EXPECT_FALSE(ReadTemplate(Bytes(file).subspan(kHeader), 0xffffffff));
}

TEST(EvtxRecoveryBounds, NestingBombsInSlack) {
  // Elements in elements, and values in values, far deeper than is read.
  RawLog log;
  log.RecordWithData(1, {}, [] {});
  log.RecordWithData(2, {}, [&] {
    for (int i = 0; i < 2000; ++i) {
      log.Open("n");
      log.CloseStart();
    }
    for (int i = 0; i < 2000; ++i) log.End();
  });
  log.RecordWithData(3, {}, [] {});
  const Scanned scanned = ScanEverything(AsSlack(log));
  EXPECT_EQ(scanned.Find(2), nullptr);
  EXPECT_NE(scanned.Find(3), nullptr);
  EXPECT_THAT(scanned.DamageText(), HasSubstr("cannot be read"));

  // 0x21 in 0x21 in 0x21: each level is an instance whose only value is the
  // next one.
  std::vector<std::byte> nested;
  for (int i = 0; i < 500; ++i) {
    std::vector<std::byte> outer = Little(0x0001010f, 4);
    for (const auto& part :
         {Little(0x010c, 2), Little(7, 4), Little(9999, 4), Little(1, 4),
          Little(nested.size(), 2), Little(0x21, 2)}) {
      outer.insert(outer.end(), part.begin(), part.end());
    }
    outer.insert(outer.end(), nested.begin(), nested.end());
    nested = std::move(outer);
  }
  RawLog deep;
  deep.RecordWithData(1, {}, [] {});
  deep.BeginRecord(2);
  deep.chunk.PutBytes(nested);
  deep.EndRecord();
  deep.RecordWithData(3, {}, [] {});
  const Scanned through = ScanEverything(AsSlack(deep));
  EXPECT_EQ(through.Find(2), nullptr);
  EXPECT_NE(through.Find(3), nullptr);
}

TEST(EvtxRecoveryBounds, NamesThatNameEachOther) {
  // A chain of names that ends in itself: nothing follows it.
  std::vector<std::byte> file =
      Overlay(PlainLog(2003, 2011), PlainLog(1001, 1040));
  for (size_t bucket = 0; bucket < 64; ++bucket) {
    const uint32_t head = Get32(file, kHeader + 128 + bucket * 4);
    if (head != 0) Put(&file, kHeader + head, head, 4);
  }
  const Scanned scanned = ScanEverything(file);
  EXPECT_GT(scanned.stats.records.own, 20U);
  EXPECT_THAT(CarveAll(file).Ids(RecordState::kRecovered),
              SizeIs(scanned.records.size()));
}

TEST(EvtxRecoveryBounds, ATemplateThatGrowsBeyondEverythingIsNotKept) {
  // Each element names another long name: a definition of a few kilobytes
  // that would come to megabytes with its names beside it.
  RawLog log;
  log.RecordWithData(1, {}, [&] {
    for (int i = 0; i < 400; ++i) {
      log.Open(std::to_string(i) + std::string(60, 'n'));
      log.CloseEmpty();
    }
  });
  const std::vector<std::byte> file = log.File();
  TemplateLibrary library;
  Executor executor(1);
  AddTemplates(file, 64, executor, &library);
  EXPECT_LE(library.bytes(), uint64_t{1} << 20U);
  EXPECT_EQ(library.size(), 1U);
}

TEST(EvtxRecoveryBounds, FloodsOfMarks) {
  const std::string chunk_magic("ElfChnk\0", 8);
  const Bytes magic = AsBytes(chunk_magic);
  EXPECT_THAT(CarveAll(Flood({magic.begin(), magic.end()}, 1 << 20)).records,
              IsEmpty());
  // Headers of chunks every 512 bytes, each claiming 64 KiB.
  const std::vector<std::byte> log = PlainLog(1, 1);
  const std::vector<std::byte> header(log.begin() + kHeader,
                                      log.begin() + kHeader + 512);
  const Scanned headers = CarveAll(Flood(header, 1 << 20));
  EXPECT_THAT(headers.records, IsEmpty());
  EXPECT_EQ(headers.stats.chunks.total, (1U << 20U) / 512);
  // The same single record over and over, which says where its chunk begins.
  const std::vector<size_t> offsets = RecordOffsets(log);
  const std::vector<std::byte> record(
      log.begin() + static_cast<std::ptrdiff_t>(offsets[0]),
      log.begin() +
          static_cast<std::ptrdiff_t>(offsets[0] + Get32(log, offsets[0] + 4)));
  const std::vector<std::byte> records = Flood(record, 1 << 19);
  EXPECT_THAT(CarveAll(records).records,
              SizeIs(records.size() / record.size()));
  // Marks of records and nothing else.
  EXPECT_THAT(CarveAll(Flood(Little(0x2a2a, 4), 1 << 20)).records, IsEmpty());
}

TEST(EvtxRecoveryBounds, HiddenInHiddenIsTakenOnce) {
  std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<size_t> records = RecordOffsets(file);
  // Record 2 over 3 to 6, and 4 over 5.
  const size_t outer = records[6] - records[1];
  Put(&file, records[1] + 4, outer, 4);
  Put(&file, records[6] - 4, outer, 4);
  const size_t inner = records[5] - records[3];
  Put(&file, records[3] + 4, inner, 4);
  Put(&file, records[5] - 4, inner, 4);
  const Scanned scanned = ScanEverything(file);
  EXPECT_THAT(scanned.Ids(RecordState::kActive), ElementsAre(1, 2, 7, 8, 9));
  EXPECT_THAT(scanned.Ids(RecordState::kRecovered), ElementsAre(3, 4, 6));
}

}  // namespace
}  // namespace espial::evtx
